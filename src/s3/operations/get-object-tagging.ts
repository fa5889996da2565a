import { objectArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { absenceError } from '../outcomes.ts'
import { settleVersion } from '../settle-version.ts'
import { taggingDocument } from '../tagging.ts'
import { versionHeader, versionIdOf } from '../version-id.ts'

/**
 * GetObjectTagging: the tags of an object or of one version; an empty set where there are none.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html
 */
export const getObjectTagging = defineOperation({
  name: 'GetObjectTagging',
  route: { method: 'GET', level: 'object', query: { tagging: true } },
  settles: true,

  parse({ address, query }) {
    return { bucket: address.bucket, key: address.key, versionId: versionIdOf(query) }
  },

  permissions({ bucket, key, versionId }) {
    const action = versionId === null ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging'
    return [{ action, resource: objectArn(bucket, key) }]
  },

  async handle(input, context) {
    const { store, bucket } = context
    const result = await store.open(bucket, {
      key: input.key,
      versionId: input.versionId,
      range: null,
      ifRange: null,
      partNumber: null,
      body: false,
    })
    await settleVersion(result, context)
    switch (result.outcome) {
      case 'missing':
      case 'no-such-version':
      case 'delete-marker':
        throw await absenceError(result, context, input)
      case 'range-unsatisfiable':
      case 'part-out-of-range':
      case 'found':
    }
    // Neither a range nor a part was asked for: whatever came back knows its version.
    return {
      status: 200,
      headers: versionHeader(bucket, result.version.versionId),
      body: taggingDocument(result.version.tags),
    }
  },
})
