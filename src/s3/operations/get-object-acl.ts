import { objectArn } from '../../iam/permission.ts'
import { privateAclDocument } from '../acl.ts'
import { existingVersion } from '../existing-version.ts'
import { defineOperation } from '../operation.ts'
import { bucketOwner, objectOwner } from '../owners.ts'
import { versionHeader, versionIdOf } from '../version-id.ts'

/**
 * GetObjectAcl: the owner has FULL_CONTROL, and nobody else has anything.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html
 */
export const getObjectAcl = defineOperation({
  name: 'GetObjectAcl',
  route: { method: 'GET', level: 'object', query: { acl: true } },

  parse({ address, query }) {
    return { bucket: address.bucket, key: address.key, versionId: versionIdOf(query) }
  },

  permissions({ bucket, key, versionId }) {
    const action = versionId === null ? 's3:GetObjectAcl' : 's3:GetObjectVersionAcl'
    return [{ action, resource: objectArn(bucket, key) }]
  },

  async handle({ key, versionId }, context) {
    const version = await existingVersion(context, { key, versionId })
    const owner = (await objectOwner(context, version.owner)) ?? bucketOwner(context.bucket)
    const headers = versionHeader(context.bucket, version.versionId)
    return { status: 200, headers, body: privateAclDocument(owner) }
  },
})
