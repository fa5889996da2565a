// What GetObject and HeadObject share: one request, one answer, with or without its body.
import { S3Error } from '../errors.ts'
import { evaluateReadConditions, parseReadConditions } from '../http/conditional.ts'
import { contentRange, parseRange, unsatisfiedRange } from '../http/range.ts'
import { partNumberMax } from '../limits.ts'
import { objectArn } from '../iam/permission.ts'
import { layoutByteranges, rangesMax, resolveRanges } from './byteranges.ts'
import { checksumHeaders, wantsChecksum } from './checksum-headers.ts'
import { invalidArgument } from './invalid-argument.ts'
import { objectHeaders, responseOverrides, versionHeaders } from './object-headers.ts'
import { absenceError } from './outcomes.ts'
import { settleVersion } from './settle-version.ts'
import { versionIdOf } from './version-id.ts'
import type { ByteRange, RangeSpec } from '../http/range.ts'
import type { Permission } from '../iam/permission.ts'
import type { ObjectVersion, PartFacts } from '../shard/rpc.ts'
import type { OpenOutcome } from '../store/store.ts'
import type { Context, OperationRequest, Query, S3Response } from './operation.ts'

export interface ObjectRead {
  bucket: string
  key: string
  versionId: string | null
  /** Ranges asked for, in order; empty for none (or for a header to be ignored). */
  ranges: RangeSpec[]
  partNumber: number | null
  /** Holds the preconditions and If-Range. */
  headers: Headers
  overrides: Record<string, string>
  wantsChecksum: boolean
}

type Found = Extract<OpenOutcome, { outcome: 'found' }>

/** Reads the parameters. Throws InvalidArgument or InvalidRequest. */
export function parseObjectRead({ address, query, headers }: OperationRequest<'object'>): ObjectRead {
  const rangeHeader = headers.get('range')
  const partNumber = partNumberOf(query)
  if (rangeHeader !== null && partNumber !== null) {
    const message = 'Cannot specify both Range header and partNumber query parameter'
    throw new S3Error('InvalidRequest', { message })
  }
  const range = rangeHeader === null ? null : parseRange(rangeHeader)
  const ranges = range === null ? [] : Array.isArray(range) ? range : [range]
  return {
    bucket: address.bucket,
    key: address.key,
    versionId: versionIdOf(query),
    ranges: ranges.length > rangesMax ? [] : ranges,
    partNumber,
    headers,
    overrides: responseOverrides(query),
    wantsChecksum: wantsChecksum(headers),
  }
}

/** The partNumber parameter; null when missing. */
function partNumberOf(query: Query): number | null {
  const value = query.get('partNumber')
  if (value === null) return null
  const number = /^\d{1,5}$/.test(value) ? Number(value) : 0
  if (number >= 1 && number <= partNumberMax) return number
  throw invalidArgument('partNumber', value, 'Part number must be an integer between 1 and 10000, inclusive')
}

export function readPermissions({ bucket, key, versionId }: ObjectRead): Permission[] {
  return [{ action: versionId === null ? 's3:GetObject' : 's3:GetObjectVersion', resource: objectArn(bucket, key) }]
}

/** The answer to a GET, or with `method` HEAD the same without its body. Throws S3Error. */
export async function readObject(read: ObjectRead, context: Context, method: 'GET' | 'HEAD'): Promise<S3Response> {
  // Of several ranges the first is opened: its answer tells the size, and whether If-Range let the ranges count at all.
  const result = await open(read, context, { range: read.ranges[0] ?? null, body: method === 'GET' })
  await settle(result, context)
  if (context.identity.kind === 'anonymous' && Object.keys(read.overrides).length > 0) {
    const message = 'Request specific response headers cannot be used for anonymous GET requests.'
    await discard(result)
    throw new S3Error('InvalidRequest', { message })
  }
  switch (result.outcome) {
    case 'missing':
    case 'no-such-version':
    case 'delete-marker':
      throw await absenceError(result, context, read)
    case 'range-unsatisfiable':
    case 'part-out-of-range':
    case 'found':
  }
  const settled = preconditions(read, context, result.version)
  if (settled !== null) {
    await discard(result)
    return settled
  }
  if (result.outcome === 'part-out-of-range') throw partError(read, result.version)
  if (read.ranges.length > 1 && !(result.outcome === 'found' && result.range === null)) {
    return severalRanges(read, context, { method, first: result })
  }
  if (result.outcome === 'range-unsatisfiable') throw rangeError(read, result.version)
  return oneAnswer(read, context, result)
}

/** Whether this object may be read, before anything of it is told. */
async function settle(result: OpenOutcome, context: Context): Promise<void> {
  try {
    await settleVersion(result, context)
  } catch (error) {
    await discard(result)
    throw error
  }
}

function open(read: ObjectRead, context: Context, part: { range: RangeSpec | null; body: boolean }) {
  return context.store.open(context.bucket, {
    key: read.key,
    versionId: read.versionId,
    range: part.range,
    ifRange: part.range === null ? null : read.headers.get('if-range'),
    partNumber: read.partNumber,
    body: part.body,
  })
}

