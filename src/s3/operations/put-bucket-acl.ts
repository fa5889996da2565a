import { aclsEnabled } from '../../iam/acl.ts'
import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { checkStored } from '../outcomes.ts'
import { aclOfRequest } from '../requested-acl.ts'
import { storableAcl } from '../written-acl.ts'

/**
 * PutBucketAcl: replace the bucket's list by a canned one, by the grants of headers, or by a document.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html
 *
 * Differs from AWS: where ACLs are disabled, the bucket's own account may ask for `private`, which is what is so already.
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

  async handle({ acl: wanted }, context) {
    const { bucket, store } = context
    const owner = bucket.canonicalId
    const permission = { action: 's3:PutBucketAcl', resource: bucketArn(bucket.name) }
    const acl = await storableAcl(wanted, { level: 'bucket', owner, bucketOwner: owner, permission }, context)
    // Where ACLs are disabled a list put before stays, for the day they are enabled again.
    if (aclsEnabled(bucket.ownership)) {
      checkStored(await store.setConfig(bucket, 'acl', acl === null ? null : JSON.stringify(acl)), bucket)
    }
    return { status: 200 }
  },
})
