// The contract of `npm start` with whoever starts it, through infra/start.mjs: settings, what stays, how it ends.
// test/invariants/embedded-server.test.ts has the life of its processes.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { codeOf } from '../support/s3-error.ts'
import { sampleBytes, sampleSizes } from '../support/samples.ts'
import type { ServerOptions } from '../support/server-process.ts'
import { startServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'

const launcher = path.join(import.meta.dirname, '..', '..', 'infra', 'start.mjs')
const scratch = mkdtempSync(path.join(tmpdir(), 'edgeshard-start-'))
const servers: TestServer[] = []
let folders = 0

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

afterAll(() => rmSync(scratch, { recursive: true, force: true }))

function newFolder(): string {
  folders += 1
  return path.join(scratch, String(folders))
}

async function start(options: ServerOptions = {}): Promise<TestServer> {
  const server = await startServer(options)
  servers.push(server)
  return server
}

async function stop(server: TestServer): Promise<number | null> {
  servers.splice(servers.indexOf(server), 1)
  return server.stop()
}

/** Runs the launcher until it ends by itself. */
function launch(environment: Record<string, string>): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = { ...process.env, EDGESHARD_DATA_DIR: newFolder(), EDGESHARD_PORT: '0', ...environment }
  const child = spawn(process.execPath, [launcher], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString('utf8')))
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, ...output }))
  })
}

describe('a setting that cannot be', () => {
  it.each([
    ['EDGESHARD_HOST', 'not an address'],
    ['EDGESHARD_PORT', '65536'],
    ['EDGESHARD_REGION', 'Mars'],
    ['EDGESHARD_DOMAINS', 'http://s3.example.com'],
    ['EDGESHARD_BULK', 'tape'],
    ['ROOT_SECRET_ACCESS_KEY', 'short'],
  ])('%s=%j: one sentence, exit code 2, nothing made', async (name, value) => {
    const folder = newFolder()
    const { code, stdout, stderr } = await launch({ EDGESHARD_DATA_DIR: folder, [name]: value })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(new RegExp(`^edgeshard: The value .*of ${name} is not usable: it must be .*\\.\n$`))
    if (name.includes('SECRET')) expect(stderr).not.toContain(value)
    expect(() => statSync(folder)).toThrow(/ENOENT/)
  })

  it('half a root key: one sentence, exit code 2', async () => {
    const { code, stderr } = await launch({ ROOT_ACCESS_KEY_ID: 'ONLYHALF' })
    expect([code, stderr]).toEqual([
      2,
      'edgeshard: ROOT_ACCESS_KEY_ID and ROOT_SECRET_ACCESS_KEY must be set together or not at all.\n',
    ])
  })

  it('a data folder that is a file: one sentence, exit code 1', async () => {
    const file = newFolder()
    writeFileSync(file, 'not a folder')
    const { code, stderr } = await launch({ EDGESHARD_DATA_DIR: file })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^edgeshard: The data folder .* cannot be used: .*\n$/)
  })
})

describe('settings that are used', () => {
  it('region, domains and a name that is none of the settings', async () => {
    const server = await start({
      environment: {
        EDGESHARD_REGION: 'eu-test-7',
        EDGESHARD_DOMAINS: 's3.example.com, cdn.example.org',
        EDGESHARD_PROT: '9000',
      },
    })
    expect(server.output()).toContain('edgeshard: EDGESHARD_PROT is not a setting and has no effect.')
    expect(server.output()).toContain('AWS_REGION=eu-test-7')
    const at = (host: string, method: string, target: string) =>
      server.fetchSigned(method, target, { headers: { host } })
    expect((await at('my-bucket.s3.example.com', 'PUT', '/')).status).toBe(200)
    expect((await at('my-bucket.cdn.example.org:8443', 'PUT', '/key')).status).toBe(200)
    expect((await at('my-bucket.localhost', 'GET', '/key')).status).toBe(200)
    expect((await at('s3.example.com', 'GET', '/my-bucket/key')).status).toBe(200)
    expect(await codeOf(at('my-bucket.example.com', 'GET', '/key'))).toBe('404 NoSuchBucket')
    const head = await server.fetchSigned('HEAD', '/my-bucket')
    expect(head.headers.get('x-amz-bucket-region')).toBe('eu-test-7')
  })

  it.each(['volumes', 'r2'])('EDGESHARD_BULK=%s keeps large bodies, also past a change of it', async (bulk) => {
    const dataDir = newFolder()
    const bytes = sampleBytes(sampleSizes.overOnePart)
    const server = await start({ dataDir, environment: { EDGESHARD_BULK: bulk } })
    const target = { Bucket: 'bulk', Key: 'large' }
    await server.client().send(new CreateBucketCommand({ Bucket: 'bulk' }))
    await new Upload({ client: server.client(), params: { ...target, Body: bytes } }).done()
    await stop(server)
    const later = await start({ dataDir, environment: { EDGESHARD_BULK: bulk === 'r2' ? 'r2' : 'files' } })
    const { Body } = await later.client().send(new GetObjectCommand(target))
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true)
  })
})

