import { S3Error } from '../../errors.ts'
import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { checkStored } from '../outcomes.ts'
import { requiredDocument } from '../required-document.ts'
import { childText } from '../xml.ts'

/**
 * PutBucketVersioning: turns versions on, or suspends them; they can never be turned off again.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html
 * Differs from AWS: MFA delete cannot be enabled.
 */
export const putBucketVersioning = defineOperation({
  name: 'PutBucketVersioning',
  route: { method: 'PUT', level: 'bucket', query: { versioning: true } },
  body: 'xml',

  parse({ address, xml }) {
    const configuration = requiredDocument(xml, 'VersioningConfiguration')
    const mfaDelete = childText(configuration, 'MfaDelete')
    if (mfaDelete === 'Enabled') throw new S3Error('NotImplemented', { message: 'MFA delete is not implemented' })
    if (mfaDelete !== null && mfaDelete !== 'Disabled') throw new S3Error('MalformedXML', { reason: 'MfaDelete' })
    const status = childText(configuration, 'Status')
    if (status === null) throw new S3Error('IllegalVersioningConfigurationException')
    if (status !== 'Enabled' && status !== 'Suspended') throw new S3Error('MalformedXML', { reason: 'Status' })
    return { bucket: address.bucket, versioning: status === 'Enabled' ? ('enabled' as const) : ('suspended' as const) }
  },

  permissions({ bucket }) {
    return [{ action: 's3:PutBucketVersioning', resource: bucketArn(bucket) }]
  },

  async handle({ versioning }, { bucket, store }) {
    if (bucket.objectLock && versioning === 'suspended') {
      throw new S3Error('InvalidBucketState', {
        message: 'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      })
    }
    checkStored(await store.setVersioning(bucket, versioning), bucket)
    return { status: 200 }
  },
})
