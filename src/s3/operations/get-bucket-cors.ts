import { S3Error } from '../../errors.ts'
import { bucketArn } from '../../iam/permission.ts'
import { corsDocument, readCorsRules } from '../cors.ts'
import { defineOperation } from '../operation.ts'

/**
 * GetBucketCors: the rules as they were put; NoSuchCORSConfiguration when there are none.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html
 */
export const getBucketCors = defineOperation({
  name: 'GetBucketCors',
  route: { method: 'GET', level: 'bucket', query: { cors: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:GetBucketCORS', resource: bucketArn(bucket) }]
  },

  async handle({ bucket }, context) {
    const stored = context.bucket.configs.cors
    if (stored === undefined) throw new S3Error('NoSuchCORSConfiguration', { fields: { BucketName: bucket } })
    return { status: 200, body: corsDocument(readCorsRules(stored)) }
  },
})
