// The AWS CLI in its default configuration: parts of 8 MiB, checksums, Expect: 100-continue.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { awsEnvironment, findClient, runCommand } from '../support/clients.ts'
import type { CommandResult } from '../support/clients.ts'
import { fileKeys, sampleBytes, sampleSizes } from '../support/samples.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const bucket = uniqueBucketName('cli')
const folder = mkdtempSync(path.join(tmpdir(), 'edgeshard-cli-'))
const found = await findClient('aws')
const reason = 'skip' in found ? found.skip : null

/** Runs the CLI; older ones know no AWS_ENDPOINT_URL. */
function run(args: string[], input: string | Uint8Array = ''): Promise<CommandResult> {
  const command = 'command' in found ? found.command : ''
  // Names outside of ASCII need a locale that has them.
  const environment = { ...awsEnvironment(server.url, server), LC_ALL: 'C.UTF-8', PYTHONUTF8: '1' }
  return runCommand(command, ['--endpoint-url', server.url, ...args], { environment, input })
}

/** What a call that must succeed printed. */
async function aws(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(args)
  if (code !== 0) throw new Error(`aws ${args.join(' ')} ended with ${code}: ${stderr}`)
  return stdout
}

async function s3api(...args: string[]): Promise<Record<string, unknown>> {
  const output = await aws('s3api', ...args)
  return output.trim() === '' ? {} : (JSON.parse(output) as Record<string, unknown>)
}

