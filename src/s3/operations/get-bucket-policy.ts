import { bucketArn } from '../../iam/permission.ts'
import { checkPolicyOwner, storedPolicy } from '../bucket-policy.ts'
import { defineOperation } from '../operation.ts'

/**
 * GetBucketPolicy: the bucket's policy as it was put.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html
 */
export const getBucketPolicy = defineOperation({
  name: 'GetBucketPolicy',
  route: { method: 'GET', level: 'bucket', query: { policy: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:GetBucketPolicy', resource: bucketArn(bucket) }]
  },

  async handle(_input, context) {
    checkPolicyOwner(context, 'GET')
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: storedPolicy(context.bucket),
    }
  },
})
