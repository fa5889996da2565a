// Requester pays: others than the bucket's owner must say that they pay. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
import { S3Error } from '../errors.ts'
import type { Identity } from '../auth/identity.ts'
import type { Bucket } from '../store/buckets.ts'
import type { Query } from './operation.ts'

/** Who pays for requests to a bucket. */
export function payerOf({ configs }: Bucket): 'BucketOwner' | 'Requester' {
  return configs['requestPayment'] === undefined ? 'BucketOwner' : 'Requester'
}

const header = 'x-amz-request-payer'

/** Operations on a bucket that are charged for; of those on objects all are. */
const chargedOfBucket = new Set([
  'DeleteObjects',
  'ListMultipartUploads',
  'ListObjects',
  'ListObjectsV2',
  'ListObjectVersions',
  'PostObject',
])

/**
 * For the pipeline, when the bucket is known: is whoever asks charged for it, so that the answer says
 * `x-amz-request-charged`? Throws AccessDenied for nobody, and for others than the owner who do not say that they pay,
 * by header or, in a presigned URL, by parameter.
 */
export function isRequesterCharged(
  operation: { name: string; route: { level: string } },
  { headers, query }: { headers: Headers; query: Query },
  { identity, bucket }: { identity: Identity; bucket: Bucket },
): boolean {
  if (payerOf(bucket) === 'BucketOwner') return false
  if (operation.route.level !== 'object' && !chargedOfBucket.has(operation.name)) return false
  if (identity.kind === 'anonymous') {
    throw new S3Error('AccessDenied', { reason: 'Nobody can be charged in a bucket whose requesters pay' })
  }
  if (identity.accountId === bucket.accountId) return false
  const payer = headers.get(header) ?? query.get(header) ?? ''
  if (payer.toLowerCase() === 'requester') return true
  throw new S3Error('AccessDenied', { reason: 'The bucket is one whose requesters pay' })
}

/** Laid over the headers of the answer to a request that its sender is charged for. */
export const requestCharged: Readonly<Record<string, string>> = { 'x-amz-request-charged': 'requester' }
