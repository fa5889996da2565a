import { bucketArn } from '../../iam/permission.ts'
import { shownAcl } from '../shown-acl.ts'
import { defineOperation } from '../operation.ts'
import { bucketOwner } from '../owners.ts'
import { readAcl } from '../../iam/acl.ts'

/**
 * GetBucketAcl: the bucket's list; where ACLs are disabled, full control of its owner.
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

  async handle(_input, context) {
    const { bucket } = context
    return { status: 200, body: await shownAcl(bucketOwner(bucket), readAcl(bucket.configs['acl']), context) }
  },
})
