import { objectArn, objectTagConditions } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { setTags } from '../set-tags.ts'
import { parseObjectTagging } from '../tagging.ts'
import { versionHeader, versionIdOf } from '../version-id.ts'
import type { Permission } from '../../iam/permission.ts'

/**
 * PutObjectTagging: replace the tags of an object or of one version.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
 *
 * Differs from AWS: more than 10 tags are InvalidTag (AWS: BadRequest), with AWS's message.
 */
export const putObjectTagging = defineOperation({
  name: 'PutObjectTagging',
  route: { method: 'PUT', level: 'object', query: { tagging: true } },
  settles: true,
  body: 'xml',

  parse({ address, query, xml }) {
    return {
      bucket: address.bucket,
      key: address.key,
      versionId: versionIdOf(query),
      tags: parseObjectTagging(xml),
    }
  },

  permissions(input) {
    return [permissionOf(input)]
  },

  async handle(input, context) {
    const versionId = await setTags(input, permissionOf(input), context)
    return { status: 200, headers: versionHeader(context.bucket, versionId) }
  },
})

interface Input {
  bucket: string
  key: string
  versionId: string | null
  tags: Record<string, string>
}

function permissionOf({ bucket, key, versionId, tags }: Input): Permission {
  const action = versionId === null ? 's3:PutObjectTagging' : 's3:PutObjectVersionTagging'
  return { action, resource: objectArn(bucket, key), conditions: objectTagConditions(tags) }
}
