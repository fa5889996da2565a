import { beforeEach, describe, expect, it } from 'vitest'
import type { Env } from '../../src/env.ts'
import { cacheMilliseconds } from '../../src/limits.ts'
import { CatalogueBehind } from '../../src/store/ahead.ts'
import { BucketCache } from '../../src/store/bucket-cache.ts'
import type { Bucket } from '../../src/store/buckets.ts'
import type { BucketQuery, NewBucket } from '../../src/store/store.ts'
import { flushStatement, markDeleted } from '../../src/store/tables/catalogue.ts'
import type { CatalogueMutation } from '../../src/store/tables/catalogue.ts'
import { insertBucket } from '../../src/store/tables/buckets.ts'
import { row, upload } from './catalogue-rows.ts'
import { sqliteD1 } from '../support/sqlite-d1.ts'
import type { SqliteD1 } from '../support/sqlite-d1.ts'

let control: SqliteD1
let catalog: SqliteD1
let env: Env
let clock: number
/** Shards that heard that their bucket was deleted. */
let told: string[]
/** What shards that are ahead of the catalogue do when they are asked not to be. */
let standBack: (shardId: string) => Promise<boolean>
let cache: BucketCache
let other: BucketCache
let seq: number

beforeEach(async () => {
  control = sqliteD1('control')
  catalog = sqliteD1('catalog')
  control.sqlite.exec(`INSERT INTO accounts (account_id, canonical_id, display_name, email, created_ms, disabled)
    VALUES ('111111111111', 'c1', 'one', '', 0, 0), ('222222222222', 'c2', 'two', '', 0, 0)`)
  told = []
  seq = 10
  standBack = async () => true
  const shards = {
    getByName: (name: string) => ({
      forgetBucket: async () => void told.push(name),
      standBack: () => standBack(name),
    }),
  }
  env = { CONTROL: control.db, CATALOG_0: catalog.db, KEY_SHARD: shards, EDGESHARD_SHARDS: '2' } as unknown as Env
  clock = 1_700_000_000_000
  cache = new BucketCache(env, () => clock)
  other = new BucketCache(env, () => clock)
})

function newBucket(name: string, facts: Partial<NewBucket> = {}): NewBucket {
  return {
    name,
    accountId: '111111111111',
    location: '',
    objectLock: false,
    ownership: 'BucketOwnerEnforced',
    versioning: 'unversioned',
    configs: {},
    ...facts,
  }
}

async function made(name: string, facts: Partial<NewBucket> = {}): Promise<Bucket> {
  expect(await cache.create(newBucket(name, facts))).toEqual({ outcome: 'created' })
  return found(name)
}

async function found(name: string, from = cache): Promise<Bucket> {
  const bucket = await from.get(name)
  if (bucket === null) throw new Error(`no bucket ${name}`)
  return bucket
}

const say = (bucket: Bucket, mutation: CatalogueMutation) =>
  flushStatement(catalog.db, { shardId: `${bucket.bucketId}.0`, bucketId: bucket.bucketId }, [mutation])
const put = (bucket: Bucket, key = 'k') => say(bucket, { seq: 1, key, object: row(1) })
const states = () =>
  catalog.sqlite
    .prepare('SELECT state FROM buckets ORDER BY state')
    .all()
    .map((one) => one.state)

