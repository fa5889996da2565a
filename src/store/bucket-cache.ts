// The records of buckets as one isolate knows them, and the changes that span CONTROL and a bucket's catalogue.
import { assert } from '../assert.ts'
import type { Env } from '../env.ts'
import { aheadAttemptsMax, bucketsPerAccountMax, cacheMilliseconds, shardsPerBucketDefault } from '../limits.ts'
import type { Versioning } from '../shard/rpc.ts'
import { CatalogueBehind, standBack } from './ahead.ts'
import type { Bucket } from './buckets.ts'
import { shardNames } from './placement.ts'
import type { BucketQuery, NewBucket } from './store.ts'
import * as buckets from './tables/buckets.ts'
import * as catalogue from './tables/catalogue.ts'

export type CreateBucketOutcome =
  | { outcome: 'created' }
  | { outcome: 'exists'; accountId: string }
  | { outcome: 'too-many' }

// Records kept; the oldest goes first.
const entriesMax = 10_000

/**
 * Reads through and writes through. A record is at most cacheMilliseconds old; that a bucket does not exist is never
 * remembered. Queries in flight are not shared between requests: workerd ends a promise with the request that made it.
 */
export class BucketCache {
  readonly #env: Env
  readonly #now: () => number
  readonly #entries = new Map<string, { bucket: Bucket; expires: number }>()
  /** Counts what this isolate changed: a record read before a change is not kept after it. */
  #changes = 0

  /** `now`: milliseconds since 1970. */
  constructor(env: Env, now: () => number) {
    this.#env = env
    this.#now = now
  }

