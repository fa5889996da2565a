import { S3Error } from '../../errors.ts'
import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { taggingDocument } from '../tagging.ts'

/**
 * GetBucketTagging: the bucket's tags; NoSuchTagSet when it has none.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html
 */
export const getBucketTagging = defineOperation({
  name: 'GetBucketTagging',
  route: { method: 'GET', level: 'bucket', query: { tagging: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:GetBucketTagging', resource: bucketArn(bucket) }]
  },

  async handle({ bucket }, context) {
    const stored = context.bucket.configs.tagging
    if (stored === undefined) throw new S3Error('NoSuchTagSet', { fields: { BucketName: bucket } })
    return { status: 200, body: taggingDocument(JSON.parse(stored) as Record<string, string>) }
  },
})
