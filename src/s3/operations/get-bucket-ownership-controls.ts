import { S3Error } from '../../errors.ts'
import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { element, xmlDocument } from '../xml.ts'

/**
 * GetBucketOwnershipControls: who owns what is written to the bucket; OwnershipControlsNotFoundError where the controls
 * were deleted.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html
 */
export const getBucketOwnershipControls = defineOperation({
  name: 'GetBucketOwnershipControls',
  route: { method: 'GET', level: 'bucket', query: { ownershipControls: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:GetBucketOwnershipControls', resource: bucketArn(bucket) }]
  },

  async handle({ bucket }, { bucket: { ownership } }) {
    if (ownership === '') throw new S3Error('OwnershipControlsNotFoundError', { fields: { BucketName: bucket } })
    const body = xmlDocument('OwnershipControls', [element('Rule', [element('ObjectOwnership', ownership)])])
    return { status: 200, body }
  },
})
