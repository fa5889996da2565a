// I2: a GET returns the bytes of one version, whole: never a mix, never provisional bytes, never bytes that failed a check.
import { createHash, randomBytes } from 'node:crypto'
import { globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { get as httpGet } from 'node:http'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callsOf, errorCode, type BucketCalls } from '../support/object-calls.ts'
import { connectRaw } from '../support/raw-connection.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { frameChunks, signRequest, type ChunkSigning } from '../support/sign-request.ts'

const MiB = 1024 * 1024

let server: TestServer
let calls: BucketCalls

beforeAll(async () => {
  server = await startServer({ environment: { EDGESHARD_LOG: 'off' } })
  calls = callsOf(server, 'whole')
  expect((await calls.send('PUT', '')).status).toBe(200)
})

afterAll(async () => {
  await server.stop()
})

/** A body that says in every eight bytes which version it is of; each version has a size of its own. */
function bodyOf(version: number): Buffer {
  return Buffer.alloc(2 * MiB + version * 8 * 1001, Buffer.from(`v${version}`.padEnd(8, '.')))
}

/** The version a body is of; a complaint when it is not exactly one. */
function versionOf(bytes: Buffer): number | string {
  const version = Number(/^v(\d+)/.exec(bytes.subarray(0, 8).toString('latin1'))?.[1])
  return bytes.equals(bodyOf(version)) ? version : `${bytes.byteLength} bytes that begin as version ${version}`
}

async function putVersion(key: string, version: number, parts: boolean): Promise<void> {
  const body = bodyOf(version)
  if (!parts) {
    expect((await calls.put(key, body)).status).toBe(200)
    return
  }
  const uploadId = await calls.createUpload(key)
  // The last part may be as small as it likes; the first gets the 5 MiB it needs from the same pattern.
  const part = await calls.uploadPart(key, uploadId, { number: 1, body })
  expect((await calls.complete(key, uploadId, [part.headers.get('etag') ?? ''])).status).toBe(200)
}

describe('readers during overwrites', () => {
  it('see one version whole, with its own headers, and never an older one again', { timeout: 90_000 }, async () => {
    const versions = 16
    await putVersion('object', 0, false)
    const progress = { written: 0 }
    const problems: string[] = []
    const seen = new Set<number>()
    const readWhole = async () => {
      let newest = 0
      while (progress.written < versions) {
        const response = await calls.get('object')
        const version = versionOf(Buffer.from(await response.arrayBuffer()))
        if (typeof version === 'string' || response.status !== 200) problems.push(`${response.status} ${version}`)
        else if (version < newest) problems.push(`version ${version} after ${newest}`)
        else seen.add((newest = version))
      }
    }
    const readEnds = async () => {
      while (progress.written < versions) {
        const response = await calls.send('GET', 'object', { headers: { range: 'bytes=-1048576' } })
        const bytes = Buffer.from(await response.arrayBuffer())
        const total = Number(response.headers.get('content-range')?.split('/')[1])
        const version = (total - 2 * MiB) / 8008
        if (!bytes.equals(bodyOf(version).subarray(-MiB))) problems.push(`the end of ${total} bytes is not its own`)
      }
    }
    const write = async () => {
      for (let version = 1; version <= versions; version++) {
        await putVersion('object', version, version % 3 === 0)
        progress.written = version
      }
    }
    await Promise.all([write(), readWhole(), readWhole(), readWhole(), readEnds()])
    expect(problems).toEqual([])
    expect(seen.size).toBeGreaterThan(3)
  })

  it('that began before end with what they began with', async () => {
    const body = randomBytes(24 * MiB)
    await calls.put('slow', body)
    const presigned = await signRequest(server, { method: 'GET', path: '/whole/slow' })
    const reader = await slowReader(presigned.head)
    await calls.put('slow', 'another')
    await calls.remove('slow')
    expect(sha256(await reader.rest())).toBe(sha256(body))
  })

  it('of many files end with what they began with, however long they take; then the files go', async () => {
    const own = await startServer({ environment: { EDGESHARD_GRACE_MS: '200', EDGESHARD_LOG: 'off' } })
    try {
      const objects = callsOf(own, 'own')
      await objects.send('PUT', '')
      const parts = Array.from({ length: 6 }, (_, index) => randomBytes(6 * MiB + index))
      const uploadId = await objects.createUpload('slow')
      const etags: string[] = []
      for (const [index, body] of parts.entries()) {
        const part = await objects.uploadPart('slow', uploadId, { number: index + 1, body })
        etags.push(part.headers.get('etag') ?? '')
      }
      expect((await objects.complete('slow', uploadId, etags)).status).toBe(200)
      const reader = await slowReader((await signRequest(own, { method: 'GET', path: '/own/slow' })).head, own)
      expect((await objects.remove('slow')).status).toBe(204)
      const filesLeft = () =>
        globSync(path.join(own.dataDir, 'files/*/*/*')).filter((file) => statSync(file).size >= 6 * MiB).length
      // The grace is long over, and the alarm was there: what nobody read would be gone.
      await sleep(7_000)
      expect(filesLeft()).toBe(parts.length)
      expect(sha256(await reader.rest())).toBe(sha256(Buffer.concat(parts)))
      await expect.poll(filesLeft, { timeout: 10_000 }).toBe(0)
    } finally {
      await own.stop()
    }
  })
})

