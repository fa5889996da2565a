import { S3Error } from '../../errors.ts'
import { grantsToOthers, readAcl } from '../../iam/acl.ts'
import { bucketArn } from '../../iam/permission.ts'
import { parseOwnershipControls } from '../object-ownership.ts'
import { defineOperation } from '../operation.ts'
import { checkStored } from '../outcomes.ts'

/**
 * PutBucketOwnershipControls: who owns what is written to the bucket from now on, and whether ACLs count. They cannot be
 * disabled while the bucket's own list grants anything to others.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-existing-bucket.html
 */
export const putBucketOwnershipControls = defineOperation({
  name: 'PutBucketOwnershipControls',
  route: { method: 'PUT', level: 'bucket', query: { ownershipControls: true } },
  body: 'xml',

  parse({ address, xml }) {
    return { bucket: address.bucket, ownership: parseOwnershipControls(xml) }
  },

  permissions({ bucket }) {
    return [{ action: 's3:PutBucketOwnershipControls', resource: bucketArn(bucket) }]
  },

  async handle({ ownership }, { bucket, store }) {
    const isShared = grantsToOthers(readAcl(bucket.configs['acl']), bucket.canonicalId)
    if (ownership === 'BucketOwnerEnforced' && isShared) throw new S3Error('InvalidBucketAclWithObjectOwnership')
    checkStored(await store.setOwnership(bucket, ownership), bucket)
    return { status: 200 }
  },
})
