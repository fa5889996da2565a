// I4 from the outside: the databases and files of a data folder must agree. Reads the files on disk.
import { existsSync, globSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { toCatalogueRow, VERSION_COLUMNS, type VersionRow } from '../../src/shard/rows.ts'
import { checkExtents } from './audit-extents.ts'

export interface Audit {
  /** Sentences, one for each disagreement. */
  problems: string[]
  /** What a running server will still do by itself: mutations to flush, extents to collect, loans to return. */
  pending: string[]
  versions: number
  uploads: number
  extents: number
  borrowed: number
  files: number
}

export type Row = Record<string, unknown>

/** The database of a KeyShard. */
export interface ShardDatabase {
  bucketId: string
  all(sql: string, ...values: string[]): Row[]
}

/** Waits until a running server has nothing left to do. Gives the last look when that does not happen in time. */
export async function auditWhenQuiet(dataDir: string, milliseconds = 30_000): Promise<Audit> {
  const deadline = Date.now() + milliseconds
  for (;;) {
    const seen = auditUnlessLocked(dataDir)
    if (seen !== null && (Date.now() > deadline || (seen.problems.length === 0 && seen.pending.length === 0)))
      return seen
    await sleep(300)
  }
}

/** Null where the server held a lock for too long: it opens and closes the databases of idle shards. */
function auditUnlessLocked(dataDir: string): Audit | null {
  try {
    return audit(dataDir)
  } catch (error) {
    if (error instanceof Error && error.message.includes('database is locked')) return null
    throw error
  }
}

/** Holds the catalogue against the shards row for row, and extents against their files and owners. */
export function audit(dataDir: string): Audit {
  const databases = globSync(join(dataDir, '**/*.sqlite')).map(openDatabase)
  try {
    const result: Audit = { problems: [], pending: [], versions: 0, uploads: 0, extents: 0, borrowed: 0, files: 0 }
    const catalogs = databases.filter((db) => hasTable(db, 'shards') && hasTable(db, 'uploads'))
    const applied = new Map(
      catalogs.flatMap((db) =>
        all(db, 'SELECT shard_id, applied FROM shards').map((row) => [String(row['shard_id']), Number(row['applied'])]),
      ),
    )
    const deleted = new Set(
      catalogs.flatMap((db) =>
        all(db, "SELECT bucket_id FROM buckets WHERE state = 'deleted'").map((row) => String(row['bucket_id'])),
      ),
    )
    const shards = databases.filter((db) => hasTable(db, 'extent_owners')).flatMap(shardOf)
    const expected = new Set<string>()
    for (const shard of shards) {
      checkOutbox(shard, applied, result)
      collectExpected(shard, expected, { result, deleted })
    }
    compare(expected, new Set(catalogs.flatMap(listed)), result)
    checkExtents(shards, filesOf(dataDir), result)
    return result
  } finally {
    for (const db of databases) db.close()
  }
}

/** Files under the data folder's `files`, sizes by name. Those the disk service has not finished are hidden. */
function filesOf(dataDir: string): Map<string, number> {
  const root = join(dataDir, 'files')
  const files = new Map<string, number>()
  if (!existsSync(root)) return files
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue
    const facts = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })
    if (facts !== undefined) files.set(entry.name, facts.size)
  }
  return files
}

function openDatabase(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, timeout: 1000 })
}

function hasTable(db: DatabaseSync, name: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(name) !== undefined
}

function all(db: DatabaseSync, sql: string, ...values: string[]): Row[] {
  return db.prepare(sql).all(...values)
}

/** A shard that was only asked for what it does not have knows no bucket, and has no rows. */
function shardOf(db: DatabaseSync): ShardDatabase[] {
  const bucket = all(db, "SELECT value FROM meta WHERE name = 'bucket'")[0]
  if (bucket === undefined) return []
  const { bucketId } = JSON.parse(String(bucket['value'])) as { bucketId: string }
  return [{ bucketId, all: (sql, ...values) => all(db, sql, ...values) }]
}

