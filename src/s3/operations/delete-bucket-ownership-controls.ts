import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { checkStored } from '../outcomes.ts'

/**
 * DeleteBucketOwnershipControls: objects belong to their writers from now on, and ACLs count.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketOwnershipControls.html
 */
export const deleteBucketOwnershipControls = defineOperation({
  name: 'DeleteBucketOwnershipControls',
  route: { method: 'DELETE', level: 'bucket', query: { ownershipControls: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:PutBucketOwnershipControls', resource: bucketArn(bucket) }]
  },

  async handle(_input, { bucket, store }) {
    if (bucket.ownership !== '') checkStored(await store.setOwnership(bucket, ''), bucket)
    return { status: 204 }
  },
})