describe('what a stop leaves', () => {
  it('is all that was written: small, large, listed, and the keys', async () => {
    const dataDir = newFolder()
    const generated = { ROOT_ACCESS_KEY_ID: '', ROOT_SECRET_ACCESS_KEY: '' }
    const first = await start({ dataDir, environment: generated })
    const kept = readFileSync(path.join(dataDir, 'root-key.json'), 'utf8')
    const credentials = JSON.parse(kept) as { accessKeyId: string; secretAccessKey: string }
    const client = first.client({ credentials })
    const Bucket = 'kept'
    await client.send(new CreateBucketCommand({ Bucket }))
    const large = sampleBytes(sampleSizes.severalParts)
    await new Upload({ client, params: { Bucket, Key: 'large', Body: large } }).done()
    // Many at once, and the stop right behind the last answer.
    const keys = Array.from({ length: 50 }, (_, i) => `small-${String(i).padStart(2, '0')}`)
    await Promise.all(keys.map((key) => first.fetchSigned('PUT', `/kept/${key}`, { body: key, credentials })))
    expect(await stop(first)).toBe(0)

    const second = await start({ dataDir, environment: generated })
    expect(readFileSync(path.join(dataDir, 'root-key.json'), 'utf8')).toBe(kept)
    const again = second.client({ credentials })
    const { Contents } = await again.send(new ListObjectsV2Command({ Bucket }))
    expect(Contents?.map(({ Key }) => Key)).toEqual(['large', ...keys])
    const { Body } = await again.send(new GetObjectCommand({ Bucket, Key: 'large' }))
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(large)).toBe(true)
    for (const key of keys) {
      expect(await (await second.fetchSigned('GET', `/kept/${key}`, { credentials })).text()).toBe(key)
    }
  })

  it('is readable for its owner alone', async () => {
    const dataDir = newFolder()
    const server = await start({ dataDir, environment: { ROOT_ACCESS_KEY_ID: '', ROOT_SECRET_ACCESS_KEY: '' } })
    await stop(server)
    expect(statSync(dataDir).mode & 0o077).toBe(0)
    for (const name of ['root-key.json', 'secret']) expect(statSync(path.join(dataDir, name)).mode & 0o777).toBe(0o600)
    const { secretAccessKey } = JSON.parse(readFileSync(path.join(dataDir, 'root-key.json'), 'utf8')) as {
      secretAccessKey: string
    }
    // Nowhere else: neither in the databases nor in the log.
    for (const entry of readdirSync(dataDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name === 'root-key.json') continue
      const content = readFileSync(path.join(entry.parentPath, entry.name))
      expect([entry.name, content.includes(secretAccessKey)]).toEqual([entry.name, false])
    }
  })
})

describe('SIGINT', () => {
  it('stops it as SIGTERM does', async () => {
    const env = { ...process.env, EDGESHARD_DATA_DIR: newFolder(), EDGESHARD_PORT: '0' }
    const child = spawn(process.execPath, [launcher], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = new Promise((resolve) => child.once('exit', resolve))
    let output = ''
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8')
        if (/^ready http:\/\/127\.0\.0\.1:\d+$/m.test(output)) resolve()
      })
      void exited.then(() => resolve())
    })
    expect(output).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n/)
    child.kill('SIGINT')
    expect(await exited).toBe(0)
  })
})
