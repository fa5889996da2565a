import { S3Error } from '../../errors.ts'
import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { element, xmlDocument } from '../xml.ts'

/**
 * GetObjectLockConfiguration: Enabled for a bucket made with object lock; there is no default retention yet.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html
 */
export const getObjectLockConfiguration = defineOperation({
  name: 'GetObjectLockConfiguration',
  route: { method: 'GET', level: 'bucket', query: { 'object-lock': true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:GetBucketObjectLockConfiguration', resource: bucketArn(bucket) }]
  },

  async handle({ bucket }, context) {
    if (!context.bucket.objectLock) {
      throw new S3Error('ObjectLockConfigurationNotFoundError', { fields: { BucketName: bucket } })
    }
    const body = xmlDocument('ObjectLockConfiguration', [element('ObjectLockEnabled', 'Enabled')])
    return { status: 200, body }
  },
})
