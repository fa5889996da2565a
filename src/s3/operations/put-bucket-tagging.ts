import { bucketArn, requestTagConditions } from '../../iam/permission.ts'
import { bucketTagsMax } from '../../limits.ts'
import { defineOperation } from '../operation.ts'
import { checkStored } from '../outcomes.ts'
import { requiredDocument } from '../required-document.ts'
import { parseTagging } from '../tagging.ts'

/**
 * PutBucketTagging: replaces the bucket's tags, at most 50. An empty set removes them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html
 */
export const putBucketTagging = defineOperation({
  name: 'PutBucketTagging',
  route: { method: 'PUT', level: 'bucket', query: { tagging: true } },
  body: 'xml',

  parse({ address, xml }) {
    const document = requiredDocument(xml, 'Tagging')
    const tags = parseTagging(document, bucketTagsMax, 'Bucket tag count cannot be greater than 50')
    return { bucket: address.bucket, tags }
  },

  permissions({ bucket, tags }) {
    return [{ action: 's3:PutBucketTagging', resource: bucketArn(bucket), conditions: requestTagConditions(tags) }]
  },

  async handle({ tags }, { bucket, store }) {
    const isEmpty = Object.keys(tags).length === 0
    checkStored(await store.setConfig(bucket, 'tagging', isEmpty ? null : JSON.stringify(tags)), bucket)
    return { status: 204 }
  },
})
