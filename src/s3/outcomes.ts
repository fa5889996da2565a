// Outcomes of the store that several operations share → the answers S3 documents. No I/O, no clock.
import { S3Error } from '../errors.ts'
import { formatHttpDate } from '../http/date.ts'
import { singleWriteBytesMax } from '../limits.ts'
import { bucketArn } from '../iam/permission.ts'
import { versionHeader } from './version-id.ts'
import type { Context } from './operation.ts'
import type { ConditionFault, WriteFault } from '../shard/rpc.ts'
import type { Bucket } from '../store/buckets.ts'

export interface ObjectName {
  bucket: string
  key: string
}

/** The error of a write that did not happen. `written` has to be handled before. */
export function writeError(
  fault: ConditionFault | WriteFault | { outcome: 'too-large' | 'lease-lost' } | { outcome: 'offset-mismatch' },
  object: ObjectName,
): S3Error {
  switch (fault.outcome) {
    case 'precondition-failed':
      return new S3Error('PreconditionFailed', { fields: { Condition: fault.condition } })
    case 'missing':
      return new S3Error('NoSuchKey', { fields: { Key: object.key } })
    case 'bucket-gone':
      return noSuchBucket(object.bucket)
    case 'catalog-unavailable':
      return new S3Error('SlowDown', { reason: 'The catalogue did not acknowledge in time' })
    case 'offset-mismatch':
      return new S3Error('InvalidWriteOffset')
    case 'too-large':
      return entityTooLarge(null)
    case 'lease-lost':
  }
  return new S3Error('RequestTimeout', { reason: 'The lease of an extent ran out before the commit' })
}

export function noSuchBucket(bucket: string): S3Error {
  return new S3Error('NoSuchBucket', { fields: { BucketName: bucket } })
}

/** Throws NoSuchBucket when the bucket a change was meant for was deleted since the request began. */
export function checkStored({ outcome }: { outcome: 'stored' | 'missing' }, bucket: Bucket): void {
  if (outcome === 'missing') throw noSuchBucket(bucket.name)
}

/** More bytes than one request may bring; `size` null when they were not announced. */
export function entityTooLarge(size: number | null): S3Error {
  const fields: Record<string, string> = { MaxSizeAllowed: String(singleWriteBytesMax) }
  return new S3Error('EntityTooLarge', {
    fields: size === null ? fields : { ProposedSize: String(size), ...fields },
  })
}

export function noSuchVersion(key: string, versionId: string): S3Error {
  return new S3Error('NoSuchVersion', { fields: { Key: key, VersionId: versionId } })
}

export function noSuchUpload(uploadId: string): S3Error {
  return new S3Error('NoSuchUpload', { fields: { UploadId: uploadId } })
}

export type Absence =
  | { outcome: 'missing' }
  | { outcome: 'no-such-version' }
  | { outcome: 'delete-marker'; versionId: string; modified: number; named: boolean }

/**
 * The error of a read that found no object. Whoever may not list the bucket does not learn whether the key exists:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export async function absenceError(
  absence: Absence,
  context: Context,
  wanted: { key: string; versionId: string | null; method?: string },
): Promise<S3Error> {
  const { bucket } = context
  if (absence.outcome === 'no-such-version') return noSuchVersion(wanted.key, wanted.versionId ?? '')
  if (absence.outcome === 'delete-marker' && absence.named) return markerError(bucket, absence, wanted.method ?? 'GET')
  await authoriseAbsence(bucket, wanted.key, context)
  const headers: Record<string, string> =
    absence.outcome === 'missing'
      ? { 'x-amz-delete-marker': 'false' }
      : { 'x-amz-delete-marker': 'true', ...versionHeader(bucket, absence.versionId) }
  return new S3Error('NoSuchKey', { fields: { Key: wanted.key }, headers })
}

/** Throws AccessDenied unless it may be told that a key is not there: who may list some prefixes may know of keys below them. */
export async function authoriseAbsence(bucket: Bucket, key: string, context: Context): Promise<void> {
  const conditions = { 's3:prefix': [key] }
  await context.authorise(bucket, [{ action: 's3:ListBucket', resource: bucketArn(bucket.name), conditions }])
}

function markerError(bucket: Bucket, marker: { versionId: string; modified: number }, method: string): S3Error {
  return new S3Error('MethodNotAllowed', {
    fields: { Method: method, ResourceType: 'DeleteMarker' },
    headers: {
      allow: 'DELETE',
      'last-modified': formatHttpDate(marker.modified),
      'x-amz-delete-marker': 'true',
      ...versionHeader(bucket, marker.versionId),
    },
  })
}