/** A GET that stops reading after its first bytes until `rest` is asked for. */
async function slowReader(head: string, of: TestServer = server): Promise<{ rest(): Promise<Buffer> }> {
  const [start = '', ...lines] = head.trimEnd().split('\r\n')
  const headers = Object.fromEntries(lines.map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]))
  const options = { port: of.port, host: '127.0.0.1', path: start.split(' ')[1], headers, agent: false as const }
  const chunks: Buffer[] = []
  return new Promise((resolve, reject) => {
    httpGet(options, (answer) => {
      answer.once('data', (chunk: Buffer) => {
        answer.pause()
        chunks.push(chunk)
        const rest = () =>
          new Promise<Buffer>((done, fail) => {
            answer.on('data', (further: Buffer) => chunks.push(further))
            answer.on('end', () => done(Buffer.concat(chunks)))
            answer.on('error', fail)
            answer.resume()
          })
        resolve({ rest })
      })
    }).on('error', reject)
  })
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function answered(response: Response): Promise<{ status: number; code: string }> {
  return { status: response.status, code: await errorCode(response) }
}

function requestOf(headers: Record<string, string>) {
  const { 'x-amz-content-sha256': payload = 'UNSIGNED-PAYLOAD', ...rest } = headers
  return { headers: rest, payload }
}

/** Sends it over a bare connection. */
async function sendRaw(key: string, headers: Record<string, string>, framed: (signing: ChunkSigning) => Uint8Array) {
  const { head, signing } = await signRequest(server, { method: 'PUT', path: `/whole/${key}`, ...requestOf(headers) })
  const connection = await connectRaw(server.port)
  await connection.send(head)
  await connection.send(framed(signing))
  const answer = await connection.answer()
  connection.close()
  return { status: answer.status, code: /<Code>([^<]*)</.exec(answer.body.toString())?.[1] ?? '' }
}

describe('an upload that fails a check', () => {
  const body = randomBytes(3 * MiB)
  const wrong = createHash('md5').update('something else').digest('base64')
  const wrongSha = createHash('sha256').update('something else').digest('base64')

  type Failing = (key: string) => Promise<{ status: number; code: string }>

  it.each<[string, string, Failing]>([
    ['its MD5', 'BadDigest', async (key) => answered(await calls.put(key, body, { 'content-md5': wrong }))],
    [
      'its checksum',
      'BadDigest',
      async (key) => answered(await calls.put(key, body, { 'x-amz-checksum-sha256': wrongSha })),
    ],
    [
      'the hash of its payload',
      'XAmzContentSHA256Mismatch',
      async (key) =>
        sendRaw(
          key,
          { 'content-length': String(body.byteLength), 'x-amz-content-sha256': sha256(randomBytes(1)) },
          () => body,
        ),
    ],
    [
      'the signature of its last chunk',
      'SignatureDoesNotMatch',
      async (key) => {
        const size = framedSize()
        const headers = {
          'content-length': String(size),
          'content-encoding': 'aws-chunked',
          'x-amz-decoded-content-length': String(body.byteLength),
          'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
        }
        return sendRaw(key, headers, (signing) => {
          const framed = frameChunks(chunksOf(), { signing })
          // Within the last chunk's bytes: all before it is as it was signed.
          framed[size - 300] = (framed[size - 300] ?? 0) ^ 1
          return framed
        })
      },
    ],
  ])('%s is never seen', async (name, code, send) => {
    const key = `checked ${name}`.replaceAll(/\W/g, '-')
    expect(await send(key)).toMatchObject({ code })
    expect((await calls.get(key)).status).toBe(404)
    await calls.put(key, 'before')
    const progress = { done: false }
    const texts = new Set<string>()
    const reading = (async () => {
      while (!progress.done) texts.add(await (await calls.get(key)).text())
    })()
    expect(await send(key)).toMatchObject({ code })
    progress.done = true
    await reading
    expect([...texts]).toEqual(['before'])
    expect(await (await calls.get(key)).text()).toBe('before')
    expect((await calls.list(2, key)).map(({ size }) => size)).toEqual([6])
  })

  it('its length, because it broke off, is never seen', async () => {
    await calls.put('broken', 'before')
    const headers = { 'content-length': String(body.byteLength) }
    const { head } = await signRequest(server, { method: 'PUT', path: '/whole/broken', headers })
    const connection = await connectRaw(server.port)
    await connection.send(head)
    await connection.send(body.subarray(0, 2 * MiB))
    connection.close()
    for (let count = 0; count < 20; count++) expect(await (await calls.get('broken')).text()).toBe('before')
  })

  it('its checksum, as a part, is in no list and in no object', async () => {
    const uploadId = await calls.createUpload('parts')
    const headers = { 'content-md5': wrong }
    const query = { partNumber: '1', uploadId }
    expect(await errorCode(await calls.send('PUT', 'parts', { query, headers, body }))).toBe('BadDigest')
    const parts = await calls.send('GET', 'parts', { query: { uploadId } })
    expect(await parts.text()).not.toContain('<PartNumber>')
    const etag = `"${createHash('md5').update(body).digest('hex')}"`
    expect(await errorCode(await calls.complete('parts', uploadId, [etag]))).toBe('InvalidPart')
  })

  function chunksOf(): Uint8Array[] {
    return Array.from({ length: 48 }, (_, index) => body.subarray(index * 65_536, (index + 1) * 65_536))
  }

  function framedSize(): number {
    return frameChunks(chunksOf(), { signing: null }).byteLength + 49 * ';chunk-signature='.length + 49 * 64
  }
})

