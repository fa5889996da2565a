import { beforeEach, describe, expect, it } from 'vitest'
import { flushMutationsMax, rowBytesMax } from '../../../src/limits.ts'
import {
  countFlushable,
  createCatalogBucket,
  dropCatalogBucket,
  dropUploads,
  encodeBatch,
  flushStatement,
  isDeleted,
  markDeleted,
} from '../../../src/store/tables/catalogue.ts'
import type { CatalogueMutation } from '../../../src/store/tables/catalogue.ts'
import { listObjects, listUploads, listVersions } from '../../../src/store/listing.ts'
import type { ListQuery } from '../../../src/store/store.ts'
import { catalogueContents } from '../catalogue-contents.ts'
import { marker, row, upload } from '../catalogue-rows.ts'
import { sqliteD1 } from '../../support/sqlite-d1.ts'
import type { SqliteD1 } from '../../support/sqlite-d1.ts'

let catalog: SqliteD1
beforeEach(async () => {
  catalog = sqliteD1('catalog')
  await createCatalogBucket(catalog.db, 'b')
})

const shard = { shardId: 'b.0', bucketId: 'b' }
const everything: ListQuery = { prefix: '', delimiter: '', after: '', afterVersion: null, limit: 10 }
const flush = (...mutations: CatalogueMutation[]) => flushStatement(catalog.db, shard, mutations)
const contents = () => catalogueContents(catalog.db, 'b')
const objects = async () => Object.fromEntries([...(await contents()).objects].map(([key, { seq }]) => [key, seq]))

describe('flushStatement()', () => {
  it('stores every fact of every kind of row, and gives them back', async () => {
    const plain = row(1, { versionId: 'null' })
    const tagged = row(2, { storageClass: 'GLACIER', tags: { 'a "b"': 'ü\n', c: '' }, checksumAlgorithm: null })
    const old = [row(4, { latest: false, tags: { a: 'b' } }), row(3, { latest: false, checksumType: null })]
    const uploads = [upload('u1', { checksumAlgorithm: 'SHA256', checksumType: 'COMPOSITE' }), upload('u2')]
    const nasty = '\u0000\u0001"\\\u{10FFFF}é'
    expect(
      await flush(
        { seq: 1, key: 'a', object: plain },
        { seq: 5, key: nasty, object: tagged, versions: [...old, marker(9)], uploads },
      ),
    ).toBe('applied')
    expect(await contents()).toEqual({
      objects: new Map([
        [nasty, tagged],
        ['a', plain],
      ]),
      versions: new Map([[nasty, [marker(9), ...old]]]),
      uploads: new Map([[nasty, uploads]]),
    })
  })

  it('is one statement', async () => {
    const before = catalog.queries()
    await flush({ seq: 1, key: 'a', object: row(1) }, { seq: 2, key: 'b', versions: [row(1)] })
    expect(catalog.queries() - before).toBe(1)
  })

  it('removes what a mutation removes and leaves what it does not name', async () => {
    await flush(
      { seq: 1, key: 'a', object: row(5), versions: [row(1), row(2), row(3)], uploads: [upload('u1'), upload('u2')] },
      { seq: 2, key: 'b', object: row(6), versions: [row(2)], uploads: [upload('u1')] },
    )
    await flush({ seq: 3, key: 'a', object: null, removedVersions: [1, 3], removedUploads: ['u1'] })
    await flush({ seq: 4, key: 'c', uploads: [upload('u9')] })
    const { versions, uploads } = await contents()
    expect(await objects()).toEqual({ b: 6 })
    expect([...versions].map(([key, rows]) => [key, rows.map(({ seq }) => seq)])).toEqual([
      ['a', [2]],
      ['b', [2]],
    ])
    expect([...uploads].map(([key, rows]) => [key, rows.map(({ uploadId }) => uploadId)])).toEqual([
      ['a', ['u2']],
      ['b', ['u1']],
      ['c', ['u9']],
    ])
  })

  it('lets the highest seq win within a batch, in whatever order', async () => {
    const mutations: CatalogueMutation[] = [
      { seq: 1, key: 'a', object: row(1), versions: [row(1)], uploads: [upload('u')] },
      { seq: 2, key: 'a', object: null, removedVersions: [1], removedUploads: ['u'] },
      { seq: 3, key: 'b', object: null, removedVersions: [7] },
      { seq: 4, key: 'b', object: row(4), versions: [row(7, { size: 77 })] },
      { seq: 5, key: 'c', object: row(5) },
      { seq: 6, key: 'c', versions: [row(5)] },
    ]
    await flush(...mutations.toReversed())
    expect(await objects()).toEqual({ b: 4, c: 5 })
    const { versions, uploads } = await contents()
    expect([...versions.keys()]).toEqual(['b', 'c'])
    expect(versions.get('b')?.[0]?.size).toBe(77)
    expect(uploads.size).toBe(0)
  })

  it('changes nothing when a batch is replayed, late or with more behind it', async () => {
    const first: CatalogueMutation[] = [
      { seq: 1, key: 'a', object: row(1), versions: [row(1)] },
      { seq: 2, key: 'b', object: row(2), uploads: [upload('u')] },
    ]
    const second: CatalogueMutation[] = [
      { seq: 3, key: 'a', object: null, removedVersions: [1] },
      { seq: 4, key: 'b', object: row(4), removedUploads: ['u'] },
    ]
    await flush(...first)
    await flush(...second)
    const settled = await contents()
    for (const replay of [second, [...first, ...second], first]) {
      await flush(...replay)
      expect(await contents()).toEqual(settled)
    }
    expect(catalog.sqlite.prepare('SELECT * FROM shards').all()).toEqual([{ shard_id: 'b.0', applied: 4, ahead: 0 }])
    await flush(...second, { seq: 5, key: 'c', object: row(5) })
    expect(await objects()).toEqual({ b: 4, c: 5 })
    expect(catalog.sqlite.prepare('SELECT * FROM shards').all()).toEqual([{ shard_id: 'b.0', applied: 5, ahead: 0 }])
  })

  it('keeps one watermark for each shard', async () => {
    await flush({ seq: 9, key: 'a', object: row(9) })
    await flushStatement(catalog.db, { shardId: 'b.1', bucketId: 'b' }, [{ seq: 1, key: 'z', object: row(1) }])
    expect(await objects()).toEqual({ a: 9, z: 1 })
  })

  it('refuses a deleted or unknown bucket and then changes nothing, but lets a replay through', async () => {
    const unknown = { shardId: 'x.0', bucketId: 'x' }
    expect(await flushStatement(catalog.db, unknown, [{ seq: 1, key: 'a', object: row(1) }])).toBe('bucket-gone')
    await flush({ seq: 1, key: 'a', object: row(1) })
    await flush({ seq: 2, key: 'a', object: null })
    expect(await markDeleted(catalog.db, 'b')).toEqual({ outcome: 'deleted' })
    expect(await flush({ seq: 2, key: 'a', object: null })).toBe('applied')
    expect(await flush({ seq: 2, key: 'a', object: null }, { seq: 3, key: 'a', object: row(3) })).toBe('bucket-gone')
    expect((await contents()).objects.size).toBe(0)
    expect(catalog.sqlite.prepare('SELECT * FROM shards').all()).toEqual([{ shard_id: 'b.0', applied: 2, ahead: 0 }])
  })

  it('passes on any other error', async () => {
    catalog.sqlite.exec('DROP TABLE shards')
    await expect(flush({ seq: 1, key: 'a', object: row(1) })).rejects.toThrow('shards')
  })

  it('refuses facts that a listing could not give back', async () => {
    for (const facts of [{ etag: 'a b' }, { versionId: 'a,b' }, { storageClass: 'é' }, { owner: 'x'.repeat(129) }]) {
      await expect(flush({ seq: 1, key: 'a', object: row(1, facts) })).rejects.toThrow('one word')
    }
  })
})

