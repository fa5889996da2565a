// A shard under a stream of writes answers before the catalogue has heard of them. Nobody can tell: not who lists or
// deletes the bucket (I5, I6), not after a crash (also ./crash.test.ts), and not for longer than a moment when the catalogue is away.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  aheadAfterWrites,
  aheadHoldMilliseconds,
  aheadMillisecondsMax,
  aheadPauseMilliseconds,
} from '../../src/limits.ts'
import { shardNames } from '../../src/store/placement.ts'
import { callsOf, errorCode, type BucketCalls } from '../support/object-calls.ts'
import { startProbedServer, type ProbedServer } from '../support/probe/server.ts'
import { uniqueBucketName } from '../support/shared-server.ts'

/** Each statement takes so long: far longer than a write. */
const slow = 700

let server: ProbedServer
let calls: BucketCalls
let bucketId: string

beforeAll(async () => {
  server = await startProbedServer()
})

beforeEach(async () => {
  const known = new Set((await catalogue('buckets')).map((row) => row['bucket_id']))
  calls = callsOf(server, uniqueBucketName('behind'))
  expect((await calls.send('PUT', '')).status).toBe(200)
  const made = (await catalogue('buckets')).find((row) => !known.has(row['bucket_id']))
  bucketId = String(made?.['bucket_id'])
})

afterEach(async () => {
  await server.faults({ delay: 0, fail: 0, statements: [] })
})

afterAll(async () => {
  await server.stop()
})

const catalogue = async (table: string) => (await server.catalogue())[table] ?? []

/** Keys of the bucket as the catalogue has them. */
async function keysInCatalogue(): Promise<string[]> {
  return (await catalogue('objects')).filter((row) => row['bucket_id'] === bucketId).map((row) => String(row['key']))
}

async function shardsAhead(): Promise<string[]> {
  const shards = (await catalogue('shards')).filter((row) => shardNames(bucketId, 2).includes(String(row['shard_id'])))
  return shards.filter((row) => row['ahead'] === 1).map((row) => String(row['shard_id']))
}

const put = async (key: string) => expect((await calls.put(key, key)).status).toBe(200)
const remove = async (key: string) => expect((await calls.remove(key)).status).toBe(204)

/** Both shards answer ahead of the catalogue, which has all there is so far. Keys `stream-0` …. */
async function stream(): Promise<string[]> {
  const keys = Array.from({ length: 6 * aheadAfterWrites }, (_, index) => `stream-${index}`)
  for (const key of keys) await put(key)
  expect(await shardsAhead()).toEqual(shardNames(bucketId, 2))
  await expect.poll(keysInCatalogue).toEqual(expect.arrayContaining(keys))
  return keys
}

