// s3fs: a bucket as a folder, by FUSE. Skipped where there is no /dev/fuse.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { appendFile, mkdir, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findClient, runCommand } from '../support/clients.ts'
import { fileKeys, sampleBytes, sampleSizes } from '../support/samples.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const client = server.client()
const Bucket = uniqueBucketName('s3fs')
const folder = mkdtempSync(path.join(tmpdir(), 'edgeshard-s3fs-'))
const mount = path.join(folder, 'mount')
const found = await findClient('s3fs')
const reason = 'skip' in found ? found.skip : whyNoFuse()

function whyNoFuse(): string | null {
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK)
    return null
  } catch {
    return '/dev/fuse cannot be opened'
  }
}

function isMounted(): boolean {
  return statSync(mount).dev !== statSync(folder).dev
}

/** Runs s3fs in the foreground; resolves to its process when the bucket is there. */
async function startS3fs(): Promise<ChildProcess> {
  const passwords = path.join(folder, 'passwd')
  writeFileSync(passwords, `${server.accessKeyId}:${server.secretAccessKey}`, { mode: 0o600 })
  mkdirSync(mount)
  const options = [`url=${server.url}`, 'use_path_request_style', `passwd_file=${passwords}`, `tmpdir=${folder}`]
  const args = [Bucket, mount, '-f', ...options.flatMap((option) => ['-o', option])]
  const child = spawn('command' in found ? found.command : '', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const output: string[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString('utf8')))
  for (let attempt = 0; attempt < 200; attempt++) {
    if (isMounted()) return child
    if (child.exitCode !== null) break
    await sleep(50)
  }
  throw new Error(`s3fs did not mount: ${output.join('')}`)
}

describe.skipIf(reason !== null)(`s3fs ${reason ?? ''}`, () => {
  let s3fs: ChildProcess | null = null

  beforeAll(async () => {
    await client.send(new CreateBucketCommand({ Bucket }))
    s3fs = await startS3fs()
  })

  afterAll(async () => {
    if (s3fs !== null) {
      const ended = new Promise((resolve) => s3fs?.once('exit', resolve))
      await runCommand('fusermount', ['-u', mount])
      await ended
    }
    rmSync(folder, { recursive: true, force: true })
  })

  it.each(Object.entries(sampleSizes))('writes a file of size %s and reads it again', async (name, size) => {
    await writeFile(path.join(mount, name), sampleBytes(size))
    const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket, Key: name }))
    expect(ContentLength).toBe(size)
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(sampleBytes(size))).toBe(true)
    expect((await readFile(path.join(mount, name))).equals(sampleBytes(size))).toBe(true)
  })

  it.each(fileKeys)('keeps the name %j', async (key) => {
    const file = path.join(mount, 'names', key)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, key)
    expect(await readFile(file, 'utf8')).toBe(key)
    expect(await readdir(path.dirname(file))).toContain(path.basename(key))
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: `names/${key}` }))
    expect(Contents?.map(({ Key }) => Key)).toEqual([`names/${key}`])
  })

  it('appends, overwrites in the middle, truncates', async () => {
    const file = path.join(mount, 'edited')
    await writeFile(file, '0123456789')
    await appendFile(file, 'abc')
    const handle = await open(file, 'r+')
    await handle.write('XY', 2)
    await handle.close()
    expect(await readFile(file, 'utf8')).toBe('01XY456789abc')
    await truncate(file, 5)
    expect(await readFile(file, 'utf8')).toBe('01XY4')
  })

  it('reads in the middle of a large file', async () => {
    const handle = await open(path.join(mount, 'severalParts'))
    const { buffer } = await handle.read(Buffer.alloc(1000), 0, 1000, 6_000_000)
    await handle.close()
    const bytes = sampleBytes(sampleSizes.severalParts)
    expect(buffer.equals(bytes.subarray(6_000_000, 6_001_000))).toBe(true)
  })

  it('renames by copies, large files too, and keeps owner, mode and time', async () => {
    const [from, to] = [path.join(mount, 'severalParts'), path.join(mount, 'renamed ü+')]
    const before = await stat(from)
    await rename(from, to)
    const after = await stat(to)
    expect([after.size, after.mode, after.mtimeMs]).toEqual([before.size, before.mode, before.mtimeMs])
    expect((await readFile(to)).equals(sampleBytes(sampleSizes.severalParts))).toBe(true)
    const { Metadata } = await client.send(new HeadObjectCommand({ Bucket, Key: 'renamed ü+' }))
    expect(Metadata).toMatchObject({ mode: String(after.mode), uid: String(after.uid) })
  })

  it('moves and removes folders', async () => {
    await mkdir(path.join(mount, 'here/below'), { recursive: true })
    await writeFile(path.join(mount, 'here/below/file'), 'x')
    await rename(path.join(mount, 'here'), path.join(mount, 'there'))
    expect(await readFile(path.join(mount, 'there/below/file'), 'utf8')).toBe('x')
    await rm(path.join(mount, 'there'), { recursive: true })
    const { KeyCount } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'there' }))
    expect(KeyCount).toBe(0)
    expect(await readdir(mount)).not.toContain('there')
  })

  it('does not find what is not there', () => {
    expect(() => readFileSync(path.join(mount, 'never was'))).toThrow(/ENOENT/)
  })
})