describe('create()', () => {
  it('stores the whole record and a live catalogue bucket', async () => {
    const configs = { tagging: '{}' }
    const bucket = await made('one', { location: 'eu-west-1', objectLock: true, versioning: 'enabled', configs })
    expect(bucket).toEqual({
      name: 'one',
      bucketId: expect.stringMatching(/^[0-9a-f]{20}$/),
      accountId: '111111111111',
      canonicalId: 'c1',
      displayName: 'one',
      location: 'eu-west-1',
      created: clock,
      shards: 2,
      catalog: 'CATALOG_0',
      versioning: 'enabled',
      objectLock: true,
      ownership: 'BucketOwnerEnforced',
      configs,
      accountPublicAccessBlock: null,
    })
    expect(await put(bucket)).toBe('applied')
  })

  it('tells whose a taken name is and leaves no catalogue row', async () => {
    await made('one')
    expect(await other.create(newBucket('one', { accountId: '222222222222' }))).toEqual({
      outcome: 'exists',
      accountId: '111111111111',
    })
    expect(states()).toEqual(['live'])
  })

  it('lets one of several racers win', async () => {
    const outcomes = await Promise.all([cache, other, cache].map((one) => one.create(newBucket('one'))))
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['created', 'exists', 'exists'])
    expect(states()).toEqual(['live'])
  })

  it('counts the buckets of the account, not those of others', async () => {
    const two = await made('two', { accountId: '222222222222' })
    const record = (name: string) => ({ ...two, name, bucketId: name, accountId: '111111111111' })
    expect(await insertBucket(control.db, record('a'), 1)).toBe('stored')
    expect(await insertBucket(control.db, record('b'), 1)).toBe('refused')
  })

  it('answers too-many at the quota', async () => {
    control.sqlite.exec(`WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 10000)
      INSERT INTO buckets SELECT 'n' || i, i, '111111111111', '', 0, 1, 'CATALOG_0', 'enabled', 0, '', '{}' FROM c`)
    expect(await cache.create(newBucket('one'))).toEqual({ outcome: 'too-many' })
    expect(await cache.create(newBucket('n1'))).toEqual({ outcome: 'exists', accountId: '111111111111' })
    expect(await cache.create(newBucket('two', { accountId: '222222222222' }))).toEqual({ outcome: 'created' })
    expect(states()).toEqual(['live'])
  })

  it('takes over a name whose bucket was deleted by half', async () => {
    const first = await made('one')
    await markDeleted(catalog.db, first.bucketId)
    expect(await other.create(newBucket('one'))).toEqual({ outcome: 'created' })
    expect((await found('one', other)).bucketId).not.toBe(first.bucketId)
  })

  it('uses every catalogue there is', async () => {
    Object.assign(env, { CATALOG_1: sqliteD1('catalog').db })
    const used = new Set<string>()
    for (let at = 0; at < 40; at += 1) used.add((await made(`bucket-${at}`)).catalog)
    expect([...used].toSorted()).toEqual(['CATALOG_0', 'CATALOG_1'])
  })
})

describe('get()', () => {
  it('keeps a record for cacheMilliseconds and then reads it again', async () => {
    await made('one')
    const before = control.queries()
    clock += cacheMilliseconds - 1
    await found('one')
    expect(control.queries()).toBe(before)
    clock += 1
    await found('one')
    expect(control.queries()).toBe(before + 1)
  })

  it('never remembers that there is none', async () => {
    expect(await cache.get('one')).toBeNull()
    await other.create(newBucket('one'))
    expect(await cache.get('one')).not.toBeNull()
  })

  it('does not keep what it read before a change of this isolate', async () => {
    const bucket = await made('one')
    // A CONTROL that answers the read, from before the change, only when it is told to.
    const gate = Promise.withResolvers<void>()
    const record = { ...control.sqlite.prepare('SELECT * FROM buckets').get(), canonical_id: 'c1', display_name: 'one' }
    const prepare = control.db.prepare.bind(control.db)
    const slow = { bind: () => ({ first: () => gate.promise.then(() => record) }) } as unknown as D1PreparedStatement
    control.db.prepare = (sql) => (sql.startsWith('SELECT') ? slow : prepare(sql))
    clock += cacheMilliseconds
    const reading = cache.get('one')
    await cache.setVersioning(bucket, 'enabled')
    gate.resolve()
    expect((await reading)?.versioning).toBe('unversioned')
    expect((await found('one')).versioning).toBe('enabled')
  })
})

