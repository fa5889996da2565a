// I4: when all is quiet the catalogue equals the shards, row for row, and no extent exists without an owner, nor an owner
// without its extent: after a random load, after copies that lend extents from bucket to bucket, and after all is deleted.
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditWhenQuiet, type Audit } from '../support/audit.ts'
import { callsOf, type BucketCalls } from '../support/object-calls.ts'
import { randomFrom } from '../support/random.ts'
import { connectRaw } from '../support/raw-connection.ts'
import { signRequest } from '../support/sign-request.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { Writer } from '../support/workload.ts'

const MiB = 1024 * 1024
const seed = Number(process.env['EDGESHARD_TEST_SEED'] ?? 1)
const stepsPerWriter = Number(process.env['EDGESHARD_TEST_STEPS'] ?? 40)

let server: TestServer
let buckets: { calls: BucketCalls; versioned: boolean }[]

beforeAll(async () => {
  const environment = {
    EDGESHARD_LEASE_MS: '2000',
    EDGESHARD_GRACE_MS: '500',
    EDGESHARD_SHARDS: '3',
    EDGESHARD_LOG: 'off',
  }
  server = await startServer({ environment })
  buckets = [
    { calls: await newBucket('plain', null), versioned: false },
    { calls: await newBucket('other', null), versioned: false },
    { calls: await newBucket('kept', 'Enabled'), versioned: true },
    { calls: await newBucket('paused', 'Suspended'), versioned: false },
  ]
})

afterAll(async () => {
  await server.stop()
})

async function newBucket(name: string, versioning: 'Enabled' | 'Suspended' | null): Promise<BucketCalls> {
  const calls = callsOf(server, name)
  expect((await calls.send('PUT', '')).status).toBe(200)
  for (const status of versioning === 'Suspended' ? ['Enabled', 'Suspended'] : [versioning]) {
    const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
    if (status !== null) expect((await calls.send('PUT', '', { query: { versioning: '' }, body })).status).toBe(200)
    // What versioning made stays when it is suspended.
    if (status === 'Enabled' && versioning === 'Suspended') await calls.put('w0/0', randomBytes(300_000))
  }
  return calls
}

async function expectClean(): Promise<Audit> {
  const audit = await auditWhenQuiet(server.dataDir)
  expect({ problems: audit.problems, pending: audit.pending }).toEqual({ problems: [], pending: [] })
  return audit
}

async function ok(answer: Promise<Response>): Promise<Response> {
  const response = await answer
  const text = await response.clone().text()
  expect(response.ok && !text.includes('<Code>'), `${response.status} ${text.slice(0, 300)}`).toBe(true)
  return response
}

