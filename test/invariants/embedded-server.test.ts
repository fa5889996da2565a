// The process that `npm start` is: what it prints, how it refuses, how it ends, and that nothing of it is left behind.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { startServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import type { ServerOptions } from '../support/server-process.ts'

const launcher = path.join(import.meta.dirname, '..', '..', 'infra', 'start.mjs')
const scratch = mkdtempSync(path.join(tmpdir(), 'edgeshard-process-'))
const servers: TestServer[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
  rmSync(scratch, { recursive: true, force: true })
})

async function start(options: ServerOptions = {}): Promise<TestServer> {
  const server = await startServer(options)
  servers.push(server)
  return server
}

/** Runs the launcher until it ends by itself. */
function launch(environment: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
  const env = { ...process.env, EDGESHARD_DATA_DIR: scratch, EDGESHARD_PORT: '0', ...environment }
  const child = spawn(process.execPath, [launcher], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const stderr: Uint8Array[] = []
  child.stderr.on('data', (chunk: Uint8Array) => stderr.push(chunk))
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stderr: Buffer.concat(stderr).toString('utf8') }))
  })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function waitUntilGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100 && isAlive(pid); attempt++) await sleep(20)
  return !isAlive(pid)
}

describe('a refused start', () => {
  it('names the bad value in one sentence and exits with 2', async () => {
    expect(await launch({ EDGESHARD_PORT: 'http' })).toEqual({
      code: 2,
      stderr:
        'edgeshard: The value "http" of EDGESHARD_PORT is not usable: it must be a whole number from 0 to 65535.\n',
    })
  })

  it('says that the port is in use', async () => {
    const { port } = await start()
    const { code, stderr } = await launch({ EDGESHARD_PORT: String(port) })
    expect(code).toBe(1)
    expect(stderr).toBe(`edgeshard: Port ${port} of 127.0.0.1 is in use; set EDGESHARD_PORT to another one.\n`)
  })

  it('says that another server has the data folder', async () => {
    const { dataDir } = await start()
    const { code, stderr } = await launch({ EDGESHARD_DATA_DIR: dataDir })
    expect(code).toBe(1)
    expect(stderr).toContain(`Another server uses the data folder ${dataDir};`)
  })
})

describe('a start', () => {
  it('prints the ready line, the generated key and the data folder', async () => {
    const server = await start({ environment: { ROOT_ACCESS_KEY_ID: '', ROOT_SECRET_ACCESS_KEY: '' } })
    const file = path.join(server.dataDir, 'root-key.json')
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { accessKeyId: string; secretAccessKey: string }
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const lines = server.output().split('\n')
    expect(lines).toContain(`ready ${server.url}`)
    expect(lines).toContain(`access key   ${kept.accessKeyId}`)
    expect(lines).toContain(`secret key   ${kept.secretAccessKey}`)
    expect(lines).toContain(`data folder  ${server.dataDir}`)
  })

  it('does not print a secret that was given to it', async () => {
    const server = await start()
    expect(server.output()).not.toContain(server.secretAccessKey)
  })

  it('writes the log of requests to the data folder', async () => {
    const server = await start()
    await (await fetch(`${server.url}/some-bucket`)).arrayBuffer()
    // Lines are written a moment after the answer, several at a time.
    await vi.waitFor(() => {
      const lines = readFileSync(path.join(server.dataDir, 'access.log'), 'utf8').trim().split('\n')
      const requests = lines.map((line) => JSON.parse(line) as { bucket?: string })
      expect(requests.some(({ bucket }) => bucket === 'some-bucket')).toBe(true)
    })
  })
})

describe('the thread for digests', () => {
  const body = Buffer.alloc(3 * 2 ** 20 + 7, 'a large body ')
  const expected = `"${createHash('md5').update(body).digest('hex')}"`

  /** Puts the body whole and as a part; gives their ETags. */
  async function upload(server: TestServer): Promise<(string | undefined)[]> {
    const client = server.client()
    const at = { Bucket: 'md5-bucket', Key: 'large' }
    await client.send(new CreateBucketCommand({ Bucket: at.Bucket }))
    const { ETag: whole } = await client.send(new PutObjectCommand({ ...at, Body: body }))
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at))
    const { ETag: part } = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: body }))
    return [whole, part]
  }

  it('gives large uploads their ETag', async () => {
    const server = await start()
    expect(await upload(server)).toEqual([expected, expected])
    expect(server.output()).not.toContain('The thread for digests')
  })

  it('is done without when nobody listens', async () => {
    const server = await start()
    rmSync(path.join(server.dataDir, 'digests.sock'))
    expect(await upload(server)).toEqual([expected, expected])
    expect(server.output()).toContain('The thread for digests does not answer')
  })

  it('is done without where the path of the data folder is too long for a socket', async () => {
    const dataDir = path.join(scratch, 'a'.repeat(100))
    const server = await start({ dataDir })
    expect(await upload(server)).toEqual([expected, expected])
    expect(server.output()).toContain('hashed without a second thread')
  })
})

describe('an end', () => {
  it('by SIGTERM lets a request in flight finish and exits with 0', async () => {
    const server = await start()
    const socket = connect(server.port, '127.0.0.1')
    socket.write(`PUT /bucket/key HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 6\r\n\r\nabc`)
    await sleep(200)
    const stopped = server.stop()
    await sleep(200)
    // No new request is taken: the connection is refused, or it waits and is closed at the end.
    await expect(fetch(server.url, { signal: AbortSignal.timeout(300) })).rejects.toThrow()
    socket.write('def')
    const answer = await new Promise<string>((resolve) => {
      socket.once('data', (chunk) => resolve(chunk.toString('utf8')))
      socket.once('close', () => resolve('closed without an answer'))
    })
    expect(answer).toMatch(/^HTTP\/1\.1 \d\d\d /)
    expect(await stopped).toBe(0)
  })

  it('by SIGTERM does not wait for connections that are idle', async () => {
    const server = await start()
    const socket = connect(server.port, '127.0.0.1')
    socket.write('GET /-/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    await new Promise((resolve) => {
      socket.once('data', resolve)
    })
    const started = performance.now()
    expect(await server.stop()).toBe(0)
    expect(performance.now() - started).toBeLessThan(3000)
    socket.destroy()
  })

  it('of the launching process alone leaves no workerd behind', async () => {
    const server = await start()
    const workerd = server.workerdPid()
    server.killLauncher()
    expect(await waitUntilGone(workerd)).toBe(true)
  })

  it('of workerd alone is answered by a new one', async () => {
    const server = await start()
    const workerd = server.workerdPid()
    process.kill(workerd, 'SIGKILL')
    await waitUntilGone(workerd)
    for (let attempt = 0; attempt < 250; attempt++) {
      const response = await fetch(`${server.url}/-/ready`).catch(() => null)
      if (response?.status === 200) return
      await sleep(20)
    }
    throw new Error('No new workerd answered')
  })

  it('by SIGKILL can be followed by a start on the same port and data at once', async () => {
    const server = await start()
    await server.kill9()
    await server.restart()
    expect((await fetch(`${server.url}/-/ready`)).status).toBe(200)
  })
})