/** The file of the object just written: the only one of its size. */
function fileOf(size: number, { dataDir } = server): string {
  const found = globSync(path.join(dataDir, 'files/**/*')).filter((name) => {
    const facts = statSync(name)
    return facts.isFile() && facts.size === size
  })
  expect(found).toHaveLength(1)
  return found[0]!
}

function flipByte(file: string, offset: number): void {
  const bytes = readFileSync(file)
  bytes[offset] = (bytes[offset] ?? 0) ^ 1
  writeFileSync(file, bytes)
}

/** `right`: exactly these bytes; `refused`: an error status; `broken`: the connection ended before all had come. */
async function readOutcome(key: string, range: string | null, expected: Uint8Array): Promise<string> {
  try {
    const response = await calls.send('GET', key, range === null ? {} : { headers: { range } })
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (response.status >= 500) return 'refused'
    return Buffer.from(bytes).equals(expected) ? 'right' : `${response.status} with ${bytes.byteLength} wrong bytes`
  } catch {
    return 'broken'
  }
}

describe('a damaged file', () => {
  it('is never handed out, and its sound blocks are', async () => {
    const body = randomBytes(3 * MiB + 17)
    await calls.put('damaged', body)
    expect(await readOutcome('damaged', null, body)).toBe('right')
    flipByte(fileOf(body.byteLength), 2 * MiB)
    expect(await readOutcome('damaged', null, body)).toMatch(/^(broken|refused)$/)
    expect(await readOutcome('damaged', 'bytes=0-99999', body.subarray(0, 100_000))).toBe('right')
    expect(await readOutcome('damaged', `bytes=${2 * MiB - 5}-${2 * MiB + 5}`, new Uint8Array())).toBe('refused')
    // HEAD tells of the object; nothing of its bytes.
    expect((await calls.send('HEAD', 'damaged')).status).toBe(200)
  })

  it('is never handed out from its first byte on', async () => {
    const body = randomBytes(3 * MiB + 18)
    await calls.put('first', body)
    flipByte(fileOf(body.byteLength), 0)
    expect(await readOutcome('first', null, body)).toBe('refused')
  })

  it('that is short or gone is refused', async () => {
    const body = randomBytes(3 * MiB + 19)
    await calls.put('short', body)
    const file = fileOf(body.byteLength)
    writeFileSync(file, body.subarray(0, 2 * MiB))
    expect(await readOutcome('short', null, body)).toBe('refused')
    rmSync(file)
    expect(await readOutcome('short', null, body)).toBe('refused')
  })

  it('is found by the scrubber before anybody reads it', { timeout: 60_000 }, async () => {
    // A server of its own: a round begins soon after a shard's first write, and then rests.
    const scrubbing = await startServer({ environment: { EDGESHARD_SCRUB_MS: '500', EDGESHARD_LOG: 'off' } })
    try {
      const objects = callsOf(scrubbing, 'scrubbed')
      await objects.send('PUT', '')
      const [unread, sound] = [randomBytes(MiB + 20), randomBytes(MiB + 21)]
      await objects.put('unread', unread)
      await objects.put('sound', sound)
      flipByte(fileOf(unread.byteLength, scrubbing), MiB / 2)
      await expect.poll(() => scrubbed(scrubbing), { timeout: 30_000, interval: 300 }).toEqual([1, 1])
      expect((await objects.get('unread')).status).toBe(500)
      expect(Buffer.from(await (await objects.get('sound')).arrayBuffer()).equals(sound)).toBe(true)
      expect((await objects.remove('unread')).status).toBe(204)
    } finally {
      await scrubbing.stop()
    }
  })
})

/** Extents found damaged, and found intact. */
async function scrubbed(of: TestServer): Promise<number[]> {
  const text = await (await fetch(`${of.url}/-/metrics`)).text()
  return ['damaged', 'intact'].map((outcome) => {
    const name = `edgeshard_scrubbed_extents_total{outcome="${outcome}"}`
    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(name))
        ?.split(' ')[1] ?? 0,
    )
  })
}
