// I7: replaying any outbox entry, RPC or alarm changes nothing; whatever the catalogue does, it ends up right.
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ObjectFacts, UploadFacts } from '../../src/shard/rpc.ts'
import { startProbedServer, type ProbedServer, type Rows } from '../support/probe/server.ts'

let server: ProbedServer
let bucketId: string
let names = 0

beforeAll(async () => {
  server = await startProbedServer({ EDGESHARD_LEASE_MS: '600000' })
})

beforeEach(async () => {
  bucketId = `bucket${names++}`
  await server.run("INSERT INTO buckets VALUES (?, 'live')", bucketId)
  await server.faults({ delay: 0, fail: 0, lose: 0, hang: 0, statements: [] })
})

afterEach(async () => {
  await server.faults({ delay: 0, fail: 0, lose: 0, hang: 0 })
})

afterAll(async () => {
  await server.stop()
})

const shard = (index = 0) => `${bucketId}.${index}`

function facts(size: number): ObjectFacts {
  const etag = randomUUID().replaceAll('-', '')
  return { etag, size, headers: {}, tags: {}, checksum: null, storageClass: 'STANDARD', owner: '1' }
}

const write = (versioning = 'unversioned') => ({ bucketId, catalog: 'CATALOG_0', writeId: randomUUID(), versioning })

function put(key: string, versioning?: string) {
  const bytes = randomBytes(10)
  return { ...write(versioning), key, conditions: null, object: facts(10), content: { kind: 'inline', bytes } }
}

function remove(key: string, versionId: string | null = null, versioning?: string) {
  return { ...write(versioning), key, versionId, conditions: null }
}

const read = (key: string) => ({ key, versionId: null, range: null, ifRange: null, partNumber: null, body: true })

/** The tables of a shard, without what may differ between two equal states: when a loan is asked for. */
async function rowsOf(index = 0): Promise<Record<string, Rows>> {
  const rows = (await server.call(shard(index), 'dump')) as Record<string, Rows>
  const owners = rows['extent_owners']?.map((row) => ({ ...row, due: Number(row['due']) > 0 }))
  const meta = rows['meta']?.filter(({ name }) => !String(name).startsWith('scrub'))
  // Acknowledged entries go with a later transaction.
  return { ...rows, extent_owners: owners ?? [], meta: meta ?? [], outbox: [] }
}

async function listedKeys(): Promise<unknown[]> {
  return (await catalogueRows())['objects']?.map((row) => row['key']) ?? []
}

const isOwn = (row: Record<string, unknown>) => String(row['bucket_id'] ?? row['shard_id']).startsWith(bucketId)

async function catalogueRows(): Promise<Record<string, Rows>> {
  const tables = await server.catalogue()
  return Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.filter(isOwn)]))
}

async function everything() {
  return { shards: [await rowsOf(0), await rowsOf(1)], catalogue: await catalogueRows() }
}

function outcomeOf(answer: unknown): string {
  return String((answer as { outcome: unknown }).outcome)
}

/** A body that lies outside the shard: announced and stored, ready for the commit. */
async function storedExtent(key: string, index = 0): Promise<{ kind: 'extents'; extents: unknown[] }> {
  const bytes = randomBytes(1000)
  const announced = { bucketId, catalog: 'CATALOG_0', key, store: 'files', extents: 1, conditions: null }
  const answer = await server.call(shard(index), 'reserve', announced)
  expect(outcomeOf(answer)).toBe('reserved')
  const [extent = ''] = (answer as { extents: string[] }).extents
  await server.store(extent, bytes)
  return { kind: 'extents', extents: [{ store: 'files', extent, size: 1000, crcs: new Uint8Array(4) }] }
}

function uploadFacts(key: string): UploadFacts {
  return {
    uploadId: randomUUID(),
    key,
    initiated: Date.now(),
    headers: {},
    tags: {},
    checksumAlgorithm: null,
    checksumType: null,
    storageClass: 'STANDARD',
    owner: '1',
  }
}

async function newUpload(key: string): Promise<UploadFacts> {
  const upload = uploadFacts(key)
  expect(outcomeOf(await server.call(shard(), 'createUpload', { ...write(), key, upload }))).toBe('created')
  return upload
}

