import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { element, xmlDocument } from '../xml.ts'

/**
 * GetBucketVersioning: Enabled, Suspended, or an empty answer for a bucket that never had versions.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html
 */
export const getBucketVersioning = defineOperation({
  name: 'GetBucketVersioning',
  route: { method: 'GET', level: 'bucket', query: { versioning: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:GetBucketVersioning', resource: bucketArn(bucket) }]
  },

  async handle(_input, { bucket: { versioning } }) {
    const status = { unversioned: null, enabled: 'Enabled', suspended: 'Suspended' }[versioning]
    const body = xmlDocument('VersioningConfiguration', [status === null ? null : element('Status', status)])
    return { status: 200, body }
  },
})
