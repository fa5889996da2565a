import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

// The compiler takes some seconds, and minutes beside much else: it is loaded in a process of its own, beside the other tests.
it('every committed binary is what its sources compile to', async () => {
  const command = resolve(import.meta.dirname, '../../infra/build-kernels.mjs')
  const { stdout } = await promisify(execFile)(process.execPath, [command, '--check'])
  expect(stdout.match(/is up to date/g)).toHaveLength(3)
}, 120_000)
