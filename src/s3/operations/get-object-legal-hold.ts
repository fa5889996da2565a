import { S3Error } from '../../errors.ts'
import { objectArn } from '../../iam/permission.ts'
import { existingVersion } from '../existing-version.ts'
import { defineOperation } from '../operation.ts'
import { versionIdOf } from '../version-id.ts'

/**
 * GetObjectLegalHold: no object has a legal hold yet, so the answer is the one for an object without.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLegalHold.html
 */
export const getObjectLegalHold = defineOperation({
  name: 'GetObjectLegalHold',
  route: { method: 'GET', level: 'object', query: { 'legal-hold': true } },

  parse({ address, query }) {
    return { bucket: address.bucket, key: address.key, versionId: versionIdOf(query) }
  },

  permissions({ bucket, key }) {
    return [{ action: 's3:GetObjectLegalHold', resource: objectArn(bucket, key) }]
  },

  async handle({ key, versionId }, context) {
    if (!context.bucket.objectLock) {
      throw new S3Error('InvalidRequest', { message: 'Bucket is missing Object Lock Configuration' })
    }
    await existingVersion(context, { key, versionId })
    throw new S3Error('NoSuchObjectLockConfiguration')
  },
})
