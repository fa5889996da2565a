// The table `buckets` of CONTROL: one row a bucket. Its cache, and what spans CONTROL and a catalogue, is in
// ../bucket-cache.ts; the schema in migrations/control.
import { assert } from '../../assert.ts'
import type { Versioning } from '../../shard/rpc.ts'
import type { Bucket } from '../buckets.ts'
import type { BucketQuery } from '../store.ts'

interface BucketRow {
  name: string
  bucket_id: string
  account_id: string
  location: string
  created_ms: number
  shards: number
  catalog: string
  versioning: Versioning
  object_lock: number
  ownership: string
  configs: string
  canonical_id: string | null
  display_name: string | null
  account_public_access_block: string | null
}

/** A record's own columns: what `accounts` knows comes with the join. */
export type StoredBucket = Omit<Bucket, 'canonicalId' | 'displayName' | 'accountPublicAccessBlock'>

/** What changes of a record after its creation. */
export type BucketChange = Pick<Bucket, 'versioning' | 'ownership' | 'configs'>

// A bucket outlives its account's row only by a mistake; it must be found all the same, since its name is taken.
const selectBucket = `SELECT b.*, a.canonical_id, a.display_name, a.public_access_block AS account_public_access_block
  FROM buckets b LEFT JOIN accounts a ON a.account_id = b.account_id`

/** The region a LocationConstraint stands for: '' is us-east-1 and `EU` eu-west-1 (AWS CreateBucket). */
const regionOf = "CASE b.location WHEN '' THEN 'us-east-1' WHEN 'EU' THEN 'eu-west-1' ELSE b.location END"

/** Null when there is no bucket of this name. */
export async function getBucket(control: D1Database, name: string): Promise<Bucket | null> {
  const row = await control.prepare(`${selectBucket} WHERE b.name = ?`).bind(name).first<BucketRow>()
  return row === null ? null : toBucket(row)
}

/** Stores a new bucket unless its name is taken or its account has `bucketsMax` already. */
export async function insertBucket(
  control: D1Database,
  bucket: StoredBucket,
  bucketsMax: number,
): Promise<'stored' | 'refused'> {
  const row = await control
    .prepare(
      `INSERT INTO buckets (
         name, bucket_id, account_id, location, created_ms, shards, catalog, versioning, object_lock, ownership, configs
       )
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
       WHERE (SELECT count(*) FROM buckets WHERE account_id = ?3) < ?12
       ON CONFLICT (name) DO NOTHING RETURNING name`,
    )
    .bind(
      bucket.name,
      bucket.bucketId,
      bucket.accountId,
      bucket.location,
      bucket.created,
      bucket.shards,
      bucket.catalog,
      bucket.versioning,
      Number(bucket.objectLock),
      bucket.ownership,
      JSON.stringify(bucket.configs),
      bucketsMax,
    )
    .first<{ name: string }>()
  return row === null ? 'refused' : 'stored'
}

/** False when the name is free or names another bucket by now. */
export async function removeBucket(control: D1Database, bucket: { name: string; bucketId: string }): Promise<boolean> {
  const row = await control
    .prepare('DELETE FROM buckets WHERE name = ? AND bucket_id = ? RETURNING name')
    .bind(bucket.name, bucket.bucketId)
    .first<{ name: string }>()
  return row !== null
}

/** An account's buckets by name; one query, however many the prefix or the region leaves out. */
export async function listBuckets(
  control: D1Database,
  { accountId, prefix, after, limit, region }: BucketQuery,
): Promise<{ buckets: Bucket[]; isTruncated: boolean }> {
  const { results } = await control
    .prepare(
      `${selectBucket}
       WHERE b.account_id = ?1 AND b.name >= ?2 AND b.name < ?2 || CAST(X'FF' AS TEXT) AND b.name > ?3
         AND (?4 IS NULL OR ${regionOf} = ?4)
       ORDER BY b.name LIMIT ?5`,
    )
    .bind(accountId, prefix, after, region, limit + 1)
    .all<BucketRow>()
  return { buckets: results.slice(0, limit).map(toBucket), isTruncated: limit > 0 && results.length > limit }
}

const changing = 'versioning, ownership, configs'

/** The stored record after the change; null when the bucket is gone. */
export async function updateVersioning(
  control: D1Database,
  bucket: { name: string; bucketId: string },
  versioning: Versioning,
): Promise<BucketChange | null> {
  return updated(
    control
      .prepare(`UPDATE buckets SET versioning = ?3 WHERE name = ?1 AND bucket_id = ?2 RETURNING ${changing}`)
      .bind(bucket.name, bucket.bucketId, versioning),
  )
}

/** As updateVersioning. */
export async function updateOwnership(
  control: D1Database,
  bucket: { name: string; bucketId: string },
  ownership: string,
): Promise<BucketChange | null> {
  return updated(
    control
      .prepare(`UPDATE buckets SET ownership = ?3 WHERE name = ?1 AND bucket_id = ?2 RETURNING ${changing}`)
      .bind(bucket.name, bucket.bucketId, ownership),
  )
}

/** Stores one configuration, or removes it with null, and leaves the others as they are; as updateVersioning. */
export async function updateConfig(
  control: D1Database,
  bucket: { name: string; bucketId: string },
  config: { name: string; value: string | null },
): Promise<BucketChange | null> {
  assert(/^[A-Za-z][A-Za-z-]*$/.test(config.name), 'A sub-resource name is letters and hyphens')
  const path = `$."${config.name}"`
  const change = config.value === null ? 'json_remove(configs, ?3)' : 'json_set(configs, ?3, ?4)'
  const values = config.value === null ? [path] : [path, config.value]
  return updated(
    control
      .prepare(`UPDATE buckets SET configs = ${change} WHERE name = ?1 AND bucket_id = ?2 RETURNING ${changing}`)
      .bind(bucket.name, bucket.bucketId, ...values),
  )
}

async function updated(statement: D1PreparedStatement): Promise<BucketChange | null> {
  const row = await statement.first<Pick<BucketRow, 'versioning' | 'ownership' | 'configs'>>()
  if (row === null) return null
  return { versioning: row.versioning, ownership: row.ownership, configs: parseConfigs(row.configs) }
}

function toBucket(row: BucketRow): Bucket {
  return {
    name: row.name,
    bucketId: row.bucket_id,
    accountId: row.account_id,
    canonicalId: row.canonical_id ?? '',
    displayName: row.display_name ?? '',
    location: row.location,
    created: row.created_ms,
    shards: row.shards,
    catalog: row.catalog,
    versioning: row.versioning,
    objectLock: row.object_lock === 1,
    ownership: row.ownership,
    configs: parseConfigs(row.configs),
    accountPublicAccessBlock: row.account_public_access_block,
  }
}

function parseConfigs(text: string): Record<string, string> {
  return JSON.parse(text) as Record<string, string>
}