/** Hops of a listing. The bucket's record is remembered for seconds. */
async function listingCost(): Promise<{ shard: number; catalog: number }> {
  await calls.send('HEAD', '')
  const { shard, catalog } = await server.countsOf(() => calls.list())
  return { shard, catalog }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

describe('after a write that was answered ahead of the catalogue', () => {
  it('listings show it: objects, versions, uploads, and what was deleted', async () => {
    const keys = await stream()
    await server.faults({ delay: slow })
    const took = await timed(async () => {
      await put('late')
      await remove(keys[0]!)
    })
    expect(took).toBeLessThan(slow)
    expect(await keysInCatalogue()).toEqual(keys.toSorted())
    const uploading = calls.createUpload('upload')
    const expected = [...keys.slice(1), 'late'].toSorted()
    const uploadId = await uploading
    expect(await calls.listUploads()).toEqual([{ key: 'upload', uploadId }])
    expect((await calls.list(1)).map(({ key }) => key)).toEqual(expected)
    expect((await calls.listVersions()).map(({ key }) => key)).toEqual(expected)
    expect(await keysInCatalogue()).toEqual(expected)
  })

  it('a listing shows it though its shard crashed', async () => {
    const keys = await stream()
    await server.faults({ fail: 1_000 })
    await put('late')
    for (const name of shardNames(bucketId, 2)) await server.call(name, 'crash').catch(() => undefined)
    await server.faults({ fail: 0 })
    expect((await calls.list()).map(({ key }) => key)).toEqual([...keys, 'late'].toSorted())
  })

  it('its bucket is not deleted, or is when the write left it empty', async () => {
    const keys = await stream()
    await Promise.all(keys.map(remove))
    await expect.poll(keysInCatalogue).toEqual([])
    await server.faults({ delay: slow })
    await put('late')
    expect(await errorCode(await calls.send('DELETE', ''))).toBe('BucketNotEmpty')
    await server.faults({ delay: 0 })
    await sleep(aheadHoldMilliseconds)
    for (let count = 0; count < 2 * aheadAfterWrites; count++) await put('late')
    await server.faults({ delay: slow })
    await remove('late')
    expect(await keysInCatalogue()).toEqual(['late'])
    expect((await calls.send('DELETE', '')).status).toBe(204)
    expect(await errorCode(await calls.put('later', ''))).toBe('NoSuchBucket')
  })
})

it('a shard that forgot that it was ahead takes it back when its bucket is deleted', async () => {
  const keys = await stream()
  for (const key of keys) await remove(key)
  await expect.poll(keysInCatalogue).toEqual([])
  for (const shard of shardNames(bucketId, 2)) {
    // The alarm deletes what the outbox knows of it.
    await server.call(shard, 'runAlarm')
    await server.call(shard, 'crash').catch(() => undefined)
  }
  expect(await shardsAhead()).toHaveLength(2)
  expect((await calls.send('DELETE', '')).status).toBe(204)
})

describe('a shard is ahead', () => {
  it('only under a stream of writes', async () => {
    for (let count = 1; count < aheadAfterWrites; count++) await put('key')
    expect(await shardsAhead()).toEqual([])
    await server.faults({ delay: slow })
    expect(await timed(() => put('key'))).toBeGreaterThan(slow)
    expect(await timed(() => put('key'))).toBeLessThan(slow)
    expect(await shardsAhead()).toHaveLength(1)
  })

  it('not while its bucket is listed: who lists again pays nothing, and writes wait', async () => {
    await stream()
    expect(await listingCost()).toEqual({ shard: 2, catalog: 2 })
    expect(await shardsAhead()).toEqual([])
    await put('late')
    expect(await keysInCatalogue()).toContain('late')
    expect(await listingCost()).toEqual({ shard: 0, catalog: 1 })
    await sleep(aheadHoldMilliseconds)
    await stream()
  })

  it('no longer when the writes have ended: the alarm says so', async () => {
    await stream()
    await server.calls(shardNames(bucketId, 2).map((shard) => ({ shard, method: 'runAlarm', args: [] })))
    expect(await shardsAhead()).toHaveLength(2)
    await sleep(aheadPauseMilliseconds)
    await server.calls(shardNames(bucketId, 2).map((shard) => ({ shard, method: 'runAlarm', args: [] })))
    expect(await shardsAhead()).toEqual([])
  })
})

describe('when the catalogue is away', () => {
  it('writes are answered for a moment, then 503 as listings are; all come through', { timeout: 60_000 }, async () => {
    const keys = await stream()
    await server.faults({ fail: 100_000 })
    const started = performance.now()
    // Without a pause, for which writes would wait anyway.
    while (performance.now() - started < aheadMillisecondsMax - 200) {
      await put('at-once')
      await sleep(50)
    }
    await sleep(300)
    const writing = calls.put('at-once', 'again')
    // Not because somebody lists: it came before.
    await sleep(100)
    const [write, list, deletion] = await Promise.all([writing, calls.send('GET', ''), calls.send('DELETE', '')])
    expect([write.status, await errorCode(write)]).toEqual([503, 'SlowDown'])
    expect([list.status, await errorCode(list)]).toEqual([503, 'SlowDown'])
    expect([deletion.status, await errorCode(deletion)]).toEqual([503, 'SlowDown'])
    await server.faults({ fail: 0 })
    expect((await calls.list()).map(({ key }) => key)).toEqual([...keys, 'at-once'].toSorted())
  })
})
