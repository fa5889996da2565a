// The rules of bucket policies beside the language itself: whose they are, and how long.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
import { S3Error } from '../errors.ts'
import { bucketPolicyProblems } from '../iam/bucket-policy.ts'
import { compilePolicy } from '../iam/compile.ts'
import { bucketPolicyBytesMax } from '../limits.ts'
import { utf8Length } from './address.ts'
import type { CompiledPolicy } from '../iam/policy.ts'
import type { Bucket } from '../store/buckets.ts'
import type { Context } from './operation.ts'

/**
 * Only principals of the bucket's own account work with its policy, whatever the policy allows others. Throws
 * MethodNotAllowed. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
export function checkPolicyOwner({ identity, bucket }: Context, method: 'GET' | 'PUT' | 'DELETE'): void {
  if (identity.kind === 'account' && identity.accountId === bucket.accountId) return
  throw new S3Error('MethodNotAllowed', { fields: { Method: method, ResourceType: 'BUCKETPOLICY' } })
}

/** The stored policy. Throws NoSuchBucketPolicy. */
export function storedPolicy({ name, configs }: Bucket): string {
  const policy = configs['policy']
  if (policy === undefined) throw new S3Error('NoSuchBucketPolicy', { fields: { BucketName: name } })
  return policy
}

/**
 * A document as the policy of a bucket. Throws MalformedPolicy for what can be seen in it, MissingRequestBodyError for
 * nothing. Whether the principals exist is for the store to say.
 */
export function readBucketPolicy(text: string, bucket: string): CompiledPolicy {
  if (text === '') throw new S3Error('MissingRequestBodyError')
  if (utf8Length(text) > bucketPolicyBytesMax) {
    throw new S3Error('MalformedPolicy', { message: 'Policy exceeds the maximum allowed document size.' })
  }
  const compiled = compilePolicy(text, 'resource')
  const problems = compiled.outcome === 'malformed' ? compiled.problems : bucketPolicyProblems(compiled.policy, bucket)
  const [problem] = problems
  if (problem !== undefined || compiled.outcome === 'malformed') {
    throw new S3Error('MalformedPolicy', { ...(problem && { message: problem.message, reason: problem.path }) })
  }
  return compiled.policy
}
