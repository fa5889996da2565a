// The catalogue's SQL on D1 itself: its authorizer, its JSON transport and its error texts are not node:sqlite's.
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { applyMigrations } from '../../infra/embedded/migrations.ts'
import { listObjects, listUploads, listVersions } from '../../src/store/listing.ts'
import type { ListQuery } from '../../src/store/store.ts'
import { createCatalogBucket, flushStatement, markDeleted } from '../../src/store/tables/catalogue.ts'
import type { CatalogueMutation } from '../../src/store/tables/catalogue.ts'
import { catalogueContents } from './catalogue-contents.ts'
import { getBucket, insertBucket, updateConfig } from '../../src/store/tables/buckets.ts'
import { marker, row, upload } from './catalogue-rows.ts'

let miniflare: Miniflare
let catalog: D1Database
let control: D1Database

const folder = (name: string) => new URL(`../../migrations/${name}`, import.meta.url).pathname

beforeAll(async () => {
  miniflare = new Miniflare({ modules: true, script: 'export default {}', d1Databases: ['CATALOG_0', 'CONTROL'] })
  catalog = await miniflare.getD1Database('CATALOG_0')
  control = await miniflare.getD1Database('CONTROL')
  expect(await applyMigrations(catalog, folder('catalog'))).toContain('0001_catalogue.sql')
  expect(await applyMigrations(catalog, folder('catalog'))).toEqual([])
  await applyMigrations(control, folder('control'))
  await createCatalogBucket(catalog, 'b')
})
afterAll(() => miniflare.dispose())

const everything: ListQuery = { prefix: '', delimiter: '', after: '', afterVersion: null, limit: 1000 }
const nasty = ['\u0000\u0001', '"\\\'%', 'a/\u0000b', 'a/\u{10FFFF}', 'a0', 'é', '\uffff', '\u{10000}']

it('a batch goes in once and comes out in listings', async () => {
  const batch: CatalogueMutation[] = nasty.map((key, at) => ({
    seq: at + 1,
    key,
    object: row(at + 2, { tags: { [key]: key } }),
    versions: [row(at + 1, { latest: false })],
    uploads: [upload(`u${at}`)],
  }))
  batch.push({ seq: 20, key: 'gone', versions: [marker(3)] })
  const shard = { shardId: 'b.0', bucketId: 'b' }
  expect(await flushStatement(catalog, shard, batch)).toBe('applied')
  expect(await flushStatement(catalog, shard, batch.slice(0, 3))).toBe('applied')
  const contents = await catalogueContents(catalog, 'b')
  expect([...contents.objects]).toEqual(batch.slice(0, -1).map(({ key, object }) => [key, object]))
  const objects = await listObjects(catalog, 'b', everything)
  expect(objects.entries.map((entry) => entry.kind === 'entry' && entry.entry.key)).toEqual(nasty)
  const folded = await listObjects(catalog, 'b', { ...everything, delimiter: '/', limit: 3 })
  expect(folded.entries.map((entry) => (entry.kind === 'prefix' ? entry.prefix : entry.entry.key))).toEqual([
    nasty[0],
    nasty[1],
    'a/',
  ])
  expect(folded.isTruncated).toBe(true)
  const behindPrefix = await listObjects(catalog, 'b', { ...everything, delimiter: '/', after: 'a/' })
  expect(behindPrefix.entries).toHaveLength(4)
  const versions = await listVersions(catalog, 'b', { ...everything, after: 'a0', afterVersion: 'v6', limit: 2 })
  expect(versions.entries.map((entry) => entry.kind === 'entry' && [entry.entry.key, entry.entry.versionId])).toEqual([
    ['a0', 'v5'],
    ['gone', 'v3'],
  ])
  const uploads = await listUploads(catalog, 'b', { ...everything, prefix: 'a/', limit: 1 })
  expect(uploads.entries).toMatchObject([{ entry: { key: 'a/\u0000b', uploadId: 'u2' } }])
})

it('a bucket that is not live or not empty says so', async () => {
  await createCatalogBucket(catalog, 'empty')
  expect(await markDeleted(catalog, 'b')).toEqual({ outcome: 'not-empty' })
  expect(await markDeleted(catalog, 'empty')).toEqual({ outcome: 'deleted' })
  expect(
    await flushStatement(catalog, { shardId: 'empty.0', bucketId: 'empty' }, [{ seq: 1, key: 'k', object: row(1) }]),
  ).toBe('bucket-gone')
})

it('a shard that is ahead is told by listings and by the deletion', async () => {
  await createCatalogBucket(catalog, 'busy')
  const busy = { shardId: 'busy.3', bucketId: 'busy' }
  expect(await flushStatement(catalog, busy, [{ seq: 1, key: 'k', ahead: true }])).toBe('applied')
  expect((await listObjects(catalog, 'busy', everything)).ahead).toEqual(['busy.3'])
  expect(await markDeleted(catalog, 'busy')).toEqual({ outcome: 'ahead', shards: ['busy.3'] })
})

it('a page and a batch of the largest size pass', async () => {
  await createCatalogBucket(catalog, 'large')
  const keys = Array.from({ length: 256 }, (_, at) => String(at).padStart(4, '0').padEnd(1024, '\u0001'))
  const batch = keys.map((key, index) => ({ seq: index + 1, key, object: row(1) }))
  expect(await flushStatement(catalog, { shardId: 'large.0', bucketId: 'large' }, batch)).toBe('applied')
  const page = await listObjects(catalog, 'large', { ...everything, delimiter: '/', limit: 255 })
  expect(page.entries.map((entry) => entry.kind === 'entry' && entry.entry.key)).toEqual(keys.slice(0, 255))
  expect(page.isTruncated).toBe(true)
})

it('bucket records are stored, refused and changed', async () => {
  await control
    .prepare(
      `CREATE TABLE IF NOT EXISTS accounts (account_id TEXT PRIMARY KEY, canonical_id TEXT UNIQUE, display_name TEXT,
       email TEXT, created_ms INTEGER, disabled INTEGER)`,
    )
    .run()
  const bucket = {
    name: 'one',
    bucketId: 'id',
    accountId: '111111111111',
    location: '',
    created: 5,
    shards: 2,
    catalog: 'CATALOG_0',
    versioning: 'unversioned' as const,
    objectLock: true,
    ownership: 'BucketOwnerEnforced',
    configs: {},
  }
  expect(await insertBucket(control, bucket, 10)).toBe('stored')
  expect(await insertBucket(control, bucket, 10)).toBe('refused')
  await updateConfig(control, bucket, { name: 'cors', value: '["\u0001é"]' })
  expect(await getBucket(control, 'one')).toEqual({
    ...bucket,
    canonicalId: '',
    accountPublicAccessBlock: null,
    displayName: '',
    configs: { cors: '["\u0001é"]' },
  })
})
