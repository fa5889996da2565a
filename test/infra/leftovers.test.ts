import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { removeLeftovers } from '../../infra/embedded/leftovers.ts'

it('removes temporary files from before the start, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leftovers-'))
  try {
    mkdirSync(join(folder, 'ab', 'cd'), { recursive: true })
    const write = (name: string, seconds: number) => {
      writeFileSync(join(folder, name), 'x')
      utimesSync(join(folder, name), seconds, seconds)
    }
    write('ab/cd/.kj-tmp.1.old', 1_000)
    write('ab/cd/.kj-tmp.2.new', 3_000)
    write('ab/cd/extent', 1_000)
    expect(await removeLeftovers(folder, 2_000_000)).toBe(1)
    expect(readdirSync(join(folder, 'ab', 'cd')).sort()).toEqual(['.kj-tmp.2.new', 'extent'])
    expect(await removeLeftovers(join(folder, 'missing'), 2_000_000)).toBe(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
