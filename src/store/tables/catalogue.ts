// The catalogue databases: what a KeyShard tells them, and the state of a bucket in them.
// The schema and the trigger that applies a batch are in migrations/catalog; listings are in ./listing.ts.
import { assert } from '../../assert.ts'
import type { Env } from '../../env.ts'
import { flushMutationsMax, rowBytesMax } from '../../limits.ts'

/** A version as listings show it. Within a key a higher `seq` is newer; seq counts up in the key's shard. */
export interface CatalogueRow {
  seq: number
  versionId: string
  /** A delete marker. */
  marker: boolean
  /** The current version of its key. */
  latest: boolean
  /** Without quotes; empty for a marker. */
  etag: string
  /** Bytes. */
  size: number
  /** Milliseconds since 1970. */
  modified: number
  storageClass: string
  checksumAlgorithm: string | null
  checksumType: string | null
  /** Account that wrote it. */
  owner: string
  tags?: Record<string, string>
}

export interface CatalogueUpload {
  /** Uploads of a key are listed in the byte order of their ids: ids that begin with a time give AWS's order. */
  uploadId: string
  /** Milliseconds since 1970. */
  initiated: number
  storageClass: string
  checksumAlgorithm: string | null
  checksumType: string | null
  owner: string
}

/** One change of one key. What it does not name stays as it is. */
export interface CatalogueMutation {
  /** From 1; counts up in a shard without going back. */
  seq: number
  key: string
  /** The current live object; null: there is none any more. */
  object?: CatalogueRow | null
  /** Noncurrent versions and delete markers, new or changed. */
  versions?: CatalogueRow[]
  /** Their `seq`s. */
  removedVersions?: number[]
  uploads?: CatalogueUpload[]
  /** Their ids. */
  removedUploads?: string[]
  /** From here on the shard may be ahead of the catalogue; without it, it is not. */
  ahead?: true
}

type Cell = string | number | null | Record<string, string>
type Rows = Map<string, Cell[]>

/** The catalogue of a bucket by the binding name in its record. */
export function catalogDatabase(env: Env, name: string): D1Database {
  const database = (env as unknown as Record<string, D1Database | undefined>)[name]
  assert(/^CATALOG_\d+$/.test(name) && database !== undefined, `The catalogue ${name} of a bucket is bound`)
  return database
}

/** Binding names of all catalogues, in no particular order. */
export function catalogNames(env: Env): string[] {
  return Object.keys(env).filter((name) => /^CATALOG_\d+$/.test(name))
}

// ── batches ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * How many of the first mutations one flushStatement takes: at most flushMutationsMax, and so many that their JSON
 * is below rowBytesMax. At least 1.
 */
export function countFlushable(mutations: readonly CatalogueMutation[]): number {
  let bytes = 0
  let count = 0
  for (const mutation of mutations) {
    bytes += jsonBytesMax(mutation)
    if (count > 0 && (bytes > rowBytesMax || count === flushMutationsMax)) break
    count += 1
  }
  return count
}

/** Upper bound: JSON writes no UTF-16 unit in more than six bytes, numbers and tokens of a row fit 400. */
function jsonBytesMax(mutation: CatalogueMutation): number {
  const keyBytes = 6 * mutation.key.length + 400
  const versions = mutation.versions ?? []
  const rows = 1 + versions.length + (mutation.removedVersions?.length ?? 0)
  const uploads = (mutation.uploads?.length ?? 0) + (mutation.removedUploads?.length ?? 0)
  let bytes = keyBytes * (rows + uploads)
  for (const row of [mutation.object, ...versions]) {
    for (const [name, value] of Object.entries(row?.tags ?? {})) bytes += 6 * (name.length + value.length) + 6
  }
  return bytes
}