async function hashOf(calls: BucketCalls, key: string): Promise<string> {
  const bytes = new Uint8Array(await (await ok(calls.get(key))).arrayBuffer())
  return sha256(bytes)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function emptyBucket(calls: BucketCalls): Promise<void> {
  for (const { key, versionId } of await calls.listVersions()) await ok(calls.remove(key, { versionId }))
}

it('holds after a random load', { timeout: 120_000 }, async () => {
  const writers = Array.from(
    { length: 5 },
    (_, index) => new Writer({ name: `w${index}`, buckets, keysPerBucket: 3, random: randomFrom(seed * 77 + index) }),
  )
  await Promise.all(
    writers.map(async (writer) => {
      for (let step = 0; step < stepsPerWriter; step++) await writer.step()
    }),
  )
  const audit = await expectClean()
  // The load left something of everything to look at.
  expect(audit.versions).toBeGreaterThan(20)
  expect(audit.uploads).toBeGreaterThan(0)
  expect(audit.extents).toBeGreaterThan(5)
  expect(audit.borrowed).toBeGreaterThan(0)
  await Promise.all(writers.map((writer) => writer.verify()))
  expect(writers.flatMap((writer) => writer.problems)).toEqual([])
  expect(writers.reduce((sum, writer) => sum + writer.unanswered, 0)).toBe(0)
})

describe('extents that are shared', () => {
  const body = randomBytes(MiB + 5)
  const parts = [randomBytes(5 * MiB), randomBytes(700_000)]
  const keys = Array.from({ length: 6 }, (_, index) => `copy-${index}`)

  it('live as long as somebody needs them, in whichever shard and bucket', { timeout: 60_000 }, async () => {
    const [one, two, three] = await Promise.all(['loan-a', 'loan-b', 'loan-c'].map((name) => newBucket(name, null)))
    if (one === undefined || two === undefined || three === undefined) throw new Error('Three buckets were made')
    await ok(one.put('source', body))
    const uploadId = await one.createUpload('parts')
    const etags = await Promise.all(
      parts.map(async (part, index) => {
        const answer = await ok(one.uploadPart('parts', uploadId, { number: index + 1, body: part }))
        return answer.headers.get('etag') ?? ''
      }),
    )
    await ok(one.complete('parts', uploadId, etags))
    // Copies of copies, over the shards of three buckets and back to the first.
    for (const key of keys) await ok(two.copy(key, 'loan-a/source'))
    for (const key of keys) await ok(three.copy(key, `loan-b/${key}`))
    for (const key of keys) await ok(one.copy(key, `loan-c/${key}`))
    for (const key of keys) await ok(two.copy(`parts-${key}`, 'loan-a/parts'))
    // A copy onto itself, with other metadata.
    const headers = { 'x-amz-copy-source': '/loan-c/copy-0', 'x-amz-metadata-directive': 'REPLACE' }
    await ok(three.send('PUT', 'copy-0', { headers }))
    // Ranges of what was borrowed, as parts.
    const ranged = await three.createUpload('ranged')
    const rangeEtags: string[] = []
    for (const [index, range] of ['0-5242879', '100-200000'].entries()) {
      const query = { partNumber: String(index + 1), uploadId: ranged }
      const copied = { 'x-amz-copy-source': '/loan-b/parts-copy-1', 'x-amz-copy-source-range': `bytes=${range}` }
      const answer = await ok(three.send('PUT', 'ranged', { query, headers: copied }))
      rangeEtags[index] = /<ETag>([^<]*)</.exec(await answer.text())?.[1]?.replaceAll('&quot;', '"') ?? ''
    }
    // A part copied twice replaces itself.
    const again = { 'x-amz-copy-source': '/loan-b/parts-copy-1', 'x-amz-copy-source-range': 'bytes=100-200000' }
    await ok(three.send('PUT', 'ranged', { query: { partNumber: '2', uploadId: ranged }, headers: again }))
    await ok(three.complete('ranged', ranged, rangeEtags))
    expect((await expectClean()).borrowed).toBeGreaterThan(5)

    // The sources go, with their bucket; what was copied stays readable.
    await emptyBucket(one)
    await ok(one.send('DELETE', ''))
    await expectClean()
    for (const calls of [two, three]) for (const key of keys) expect(await hashOf(calls, key)).toBe(sha256(body))
    const whole = Buffer.concat(parts)
    expect(await hashOf(two, 'parts-copy-5')).toBe(sha256(whole))
    const expected = Buffer.concat([whole.subarray(0, 5_242_880), whole.subarray(100, 200_001)])
    expect(await hashOf(three, 'ranged')).toBe(sha256(expected))
    await emptyBucket(two)
    await ok(two.send('DELETE', ''))
    await expectClean()
    for (const key of keys) expect(await hashOf(three, key)).toBe(sha256(body))
    expect(await hashOf(three, 'ranged')).toBe(sha256(expected))
    await emptyBucket(three)
    await ok(three.send('DELETE', ''))
    await expectClean()
  })
})

describe('an upload slower than a lease', () => {
  const slow = randomBytes(3 * MiB)

  /** Sends a body whose second half comes in pieces over `milliseconds`, or after one long silence. */
  async function sendSlowly(key: string, query: Record<string, string>, how: { milliseconds: number; pieces: number }) {
    const headers = { 'content-length': String(slow.byteLength) }
    const { head } = await signRequest(server, { method: 'PUT', path: `/slow/${key}`, query, headers })
    const connection = await connectRaw(server.port)
    await connection.send(head)
    const half = slow.byteLength / 2
    await connection.send(slow.subarray(0, half))
    for (let piece = 0; piece < how.pieces; piece++) {
      await sleep(how.milliseconds / how.pieces)
      await connection.send(slow.subarray(half + (piece * half) / how.pieces, half + ((piece + 1) * half) / how.pieces))
    }
    const answer = await connection.answer()
    connection.close()
    return answer
  }

  it('keeps its lease while bytes come', { timeout: 30_000 }, async () => {
    const calls = await newBucket('slow', null)
    const uploadId = await calls.createUpload('parts')
    const steadily = { milliseconds: 5000, pieces: 12 }
    const [whole, part] = await Promise.all([
      sendSlowly('whole', {}, steadily),
      sendSlowly('parts', { partNumber: '1', uploadId }, steadily),
    ])
    expect([whole.status, part.status]).toEqual([200, 200])
    await ok(calls.complete('parts', uploadId, [part.headers.get('etag') ?? '']))
    await expectClean()
    expect(await hashOf(calls, 'whole')).toBe(sha256(slow))
    expect(await hashOf(calls, 'parts')).toBe(sha256(slow))
  })

  it('that was silent for longer is refused, and leaves no bytes', { timeout: 30_000 }, async () => {
    const calls = callsOf(server, 'slow')
    // Until the collector has come by: it removes the bytes of the first half.
    const answer = await sendSlowly('silent', {}, { milliseconds: 9000, pieces: 1 })
    expect(answer.status).toBe(400)
    expect(answer.body.toString()).toContain('<Code>RequestTimeout</Code>')
    expect((await calls.get('silent')).status).toBe(404)
    await expectClean()
    await emptyBucket(calls)
    await ok(calls.send('DELETE', ''))
  })
})

it('leaves no bytes when all is deleted, uploads in progress with their buckets', { timeout: 60_000 }, async () => {
  for (const { calls } of buckets) {
    await emptyBucket(calls)
    await ok(calls.send('DELETE', ''))
  }
  expect(await expectClean()).toMatchObject({ versions: 0, uploads: 0, extents: 0, borrowed: 0, files: 0 })
})
