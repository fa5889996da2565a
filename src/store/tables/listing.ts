// The SQL of the listings: each page is one statement, whatever prefix and delimiter.
//
// Parameters: ?1 bucket, ?2 prefix, ?3 after; ?4 delimiter, ?5 UTF-8 bytes of the prefix, ?6 of the delimiter;
// ?7 marker (version or upload id) within the key ?3. Given as far as the statement uses them (`parametersOf`).
//
// Keys compare as UTF-8 bytes (BINARY). Two bytes make every bound exact without knowing about characters: X'00' added
// to a string gives the next string there is, and X'FF', which UTF-8 never contains, added to a prefix lies behind all
// keys that begin with it. Text is cut and searched as BLOB: by bytes, and not ending at a NUL as SQLite's text
// functions do.
//
// Order without ORDER BY: a nested loop over a range of the primary key comes in that order, and CROSS JOIN and LEFT
// JOIN keep the order of the loops (https://www.sqlite.org/optoverview.html#crossjoin). The tests hold it to that.

import { aheadSql } from './catalogue.ts'

/** Rows in one result value: this many keys of 1,024 bytes, each written `\u0001`, stay below rowBytesMax. */
const chunkRows = 251

const behindPrefix = "CAST(X'FF' AS TEXT)"
const next = "CAST(X'00' AS TEXT)"
// Above and below every seq.
const seqMax = '9223372036854775807'
const seqMin = '0'
const end = `?2 || ${behindPrefix}`

export interface PageShape {
  /** Where the page starts: behind the key ?3, or behind the common prefix that ?3 lies in. */
  start: 'key' | 'prefix'
  delimited: boolean
  /** The key ?3 itself is entered again, behind its marker ?7. */
  marked: boolean
  /** Rows wanted: one more than the page holds. */
  rows: number
}

function startOf({ start }: PageShape): string {
  return `max(?2, ?3 || ${start === 'prefix' ? behindPrefix : next})`
}

/** One-based place of the delimiter behind the prefix, 0 for none. */
function place(key: string): string {
  return `instr(substr(CAST(${key} AS BLOB), ?5 + 1), CAST(?4 AS BLOB))`
}

/** The common prefix of a key that has the delimiter behind the prefix. */
function common(key: string): string {
  return `CAST(substr(CAST(${key} AS BLOB), 1, ?5 + ${place(key)} - 1 + ?6) AS TEXT)`
}

// Rows leave SQLite as text, two columns for a chunk: keys as a JSON array and facts as words, joined by spaces within
// and by commas between rows; a common prefix has no facts. A D1 result row costs 3 µs in JavaScript and JSON pays for
// each quote twice: 1,001 rows took 2.5 ms so, 3.0 ms as one JSON array of arrays, 3.9 ms as rows (workerd on one
// core, 2026-11, 1.2 ms of it the bare query).
function words(...columns: string[]): string {
  return `concat_ws(' ', ${columns.join(', ')})`
}

const checksum = (row: string) => `ifnull(${row}.checksum_algorithm, '-'), ifnull(${row}.checksum_type, '-')`
const contentFacts = (row: string) => `${row}.etag, ${row}.size, ${row}.modified_ms, ${row}.owner, ${checksum(row)}`
const names = (row: string) => `${row}.version_id || ' ' || ${row}.storage_class`
const unusualNames = (row: string) =>
  `iif(${row}.version_id = 'null' AND ${row}.storage_class = 'STANDARD', NULL, ${names(row)})`
// Each is read by the function of its name in ../listing.ts.
const objectFacts = (row: string) => words(contentFacts(row), unusualNames(row))
const versionFacts = (row: string, latest: string, marker: string) =>
  words(contentFacts(row), names(row), latest, marker)
const uploadFacts = (row: string) =>
  words(`${row}.upload_id`, `${row}.initiated_ms`, `${row}.storage_class`, `${row}.owner`, checksum(row))