/** Acknowledged entries stay in the outbox until a later transaction: only those above the watermark are unsent. */
function checkOutbox(shard: ShardDatabase, applied: ReadonlyMap<string, number>, result: Audit): void {
  const [entry] = shard.all('SELECT max(seq) AS seq, count(*) AS entries FROM outbox')
  if (entry === undefined || entry['seq'] === null) return
  // Sequence numbers of two shards of a bucket may be equal: the lower watermark decides, which errs to "pending".
  const marks = [...applied].filter(([name]) => name.startsWith(`${shard.bucketId}.`)).map(([, seq]) => seq)
  if (Math.min(...marks, Infinity) >= Number(entry['seq'])) return
  result.pending.push(`A shard of bucket ${shard.bucketId} has ${String(entry['entries'])} entries in its outbox`)
}

/** What the catalogue should say of a shard's keys and uploads. */
function collectExpected(
  shard: ShardDatabase,
  expected: Set<string>,
  { result, deleted }: { result: Audit; deleted: ReadonlySet<string> },
): void {
  const { bucketId } = shard
  let before: string | null = null
  for (const row of shard.all(`SELECT ${VERSION_COLUMNS} FROM versions ORDER BY key, seq DESC`) as VersionRow[]) {
    const { tags: _, ...listing } = toCatalogueRow(row, row.key !== before)
    expected.add(JSON.stringify(['version', bucketId, row.key, ...describe(listing)]))
    before = row.key
    result.versions++
  }
  for (const row of shard.all('SELECT key, upload_id, facts FROM uploads WHERE completed IS NULL')) {
    const { initiated, owner } = JSON.parse(String(row['facts'])) as { initiated: number; owner: string }
    expected.add(JSON.stringify(['upload', bucketId, row['key'], row['upload_id'], initiated, owner]))
    result.uploads++
  }
  const left = shard.all('SELECT 1 FROM versions UNION ALL SELECT 1 FROM uploads').length
  if (deleted.has(bucketId) && left > 0) {
    result.problems.push(`Bucket ${bucketId} was deleted, and a shard has ${left} rows of it`)
  }
}

function describe(row: ReturnType<typeof toCatalogueRow>): unknown[] {
  const { seq, versionId, marker, latest, etag, size, modified, storageClass } = row
  const { checksumAlgorithm, checksumType, owner } = row
  return [seq, versionId, marker, latest, etag, size, modified, storageClass, checksumAlgorithm, checksumType, owner]
}

function listedVersion(row: Row, marker: boolean, latest: boolean): string {
  return JSON.stringify([
    'version',
    ...cells(row, 'bucket_id', 'key', 'seq', 'version_id'),
    marker,
    latest,
    ...cells(row, 'etag', 'size', 'modified_ms', 'storage_class', 'checksum_algorithm', 'checksum_type', 'owner'),
  ])
}

function listed(catalog: DatabaseSync): string[] {
  return [
    ...all(catalog, 'SELECT * FROM objects').map((row) => listedVersion(row, false, true)),
    ...all(catalog, 'SELECT * FROM versions').map((row) =>
      listedVersion(row, row['marker'] === 1, row['latest'] === 1),
    ),
    ...all(catalog, 'SELECT * FROM uploads').map((row) =>
      JSON.stringify(['upload', ...cells(row, 'bucket_id', 'key', 'upload_id', 'initiated_ms', 'owner')]),
    ),
  ]
}

function cells(row: Row, ...names: string[]): unknown[] {
  return names.map((name) => row[name])
}

function compare(expected: Set<string>, found: Set<string>, result: Audit): void {
  for (const row of expected) if (!found.has(row)) result.problems.push(`The catalogue lacks ${row}`)
  for (const row of found) if (!expected.has(row)) result.problems.push(`No shard has ${row}`)
}