describe('delete()', () => {
  it('refuses while there are objects, and then ends the bucket for every isolate', async () => {
    const bucket = await made('one')
    await put(bucket)
    expect(await cache.delete(bucket)).toEqual({ outcome: 'not-empty' })
    catalog.sqlite.exec('DELETE FROM objects')
    await found('one', other)
    expect(await cache.delete(bucket)).toEqual({ outcome: 'deleted' })
    expect(await cache.get('one')).toBeNull()
    expect(await cache.delete(bucket)).toEqual({ outcome: 'missing' })
    // Another isolate still knows the record, but its write is refused and it then forgets.
    const stale = await found('one', other)
    const late = { shardId: `${stale.bucketId}.1`, bucketId: stale.bucketId }
    expect(await flushStatement(catalog.db, late, [{ seq: 1, key: 'k', object: row(1) }])).toBe('bucket-gone')
    expect(await other.forgetGone(stale)).toBe(false)
    expect(await other.get('one')).toBeNull()
  })

  it('does not touch the next bucket of that name', async () => {
    const first = await made('one')
    await cache.delete(first)
    const second = await made('one')
    expect(await other.delete(first)).toEqual({ outcome: 'missing' })
    await cache.forgetGone(first)
    expect(await found('one')).toEqual(second)
    expect(await put(second)).toBe('applied')
  })

  it.each<[string, (bucket: Bucket) => Promise<unknown>]>([
    ['the next DeleteBucket', (bucket) => other.delete(bucket)],
    ['a write that is told bucket-gone', (bucket) => other.forgetGone(bucket)],
  ])('that was interrupted is finished by %s', async (_, finish) => {
    const bucket = await made('one')
    const shard = { shardId: `${bucket.bucketId}.0`, bucketId: bucket.bucketId }
    await flushStatement(catalog.db, shard, [{ seq: 1, key: 'k', uploads: [upload('u')] }])
    await markDeleted(catalog.db, bucket.bucketId)
    await finish(bucket)
    expect(told).toEqual([`${bucket.bucketId}.0`, `${bucket.bucketId}.1`])
    expect(control.sqlite.prepare('SELECT * FROM buckets').all()).toEqual([])
    expect(catalog.sqlite.prepare('SELECT * FROM uploads').all()).toEqual([])
    expect(states()).toEqual(['deleted'])
  })
})

describe('delete() of a bucket whose shards are ahead of the catalogue', () => {
  it.each<['deleted' | 'not-empty', CatalogueMutation]>([
    ['deleted', { seq: 3, key: 'k', object: null }],
    ['not-empty', { seq: 3, key: 'late', object: row(3) }],
  ])('asks them first, and is %s by what they had to say', async (outcome, late) => {
    const bucket = await made('one')
    await say(bucket, { seq: 2, key: 'k', object: outcome === 'deleted' ? row(2) : null, ahead: true })
    standBack = async () => (await say(bucket, late)) === 'applied'
    expect(await cache.delete(bucket)).toEqual({ outcome })
  })

  it.each<[string, (bucket: Bucket) => Promise<boolean>]>([
    ['cannot reach the catalogue', async () => false],
    [
      'are ahead again each time',
      async (bucket) => (await say(bucket, { seq: (seq += 1), key: 'k', ahead: true })) === 'applied',
    ],
  ])('gives up when they %s, and leaves the bucket', async (_, answer) => {
    const bucket = await made('one')
    await say(bucket, { seq: 2, key: 'k', ahead: true })
    standBack = () => answer(bucket)
    await expect(cache.delete(bucket)).rejects.toThrow(CatalogueBehind)
    expect(states()).toEqual(['live'])
    expect(told).toEqual([])
  })
})

