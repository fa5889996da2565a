import { aclsEnabled, isPublicAcl, readAcl } from '../../iam/acl.ts'
import { compilePolicy } from '../../iam/compile.ts'
import { bucketArn } from '../../iam/permission.ts'
import { isPublic } from '../../iam/public-policy.ts'
import { defineOperation } from '../operation.ts'
import { blockOf } from '../public-access-block.ts'
import { element, xmlDocument } from '../xml.ts'
import type { Bucket } from '../../store/buckets.ts'

/**
 * GetBucketPolicyStatus: is the bucket public?
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html
 *
 * Differs from AWS: a bucket without a policy is not public (AWS: NoSuchBucketPolicy), unless its ACL makes it so, which
 * counts here beside the policy.
 */
export const getBucketPolicyStatus = defineOperation({
  name: 'GetBucketPolicyStatus',
  route: { method: 'GET', level: 'bucket', query: { policyStatus: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:GetBucketPolicyStatus', resource: bucketArn(bucket) }]
  },

  async handle(_input, { bucket }) {
    const isPublicBucket = hasPublicPolicy(bucket) || hasPublicAcl(bucket)
    return { status: 200, body: xmlDocument('PolicyStatus', [element('IsPublic', isPublicBucket)]) }
  },
})

function hasPublicPolicy({ configs }: Bucket): boolean {
  const stored = configs['policy']
  if (stored === undefined) return false
  const compiled = compilePolicy(stored, 'resource')
  return compiled.outcome === 'compiled' && isPublic(compiled.policy)
}

/** As far as it counts. */
function hasPublicAcl(bucket: Bucket): boolean {
  if (!aclsEnabled(bucket.ownership) || blockOf(bucket).IgnorePublicAcls) return false
  return isPublicAcl(readAcl(bucket.configs['acl']))
}
