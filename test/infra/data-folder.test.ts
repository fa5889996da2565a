import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { rotateAccessLog } from '../../infra/embedded/access-log.ts'
import { openDataFolder } from '../../infra/embedded/data-folder.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'edgeshard-folder-'))
afterAll(() => rmSync(scratch, { recursive: true }))

describe('openDataFolder()', () => {
  it('makes the folder and keeps its secrets from one start to the next', () => {
    const folder = path.join(scratch, 'kept', 'deep')
    const first = openDataFolder(folder)
    const rootKey = first?.rootKey()
    const secret = first?.secret()
    first?.close()
    const second = openDataFolder(folder)
    expect(second?.rootKey()).toEqual(rootKey)
    expect(second?.secret()).toBe(secret)
    second?.close()
    expect(rootKey).toEqual({
      accessKeyId: expect.stringMatching(/^EDGE[A-Z0-9]{16}$/),
      secretAccessKey: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
    })
    expect(secret?.length).toBeGreaterThanOrEqual(32)
    for (const name of ['root-key.json', 'secret']) expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600)
  })

  it('is for one server at a time', () => {
    const folder = path.join(scratch, 'locked')
    const first = openDataFolder(folder)
    const module = path.join(import.meta.dirname, '..', '..', 'infra', 'embedded', 'data-folder.ts')
    const script = `import { openDataFolder } from ${JSON.stringify(module)}; console.log(openDataFolder(${JSON.stringify(folder)}) === null)`
    const other = () =>
      spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout.trim()
    expect(other()).toBe('true')
    first?.close()
    expect(other()).toBe('false')
  })
})

describe('rotateAccessLog()', () => {
  it('moves a log that grew too large, and only that', async () => {
    const file = path.join(scratch, 'access.log')
    writeFileSync(file, 'x'.repeat(100))
    expect(await rotateAccessLog(file, 100)).toBe(false)
    expect(await rotateAccessLog(file, 99)).toBe(true)
    expect([statSync(file).size, statSync(`${file}.1`).size]).toEqual([0, 100])
    expect(await rotateAccessLog(path.join(scratch, 'missing.log'))).toBe(false)
  })
})
