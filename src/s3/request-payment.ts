// Requester pays: others than the bucket's owner must say that they pay. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
import { S3Error } from '../errors.ts'
import type { Bucket } from '../store/buckets.ts'
import type { Context, Operation, S3Response } from './operation.ts'

/** Who pays for requests to a bucket. */
export function payerOf({ configs }: Bucket): 'BucketOwner' | 'Requester' {
  return configs['requestPayment'] === undefined ? 'BucketOwner' : 'Requester'
}

/** Operations on a bucket that are charged for; of those on objects all are. */
const chargedOfBucket: ReadonlySet<string> = new Set([
  'DeleteObjects',
  'ListMultipartUploads',
  'ListObjects',
  'ListObjectsV2',
  'ListObjectVersions',
  'PostObject',
  'SelectObjects',
])

/** Is the operation charged for? A preflight is not. */
export function isCharged({ name, route, anonymous }: Pick<Operation, 'name' | 'route' | 'anonymous'>): boolean {
  return !anonymous && (route.level === 'object' || chargedOfBucket.has(name))
}

/**
 * Of an operation that is charged for: does whoever asks pay for it? Throws AccessDenied for nobody, and for others than
 * the owner who do not say that they pay.
 */
export function isRequesterCharged(
  headers: Headers,
  { identity, bucket }: Pick<Context, 'identity' | 'bucket'>,
): boolean {
  if (payerOf(bucket) === 'BucketOwner') return false
  if (identity.kind === 'anonymous') {
    throw new S3Error('AccessDenied', { reason: 'Nobody can be charged in a bucket whose requesters pay' })
  }
  if (identity.accountId === bucket.accountId) return false
  const payer = headers.get('x-amz-request-payer') ?? ''
  if (payer.toLowerCase() === 'requester') return true
  throw new S3Error('AccessDenied', { reason: 'The bucket is one whose requesters pay' })
}

/** The answer to a request that its sender is charged for. */
export function withRequestCharged(response: S3Response): S3Response {
  return { ...response, headers: { ...response.headers, 'x-amz-request-charged': 'requester' } }
}
