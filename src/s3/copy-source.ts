// x-amz-copy-source, its conditions and range, and the way to the bucket it names. No clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
import { S3Error } from '../errors.ts'
import { singleWriteBytesMax } from '../limits.ts'
import { objectArn } from '../iam/permission.ts'
import { invalidArgument } from './invalid-argument.ts'
import { checkExpectedSourceOwner } from './expected-owner.ts'
import { authoriseAbsence, noSuchBucket, noSuchVersion } from './outcomes.ts'
import { isRequesterCharged } from './request-payment.ts'
import { checkedVersionId } from './version-id.ts'
import type { ByteRange } from '../http/range.ts'
import type { Basis } from '../iam/basis.ts'
import type { Permission } from '../iam/permission.ts'
import type { CopyRefusal, ObjectVersion, SourceFault } from '../shard/rpc.ts'
import type { Bucket } from '../store/buckets.ts'
import type { Context } from './operation.ts'

export interface CopySource {
  bucket: string
  key: string
  versionId: string | null
}

const form = 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey'

/**
 * Reads `bucket/key`, `/bucket/key` or `arn:aws:s3:::bucket/key`, URL-encoded (once), with `?versionId=…` behind it.
 * Throws InvalidArgument for anything else and NotImplemented for an access point.
 */
export function parseCopySource(headers: Headers): CopySource {
  const header = headers.get('x-amz-copy-source') ?? ''
  const mark = header.indexOf('?')
  const path = decodeSource(mark < 0 ? header : header.slice(0, mark))
  const location = withoutArn(path)
  const slash = location.indexOf('/')
  const bucket = location.slice(0, Math.max(slash, 0))
  const key = location.slice(slash + 1)
  if (bucket === '' || key === '') throw invalidArgument('x-amz-copy-source', 'x-amz-copy-source', form)
  return { bucket, key, versionId: mark < 0 ? null : sourceVersionId(header.slice(mark + 1)) }
}

/** AWS decodes `+` as a space here, unlike in a path: a literal plus has to be sent as `%2B` (aws/aws-cli#614). */
function decodeSource(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '))
  } catch {
    throw invalidArgument('x-amz-copy-source', encoded, 'Invalid copy source encoding.')
  }
}

/** `bucket/key` of a path with or without its leading slash, or of an ARN. */
function withoutArn(path: string): string {
  if (!path.startsWith('arn:')) return path.startsWith('/') ? path.slice(1) : path
  const [, , service, , , ...resource] = path.split(':')
  const location = resource.join(':')
  if (service === 's3' && !location.startsWith('accesspoint/')) return location
  throw new S3Error('NotImplemented', {
    message: 'Copying through an access point or an Outposts ARN is not implemented.',
    fields: { Header: 'x-amz-copy-source' },
  })
}

function sourceVersionId(query: string): string | null {
  const match = /^versionId=([^&]*)$/.exec(query)
  if (match === null) throw invalidArgument('x-amz-copy-source', `?${query}`, 'Unsupported copy source parameter.')
  return checkedVersionId(decodeSource(match[1] ?? ''))
}

/** The query's versionId is never the source's. */
const noVersion = { 's3:versionid': [] }

/** What reading the source needs to be allowed. */
function sourcePermissions(source: CopySource): Permission[] {
  const resource = objectArn(source.bucket, source.key)
  const { versionId } = source
  if (versionId === null) return [{ action: 's3:GetObject', resource, conditions: noVersion }]
  return [{ action: 's3:GetObjectVersion', resource, conditions: { 's3:versionid': [versionId] } }]
}