async function newPart(key: string, uploadId: string) {
  const part = { partNumber: 1, etag: 'a'.repeat(32), size: 1000, modified: 0, checksum: null }
  return { ...write(), key, uploadId, part, content: await storedExtent(key) }
}

const terms = {
  basis: null,
  conditions: null,
  headers: null,
  extraHeaders: {},
  tags: null,
  mayCopyTags: true,
  storageClass: null,
  checksumAlgorithm: null,
  computed: null,
  owner: '1',
  sizeMax: 1e9,
}

describe('a command of the same write id', () => {
  /** Prepares what the command needs and gives the command. */
  type Prepared = () => Promise<{ method: string; command: object; index?: number }>

  it.each<[string, Prepared]>([
    ['put', async () => ({ method: 'put', command: put('k') })],
    ['put with versioning', async () => ({ method: 'put', command: put('k', 'enabled') })],
    [
      'put of a large body',
      async () => ({ method: 'put', command: { ...put('k'), content: await storedExtent('k') } }),
    ],
    ['an append', async () => ({ method: 'put', command: { ...put('old'), appendAt: 10 } })],
    ['delete', async () => ({ method: 'delete', command: remove('old') })],
    ['delete with versioning', async () => ({ method: 'delete', command: remove('old', null, 'enabled') })],
    ['delete of a version', async () => ({ method: 'delete', command: remove('old', 'null', 'suspended') })],
    [
      'setTags',
      async () => ({
        method: 'setTags',
        command: { ...write(), key: 'old', versionId: null, tags: { a: 'b' }, basis: null },
      }),
    ],
    [
      'setAcl',
      async () => {
        const { seq } = (await server.call(shard(), 'facts', { key: 'old', versionId: null })) as { seq: number }
        const acl = [{ grantee: { group: 'AllUsers' }, permission: 'READ' }]
        return { method: 'setAcl', command: { ...write(), key: 'old', versionId: null, acl, seq } }
      },
    ],
    [
      'createUpload',
      async () => ({ method: 'createUpload', command: { ...write(), key: 'k', upload: uploadFacts('k') } }),
    ],
    ['putPart', async () => ({ method: 'putPart', command: await newPart('k', (await newUpload('k')).uploadId) })],
    [
      'completeUpload',
      async () => {
        const { uploadId } = await newUpload('k')
        const part = await newPart('k', uploadId)
        await server.call(shard(), 'putPart', part)
        const parts = [{ partNumber: 1, etag: part.part.etag, checksum: null }]
        const rest = { conditions: null, objectSize: null, checksum: null, checksumType: null }
        return { method: 'completeUpload', command: { ...write(), key: 'k', uploadId, parts, ...rest } }
      },
    ],
    [
      'abortUpload',
      async () => {
        const { uploadId } = await newUpload('k')
        await server.call(shard(), 'putPart', await newPart('k', uploadId))
        return { method: 'abortUpload', command: { ...write(), key: 'k', uploadId } }
      },
    ],
    [
      'copyWithin',
      async () => {
        const copy = { sourceKey: 'large', sourceVersionId: null, terms, conditions: null }
        return { method: 'copyWithin', command: { ...write(), key: 'k', ...copy } }
      },
    ],
    [
      'rename',
      async () => {
        const renamed = { sourceKey: 'large', conditions: null, sourceConditions: null }
        return { method: 'rename', command: { ...write(), key: 'k', ...renamed } }
      },
    ],
    [
      'exportObject',
      async () => {
        const loan = { token: 'a-token', borrower: shard(1) }
        return {
          method: 'exportObject',
          command: { key: 'large', versionId: null, range: null, conditions: null, ...loan },
        }
      },
    ],
    [
      'adoptCopy',
      async () => {
        const loan = { token: 'a-token', borrower: shard(1), range: null, conditions: null }
        const lent = await server.call(shard(), 'exportObject', { key: 'large', versionId: null, ...loan })
        const { content } = lent as { content: object }
        const command = { ...write(), key: 'k', conditions: null, object: facts(1000), content }
        return { method: 'adoptCopy', command, index: 1 }
      },
    ],
    ['forgetBucket', async () => ({ method: 'forgetBucket', command: {} })],
  ])('%s changes nothing the second time, at once or later', async (_, prepare) => {
    await server.call(shard(), 'put', put('old'))
    await server.call(shard(), 'put', { ...put('large'), object: facts(1000), content: await storedExtent('large') })
    const { method, command, index = 0 } = await prepare()
    const one = { shard: shard(index), method, args: [command] }
    const before = await everything()
    const [first, second] = await server.calls([one, one])
    expect(second).toEqual(first)
    const after = await everything()
    expect(after).not.toEqual(before)
    expect(await server.call(shard(index), method, command)).toEqual(first)
    expect(await everything()).toEqual(after)
    // Others have written since: an old command is no news.
    await server.call(shard(), 'put', put('since'))
    const since = await everything()
    expect(await server.call(shard(index), method, command)).toEqual(first)
    expect(await everything()).toEqual(since)
  })
})

