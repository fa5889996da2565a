// Everything the catalogue holds of a bucket, read from its tables and not by listing.
import type { CatalogueRow, CatalogueUpload } from '../../src/store/tables/catalogue.ts'

export interface CatalogueContents {
  /** By key. */
  objects: Map<string, CatalogueRow>
  /** By key, newest first. */
  versions: Map<string, CatalogueRow[]>
  /** By key, in the order of their ids. */
  uploads: Map<string, CatalogueUpload[]>
}

interface VersionRow {
  key: string
  seq: number
  version_id: string
  marker: number
  latest: number
  etag: string
  size: number
  modified_ms: number
  storage_class: string
  checksum_algorithm: string | null
  checksum_type: string | null
  owner: string
  tags: string | null
}

interface UploadRow {
  key: string
  upload_id: string
  initiated_ms: number
  storage_class: string
  checksum_algorithm: string | null
  checksum_type: string | null
  owner: string
}

// One statement reads at most this many rows.
const rowsPerQuery = 1000

/** All rows of a bucket in the catalogue, read in steps and so whole only while nothing is written. */
export async function catalogueContents(db: D1Database, bucketId: string): Promise<CatalogueContents> {
  const contents: CatalogueContents = { objects: new Map(), versions: new Map(), uploads: new Map() }
  // Which objects come after this key?
  const objects =
    'SELECT *, 0 AS marker, 1 AS latest FROM objects WHERE bucket_id = ?1 AND key > ?2 AND ?3 = 0 ORDER BY key LIMIT ?4'
  for await (const row of readAll<VersionRow>(db.prepare(objects), bucketId, (last) => [last.key, 0])) {
    contents.objects.set(row.key, catalogueRow(row))
  }
  // Which versions come after this one?
  const versions = `SELECT * FROM versions
    WHERE bucket_id = ?1 AND key >= ?2 AND (key > ?2 OR seq < ?3) ORDER BY key, seq DESC LIMIT ?4`
  for await (const row of readAll<VersionRow>(db.prepare(versions), bucketId, (last) => [last.key, last.seq])) {
    contents.versions.set(row.key, [...(contents.versions.get(row.key) ?? []), catalogueRow(row)])
  }
  // Which uploads come after this one?
  const uploads = `SELECT * FROM uploads
    WHERE bucket_id = ?1 AND (key, upload_id) > (?2, ?3) ORDER BY key, upload_id LIMIT ?4`
  for await (const row of readAll<UploadRow>(db.prepare(uploads), bucketId, (last) => [last.key, last.upload_id])) {
    contents.uploads.set(row.key, [...(contents.uploads.get(row.key) ?? []), catalogueUpload(row)])
  }
  return contents
}

async function* readAll<Row>(
  statement: D1PreparedStatement,
  bucketId: string,
  placeOf: (last: Row) => [string, string | number],
): AsyncGenerator<Row> {
  // Keys are not empty, so this is before all of them.
  let place: [string, string | number] = ['', 0]
  for (;;) {
    const { results } = await statement.bind(bucketId, ...place, rowsPerQuery).all<Row>()
    yield* results
    const last = results.at(-1)
    if (last === undefined || results.length < rowsPerQuery) return
    place = placeOf(last)
  }
}

function catalogueRow(row: VersionRow): CatalogueRow {
  return {
    seq: row.seq,
    versionId: row.version_id,
    marker: row.marker === 1,
    latest: row.latest === 1,
    etag: row.etag,
    size: row.size,
    modified: row.modified_ms,
    storageClass: row.storage_class,
    checksumAlgorithm: row.checksum_algorithm,
    checksumType: row.checksum_type,
    owner: row.owner,
    ...(row.tags !== null && { tags: JSON.parse(row.tags) as Record<string, string> }),
  }
}

function catalogueUpload(row: UploadRow): CatalogueUpload {
  return {
    uploadId: row.upload_id,
    initiated: row.initiated_ms,
    storageClass: row.storage_class,
    checksumAlgorithm: row.checksum_algorithm,
    checksumType: row.checksum_type,
    owner: row.owner,
  }
}