const put = (key: string, tags?: Record<string, string>): CatalogueMutation => ({
  seq: 1,
  key,
  object: row(1, tags && { tags }),
})

describe('countFlushable()', () => {
  it('takes flushMutationsMax of the usual ones', () => {
    const key = 'k'.repeat(1024)
    expect(countFlushable(Array.from({ length: 1000 }, () => put(key)))).toBe(flushMutationsMax)
    expect(countFlushable([put('a')])).toBe(1)
    expect(countFlushable([])).toBe(0)
  })

  it('bounds the JSON of the worst', () => {
    const tags = Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [`${at}`.padEnd(128, '\u0001'), '\u0001'.repeat(256)]),
    )
    const worst = Array.from({ length: 300 }, (_, at) => ({
      ...put(`${at}`.padEnd(1024, '\u0001'), tags),
      seq: at + 1,
    }))
    const count = countFlushable(worst)
    expect(count).toBeGreaterThan(50)
    const json = encodeBatch(worst.slice(0, count))
      .map((list) => String(list ?? ''))
      .join('')
    expect(Buffer.byteLength(json)).toBeLessThan(rowBytesMax)
    expect(() => encodeBatch(worst.slice(0, count + 1))).toThrow('fits one statement')
  })

  it('takes a single one of any size', () => {
    const versions = Array.from({ length: 500 }, (_, at) => row(at))
    expect(countFlushable([{ seq: 1, key: '\u0001'.repeat(1024), versions }])).toBe(1)
  })
})

