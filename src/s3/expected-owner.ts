// x-amz-expected-bucket-owner and its twin for copy sources. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
import { S3Error } from '../errors.ts'
import type { Bucket } from '../store/buckets.ts'

/** For the pipeline, on every request to a bucket: throws AccessDenied when another account owns it than was expected, InvalidBucketOwnerAWSAccountID for no account id. */
export function checkExpectedOwner(headers: Headers, bucket: Bucket): void {
  checkOwner(headers.get('x-amz-expected-bucket-owner'), bucket)
}

/** The same for the bucket a copy reads from. */
export function checkExpectedSourceOwner(headers: Headers, bucket: Bucket): void {
  checkOwner(headers.get('x-amz-source-expected-bucket-owner'), bucket)
}

function checkOwner(expected: string | null, bucket: Bucket): void {
  if (expected === null || expected === '' || expected === bucket.accountId) return
  if (!/^\d{12}$/.test(expected)) {
    throw new S3Error('InvalidBucketOwnerAWSAccountID', {
      message: `The value of the expected bucket owner parameter must be an AWS account ID... [${expected}]`,
    })
  }
  throw new S3Error('AccessDenied', { reason: `Expected bucket owner ${expected}, is ${bucket.accountId}` })
}