/**
 * The first rows of `source` in chunks, each one value small enough; reads `source` again for each chunk. Before them a row
 * without keys, whose facts are the shards that may be ahead of all this.
 */
function chunks(rows: number, source: string): string {
  const parts = [`SELECT NULL AS keys, ahead AS facts FROM (${aheadSql})`]
  for (let offset = 0; offset < rows; offset += chunkRows) {
    const range = `LIMIT ${Math.min(chunkRows, rows - offset)} OFFSET ${offset}`
    parts.push(`SELECT json_group_array(key) AS keys, group_concat(facts) AS facts FROM (${source} ${range})`)
  }
  return parts.join('\nUNION ALL\n')
}

/** The same where `source` is made by a recursion: it is run once (a third faster than once for each chunk). */
function recursiveChunks(rows: number, recursion: string, source: string): string {
  return `WITH RECURSIVE ${recursion}, page AS MATERIALIZED (${source} LIMIT ${rows})
  ${chunks(rows, 'SELECT key, facts FROM page')}`
}

/** A page of current objects. */
export function objectsPageSql(shape: PageShape): string {
  return shape.delimited ? objectRunsSql(shape) : chunks(shape.rows, objectScanSql(shape))
}

// Which objects come next?
function objectScanSql(shape: PageShape): string {
  return `SELECT o.key, ${objectFacts('o')} AS facts FROM objects o
    WHERE bucket_id = ?1 AND key >= ${startOf(shape)} AND key < ${end} ORDER BY key`
}

/**
 * With a delimiter the page is made of runs: plain keys, then one common prefix. Each step of the recursion looks
 * through at most a page of keys for the next one with a delimiter (`hit`), and the step after begins behind that
 * one's common prefix. `n` counts the rows before the run, to end the recursion; so the cost depends on the rows of
 * the page and not on the keys under its prefixes. (A step for each row instead of each run: 4 times slower on 1,000
 * plain keys, and faster only where there are hardly any.)
 */
function objectRunsSql(shape: PageShape): string {
  const hit = (start: string) => `(
      SELECT key FROM (
        SELECT key FROM objects WHERE bucket_id = ?1 AND key >= ${start} AND key < ${end} ORDER BY key LIMIT ${shape.rows}
      ) WHERE ${place('key')} > 0 LIMIT 1
    )`
  const start = startOf(shape)
  const nextStart = `${common('run.hit')} || ${behindPrefix}`
  const runs = `run (start, hit, n) AS (
    SELECT ${start}, ${hit(start)}, 0
    UNION ALL
    SELECT ${nextStart}, ${hit(nextStart)},
      n + 1 + (SELECT count(*) FROM objects WHERE bucket_id = ?1 AND key >= run.start AND key < run.hit)
    FROM run WHERE run.hit IS NOT NULL AND n < ${shape.rows}
  )`
  return recursiveChunks(
    shape.rows,
    runs,
    `SELECT iif(o.key = run.hit, ${common('o.key')}, o.key) AS key, iif(o.key = run.hit, '', ${objectFacts('o')}) AS facts
    FROM run CROSS JOIN objects o
      ON o.bucket_id = ?1 AND o.key >= run.start AND o.key <= ifnull(run.hit, ${end})`,
  )
}

/**
 * The keys that have rows in `tables`, one for each common prefix, as `walk (key)`; ends with a null key. One seek in
 * each table for each key, however many rows a key or keys a prefix has.
 */