  /** Null when there is no bucket of this name. */
  async get(name: string): Promise<Bucket | null> {
    const entry = this.#entries.get(name)
    if (entry !== undefined && entry.expires > this.#now()) return entry.bucket
    // Counted from before the query, so that the record is not older than it says.
    const expires = this.#now() + cacheMilliseconds
    const changes = this.#changes
    const bucket = await buckets.getBucket(this.#env.CONTROL, name)
    if (bucket !== null && changes === this.#changes) this.#keep(bucket, expires)
    return bucket
  }

  async create(bucket: NewBucket): Promise<CreateBucketOutcome> {
    const existing = await buckets.getBucket(this.#env.CONTROL, bucket.name)
    if (existing !== null && !(await this.#isLeftover(existing))) {
      return { outcome: 'exists', accountId: existing.accountId }
    }
    // 1. The catalogue first: a bucket that can be found can be written to. A crash leaves a row that nothing names.
    const record = this.#newRecord(bucket)
    const database = catalogue.catalogDatabase(this.#env, record.catalog)
    await catalogue.createCatalogBucket(database, record.bucketId)
    // 2. The name decides among racers.
    const stored = await buckets.insertBucket(this.#env.CONTROL, record, bucketsPerAccountMax)
    if (stored === 'stored') return { outcome: 'created' }
    // 3. Who was refused takes its catalogue row back and finds out why.
    await catalogue.dropCatalogBucket(database, record.bucketId)
    const winner = await buckets.getBucket(this.#env.CONTROL, bucket.name)
    return winner === null ? { outcome: 'too-many' } : { outcome: 'exists', accountId: winner.accountId }
  }

  /** `missing`: another request deleted it before. */
  async delete(bucket: Bucket): Promise<{ outcome: 'deleted' | 'not-empty' | 'missing' }> {
    // The catalogue decides, in one statement with the look for rows; from then on the bucket takes no write. Should
    // the rest not happen, the next DeleteBucket, CreateBucket or write that is told `bucket-gone` makes up for it.
    let marked = await catalogue.markDeleted(this.#catalogOf(bucket), bucket.bucketId)
    for (let asked = 0; marked.outcome === 'ahead'; asked++) {
      if (asked === aheadAttemptsMax) throw new CatalogueBehind()
      await standBack(this.#env, marked.shards)
      marked = await catalogue.markDeleted(this.#catalogOf(bucket), bucket.bucketId)
    }
    if (marked.outcome === 'not-empty') return { outcome: 'not-empty' }
    return { outcome: (await this.forgetGone(bucket)) ? 'deleted' : 'missing' }
  }

  /** To be called when a shard answers `bucket-gone`: ends what is left of the bucket. True if its record was there. */
  async forgetGone(bucket: Bucket): Promise<boolean> {
    this.#forget(bucket)
    // Uploads do not keep a bucket from being deleted. Told before the record goes, the shards are told again if this fails.
    const shards = shardNames(bucket.bucketId, bucket.shards)
    await Promise.all(shards.map((name) => this.#env.KEY_SHARD.getByName(name).forgetBucket()))
    const removed = await buckets.removeBucket(this.#env.CONTROL, bucket)
    this.#forget(bucket)
    if (removed) await catalogue.dropUploads(this.#catalogOf(bucket), bucket.bucketId)
    return removed
  }

  async list(query: BucketQuery): Promise<{ buckets: Bucket[]; isTruncated: boolean }> {
    return buckets.listBuckets(this.#env.CONTROL, query)
  }

  /** Returns when it is stored, and this isolate knows it at once; `missing` when the bucket was deleted. */
  async setVersioning(bucket: Bucket, versioning: Versioning): Promise<{ outcome: 'stored' | 'missing' }> {
    const expires = this.#now() + cacheMilliseconds
    return this.#stored(bucket, await buckets.updateVersioning(this.#env.CONTROL, bucket, versioning), expires)
  }

  /** Stores a sub-resource's configuration (JSON) or, with null, removes it; as setVersioning. */
  async setConfig(bucket: Bucket, name: string, value: string | null): Promise<{ outcome: 'stored' | 'missing' }> {
    const expires = this.#now() + cacheMilliseconds
    return this.#stored(bucket, await buckets.updateConfig(this.#env.CONTROL, bucket, { name, value }), expires)
  }

  /** As setVersioning. Empty: the controls are deleted. */
  async setOwnership(bucket: Bucket, ownership: string): Promise<{ outcome: 'stored' | 'missing' }> {
    const expires = this.#now() + cacheMilliseconds
    return this.#stored(bucket, await buckets.updateOwnership(this.#env.CONTROL, bucket, ownership), expires)
  }

  /** To be called when an account's settings changed: records of its buckets are read anew. */
  forgetAccount(accountId: string): void {
    this.#changes += 1
    for (const [name, { bucket }] of this.#entries) if (bucket.accountId === accountId) this.#entries.delete(name)
  }

  #stored(bucket: Bucket, change: buckets.BucketChange | null, expires: number) {
    if (change === null) {
      this.#forget(bucket)
      return { outcome: 'missing' as const }
    }
    this.#changes += 1
    this.#keep({ ...bucket, ...change }, expires)
    return { outcome: 'stored' as const }
  }

  /** A bucket that the catalogue deleted but whose record stayed, by a crash in between: now it goes. */
  async #isLeftover(bucket: Bucket): Promise<boolean> {
    if (!(await catalogue.isDeleted(this.#catalogOf(bucket), bucket.bucketId))) return false
    await this.forgetGone(bucket)
    return true
  }

  #newRecord(bucket: NewBucket): buckets.StoredBucket {
    const shards = Number(this.#env.EDGESHARD_SHARDS ?? shardsPerBucketDefault)
    assert(Number.isInteger(shards) && shards > 0, 'EDGESHARD_SHARDS is a positive whole number')
    const random = crypto.getRandomValues(new Uint8Array(10))
    const bucketId = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('')
    const names = catalogue.catalogNames(this.#env)
    const catalog = names[(random[0] ?? 0) % names.length]
    assert(catalog !== undefined, 'A catalogue is bound')
    return { ...bucket, bucketId, created: this.#now(), shards, catalog }
  }

  #catalogOf(bucket: Bucket): D1Database {
    return catalogue.catalogDatabase(this.#env, bucket.catalog)
  }

  #keep(bucket: Bucket, expires: number): void {
    this.#entries.delete(bucket.name)
    this.#entries.set(bucket.name, { bucket, expires })
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > entriesMax && oldest !== undefined) this.#entries.delete(oldest)
  }

  #forget(bucket: Bucket): void {
    this.#changes += 1
    if (this.#entries.get(bucket.name)?.bucket.bucketId === bucket.bucketId) this.#entries.delete(bucket.name)
  }
}
