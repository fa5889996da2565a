import { bucketArn } from '../../iam/permission.ts'
import { checkPolicyOwner } from '../bucket-policy.ts'
import { defineOperation } from '../operation.ts'
import { checkStored } from '../outcomes.ts'

/**
 * DeleteBucketPolicy: the bucket has no policy any more, if it had one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html
 */
export const deleteBucketPolicy = defineOperation({
  name: 'DeleteBucketPolicy',
  route: { method: 'DELETE', level: 'bucket', query: { policy: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:DeleteBucketPolicy', resource: bucketArn(bucket) }]
  },

  async handle(_input, context) {
    const { bucket, store } = context
    checkPolicyOwner(context, 'DELETE')
    checkStored(await store.setConfig(bucket, 'policy', null), bucket)
    return { status: 204 }
  },
})
