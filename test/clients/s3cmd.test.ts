// s3cmd with both signature versions: Python's own HTTP, XML without namespaces, parts of 15 MiB.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findClient, runCommand, s3cmdArguments } from '../support/clients.ts'
import type { CommandResult } from '../support/clients.ts'
import { fileKeys, sampleBytes, sampleSizes } from '../support/samples.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const bucket = uniqueBucketName('s3cmd')
const folder = mkdtempSync(path.join(tmpdir(), 'edgeshard-s3cmd-'))
const found = await findClient('s3cmd')
const reason = 'skip' in found ? found.skip : null

function run(...args: string[]): Promise<CommandResult> {
  const command = 'command' in found ? found.command : ''
  const environment = { LC_ALL: 'C.UTF-8', PYTHONUTF8: '1' }
  return runCommand(command, [...s3cmdArguments(server.url, server), '--no-progress', ...args], { environment })
}

/** `s3cmd` signed by version 2. */
function v2(...args: string[]): Promise<string> {
  return s3cmd('--signature-v2', ...args)
}

/** What a call that must succeed printed. */
async function s3cmd(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args)
  if (code !== 0) throw new Error(`s3cmd ${args.join(' ')} ended with ${code}: ${stderr}`)
  return stdout
}

describe.skipIf(reason !== null)(`s3cmd ${reason ?? ''}`, () => {
  beforeAll(async () => {
    await s3cmd('mb', `s3://${bucket}`)
    for (const key of fileKeys) {
      const file = path.join(folder, 'tree', key)
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, key)
    }
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(Object.entries(sampleSizes))('puts and gets a file of size %s', async (name, size) => {
    const file = path.join(folder, name)
    writeFileSync(file, sampleBytes(size))
    await s3cmd('put', file, `s3://${bucket}/sizes/${name}`)
    await s3cmd('get', '--force', `s3://${bucket}/sizes/${name}`, `${file}.back`)
    expect(readFileSync(`${file}.back`).equals(sampleBytes(size))).toBe(true)
  })

  it('uploads in parts', async () => {
    await s3cmd('put', '--multipart-chunk-size-mb=5', path.join(folder, 'severalParts'), `s3://${bucket}/parts`)
    const info = await s3cmd('info', `s3://${bucket}/parts`)
    expect(info).toContain(`File size: ${sampleSizes.severalParts}\n`)
    const file = path.join(folder, 'parts.back')
    await s3cmd('get', `s3://${bucket}/parts`, file)
    expect(readFileSync(file).equals(sampleBytes(sampleSizes.severalParts))).toBe(true)
  })

  it('syncs awkward names up and down, and finds nothing left to do', async () => {
    const tree = `${path.join(folder, 'tree')}/`
    await s3cmd('sync', tree, `s3://${bucket}/tree/`)
    expect(await s3cmd('sync', '--dry-run', tree, `s3://${bucket}/tree/`)).not.toMatch(/^upload:/m)
    const back = `${path.join(folder, 'back')}/`
    mkdirSync(back)
    await s3cmd('sync', `s3://${bucket}/tree/`, back)
    for (const key of fileKeys) expect(readFileSync(path.join(back, key), 'utf8')).toBe(key)
  })

  it('lists folders and everything', async () => {
    const top = await s3cmd('ls', `s3://${bucket}/tree/`)
    expect(top).toContain(`DIR  s3://${bucket}/tree/deep/\n`)
    const all = await s3cmd('ls', '--recursive', `s3://${bucket}/tree/`)
    for (const key of fileKeys) expect(all).toContain(`s3://${bucket}/tree/${key}\n`)
  })

  it('copies, moves, deletes on the server', async () => {
    await s3cmd('cp', `s3://${bucket}/parts`, `s3://${bucket}/move/a b`)
    await s3cmd('mv', `s3://${bucket}/move/a b`, `s3://${bucket}/move/ü+`)
    const file = path.join(folder, 'moved')
    await s3cmd('get', `s3://${bucket}/move/ü+`, file)
    expect(readFileSync(file).equals(sampleBytes(sampleSizes.severalParts))).toBe(true)
    await s3cmd('del', '--recursive', '--force', `s3://${bucket}/move/`)
    expect(await s3cmd('ls', '--recursive', `s3://${bucket}/move/`)).toBe('')
  })

  it('asks for everything there is to know about a bucket', async () => {
    const info = await s3cmd('info', `s3://${bucket}`)
    expect(info).toContain('Location:  us-east-1')
    expect(info).toMatch(/Expiration rule: *none/i)
    expect(info).toMatch(/ACL: +\S.*: FULL_CONTROL/)
  })

  it('stores metadata and types', async () => {
    const file = path.join(folder, 'one')
    await s3cmd('put', '--add-header=x-amz-meta-colour: green', '--mime-type=text/x-test', file, `s3://${bucket}/meta`)
    const info = await s3cmd('info', `s3://${bucket}/meta`)
    expect(info).toContain('MIME type: text/x-test\n')
    expect(info).toContain('x-amz-meta-colour: green\n')
  })

  it('does the same by signature version 2', async () => {
    const file = path.join(folder, 'severalParts')
    await v2('put', '--multipart-chunk-size-mb=5', file, `s3://${bucket}/v2/parts a+ü`)
    await v2('get', '--force', `s3://${bucket}/v2/parts a+ü`, `${file}.v2`)
    expect(readFileSync(`${file}.v2`).equals(sampleBytes(sampleSizes.severalParts))).toBe(true)
    await v2('sync', `${path.join(folder, 'tree')}/`, `s3://${bucket}/v2/tree/`)
    const all = await v2('ls', '--recursive', `s3://${bucket}/v2/tree/`)
    for (const key of fileKeys) expect(all).toContain(`s3://${bucket}/v2/tree/${key}\n`)
    await v2('cp', `s3://${bucket}/v2/parts a+ü`, `s3://${bucket}/v2/copy`)
    expect(await v2('info', `s3://${bucket}/v2/copy`)).toContain(`File size: ${sampleSizes.severalParts}\n`)
    const url = (await v2('signurl', `s3://${bucket}/v2/copy`, '+600')).trim()
    const got = Buffer.from(await (await fetch(url)).arrayBuffer())
    expect(got.equals(sampleBytes(sampleSizes.severalParts))).toBe(true)
    await v2('del', '--recursive', '--force', `s3://${bucket}/v2/`)
  })

  it('says what is missing and removes what is not empty only by force', async () => {
    const missing = await run('get', `s3://${bucket}/never-was`, path.join(folder, 'never'))
    expect([missing.code === 0, missing.stderr]).toEqual([false, expect.stringContaining('does not exist')])
    const busy = await run('rb', `s3://${bucket}`)
    expect([busy.code === 0, busy.stderr.includes('BucketNotEmpty')]).toEqual([false, true])
    await s3cmd('rb', '--recursive', '--force', `s3://${bucket}`)
    expect(await s3cmd('ls')).not.toContain(bucket)
  })
})
