import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { checkStored } from '../outcomes.ts'

/**
 * DeleteBucketTagging: removes the bucket's tags; 204 when there are none too.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html
 */
export const deleteBucketTagging = defineOperation({
  name: 'DeleteBucketTagging',
  route: { method: 'DELETE', level: 'bucket', query: { tagging: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:PutBucketTagging', resource: bucketArn(bucket) }]
  },

  async handle(_input, { bucket, store }) {
    if (bucket.configs.tagging !== undefined) checkStored(await store.setConfig(bucket, 'tagging', null), bucket)
    return { status: 204 }
  },
})
