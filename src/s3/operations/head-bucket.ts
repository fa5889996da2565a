import { bucketArn } from '../../iam/permission.ts'
import { regionOf } from '../bucket-region.ts'
import { defineOperation } from '../operation.ts'

/**
 * HeadBucket: whether the bucket exists and may be listed, and in which region it is.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
export const headBucket = defineOperation({
  name: 'HeadBucket',
  route: { method: 'HEAD', level: 'bucket' },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:ListBucket', resource: bucketArn(bucket) }]
  },

  async handle({ bucket }, context) {
    const headers = {
      'content-type': 'application/xml',
      'x-amz-access-point-alias': 'false',
      'x-amz-bucket-arn': bucketArn(bucket),
      'x-amz-bucket-region': regionOf(context.bucket.location),
    }
    return { status: 200, headers, body: null }
  },
})
