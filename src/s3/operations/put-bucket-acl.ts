import { bucketArn } from '../../iam/permission.ts'
import { aclOfRequest, aclRefusal, isPrivate } from '../acl.ts'
import { defineOperation } from '../operation.ts'
import { bucketOwner } from '../owners.ts'

/**
 * PutBucketAcl: accepts the ACL every bucket has, `private` by name or as a document.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html
 * Differs from AWS: no other ACL is implemented, and `private` is accepted where ACLs are disabled.
 */
export const putBucketAcl = defineOperation({
  name: 'PutBucketAcl',
  route: { method: 'PUT', level: 'bucket', query: { acl: true } },
  body: 'xml',

  parse(request) {
    return { bucket: request.address.bucket, acl: aclOfRequest(request, 'bucket') }
  },

  permissions({ bucket }) {
    return [{ action: 's3:PutBucketAcl', resource: bucketArn(bucket) }]
  },

  async handle({ acl }, { bucket }) {
    if (!isPrivate(acl, bucketOwner(bucket))) throw aclRefusal(bucket.ownership, 'PutBucketAcl')
    return { status: 200 }
  },
})
