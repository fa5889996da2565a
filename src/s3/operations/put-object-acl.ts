import { objectArn } from '../../iam/permission.ts'
import { aclOfRequest, aclRefusal, isPrivate } from '../acl.ts'
import { existingVersion } from '../existing-version.ts'
import { defineOperation } from '../operation.ts'
import { bucketOwner, objectOwner } from '../owners.ts'
import { versionHeader, versionIdOf } from '../version-id.ts'

/**
 * PutObjectAcl: accepts the ACL every object has, `private` (or `bucket-owner-full-control`) by name or as a document.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
 * Differs from AWS: no other ACL is implemented, and these are accepted where ACLs are disabled.
 */
export const putObjectAcl = defineOperation({
  name: 'PutObjectAcl',
  route: { method: 'PUT', level: 'object', query: { acl: true } },
  body: 'xml',

  parse(request) {
    const { bucket, key } = request.address
    return { bucket, key, versionId: versionIdOf(request.query), acl: aclOfRequest(request, 'object') }
  },

  permissions({ bucket, key, versionId }) {
    const action = versionId === null ? 's3:PutObjectAcl' : 's3:PutObjectVersionAcl'
    return [{ action, resource: objectArn(bucket, key) }]
  },

  async handle({ key, versionId, acl }, context) {
    const { bucket } = context
    const version = await existingVersion(context, { key, versionId })
    const owner = (await objectOwner(context, version.owner)) ?? bucketOwner(bucket)
    if (!isPrivate(acl, owner)) throw aclRefusal(bucket.ownership, 'PutObjectAcl')
    return { status: 200, headers: versionHeader(bucket, version.versionId) }
  },
})