describe('setVersioning(), setOwnership() and setConfig()', () => {
  it('are known here at once and elsewhere after cacheMilliseconds', async () => {
    const bucket = await made('one')
    await found('one', other)
    const cors = '{"a \\"quoted\\"":"é"}'
    expect(await cache.setVersioning(bucket, 'suspended')).toEqual({ outcome: 'stored' })
    expect(await cache.setConfig(bucket, 'cors', cors)).toEqual({ outcome: 'stored' })
    expect(await cache.setOwnership(bucket, '')).toEqual({ outcome: 'stored' })
    const changed = { ...bucket, versioning: 'suspended', configs: { cors }, ownership: '' }
    expect(await found('one')).toEqual(changed)
    expect(await found('one', other)).toEqual(bucket)
    clock += cacheMilliseconds
    expect(await found('one', other)).toEqual(changed)
  })

  it('keep what another isolate stored meanwhile', async () => {
    const bucket = await made('one')
    await other.setConfig(bucket, 'tagging', '[]')
    await other.setOwnership(bucket, 'ObjectWriter')
    await cache.setConfig(bucket, 'cors', '{}')
    expect(await found('one')).toMatchObject({ configs: { tagging: '[]', cors: '{}' }, ownership: 'ObjectWriter' })
    await cache.setConfig(bucket, 'tagging', null)
    await cache.setConfig(bucket, 'website', null)
    expect((await found('one')).configs).toEqual({ cors: '{}' })
  })

  it('say when the bucket is gone', async () => {
    const bucket = await made('one')
    await other.delete(bucket)
    expect(await cache.setVersioning(bucket, 'enabled')).toEqual({ outcome: 'missing' })
    expect(await cache.setConfig(bucket, 'cors', '{}')).toEqual({ outcome: 'missing' })
    expect(await cache.setOwnership(bucket, 'ObjectWriter')).toEqual({ outcome: 'missing' })
    expect(await cache.get('one')).toBeNull()
  })
})

const block = (accountId: string, value: string) =>
  control.sqlite.prepare('UPDATE accounts SET public_access_block = ? WHERE account_id = ?').run(value, accountId)

describe('the public access block of an account', () => {
  it('comes with the record of each of its buckets', async () => {
    block('111111111111', '{"a":1}')
    expect((await made('one')).accountPublicAccessBlock).toBe('{"a":1}')
    expect((await made('two', { accountId: '222222222222' })).accountPublicAccessBlock).toBeNull()
  })

  it('is known at once where its buckets are forgotten, and elsewhere after cacheMilliseconds', async () => {
    await made('one')
    const others = await made('two', { accountId: '222222222222' })
    await found('one', other)
    block('111111111111', '{"a":1}')
    cache.forgetAccount('111111111111')
    const queries = control.queries()
    expect((await found('one')).accountPublicAccessBlock).toBe('{"a":1}')
    expect(await found('two')).toBe(others)
    expect(control.queries()).toBe(queries + 1)
    expect((await found('one', other)).accountPublicAccessBlock).toBeNull()
    clock += cacheMilliseconds
    expect((await found('one', other)).accountPublicAccessBlock).toBe('{"a":1}')
  })
})

describe('list()', () => {
  it.each<[string, Partial<BucketQuery>, string[], boolean]>([
    ['all of an account', {}, ['a-1', 'a-2', 'b-1'], false],
    ['a page', { limit: 2 }, ['a-1', 'a-2'], true],
    ['behind a name', { after: 'a-1' }, ['a-2', 'b-1'], false],
    ['a prefix', { prefix: 'a-' }, ['a-1', 'a-2'], false],
    ['a prefix behind a name', { prefix: 'b', after: 'a-2' }, ['b-1'], false],
    ['us-east-1', { region: 'us-east-1' }, ['a-1'], false],
    ['the region that EU stands for', { region: 'eu-west-1' }, ['a-2', 'b-1'], false],
    ['no region at all', { region: 'nowhere' }, [], false],
    ['none', { limit: 0 }, [], false],
    ['another account', { accountId: '222222222222' }, ['a-3'], false],
  ])('gives %s', async (_, query, expected, isTruncated) => {
    await made('b-1', { location: 'EU' })
    await made('a-2', { location: 'eu-west-1' })
    await made('a-1')
    await made('a-3', { accountId: '222222222222' })
    const everything = { accountId: '111111111111', prefix: '', after: '', limit: 1000, region: null }
    const page = await cache.list({ ...everything, ...query })
    expect(page.buckets.map(({ name }) => name)).toEqual(expected)
    expect(page.isTruncated).toBe(isTruncated)
  })
})
