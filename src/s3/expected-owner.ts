// x-amz-expected-bucket-owner and its twin for copy sources. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
import { S3Error } from '../errors.ts'
import type { Identity } from '../auth/identity.ts'
import type { Bucket } from '../store/buckets.ts'

/** For the pipeline, on every request to a bucket: throws AccessDenied when another account owns it than was expected, InvalidBucketOwnerAWSAccountID for no account id. */
export function checkExpectedOwner(headers: Headers, bucket: Bucket, identity: Identity): void {
  checkOwner(headers.get('x-amz-expected-bucket-owner'), bucket, identity)
}

/** The same for the bucket a copy reads from. */
export function checkExpectedSourceOwner(headers: Headers, bucket: Bucket, identity: Identity): void {
  checkOwner(headers.get('x-amz-source-expected-bucket-owner'), bucket, identity)
}

function checkOwner(expected: string | null, bucket: Bucket, identity: Identity): void {
  if (expected === null || expected === '' || expected === bucket.accountId) return
  // Nobody is told no more than that (ceph/s3-tests test_expected_bucket_owner).
  if (identity.kind === 'account' && !/^\d{12}$/.test(expected)) {
    throw new S3Error('InvalidBucketOwnerAWSAccountID', {
      message: `The value of the expected bucket owner parameter must be an AWS account ID... [${expected}]`,
    })
  }
  throw new S3Error('AccessDenied', { reason: `Expected bucket owner ${expected}, is ${bucket.accountId}` })
}