function walkSql(shape: PageShape, tables: string[]): string {
  const firstKey = (start: string) => {
    const seeks = tables.map(
      (table) => `SELECT (
        SELECT key FROM ${table} WHERE bucket_id = ?1 AND key >= ${start} AND key < ${end} ORDER BY key LIMIT 1
      ) AS key`,
    )
    return `(SELECT min(key) FROM (${seeks.join(' UNION ALL ')}))`
  }
  const following = shape.delimited
    ? `iif(${place('walk.key')} > 0, ${common('walk.key')} || ${behindPrefix}, walk.key || ${next})`
    : `walk.key || ${next}`
  return `walk (key) AS (
    SELECT ${shape.marked ? '?3' : firstKey(startOf(shape))}
    UNION ALL
    SELECT ${firstKey(following)} FROM walk WHERE walk.key IS NOT NULL LIMIT ${shape.rows + 1}
  )`
}

/**
 * A page of versions and delete markers: of each key the current object first, then the rest from new to old.
 * A key is entered twice, for the row in `objects` and for those in `versions`, which makes the loops' order the
 * page's without sorting: a key with a million versions costs no more than the rows shown of it.
 */
export function versionsPageSql(shape: PageShape): string {
  const isPrefix = shape.delimited ? `${place('walk.key')} > 0` : 'FALSE'
  // Which version does the page go on behind? Found by looking through the key's newer ones, 0.1 µs each, which is
  // cheaper than an index that every write pays for. When it was deleted since, the key starts anew: a client that
  // deletes page by page must not miss the rest.
  const marker = `coalesce(
      (SELECT seq FROM objects WHERE bucket_id = ?1 AND key = ?3 AND version_id = ?7),
      (SELECT seq FROM versions WHERE bucket_id = ?1 AND key = ?3 AND version_id = ?7 LIMIT 1),
      ${seqMax})`
  const below = shape.marked ? `iif(walk.key = ?3, ${marker}, ${seqMax})` : seqMax
  // As a bound of the range, not as a condition beside it, which would be asked of every row of the key.
  const belowIfVisited = `iif(visit = 1 AND NOT ${isPrefix}, ${below}, ${seqMin})`
  return recursiveChunks(
    shape.rows,
    walkSql(shape, ['objects', 'versions']),
    `SELECT ${shape.delimited ? `iif(${isPrefix}, ${common('walk.key')}, walk.key)` : 'walk.key'} AS key,
      CASE WHEN o.key IS NOT NULL THEN ${versionFacts('o', '1', '0')}
           WHEN v.key IS NOT NULL THEN ${versionFacts('v', 'v.latest', 'v.marker')} ELSE '' END AS facts
    FROM walk CROSS JOIN (SELECT 0 AS visit UNION ALL SELECT 1) visits
    LEFT JOIN objects o ON visit = 0 AND NOT ${isPrefix} AND o.bucket_id = ?1 AND o.key = walk.key AND o.seq < ${below}
    LEFT JOIN versions v ON v.bucket_id = ?1 AND v.key = walk.key AND v.seq < ${belowIfVisited}
    WHERE o.key IS NOT NULL OR v.key IS NOT NULL OR (visit = 0 AND ${isPrefix})`,
  )
}

/** A page of uploads in progress, by key and then by upload id. */
export function uploadsPageSql(shape: PageShape): string {
  const isPrefix = shape.delimited ? `${place('walk.key')} > 0` : 'FALSE'
  const behind = shape.marked ? "iif(walk.key = ?3, ?7, '')" : "''"
  // A common prefix has no row of its own: behind all ids, as a bound of the range (see versionsPageSql).
  const behindIfKey = shape.delimited ? `iif(${isPrefix}, ${behindPrefix}, ${behind})` : behind
  return recursiveChunks(
    shape.rows,
    walkSql(shape, ['uploads']),
    `SELECT ${shape.delimited ? `iif(${isPrefix}, ${common('walk.key')}, walk.key)` : 'walk.key'} AS key,
      iif(u.key IS NULL, '', ${uploadFacts('u')}) AS facts
    FROM walk LEFT JOIN uploads u
      ON u.bucket_id = ?1 AND u.key = walk.key AND u.upload_id > ${behindIfKey}
    WHERE u.key IS NOT NULL OR ${isPrefix}`,
  )
}
