// Preconditions of requests. RFC 9110 section 13. No I/O, no clock.
import { parseHttpDate, parseIso8601 } from './date.ts'
import { matchesStrongly, matchesWeakly, parseEntityTags, type EntityTags } from './etag.ts'

// ── reads ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Conditions of a read, or of the source of a copy. Times in milliseconds since 1970. */
export interface ReadConditions {
  ifMatch: EntityTags | null
  ifNoneMatch: EntityTags | null
  ifModifiedSince: number | null
  ifUnmodifiedSince: number | null
}

/** Stands before the header names: nothing, or where S3 asks something of the source of a copy or of a rename. */
export type ConditionPrefix = '' | 'x-amz-copy-source-' | 'x-amz-rename-source-'

/** Reads the four headers; null when none of them is there. Unreadable dates are ignored, as RFC 9110 asks. */
export function parseReadConditions(headers: Headers, prefix: ConditionPrefix = ''): ReadConditions | null {
  const ifMatch = headers.get(`${prefix}if-match`)
  const ifNoneMatch = headers.get(`${prefix}if-none-match`)
  const ifModifiedSince = headers.get(`${prefix}if-modified-since`)
  const ifUnmodifiedSince = headers.get(`${prefix}if-unmodified-since`)
  if (ifMatch === null && ifNoneMatch === null && ifModifiedSince === null && ifUnmodifiedSince === null) return null
  return {
    ifMatch: ifMatch === null ? null : parseEntityTags(ifMatch),
    ifNoneMatch: ifNoneMatch === null ? null : parseEntityTags(ifNoneMatch),
    ifModifiedSince: ifModifiedSince === null ? null : parseDate(ifModifiedSince),
    ifUnmodifiedSince: ifUnmodifiedSince === null ? null : parseDate(ifUnmodifiedSince),
  }
}

/** S3's own date headers come in either form. */
function parseDate(text: string): number | null {
  return parseHttpDate(text) ?? parseIso8601(text)
}

/** HTTP dates have whole seconds. */
function wholeSeconds(time: number): number {
  return Math.floor(time / 1000)
}

/**
 * RFC 9110 section 13.2.2, in its order: If-Match, else If-Unmodified-Since; then If-None-Match, else
 * If-Modified-Since. `etag` without quotes, `modified` in milliseconds.
 */
export function evaluateReadConditions(
  conditions: ReadConditions,
  current: { etag: string; modified: number },
): 'ok' | 'not-modified' | 'precondition-failed' {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions
  const modified = wholeSeconds(current.modified)
  if (ifMatch !== null) {
    if (!matchesStrongly(ifMatch, current.etag)) return 'precondition-failed'
  } else if (ifUnmodifiedSince !== null && modified > wholeSeconds(ifUnmodifiedSince)) return 'precondition-failed'
  if (ifNoneMatch !== null) {
    if (matchesWeakly(ifNoneMatch, current.etag)) return 'not-modified'
  } else if (ifModifiedSince !== null && modified <= wholeSeconds(ifModifiedSince)) return 'not-modified'
  return 'ok'
}

/**
 * Whether a Range counts (RFC 9110 section 13.1.5): the If-Range is this strong ETag in quotes, or exactly the
 * Last-Modified date.
 */
export function evaluateIfRange(ifRange: string, current: { etag: string; modified: number }): boolean {
  const value = ifRange.trim()
  if (value.startsWith('"')) return value === `"${current.etag}"`
  if (value.startsWith('W/')) return false
  const date = parseHttpDate(value)
  return date === null ? value === current.etag : wholeSeconds(date) === wholeSeconds(current.modified)
}

// ── writes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

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

/**
 * Reads a write's conditions; null when there are none. Weak tags are left out, because they never match on a write: a
 * list of nothing else matches nothing. A date or size of S3's own headers that cannot be read becomes NaN, which
 * equals nothing, so that the write fails rather than going through unconditionally.
 */
export function parseWriteConditions(headers: Headers, prefix: ConditionPrefix = ''): WriteConditions | null {
  const conditions: WriteConditions = {}
  const read = parseReadConditions(headers, prefix)
  if (read !== null) {
    if (read.ifMatch !== null) conditions.ifMatch = strongTags(read.ifMatch)
    if (read.ifNoneMatch !== null) conditions.ifNoneMatch = strongTags(read.ifNoneMatch)
    if (read.ifModifiedSince !== null) conditions.ifModifiedSince = read.ifModifiedSince
    if (read.ifUnmodifiedSince !== null) conditions.ifUnmodifiedSince = read.ifUnmodifiedSince
  }
  const modified = headers.get('x-amz-if-match-last-modified-time')
  if (modified !== null) conditions.ifMatchModified = parseDate(modified) ?? Number.NaN
  const size = headers.get('x-amz-if-match-size')
  if (size !== null) conditions.ifMatchSize = /^\d+$/.test(size) ? Number(size) : Number.NaN
  return read === null && modified === null && size === null ? null : conditions
}

function strongTags(tags: EntityTags): '*' | string[] {
  return tags === '*' ? '*' : tags.filter(({ isWeak }) => !isWeak).map(({ tag }) => tag)
}

/** `missing`: something was to match and there is no current object (404 NoSuchKey on AWS). `failed`: the header. */
export type WriteVerdict = 'ok' | 'missing' | { failed: string }

/**
 * Holds a write's conditions against the current object; null when there is none, or when a delete marker is current.
 * In the order of RFC 9110 section 13.2.2, S3's own conditions last.
 */
export function evaluateWriteConditions(
  conditions: WriteConditions,
  current: { etag: string; size: number; modified: number } | null,
): WriteVerdict {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince, ifMatchModified, ifMatchSize } = conditions
  if (current === null) {
    const mustExist = ifMatch !== undefined || ifMatchModified !== undefined || ifMatchSize !== undefined
    return mustExist ? 'missing' : 'ok'
  }
  const modified = wholeSeconds(current.modified)
  if (ifMatch !== undefined) {
    if (!includesTag(ifMatch, current.etag)) return { failed: 'If-Match' }
  } else if (ifUnmodifiedSince !== undefined && modified > wholeSeconds(ifUnmodifiedSince)) {
    return { failed: 'If-Unmodified-Since' }
  }
  if (ifNoneMatch !== undefined) {
    if (includesTag(ifNoneMatch, current.etag)) return { failed: 'If-None-Match' }
  } else if (ifModifiedSince !== undefined && modified <= wholeSeconds(ifModifiedSince)) {
    return { failed: 'If-Modified-Since' }
  }
  if (ifMatchModified !== undefined && modified !== wholeSeconds(ifMatchModified)) {
    return { failed: 'x-amz-if-match-last-modified-time' }
  }
  if (ifMatchSize !== undefined && current.size !== ifMatchSize) return { failed: 'x-amz-if-match-size' }
  return 'ok'
}

function includesTag(tags: '*' | string[], etag: string): boolean {
  return tags === '*' || tags.includes(etag)
}
