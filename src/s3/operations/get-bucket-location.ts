import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { xmlDocument } from '../xml.ts'

/**
 * GetBucketLocation: the LocationConstraint the bucket was made with; empty for us-east-1.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
 */
export const getBucketLocation = defineOperation({
  name: 'GetBucketLocation',
  route: { method: 'GET', level: 'bucket', query: { location: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:GetBucketLocation', resource: bucketArn(bucket) }]
  },

  async handle(_input, context) {
    return { status: 200, body: xmlDocument('LocationConstraint', context.bucket.location) }
  },
})
