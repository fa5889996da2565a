import { S3Error } from '../../errors.ts'
import { bucketArn } from '../../iam/permission.ts'
import { readPublicAccessBlock } from '../../iam/public-access-block.ts'
import { defineOperation } from '../operation.ts'
import { publicAccessBlockElements } from '../public-access-block.ts'
import { xmlDocument } from '../xml.ts'

/**
 * GetPublicAccessBlock: the bucket's own settings; those of its owner's account hold beside them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html
 */
export const getPublicAccessBlock = defineOperation({
  name: 'GetPublicAccessBlock',
  route: { method: 'GET', level: 'bucket', query: { publicAccessBlock: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:GetBucketPublicAccessBlock', resource: bucketArn(bucket) }]
  },

  async handle({ bucket }, context) {
    const stored = context.bucket.configs['publicAccessBlock']
    if (stored === undefined) {
      throw new S3Error('NoSuchPublicAccessBlockConfiguration', { fields: { BucketName: bucket } })
    }
    const body = xmlDocument('PublicAccessBlockConfiguration', publicAccessBlockElements(readPublicAccessBlock(stored)))
    return { status: 200, body }
  },
})
