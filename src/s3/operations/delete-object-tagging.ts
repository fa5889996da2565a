import { objectArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { setTags } from '../set-tags.ts'
import { versionHeader, versionIdOf } from '../version-id.ts'
import type { Permission } from '../../iam/permission.ts'

/**
 * DeleteObjectTagging: remove every tag of an object or of one version.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html
 */
export const deleteObjectTagging = defineOperation({
  name: 'DeleteObjectTagging',
  route: { method: 'DELETE', level: 'object', query: { tagging: true } },
  settles: true,

  parse({ address, query }) {
    return { bucket: address.bucket, key: address.key, versionId: versionIdOf(query), tags: null }
  },

  permissions(input) {
    return [permissionOf(input)]
  },

  async handle(input, context) {
    const versionId = await setTags(input, permissionOf(input), context)
    return { status: 204, headers: versionHeader(context.bucket, versionId) }
  },
})

function permissionOf({
  bucket,
  key,
  versionId,
}: {
  bucket: string
  key: string
  versionId: string | null
}): Permission {
  const action = versionId === null ? 's3:DeleteObjectTagging' : 's3:DeleteObjectVersionTagging'
  return { action, resource: objectArn(bucket, key) }
}
