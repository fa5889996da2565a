// Rows of a KeyShard's tables ⇄ values. No I/O.
import type { Acl } from '../iam/acl.ts'
import type { CatalogueRow } from '../store/tables/catalogue.ts'
import type { Checksum, ObjectFacts, ObjectVersion, PartFacts } from './rpc.ts'

export type VersionRow = {
  seq: number
  key: string
  version_id: string
  write_id: string
  marker: number
  etag: string
  size: number
  modified: number
  facts: string
  content: string
  parts: number
  /** The inline body; only where it was selected. */
  inline?: ArrayBuffer | null
}

/** The columns of VersionRow: everything but the inline body. */
export const VERSION_COLUMNS = 'seq, key, version_id, write_id, marker, etag, size, modified, facts, content, parts'

/** With the inline body: one query for a small object, because a query costs more than its row. */
export const BODY_COLUMNS = `${VERSION_COLUMNS}, inline`

/** The columns as they come; the last one only with BODY_COLUMNS. */
export type VersionCells = [
  seq: number,
  key: string,
  versionId: string,
  writeId: string,
  marker: number,
  etag: string,
  size: number,
  modified: number,
  facts: string,
  content: string,
  parts: number,
  inline?: ArrayBuffer | null,
]

export function versionRow(cells: VersionCells): VersionRow {
  const [seq, key, version_id, write_id, marker, etag, size, modified, facts, content, parts, inline = null] = cells
  return { seq, key, version_id, write_id, marker, etag, size, modified, facts, content, parts, inline }
}

/** What of ObjectFacts has no column of its own. */
interface StoredFacts {
  headers: Record<string, string>
  tags: Record<string, string>
  checksum: Checksum | null
  storageClass: string
  owner: string
  acl?: Acl
}

export function factsJson(object: ObjectFacts): string {
  const facts: StoredFacts = {
    headers: object.headers,
    tags: object.tags,
    checksum: object.checksum,
    storageClass: object.storageClass,
    owner: object.owner,
  }
  if (object.acl !== undefined) facts.acl = object.acl
  return JSON.stringify(facts)
}

export function toVersion(row: VersionRow): ObjectVersion {
  const facts = JSON.parse(row.facts) as StoredFacts
  return {
    ...facts,
    seq: row.seq,
    etag: row.etag,
    size: row.size,
    versionId: row.version_id,
    modified: row.modified,
    partsCount: row.parts,
  }
}

export function toCatalogueRow(row: VersionRow, latest: boolean): CatalogueRow {
  const facts = JSON.parse(row.facts) as StoredFacts
  return {
    seq: row.seq,
    versionId: row.version_id,
    marker: row.marker === 1,
    latest,
    etag: row.etag,
    size: row.size,
    modified: row.modified,
    storageClass: facts.storageClass,
    checksumAlgorithm: facts.checksum?.algorithm ?? null,
    checksumType: facts.checksum?.type ?? null,
    owner: facts.owner,
  }
}

export type PartRow = { part: number; etag: string; size: number; modified: number; checksum: string | null }

export function toPart(row: PartRow): PartFacts {
  return {
    partNumber: row.part,
    etag: row.etag,
    size: row.size,
    modified: row.modified,
    checksum: row.checksum === null ? null : (JSON.parse(row.checksum) as Checksum),
  }
}
