import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { checkStored } from '../outcomes.ts'

/**
 * DeleteBucketCors: removes the rules; 204 when there are none too.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketCors.html
 */
export const deleteBucketCors = defineOperation({
  name: 'DeleteBucketCors',
  route: { method: 'DELETE', level: 'bucket', query: { cors: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:PutBucketCORS', resource: bucketArn(bucket) }]
  },

  async handle(_input, { bucket, store }) {
    if (bucket.configs.cors !== undefined) checkStored(await store.setConfig(bucket, 'cors', null), bucket)
    return { status: 204 }
  },
})
