import { bucketArn } from '../../iam/permission.ts'
import { parseCorsDocument } from '../cors.ts'
import { defineOperation } from '../operation.ts'
import { checkStored } from '../outcomes.ts'

/**
 * PutBucketCors: replaces the rules by which browsers of other origins may use the bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
 * Differs from AWS: Content-MD5 is checked when it is there, and not asked for.
 */
export const putBucketCors = defineOperation({
  name: 'PutBucketCors',
  route: { method: 'PUT', level: 'bucket', query: { cors: true } },
  body: 'xml',

  parse({ address, xml, text }) {
    return { bucket: address.bucket, rules: parseCorsDocument(xml, text) }
  },

  permissions({ bucket }) {
    return [{ action: 's3:PutBucketCORS', resource: bucketArn(bucket) }]
  },

  async handle({ rules }, { bucket, store }) {
    checkStored(await store.setConfig(bucket, 'cors', JSON.stringify(rules)), bucket)
    return { status: 200 }
  },
})
