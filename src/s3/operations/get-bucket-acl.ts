import { bucketArn } from '../../iam/permission.ts'
import { privateAclDocument } from '../acl.ts'
import { defineOperation } from '../operation.ts'
import { bucketOwner } from '../owners.ts'

/**
 * GetBucketAcl: the owner has FULL_CONTROL, and nobody else has anything.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html
 */
export const getBucketAcl = defineOperation({
  name: 'GetBucketAcl',
  route: { method: 'GET', level: 'bucket', query: { acl: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:GetBucketAcl', resource: bucketArn(bucket) }]
  },

  async handle(_input, { bucket }) {
    return { status: 200, body: privateAclDocument(bucketOwner(bucket)) }
  },
})
