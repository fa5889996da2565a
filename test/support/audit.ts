// I4 from the outside: after the server has stopped, its databases and files must agree. Reads the files on disk.
import { existsSync, globSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { toCatalogueRow, VERSION_COLUMNS, type VersionRow } from '../../src/shard/rows.ts'

export interface Audit {
  /** Sentences, one for each disagreement. */
  problems: string[]
  versions: number
  extents: number
  files: number
}

type Row = Record<string, unknown>

/** Holds the catalogue against the shards row for row, and extents against their files and owners. */
export function audit(dataDir: string): Audit {
  const databases = globSync(join(dataDir, '**/*.sqlite')).map((path) => new DatabaseSync(path, { readOnly: true }))
  try {
    const shards = databases.filter((db) => hasTable(db, 'extent_owners'))
    const catalogs = databases.filter((db) => hasTable(db, 'shards') && hasTable(db, 'uploads'))
    const result: Audit = { problems: [], versions: 0, extents: 0, files: 0 }
    const expected = new Set<string>()
    for (const shard of shards) collectExpected(shard, expected, result)
    compare(expected, new Set(catalogs.flatMap(listed)), result)
    checkFiles(dataDir, shards, result)
    return result
  } finally {
    for (const db of databases) db.close()
  }
}

function hasTable(db: DatabaseSync, name: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(name) !== undefined
}

function all(db: DatabaseSync, sql: string): Row[] {
  return db.prepare(sql).all()
}

/** What the catalogue should say of a shard's keys and uploads. */
function collectExpected(shard: DatabaseSync, expected: Set<string>, result: Audit): void {
  const meta = Object.fromEntries(all(shard, 'SELECT name, value FROM meta').map((row) => [row['name'], row['value']]))
  if (meta['bucket'] === undefined || meta['gone'] !== undefined) return
  const { bucketId } = JSON.parse(String(meta['bucket'])) as { bucketId: string }
  let before: string | null = null
  for (const row of all(shard, `SELECT ${VERSION_COLUMNS} FROM versions ORDER BY key, seq DESC`) as VersionRow[]) {
    const { tags: _, ...listing } = toCatalogueRow(row, row.key !== before)
    expected.add(JSON.stringify(['version', bucketId, row.key, ...describe(listing)]))
    before = row.key
    result.versions++
  }
  for (const { key, upload_id } of all(shard, 'SELECT key, upload_id FROM uploads WHERE completed IS NULL')) {
    expected.add(JSON.stringify(['upload', bucketId, key, upload_id]))
  }
}

function describe(row: ReturnType<typeof toCatalogueRow>): unknown[] {
  return [row.seq, row.versionId, row.marker, row.latest, row.etag, row.size, row.modified, row.storageClass]
}

function versionText(row: Row, marker: boolean, latest: boolean): string {
  const { seq, etag, size, bucket_id, key, version_id, modified_ms, storage_class } = row
  return JSON.stringify([
    'version',
    bucket_id,
    key,
    seq,
    version_id,
    marker,
    latest,
    etag,
    size,
    modified_ms,
    storage_class,
  ])
}

function listed(catalog: DatabaseSync): string[] {
  return [
    ...all(catalog, 'SELECT * FROM objects').map((row) => versionText(row, false, true)),
    ...all(catalog, 'SELECT * FROM versions').map((row) => versionText(row, row['marker'] === 1, row['latest'] === 1)),
    ...all(catalog, 'SELECT bucket_id, key, upload_id FROM uploads').map((row) =>
      JSON.stringify(['upload', row['bucket_id'], row['key'], row['upload_id']]),
    ),
  ]
}

function compare(expected: Set<string>, found: Set<string>, result: Audit): void {
  for (const row of expected) if (!found.has(row)) result.problems.push(`The catalogue lacks ${row}`)
  for (const row of found) if (!expected.has(row)) result.problems.push(`No shard has ${row}`)
}

/** Every live extent has a file of its size and an owner; every file has an extent. */
function checkFiles(dataDir: string, shards: DatabaseSync[], result: Audit): void {
  const root = join(dataDir, 'files')
  const files = new Map<string, number>()
  if (existsSync(root)) {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name.startsWith('.')) continue
      files.set(entry.name, statSync(join(entry.parentPath, entry.name)).size)
    }
  }
  result.files = files.size
  const homes = new Set<string>()
  for (const shard of shards) {
    for (const row of all(
      shard,
      "SELECT extent, size, owner, state FROM extents WHERE home = '' AND store = 'files'",
    )) {
      const name = String(row['extent'])
      homes.add(name)
      result.extents++
      if (row['state'] !== 'live') continue
      if (files.get(name) !== row['size'])
        result.problems.push(`Extent ${name} has ${files.get(name)} of ${String(row['size'])} bytes`)
      const others = shard.prepare('SELECT count(*) AS n FROM extent_owners WHERE extent = ?').get(name)
      if (row['owner'] === '' && others?.['n'] === 0) result.problems.push(`Extent ${name} has no owner`)
    }
    for (const row of all(shard, 'SELECT DISTINCT extent FROM segments')) {
      const held = shard.prepare("SELECT 1 FROM extents WHERE extent = ? AND state = 'live'").get(String(row['extent']))
      if (held === undefined) result.problems.push(`A segment names extent ${String(row['extent'])}, which is not live`)
    }
  }
  for (const name of files.keys()) if (!homes.has(name)) result.problems.push(`File ${name} belongs to no extent`)
}
