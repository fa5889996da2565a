import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { checkStored } from '../outcomes.ts'
import { parsePublicAccessBlock } from '../public-access-block.ts'

/**
 * PutPublicAccessBlock: replace the bucket's four settings. What is public already stays stored, and counts again when
 * the settings allow it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html
 */
export const putPublicAccessBlock = defineOperation({
  name: 'PutPublicAccessBlock',
  route: { method: 'PUT', level: 'bucket', query: { publicAccessBlock: true } },
  body: 'xml',

  parse({ address, xml }) {
    return { bucket: address.bucket, block: parsePublicAccessBlock(xml) }
  },

  permissions({ bucket }) {
    return [{ action: 's3:PutBucketPublicAccessBlock', resource: bucketArn(bucket) }]
  },

  async handle({ block }, { bucket, store }) {
    checkStored(await store.setConfig(bucket, 'publicAccessBlock', JSON.stringify(block)), bucket)
    return { status: 200 }
  },
})