/** The error of a source that may not be copied as asked. */
export function refusalError(refusal: CopyRefusal): S3Error {
  switch (refusal.outcome) {
    case 'precondition-failed':
      return new S3Error('PreconditionFailed', { fields: { Condition: refusal.condition } })
    case 'tags-forbidden':
      return new S3Error('AccessDenied', { reason: "The source's tags may not be copied" })
    case 'too-large':
      return new S3Error('InvalidRequest', {
        message: `The specified copy source is larger than the maximum allowable size for a copy source: ${singleWriteBytesMax}`,
      })
    case 'not-judged':
      return new S3Error('SlowDown', { reason: 'The source was replaced each time it was judged' })
    case 'checksum-needed':
  }
  return new S3Error('OperationAborted', { reason: 'The source changed each time its checksum was computed' })
}

/** x-amz-copy-source-range, strictly `bytes=first-last`; null for none. Throws InvalidArgument. */
export function parseSourceRange(headers: Headers): ByteRange | null {
  const header = headers.get('x-amz-copy-source-range')
  if (header === null || header === '') return null
  const match = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header)
  const first = Number(match?.[1])
  const last = Number(match?.[2])
  if (match === null || last < first) {
    throw invalidArgument(
      'x-amz-copy-source-range',
      header,
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    )
  }
  return { offset: first, length: last - first + 1 }
}

/** The error for a range that reaches beyond the source. */
function sourceRangeError(range: ByteRange, source: ObjectVersion): S3Error {
  return new S3Error('InvalidRange', {
    fields: {
      RangeRequested: `bytes=${range.offset}-${range.offset + range.length - 1}`,
      ActualObjectSize: String(source.size),
    },
  })
}

/** The source's bucket. Throws S3Error for what can be refused without knowing whether the source may be read. */
export async function sourceBucket(source: CopySource, headers: Headers, context: Context): Promise<Bucket> {
  if (context.identity.kind === 'anonymous') {
    throw new S3Error('AccessDenied', { message: 'Anonymous users cannot copy objects. Please authenticate.' })
  }
  const bucket = await context.store.bucket(source.bucket)
  if (bucket === null) throw noSuchBucket(source.bucket)
  checkExpectedSourceOwner(headers, bucket, context.identity)
  isRequesterCharged(headers, { identity: context.identity, bucket })
  return bucket
}

/**
 * Copies once the source may be read: by the bucket's rules for what the bucket's owner owns, without looking; where
 * another owns it, by what there is. Throws AccessDenied.
 */
export async function copyJudged<Copied extends { outcome: string }>(
  { source, from }: { source: CopySource; from: Bucket },
  context: Context,
  copy: (basis: Basis) => Promise<Copied | { outcome: 'refused'; refusal: CopyRefusal }>,
): Promise<Copied | { outcome: 'refused'; refusal: CopyRefusal }> {
  const permissions = sourcePermissions(source)
  const copied = await copy(await context.judge(from, permissions))
  const isOther = copied.outcome === 'refused' && 'refusal' in copied && copied.refusal.outcome === 'not-judged'
  return isOther ? copy(await context.judge(from, permissions, 'again')) : copied
}

/** The error of a copy whose source gave nothing. */
export async function sourceError(
  outcome: SourceFault,
  { source, from, range }: { source: CopySource; from: Bucket; range: ByteRange | null },
  context: Context,
): Promise<S3Error> {
  switch (outcome.outcome) {
    case 'no-such-version':
      return noSuchVersion(source.key, source.versionId ?? '')
    case 'range-unsatisfiable':
      return sourceRangeError(range ?? { offset: 0, length: outcome.version.size }, outcome.version)
    case 'delete-marker':
      if (outcome.named) {
        const message = 'The source of a copy request may not specifically refer to a delete marker by version id.'
        return new S3Error('InvalidRequest', { message })
      }
      break
    case 'precondition-failed':
      return new S3Error('PreconditionFailed', { fields: { Condition: outcome.condition } })
    case 'missing':
  }
  // Who may not list the source's bucket does not learn that the key is not there.
  await authoriseAbsence(from, source.key, context)
  return new S3Error('NoSuchKey', { fields: { Key: source.key } })
}
