// Preconditions of requests. RFC 9110 section 13. No I/O, no clock.

/** Conditions of a write (PutObject, Complete, CopyObject, DeleteObject). ETags without quotes. */
export interface WriteConditions {
  ifMatch?: '*' | string[]
  ifNoneMatch?: '*' | string[]
  /** RenameObject, DeleteObject (x-amz-if-match-last-modified-time): milliseconds since 1970. */
  ifModifiedSince?: number
  ifUnmodifiedSince?: number
  /** DeleteObject x-amz-if-match-last-modified-time: equal to the second. */
  ifMatchModified?: number
  /** DeleteObject x-amz-if-match-size. */
  ifMatchSize?: number
}

/** ETags of a header, without quotes and without `W/`; `*` for any. Null when the header is missing or empty. */
function etags(header: string | null): '*' | string[] | null {
  if (header === null || header.trim() === '') return null
  if (header.trim() === '*') return '*'
  // An ETag of ours holds no comma, so a plain split is enough; unquoted ones are accepted (Java SDK v1 sends them).
  return header
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => (item.startsWith('W/') ? item : item.replace(/^"(.*)"$/, '$1')))
}

function httpDate(header: string | null): number | null {
  if (header === null) return null
  const milliseconds = Date.parse(header)
  return Number.isNaN(milliseconds) ? null : milliseconds
}

/** If-Match, If-None-Match, If-Modified-Since and If-Unmodified-Since of a write; null for none of them. */
export function parseWriteConditions(headers: Headers): WriteConditions | null {
  const conditions: WriteConditions = {}
  const ifMatch = etags(headers.get('if-match'))
  if (ifMatch !== null) conditions.ifMatch = ifMatch
  const ifNoneMatch = etags(headers.get('if-none-match'))
  if (ifNoneMatch !== null) conditions.ifNoneMatch = ifNoneMatch
  const ifModifiedSince = httpDate(headers.get('if-modified-since'))
  if (ifModifiedSince !== null) conditions.ifModifiedSince = ifModifiedSince
  const ifUnmodifiedSince = httpDate(headers.get('if-unmodified-since'))
  if (ifUnmodifiedSince !== null) conditions.ifUnmodifiedSince = ifUnmodifiedSince
  return Object.keys(conditions).length === 0 ? null : conditions
}

/** Conditions of a read in the order of RFC 9110 section 13.2.2. `etag` without quotes, `modified` in milliseconds. */
export function evaluateReadConditions(
  headers: Headers,
  object: { etag: string; modified: number },
): 'ok' | 'not-modified' | 'precondition-failed' {
  const modifiedSecond = Math.floor(object.modified / 1000) * 1000
  const ifMatch = etags(headers.get('if-match'))
  if (ifMatch === null) {
    const since = httpDate(headers.get('if-unmodified-since'))
    if (since !== null && modifiedSecond > since) return 'precondition-failed'
  } else if (ifMatch !== '*' && !ifMatch.includes(object.etag)) return 'precondition-failed'
  const ifNoneMatch = etags(headers.get('if-none-match'))
  if (ifNoneMatch === null) {
    const since = httpDate(headers.get('if-modified-since'))
    if (since !== null && modifiedSecond <= since) return 'not-modified'
  } else if (ifNoneMatch === '*' || ifNoneMatch.some((tag) => tag.replace(/^W\/"?(.*?)"?$/, '$1') === object.etag)) {
    return 'not-modified'
  }
  return 'ok'
}