/** Writes of many kinds to a few keys, each of them told to the catalogue before the next. */
async function someHistory(): Promise<void> {
  await server.call(shard(), 'standBack')
  const { uploadId } = await newUpload('upload')
  await newUpload('left')
  for (const versioning of ['unversioned', 'enabled', 'suspended']) {
    for (const key of ['a', 'b', 'c']) await server.call(shard(), 'put', put(key, versioning))
    await server.call(shard(), 'delete', remove('b', null, versioning))
    await server.call(shard(), 'put', put('a', versioning))
    await server.call(shard(), 'delete', remove('c', 'null', versioning))
  }
  await server.call(shard(), 'abortUpload', { ...write(), key: 'upload', uploadId })
}

const isAhead = async () => (await catalogueRows())['shards']?.map((row) => row['ahead'])

describe('an outbox entry', () => {
  const sql = `INSERT INTO flush_batch (shard_id, bucket_id, last_seq, objects, removed_objects, versions,
    removed_versions, uploads, removed_uploads, ahead) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

  it('sent again, in any order, changes nothing', async () => {
    await someHistory()
    const sent = await server.statements()
    expect(sent.length).toBeGreaterThan(15)
    const rows = await catalogueRows()
    for (const values of [...sent, ...sent.toReversed()]) await server.run(sql, ...values)
    expect(await catalogueRows()).toEqual(rows)
  })

  it('sent again, in any order, does not change whether the shard is ahead', async () => {
    for (let count = 0; count < 12; count++) await server.call(shard(), 'put', put(`k${count}`))
    expect(await isAhead()).toEqual([1])
    const announced = await server.statements()
    for (const values of announced.toReversed()) await server.run(sql, ...values)
    expect(await isAhead()).toEqual([1])
    expect(await server.call(shard(), 'standBack')).toBe(true)
    expect(await listedKeys()).toHaveLength(12)
    for (const values of (await server.statements()).toReversed()) await server.run(sql, ...values)
    expect(await isAhead()).toEqual([0])
  })

  it('sent again after its bucket was deleted changes nothing', async () => {
    await server.call(shard(), 'put', put('a'))
    await server.call(shard(), 'delete', remove('a'))
    await server.run("UPDATE buckets SET state = 'deleted' WHERE bucket_id = ?", bucketId)
    const rows = await catalogueRows()
    for (const values of await server.statements()) await server.run(sql, ...values)
    expect(await catalogueRows()).toEqual(rows)
  })
})

describe('an alarm', () => {
  it('that goes off again and again changes nothing', async () => {
    await someHistory()
    await server.call(shard(), 'put', { ...put('large'), object: facts(1000), content: await storedExtent('large') })
    await server.call(shard(), 'runAlarm')
    const state = await everything()
    for (let count = 0; count < 3; count++) await server.call(shard(), 'runAlarm')
    await server.calls([0, 1, 2, 3].map(() => ({ shard: shard(), method: 'runAlarm', args: [] })))
    expect(await everything()).toEqual(state)
  })

  it('sends what a crash left in the outbox', async () => {
    await server.faults({ fail: 1000 })
    // Never answered: its shard crashes.
    const lost = server.call(shard(), 'put', put('k')).catch(() => 'crashed')
    while (outcomeOf(await server.call(shard(), 'read', read('k'))) !== 'found');
    await server.call(shard(), 'crash').catch(() => undefined)
    expect(await lost).toBe('crashed')
    expect((await catalogueRows())['objects']).toEqual([])
    await server.faults({ fail: 0 })
    expect(outcomeOf(await server.call(shard(), 'read', read('k')))).toBe('found')
    await expect.poll(async () => (await catalogueRows())['objects']).toHaveLength(1)
  })
})

/** Sends a write under these faults: its outcome, and the keys the catalogue shows right after it. */
async function writtenUnder(faults: Parameters<ProbedServer['faults']>[0]) {
  await server.faults(faults)
  const answer = await server.call(shard(), 'put', put('k'))
  return { outcome: outcomeOf(answer), listed: (await catalogueRows())['objects']?.map((row) => row['key']) }
}

describe('a catalogue that', () => {
  it.each([
    ['fails a few times', { fail: 3 }],
    ['loses its answers', { lose: 3 }],
    ['is slow', { delay: 700 }],
    ['is slow and loses its answers', { delay: 100, lose: 2 }],
  ])('%s gets the write, and the client is answered after it', async (_, faults) => {
    expect(await writtenUnder(faults)).toEqual({ outcome: 'written', listed: ['k'] })
  })

  it('never answers once is asked again', { timeout: 20_000 }, async () => {
    expect(await writtenUnder({ hang: 1 })).toEqual({ outcome: 'written', listed: ['k'] })
  })

  it('gets what was written while it failed, in one statement', async () => {
    await server.faults({ fail: 5 })
    const writes = Array.from({ length: 50 }, (_, index) => ({
      shard: shard(),
      method: 'put',
      args: [put(`k${index}`)],
    }))
    expect(new Set((await server.calls(writes)).map(outcomeOf))).toEqual(new Set(['written']))
    // The first goes alone; five attempts fail; then all that gathered goes at once.
    expect((await server.statements()).length).toBeLessThan(10)
    expect((await catalogueRows())['objects']).toHaveLength(50)
  })

  it('is away for long: writes are durable and answered so, and come through by themselves', async () => {
    await server.call(shard(), 'put', put('doomed'))
    await server.faults({ fail: 100_000 })
    const writes = [
      { shard: shard(), method: 'put', args: [put('k')] },
      { shard: shard(), method: 'delete', args: [remove('doomed')] },
      { shard: shard(1), method: 'put', args: [put('left to the alarm')] },
    ]
    const started = performance.now()
    expect(new Set((await server.calls(writes)).map(outcomeOf))).toEqual(new Set(['catalog-unavailable']))
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(outcomeOf(await server.call(shard(), 'read', read('k')))).toBe('found')
    expect(outcomeOf(await server.call(shard(), 'read', read('doomed')))).toBe('missing')
    expect(await listedKeys()).toEqual(['doomed'])
    // The client of one tries again, and is answered when the catalogue is back.
    const again = server.call(shard(), 'delete', remove('doomed'))
    await sleep(200)
    await server.faults({ fail: 0 })
    expect(outcomeOf(await again)).toBe('deleted')
    const keys = await listedKeys()
    expect(keys).toContain('k')
    expect(keys).not.toContain('doomed')
    await expect.poll(listedKeys, { timeout: 15_000, interval: 200 }).toContain('left to the alarm')
  })

  it('says that the bucket was deleted: nothing was written, and nothing is taken any more', async () => {
    await server.call(shard(), 'put', put('k'))
    await server.call(shard(), 'delete', remove('k'))
    await server.run("UPDATE buckets SET state = 'deleted' WHERE bucket_id = ?", bucketId)
    expect(outcomeOf(await server.call(shard(), 'put', put('k')))).toBe('bucket-gone')
    expect(outcomeOf(await server.call(shard(), 'read', read('k')))).toBe('missing')
    await server.run("UPDATE buckets SET state = 'live' WHERE bucket_id = ?", bucketId)
    expect(outcomeOf(await server.call(shard(), 'put', put('k')))).toBe('bucket-gone')
    expect((await catalogueRows())['objects']).toEqual([])
  })
})