/** The 304 of a read whose preconditions say so; null to go on. Throws PreconditionFailed. */
function preconditions(read: ObjectRead, context: Context, version: ObjectVersion): S3Response | null {
  const conditions = parseReadConditions(read.headers)
  const result = conditions === null ? 'ok' : evaluateReadConditions(conditions, version)
  if (result === 'ok') return null
  if (result === 'not-modified') {
    const headers = versionHeaders(context.bucket, version)
    // RFC 9110 section 15.4.5: what a 200 would have told a cache.
    for (const name of ['cache-control', 'expires']) {
      const value = version.headers[name]
      if (value !== undefined) headers[name] = value
    }
    return { status: 304, headers, body: null }
  }
  const Condition = read.headers.has('if-match') ? 'If-Match' : 'If-Unmodified-Since'
  throw new S3Error('PreconditionFailed', { fields: { Condition } })
}

/** An answer of the whole object, of one range or of one part. */
function oneAnswer(read: ObjectRead, { bucket }: Context, { version, range, part, body }: Found): S3Response {
  // A part is answered like a range, except that an empty one has no Content-Range to give.
  const shown = range ?? (read.partNumber !== null && version.size > 0 ? { offset: 0, length: version.size } : null)
  const headers: Record<string, string> = { ...objectHeaders(bucket, version), ...read.overrides }
  if (read.wantsChecksum) Object.assign(headers, checksumHeaders(checksumOf(version, range, part)))
  if (read.partNumber !== null && version.partsCount > 0) headers['x-amz-mp-parts-count'] = String(version.partsCount)
  if (shown === null || shown.length === 0) {
    return { status: 200, headers, body, contentLength: range?.length ?? version.size }
  }
  headers['content-range'] = contentRange(shown, version.size)
  return { status: 206, headers, body, contentLength: shown.length }
}

/** The checksum of exactly the bytes sent; null for a range, which has none. */
function checksumOf(version: ObjectVersion, range: ByteRange | null, part: PartFacts | null) {
  if (version.partsCount > 0 && part !== null) {
    // S3 names the object's type even where the value is the part's own.
    return part.checksum === null ? null : { ...part.checksum, type: version.checksum?.type ?? part.checksum.type }
  }
  return range === null || (part !== null && range.length === version.size) ? version.checksum : null
}

/** Several ranges: multipart/byteranges, or a plain answer where that is what they come to. */
async function severalRanges(
  read: ObjectRead,
  context: Context,
  {
    method,
    first,
  }: { method: 'GET' | 'HEAD'; first: Found | { outcome: 'range-unsatisfiable'; version: ObjectVersion } },
): Promise<S3Response> {
  const { version } = first
  const ranges = resolveRanges(read.ranges, version.size)
  if (ranges === 'unsatisfiable') throw rangeError(read, version)
  // A version id names the same version still when the next range is opened; an unversioned bucket has none to name.
  const pinned = context.bucket.versioning === 'unversioned' ? read : { ...read, versionId: version.versionId }
  if (ranges === 'whole' || ranges.length === 1) {
    await discard(first)
    const range = ranges === 'whole' ? null : (ranges[0] ?? null)
    return oneAnswer(read, context, await reopen(pinned, context, { version, range, body: method === 'GET' }))
  }
  const contentType = read.overrides['content-type'] ?? version.headers['content-type'] ?? 'binary/octet-stream'
  const layout = layoutByteranges(ranges, { size: version.size, contentType }, crypto.randomUUID())
  const headers = { ...objectHeaders(context.bucket, version), ...read.overrides, 'content-type': layout.contentType }
  if (method === 'HEAD') return { status: 206, headers, body: null, contentLength: layout.contentLength }
  let opened = first.outcome === 'found' && sameRange(first.range, ranges[0] ?? null) ? first.body : null
  const body = layout.body(async (range) => {
    const already = opened
    opened = null
    return already ?? (await reopen(pinned, context, { version, range, body: true })).body ?? new Uint8Array()
  })
  return { status: 206, headers, body, contentLength: layout.contentLength }
}

function sameRange(one: ByteRange | null, other: ByteRange | null): boolean {
  return one !== null && other !== null && one.offset === other.offset && one.length === other.length
}

/** More of the version seen before; fails when it was replaced meanwhile, so that an answer never mixes two. */
async function reopen(
  read: ObjectRead,
  context: Context,
  part: { version: ObjectVersion; range: ByteRange | null; body: boolean },
): Promise<Found> {
  const { range, version } = part
  const spec: RangeSpec | null =
    range === null ? null : { kind: 'from-to', start: range.offset, end: range.offset + range.length - 1 }
  const result = await context.store.open(context.bucket, {
    key: read.key,
    versionId: read.versionId,
    range: spec,
    ifRange: null,
    partNumber: null,
    body: part.body,
  })
  const isSame =
    result.outcome === 'found' && result.version.etag === version.etag && result.version.modified === version.modified
  if (isSame) return result
  if (result.outcome === 'found') await discard(result)
  throw new S3Error('SlowDown', { reason: 'The object was replaced between two ranges of one answer' })
}

/** Ends a body nobody will read. */
async function discard(result: OpenOutcome): Promise<void> {
  if (result.outcome === 'found' && result.body instanceof ReadableStream) await result.body.cancel()
}

function rangeError({ headers }: ObjectRead, { size }: ObjectVersion): S3Error {
  return new S3Error('InvalidRange', {
    fields: { RangeRequested: headers.get('range') ?? '', ActualObjectSize: String(size) },
    headers: { 'content-range': unsatisfiedRange(size) },
  })
}

function partError({ partNumber }: ObjectRead, version: ObjectVersion): S3Error {
  return new S3Error('InvalidPart', {
    fields: { ActualPartCount: String(Math.max(version.partsCount, 1)), PartNumberRequested: String(partNumber) },
  })
}