function localFile(name: string, content: Uint8Array | string): string {
  const file = path.join(folder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
  // Of a minute ago: `sync` takes a file of this second for newer than its upload, whose time has whole seconds.
  const old = Date.now() / 1000 - 60
  utimesSync(file, old, old)
  return file
}

describe.skipIf(reason !== null)(`the AWS CLI ${reason ?? ''}`, () => {
  beforeAll(async () => {
    await aws('s3', 'mb', `s3://${bucket}`)
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(Object.entries(sampleSizes))('copies a file of size %s there and back', async (name, size) => {
    const file = localFile(`sizes/${name}`, sampleBytes(size))
    await aws('s3', 'cp', '--quiet', file, `s3://${bucket}/sizes/${name}`)
    await aws('s3', 'cp', '--quiet', `s3://${bucket}/sizes/${name}`, `${file}.back`)
    expect(readFileSync(`${file}.back`).equals(sampleBytes(size))).toBe(true)
  })

  it('uploads what is piped into it', async () => {
    const bytes = sampleBytes(sampleSizes.severalParts)
    const piped = await run(['s3', 'cp', '-', `s3://${bucket}/piped`], bytes)
    expect(piped).toMatchObject({ code: 0, stderr: '' })
    const head = await s3api('head-object', '--bucket', bucket, '--key', 'piped')
    expect(head).toMatchObject({ ContentLength: bytes.length, ETag: expect.stringMatching(/^"[0-9a-f]{32}-3"$/) })
  })

  it('syncs a folder of awkward names up and down, and finds nothing left to do', async () => {
    for (const key of fileKeys) localFile(`tree/${key}`, key)
    await aws('s3', 'sync', '--quiet', path.join(folder, 'tree'), `s3://${bucket}/tree`)
    expect(await aws('s3', 'sync', path.join(folder, 'tree'), `s3://${bucket}/tree`)).toBe('')
    const listed = await aws('s3', 'ls', '--recursive', `s3://${bucket}/tree/`)
    for (const key of fileKeys) expect(listed).toContain(` tree/${key}\n`)
    await aws('s3', 'sync', '--quiet', `s3://${bucket}/tree`, path.join(folder, 'tree-back'))
    for (const key of fileKeys) expect(readFileSync(path.join(folder, 'tree-back', key), 'utf8')).toBe(key)
  })

  it('lists one level, with folders', async () => {
    const listed = await aws('s3', 'ls', `s3://${bucket}/tree/`)
    expect(listed).toContain('PRE deep/\n')
    expect(listed).toContain('plain.txt\n')
    expect(listed).not.toContain('deep er')
  })

  it('copies, moves and removes on the server', async () => {
    localFile('move/large', sampleBytes(sampleSizes.severalParts))
    await aws('s3', 'cp', '--quiet', path.join(folder, 'move/large'), `s3://${bucket}/move/a`)
    await aws('s3', 'cp', '--quiet', `s3://${bucket}/move/a`, `s3://${bucket}/move/b c+d`)
    await aws('s3', 'mv', '--quiet', `s3://${bucket}/move/b c+d`, `s3://${bucket}/move/é`)
    await aws('s3', 'cp', '--quiet', `s3://${bucket}/move/é`, path.join(folder, 'move/back'))
    expect(readFileSync(path.join(folder, 'move/back')).equals(sampleBytes(sampleSizes.severalParts))).toBe(true)
    await aws('s3', 'rm', '--quiet', '--recursive', `s3://${bucket}/move/`)
    // `ls` of nothing ends with 1.
    expect(await run(['s3', 'ls', `s3://${bucket}/move/`])).toMatchObject({ code: 1, stdout: '', stderr: '' })
  })

  it('stores and shows metadata, reads a range', async () => {
    const body = localFile('meta', '0123456789')
    const target = ['--bucket', bucket, '--key', 'meta']
    const given = ['--metadata', 'colour=green,shape=round', '--content-type', 'text/x-test', '--tagging', 'a=1&b=2']
    await s3api('put-object', ...target, '--body', body, ...given)
    expect(await s3api('head-object', ...target)).toMatchObject({
      ContentLength: 10,
      ContentType: 'text/x-test',
      Metadata: { colour: 'green', shape: 'round' },
    })
    const part = path.join(folder, 'range')
    const got = await s3api('get-object', ...target, '--range', 'bytes=3-5', part)
    expect(got).toMatchObject({ ContentRange: 'bytes 3-5/10', ContentLength: 3 })
    expect(readFileSync(part, 'utf8')).toBe('345')
    const { TagSet } = await s3api('get-object-tagging', ...target)
    expect(TagSet).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ])
  })

  it('keeps versions and deletes many', async () => {
    const versioned = uniqueBucketName('cli-versions')
    await s3api('create-bucket', '--bucket', versioned)
    await s3api('put-bucket-versioning', '--bucket', versioned, '--versioning-configuration', 'Status=Enabled')
    const body = localFile('version', 'v')
    for (let i = 0; i < 3; i++) await s3api('put-object', '--bucket', versioned, '--key', 'k', '--body', body)
    expect(await s3api('delete-object', '--bucket', versioned, '--key', 'k')).toMatchObject({ DeleteMarker: true })
    const listed = await s3api('list-object-versions', '--bucket', versioned)
    const all = [listed['Versions'], listed['DeleteMarkers']].flat() as { Key: string; VersionId: string }[]
    expect(all).toHaveLength(4)
    const Objects = all.map(({ Key, VersionId }) => ({ Key, VersionId }))
    const { Deleted } = await s3api('delete-objects', '--bucket', versioned, '--delete', JSON.stringify({ Objects }))
    expect(Deleted).toHaveLength(4)
    await aws('s3', 'rb', `s3://${versioned}`)
    const gone = await run(['s3api', 'head-bucket', '--bucket', versioned])
    expect(gone.stderr).toContain('(404)')
  })

  it('puts once when asked to', async (context) => {
    const body = localFile('once', '1')
    const put = ['s3api', 'put-object', '--bucket', bucket, '--key', 'once', '--body', body, '--if-none-match', '*']
    const first = await run(put)
    if (first.stderr.includes('Unknown options')) context.skip('this AWS CLI has no --if-none-match')
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect((await run(put)).stderr).toContain('(PreconditionFailed) when calling the PutObject operation')
  })

  // By version 1 of the CLI, in the first region with signature version 2; the second never had it.
  it.each(['us-east-1', 'eu-central-1'])('presigns in %s what fetch can get', async (region) => {
    const object = `s3://${bucket}/tree/with space and  two.txt`
    const url = (await aws('s3', 'presign', '--region', region, object)).trim()
    expect(await (await fetch(url)).text()).toBe('with space and  two.txt')
    const another = await fetch(url.replace('two.txt', 'three.txt'))
    expect([another.status, await another.text()]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')])
  })

  it('lists page by page', async () => {
    const target = ['--bucket', bucket, '--prefix', 'tree/', '--delimiter', '/', '--page-size', '2']
    const listed = await s3api('list-objects-v2', ...target)
    const inFolders = fileKeys.filter((key) => key.includes('/'))
    expect(listed['Contents']).toHaveLength(fileKeys.length - inFolders.length)
    expect(listed['CommonPrefixes']).toEqual([{ Prefix: 'tree/deep/' }, { Prefix: 'tree/ünïcode/' }])
  })
})