describe('markDeleted()', () => {
  it.each<[string, CatalogueMutation, 'deleted' | 'not-empty']>([
    ['an object', { seq: 1, key: 'a', object: row(1) }, 'not-empty'],
    ['a noncurrent version', { seq: 1, key: 'a', versions: [row(1)] }, 'not-empty'],
    ['a delete marker', { seq: 1, key: 'a', versions: [marker(1)] }, 'not-empty'],
    ['an upload', { seq: 1, key: 'a', uploads: [upload('u')] }, 'deleted'],
  ])('sees %s', async (_, mutation, expected) => {
    await flush(mutation)
    expect(await markDeleted(catalog.db, 'b')).toEqual({ outcome: expected })
    expect(await isDeleted(catalog.db, 'b')).toBe(expected === 'deleted')
  })

  it('can be repeated, knows no unknown bucket, and does not mind the rows of others', async () => {
    await createCatalogBucket(catalog.db, 'a')
    await createCatalogBucket(catalog.db, 'c')
    await flush({ seq: 1, key: 'a', object: row(1), uploads: [upload('u')] })
    for (const id of ['a', 'c', 'c']) expect(await markDeleted(catalog.db, id)).toEqual({ outcome: 'deleted' })
    expect(await markDeleted(catalog.db, 'unknown')).toEqual({ outcome: 'missing' })
    await dropCatalogBucket(catalog.db, 'c')
    expect(await markDeleted(catalog.db, 'c')).toEqual({ outcome: 'missing' })
    await dropUploads(catalog.db, 'a')
    expect((await contents()).uploads.size).toBe(1)
    await dropUploads(catalog.db, 'b')
    expect((await contents()).uploads.size).toBe(0)
  })
})

const shardsAhead = async () => (await listObjects(catalog.db, 'b', everything)).ahead
const say = (shardId: string, seq: number, isAhead: boolean) =>
  flushStatement(catalog.db, { shardId, bucketId: shardId.split('.')[0]! }, [
    { seq, key: 'k', object: null, ...(isAhead ? { ahead: true as const } : {}) },
  ])

describe('a shard that is ahead', () => {
  it('is named by every listing of its bucket, and by no other', async () => {
    for (const id of ['a', 'b2', 'c']) await createCatalogBucket(catalog.db, id)
    for (const shardId of ['a.1', 'b.10', 'b.2', 'b2.0', 'c.1']) await say(shardId, 1, true)
    await say('b.3', 1, false)
    for (const list of [listObjects, listVersions, listUploads]) {
      for (const delimiter of ['', '/']) {
        const { ahead: names, entries } = await list(catalog.db, 'b', { ...everything, delimiter })
        expect([names, entries]).toEqual([['b.10', 'b.2'], []])
      }
    }
  })

  it('is what its newest mutation says, whatever comes late', async () => {
    await say('b.0', 1, false)
    expect(await shardsAhead()).toEqual([])
    await flush({ seq: 2, key: 'k', ahead: true }, { seq: 3, key: 'k' })
    expect(await shardsAhead()).toEqual([])
    await flush({ seq: 5, key: 'k', ahead: true }, { seq: 4, key: 'k' })
    expect(await shardsAhead()).toEqual(['b.0'])
    for (const seq of [3, 4, 5]) await say('b.0', seq, false)
    expect(await shardsAhead()).toEqual(['b.0'])
    await say('b.0', 6, false)
    await say('b.0', 5, true)
    await say('b.0', 6, true)
    expect(await shardsAhead()).toEqual([])
  })

  it('keeps its bucket from being deleted', async () => {
    await say('b.1', 1, true)
    await say('b.0', 1, true)
    expect(await markDeleted(catalog.db, 'b')).toEqual({ outcome: 'ahead', shards: ['b.0', 'b.1'] })
    expect(await isDeleted(catalog.db, 'b')).toBe(false)
    await flush({ seq: 2, key: 'key', object: row(2) })
    expect(await markDeleted(catalog.db, 'b')).toEqual({ outcome: 'ahead', shards: ['b.1'] })
    await say('b.1', 2, false)
    expect(await markDeleted(catalog.db, 'b')).toEqual({ outcome: 'not-empty' })
    await flush({ seq: 3, key: 'key', object: null })
    expect(await markDeleted(catalog.db, 'b')).toEqual({ outcome: 'deleted' })
  })
})

describe('catalogueContents()', () => {
  it('reads on where a step ends, also within a key', async () => {
    const versions = Array.from({ length: 240 }, (_, at) => row(at + 1))
    const uploads = Array.from({ length: 240 }, (_, at) => upload(`u${at}`))
    for (let at = 0; at < 10; at += 1) {
      const mutations = Array.from({ length: 220 }, (_, index) => ({
        seq: at * 300 + index + 2,
        key: `${at}/${index}`,
        object: row(1),
      }))
      await flush({ seq: at * 300 + 1, key: 'k'.repeat(at + 1), versions })
      await flush(...mutations)
      await flush({ seq: at * 300 + 250, key: 'k'.repeat(at + 1), uploads })
    }
    const all = await contents()
    expect(all.objects.size).toBe(2200)
    expect([...all.versions.values()].flat()).toHaveLength(2400)
    expect(all.versions.get('kkkkk')).toEqual(versions.toReversed())
    expect([...all.uploads.values()].flat()).toHaveLength(2400)
  })
})
