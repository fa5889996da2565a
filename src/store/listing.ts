// Pages of a bucket's catalogue: each is one D1 statement. The SQL and its reasons are in tables/listing.ts.
import { assert } from '../assert.ts'
import { listKeysMax } from '../limits.ts'
import type { ListedObject, ListedUpload, ListEntry, ListPage, ListQuery } from './store.ts'
import { readAhead } from './tables/catalogue.ts'
import { objectsPageSql, uploadsPageSql, versionsPageSql } from './tables/listing.ts'
import type { PageShape } from './tables/listing.ts'

type ReadFacts<T> = (key: string, words: string[]) => T

/** A page as the catalogue has it, and the shards of the bucket that may know more. */
export interface CataloguePage<T> extends ListPage<T> {
  ahead: string[]
}

/** Current objects, and common prefixes where a delimiter is given. `afterVersion` has no meaning here. */
export function listObjects(db: D1Database, bucketId: string, query: ListQuery): Promise<CataloguePage<ListedObject>> {
  return readPage(db, { bucketId, query: { ...query, afterVersion: null }, sql: objectsPageSql, read: objectFacts })
}

/** Versions and delete markers, newest first within a key. A deleted `afterVersion` starts its key anew. */
export function listVersions(db: D1Database, bucketId: string, query: ListQuery): Promise<CataloguePage<ListedObject>> {
  return readPage(db, { bucketId, query, sql: versionsPageSql, read: versionFacts })
}

/** Uploads in progress by key and upload id; `afterVersion` is an upload id, also of an upload that ended. */
export function listUploads(db: D1Database, bucketId: string, query: ListQuery): Promise<CataloguePage<ListedUpload>> {
  return readPage(db, { bucketId, query, sql: uploadsPageSql, read: uploadFacts })
}

interface PageRequest<T> {
  bucketId: string
  query: ListQuery
  sql: (shape: PageShape) => string
  read: ReadFacts<T>
}

async function readPage<T>(db: D1Database, { bucketId, query, sql, read }: PageRequest<T>): Promise<CataloguePage<T>> {
  assert(query.limit >= 0 && query.limit <= listKeysMax, 'A page holds 0 to listKeysMax entries')
  if (query.limit === 0) return { entries: [], isTruncated: false, ahead: [] }
  const { shape, parameters } = planPage(bucketId, query)
  const chunks = await db
    .prepare(sql(shape))
    .bind(...parameters)
    .raw<[string | null, string | null]>()
  const entries: ListEntry<T>[] = []
  let ahead: string[] = []
  for (const [keys, facts] of chunks) {
    if (keys === null) {
      ahead = readAhead(facts)
      continue
    }
    const words = facts?.split(',') ?? []
    for (const [index, key] of (JSON.parse(keys) as string[]).entries()) {
      const fact = words[index] ?? ''
      entries.push(fact === '' ? { kind: 'prefix', prefix: key } : { kind: 'entry', entry: read(key, fact.split(' ')) })
    }
  }
  const isTruncated = entries.length > query.limit
  if (isTruncated) entries.pop()
  return { entries, isTruncated, ahead }
}

/** The shape of the statement that answers a query, and its parameters. No I/O. */
function planPage(bucketId: string, query: ListQuery): { shape: PageShape; parameters: (string | number)[] } {
  const { prefix, delimiter, after, afterVersion } = query
  const delimited = delimiter !== ''
  const inCommonPrefix = delimited && after.startsWith(prefix) && after.includes(delimiter, prefix.length)
  const marked = afterVersion !== null && after !== '' && after.startsWith(prefix) && !inCommonPrefix
  const parameters: (string | number)[] = [bucketId, prefix, inCommonPrefix ? commonPrefix(query) : after]
  if (delimited || marked) parameters.push(delimiter, utf8Bytes(prefix), utf8Bytes(delimiter))
  if (marked) parameters.push(afterVersion)
  const start = inCommonPrefix ? 'prefix' : 'key'
  return { shape: { start, delimited, marked, rows: query.limit + 1 }, parameters }
}

function commonPrefix({ prefix, delimiter, after }: ListQuery): string {
  return after.slice(0, after.indexOf(delimiter, prefix.length) + delimiter.length)
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length
}

// ── the words of a row, in the order of tables/listing.ts ────────────────────────────────────────────────────────────

function objectFacts(key: string, words: string[]): ListedObject {
  const [, , , , , , versionId = 'null', storageClass = 'STANDARD'] = words
  return { ...contentFacts(key, words), versionId, storageClass, isLatest: true, isDeleteMarker: false }
}

function versionFacts(key: string, words: string[]): ListedObject {
  const [, , , , , , versionId = '', storageClass = '', latest, marker] = words
  return {
    ...contentFacts(key, words),
    versionId,
    storageClass,
    isLatest: latest === '1',
    isDeleteMarker: marker === '1',
  }
}

function contentFacts(key: string, words: string[]) {
  const [etag = '', size, modified, owner = '', algorithm = '-', type = '-'] = words
  return {
    key,
    etag,
    size: Number(size),
    modified: Number(modified),
    owner,
    checksumAlgorithm: algorithm === '-' ? null : algorithm,
    checksumType: type === '-' ? null : type,
  }
}

function uploadFacts(key: string, words: string[]): ListedUpload {
  const [uploadId = '', initiated, storageClass = '', owner = '', algorithm = '-', type = '-'] = words
  return {
    key,
    uploadId,
    initiated: Number(initiated),
    storageClass,
    owner,
    checksumAlgorithm: algorithm === '-' ? null : algorithm,
    checksumType: type === '-' ? null : type,
  }
}
