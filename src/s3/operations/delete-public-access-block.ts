import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { checkStored } from '../outcomes.ts'

/**
 * DeletePublicAccessBlock: the bucket blocks nothing of its own any more; its owner's account may.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html
 */
export const deletePublicAccessBlock = defineOperation({
  name: 'DeletePublicAccessBlock',
  route: { method: 'DELETE', level: 'bucket', query: { publicAccessBlock: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:PutBucketPublicAccessBlock', resource: bucketArn(bucket) }]
  },

  async handle(_input, { bucket, store }) {
    checkStored(await store.setConfig(bucket, 'publicAccessBlock', null), bucket)
    return { status: 204 }
  },
})