// The one statement of a flush; its trigger does the work.
const flushSql = `INSERT INTO flush_batch (
  shard_id, bucket_id, last_seq, objects, removed_objects, versions, removed_versions, uploads, removed_uploads, ahead
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

/**
 * Applies a batch of a shard's outbox, in one D1 statement. The batch is everything from the oldest mutation that is
 * not known to be applied, without gaps, and no more than countFlushable says. Mutations up to the shard's watermark
 * are skipped, so a batch may be sent again, also with more behind it. Of several about one thing the highest seq wins,
 * and the highest of all says whether the shard is ahead.
 */
export async function flushStatement(
  db: D1Database,
  { shardId, bucketId }: { shardId: string; bucketId: string },
  mutations: readonly CatalogueMutation[],
): Promise<'applied' | 'bucket-gone'> {
  const statement = db.prepare(flushSql).bind(shardId, bucketId, ...encodeBatch(mutations))
  try {
    await statement.run()
    return 'applied'
  } catch (error) {
    if (error instanceof Error && error.message.includes('bucket-gone')) return 'bucket-gone'
    throw error
  }
}

/** `last_seq`, the six lists of flush_batch and `ahead`. Lists without rows are null, which costs the trigger nothing. */
export function encodeBatch(mutations: readonly CatalogueMutation[]): (number | string | null)[] {
  assert(mutations.length > 0 && countFlushable(mutations) === mutations.length, 'A batch fits one statement')
  const objects: Rows = new Map()
  const versions: Rows = new Map()
  const uploads: Rows = new Map()
  const ordered = bySeq(mutations)
  const last = ordered.at(-1)
  assert(last !== undefined, 'A batch has a mutation')
  for (const mutation of ordered) {
    const { seq, key } = mutation
    if (mutation.object === null) objects.set(key, [seq, key])
    else if (mutation.object !== undefined) objects.set(key, objectCells(mutation, mutation.object))
    for (const removed of mutation.removedVersions ?? []) versions.set(`${removed} ${key}`, [seq, key, removed])
    for (const row of mutation.versions ?? []) versions.set(`${row.seq} ${key}`, versionCells(mutation, row))
    for (const id of mutation.removedUploads ?? []) uploads.set(`${id} ${key}`, [seq, key, id])
    for (const upload of mutation.uploads ?? []) {
      uploads.set(`${upload.uploadId} ${key}`, uploadCells(mutation, upload))
    }
  }
  return [last.seq, ...lists(objects, 2), ...lists(versions, 3), ...lists(uploads, 3), Number(last.ahead === true)]
}

function bySeq(mutations: readonly CatalogueMutation[]): readonly CatalogueMutation[] {
  const ordered = mutations.every((mutation, index) => index === 0 || (mutations[index - 1]?.seq ?? 0) < mutation.seq)
  return ordered ? mutations : mutations.toSorted((left, right) => left.seq - right.seq)
}

/** Kept and removed rows as JSON; a removed one has only its `idCells` first cells. */
function lists(rows: Rows, idCells: number): [string | null, string | null] {
  const kept: Cell[][] = []
  const removed: Cell[][] = []
  for (const cells of rows.values()) (cells.length === idCells ? removed : kept).push(cells)
  return [kept.length > 0 ? JSON.stringify(kept) : null, removed.length > 0 ? JSON.stringify(removed) : null]
}

// The order of cells is the trigger's. What is usual comes last and is left out: most rows end after the ninth cell.
function objectCells({ seq, key }: CatalogueMutation, row: CatalogueRow): Cell[] {
  const cells = rowCells(seq, key, row)
  if (row.versionId === 'null' && row.storageClass === 'STANDARD' && row.tags === undefined) return cells
  cells.push(row.versionId, row.storageClass)
  if (row.tags !== undefined) cells.push(row.tags)
  return cells
}

function versionCells({ seq, key }: CatalogueMutation, row: CatalogueRow): Cell[] {
  const { versionId, storageClass, tags = null, marker, latest } = row
  return [...rowCells(seq, key, row), versionId, storageClass, tags, Number(marker), Number(latest)]
}

/** What rows of objects and of versions begin with. */
function rowCells(seq: number, key: string, row: CatalogueRow): Cell[] {
  const { etag, versionId, storageClass, owner, checksumAlgorithm, checksumType } = row
  assertTokens(etag, versionId, storageClass, owner)
  return [seq, key, row.seq, etag, row.size, row.modified, owner, checksumAlgorithm, checksumType]
}

function uploadCells({ seq, key }: CatalogueMutation, upload: CatalogueUpload): Cell[] {
  assertTokens(upload.uploadId, upload.storageClass, upload.owner)
  return [
    seq,
    key,
    upload.uploadId,
    upload.initiated,
    upload.owner,
    upload.storageClass,
    upload.checksumAlgorithm,
    upload.checksumType,
  ]
}

/** Listings join these by spaces and commas (./listing.ts); 100 bytes each keep a chunk of a page below rowBytesMax. */
function assertTokens(...values: string[]): void {
  for (const value of values) assert(/^[!-+\--~]{0,128}$/.test(value), 'A listed fact is one word of ASCII')
}

// ── buckets ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Makes the bucket live. To be called once for an id. */
export async function createCatalogBucket(db: D1Database, bucketId: string): Promise<void> {
  await db.prepare("INSERT INTO buckets (bucket_id, state) VALUES (?, 'live')").bind(bucketId).run()
}

/** Takes back a createCatalogBucket whose bucket never came to be. */
export async function dropCatalogBucket(db: D1Database, bucketId: string): Promise<void> {
  await db.prepare('DELETE FROM buckets WHERE bucket_id = ?').bind(bucketId).run()
}

/** The shards of bucket ?1 that may be ahead of the catalogue, as one value: names joined by commas, NULL for none. */
export const aheadSql = `SELECT group_concat(shard_id) AS ahead FROM shards
  WHERE shard_id > ?1 || '.' AND shard_id < ?1 || '/' AND ahead = 1`

/** Names out of what aheadSql gives. */
export function readAhead(names: string | null): string[] {
  return names === null ? [] : names.split(',')
}

export type Marked = { outcome: 'deleted' | 'not-empty' | 'missing' } | { outcome: 'ahead'; shards: string[] }

/**
 * Ends the bucket if nothing lists in it: from here on every flush answers `bucket-gone`. Uploads in progress do not
 * hold it back. `deleted` also when it was deleted before. `ahead`: these shards know more than the catalogue.
 */
export async function markDeleted(db: D1Database, bucketId: string): Promise<Marked> {
  // Is it empty, and if so, it is deleted: both in one statement, so that no flush comes between.
  const row = await db
    .prepare(
      `UPDATE buckets SET state = CASE
         WHEN (${aheadSql}) IS NOT NULL THEN state
         WHEN EXISTS (SELECT 1 FROM objects WHERE bucket_id = ?1) THEN state
         WHEN EXISTS (SELECT 1 FROM versions WHERE bucket_id = ?1) THEN state
         ELSE 'deleted' END
       WHERE bucket_id = ?1 RETURNING state, (${aheadSql}) AS ahead`,
    )
    .bind(bucketId)
    .first<{ state: 'live' | 'deleted'; ahead: string | null }>()
  if (row === null) return { outcome: 'missing' }
  if (row.state === 'deleted') return { outcome: 'deleted' }
  return row.ahead === null ? { outcome: 'not-empty' } : { outcome: 'ahead', shards: readAhead(row.ahead) }
}

/** Whether markDeleted ended the bucket; false for an unknown one. */
export async function isDeleted(db: D1Database, bucketId: string): Promise<boolean> {
  const row = await db
    .prepare("SELECT 1 AS found FROM buckets WHERE bucket_id = ? AND state = 'deleted'")
    .bind(bucketId)
    .first<{ found: number }>()
  return row !== null
}

/** Removes the uploads that were in progress when the bucket was deleted. */
export async function dropUploads(db: D1Database, bucketId: string): Promise<void> {
  await db.prepare('DELETE FROM uploads WHERE bucket_id = ?').bind(bucketId).run()
}
