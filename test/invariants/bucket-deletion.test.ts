// I6: a deleted bucket takes no write, and is deleted only when empty, in any interleaving of writes and DeleteBucket.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditWhenQuiet } from '../support/audit.ts'
import { callsOf, errorCode, type BucketCalls } from '../support/object-calls.ts'
import { randomFrom } from '../support/random.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { uniqueBucketName } from '../support/shared-server.ts'

const rounds = 14

let server: TestServer

beforeAll(async () => {
  const environment = { EDGESHARD_LEASE_MS: '2000', EDGESHARD_GRACE_MS: '500', EDGESHARD_LOG: 'off' }
  server = await startServer({ environment })
})

afterAll(async () => {
  await server.stop()
})

async function newBucket(name = uniqueBucketName('deletion')): Promise<BucketCalls> {
  const calls = callsOf(server, name)
  expect((await calls.send('PUT', '')).status).toBe(200)
  return calls
}

const deleteBucket = (calls: BucketCalls) => calls.send('DELETE', '')

/** A write of its own key: the key where it was acknowledged, or the error's code. */
type Attempt = (calls: BucketCalls, key: string) => Promise<{ key: string } | { code: string }>

async function outcome(key: string, response: Response): Promise<{ key: string } | { code: string }> {
  const code = await errorCode(response)
  return response.status === 200 && code === '' ? { key } : { code }
}

const attempts: Attempt[] = [
  async (calls, key) => outcome(key, await calls.put(key, `small ${key}`)),
  async (calls, key) => outcome(key, await calls.put(key, randomBytes(300_000))),
  async (calls, key) => outcome(key, await calls.put(key, 'conditional', { 'if-none-match': '*' })),
  async (calls, key) => {
    const created = await calls.send('POST', key, { query: { uploads: '' } })
    const uploadId = /<UploadId>([^<]*)</.exec(await created.clone().text())?.[1]
    if (uploadId === undefined) return outcome(key, created)
    const part = await calls.uploadPart(key, uploadId, { number: 1, body: randomBytes(500) })
    if (part.status !== 200) return outcome(key, part)
    return outcome(key, await calls.complete(key, uploadId, [part.headers.get('etag') ?? '']))
  },
]

/** So many writes that its shards answer ahead of the catalogue, and nothing left of them. */
async function streamInto(calls: BucketCalls): Promise<void> {
  const keys = Array.from({ length: 40 }, (_, index) => `stream-${index}`)
  for (const key of keys) expect((await calls.put(key, 'x')).status).toBe(200)
  for (const key of keys) expect((await calls.remove(key)).status).toBe(204)
}

describe.each<[string, (calls: BucketCalls) => Promise<void>]>([
  ['DeleteBucket against writes', async () => {}],
  ['DeleteBucket against a stream of writes', streamInto],
])('%s', (_, prepare) => {
  it('loses no acknowledged object, and lets none into a deleted bucket', { timeout: 90_000 }, async () => {
    const random = randomFrom(7)
    const seen = { deleted: 0, kept: 0 }
    for (let round = 0; round < rounds; round++) {
      const calls = await newBucket()
      await prepare(calls)
      const writes = attempts.flatMap((attempt, kind) =>
        [0, 1].map(async (index) => {
          await sleep(random(12))
          return attempt(calls, `${kind}-${index}`)
        }),
      )
      const deletion = sleep(random(12)).then(() => deleteBucket(calls))
      const results = await Promise.all(writes)
      const { status } = await deletion
      const acknowledged = results.flatMap((result) => ('key' in result ? [result.key] : []))
      const refusals = new Set(results.flatMap((result) => ('code' in result ? [result.code] : [])))
      if (status === 204) {
        seen.deleted++
        expect(acknowledged).toEqual([])
        // An upload that began before is gone with its bucket.
        refusals.delete('NoSuchUpload')
        expect([...refusals]).toEqual(['NoSuchBucket'])
        await expectFresh(calls, results.length)
      } else {
        seen.kept++
        expect(status).toBe(409)
        expect([...refusals]).toEqual([])
        expect((await calls.list()).map((row) => row.key)).toEqual(acknowledged.toSorted())
        for (const key of acknowledged) expect((await calls.get(key)).status).toBe(200)
      }
    }
    // Both ends were met, so the race was one.
    expect(seen.deleted).toBeGreaterThan(0)
    expect(seen.kept).toBeGreaterThan(0)
  })

  it('succeeds once among several', async () => {
    const calls = await newBucket()
    await prepare(calls)
    const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await deleteBucket(calls)).status))
    expect(statuses.toSorted((a, b) => a - b)).toEqual([204, ...Array.from({ length: 7 }, () => 404)])
  })

  it('waits for the last object and the last version', async () => {
    const calls = await newBucket()
    await prepare(calls)
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
    expect((await calls.send('PUT', '', { query: { versioning: '' }, body })).status).toBe(200)
    await calls.put('key', 'one')
    await calls.remove('key')
    for (const { versionId } of await calls.listVersions()) {
      expect(await errorCode(await deleteBucket(calls))).toBe('BucketNotEmpty')
      expect((await calls.remove('key', { versionId })).status).toBe(204)
    }
    expect((await deleteBucket(calls)).status).toBe(204)
  })
})

describe('a bucket made again under its name', () => {
  it('has nothing of the old one', async () => {
    const old = await newBucket()
    await old.put('key', 'old')
    const uploadId = await old.createUpload('upload')
    expect((await old.uploadPart('upload', uploadId, { number: 1, body: randomBytes(400_000) })).status).toBe(200)
    expect((await old.remove('key')).status).toBe(204)
    expect((await deleteBucket(old)).status).toBe(204)
    expect(await errorCode(await old.get('key'))).toBe('NoSuchBucket')
    expect(await errorCode(await old.put('key', 'late'))).toBe('NoSuchBucket')
    const calls = await newBucket(old.bucket)
    await expectFresh(calls, 0)
    const part = await calls.uploadPart('upload', uploadId, { number: 1, body: randomBytes(10) })
    expect(await errorCode(part)).toBe('NoSuchUpload')
  })
})

describe('deleted buckets', () => {
  it('leave no rows and no bytes behind', async () => {
    const calls = await newBucket()
    const uploadId = await calls.createUpload('upload')
    await calls.uploadPart('upload', uploadId, { number: 1, body: randomBytes(400_000) })
    expect((await deleteBucket(calls)).status).toBe(204)
    const { problems, pending } = await auditWhenQuiet(server.dataDir)
    expect({ problems, pending }).toEqual({ problems: [], pending: [] })
  })
})

/** Makes the bucket anew unless it is there, and sees it empty and working. */
async function expectFresh(calls: BucketCalls, keys: number): Promise<void> {
  if (keys > 0) await newBucket(calls.bucket)
  expect(await calls.list()).toEqual([])
  expect(await calls.listUploads()).toEqual([])
  for (const key of ['0-0', '1-0', '3-0', 'key']) expect((await calls.get(key)).status).toBe(404)
  expect((await calls.put('key', 'new')).status).toBe(200)
  expect((await calls.list()).map((row) => row.key)).toEqual(['key'])
}
