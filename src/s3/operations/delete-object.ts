import { objectArn } from '../../iam/permission.ts'
import { deleteConditions, holdWithoutObject } from '../delete-conditions.ts'
import { defineOperation } from '../operation.ts'
import { writeError } from '../outcomes.ts'
import { versionHeader, versionIdOf } from '../version-id.ts'
import { checkBypassGovernance } from '../write-headers.ts'

/**
 * DeleteObject: remove the object, or one version of it for good; in a versioned bucket put a delete marker on top.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 *
 * Differs from AWS: the size and date conditions work in every bucket, and conditions together with a versionId are
 * held against that version.
 */
export const deleteObject = defineOperation({
  name: 'DeleteObject',
  route: { method: 'DELETE', level: 'object' },

  parse({ address, query, headers }) {
    return {
      bucket: address.bucket,
      key: address.key,
      versionId: versionIdOf(query),
      headers,
      conditions: deleteConditions({
        etag: headers.get('if-match'),
        lastModified: headers.get('x-amz-if-match-last-modified-time'),
        size: headers.get('x-amz-if-match-size'),
      }),
    }
  },

  permissions({ bucket, key, versionId }) {
    const action = versionId === null ? 's3:DeleteObject' : 's3:DeleteObjectVersion'
    return [{ action, resource: objectArn(bucket, key) }]
  },

  async handle({ key, versionId, headers, conditions }, { store, bucket }) {
    checkBypassGovernance(headers, bucket)
    const result = await store.delete(bucket, { key, versionId, conditions })
    if (result.outcome === 'missing' && holdWithoutObject(conditions)) return { status: 204 }
    if (result.outcome !== 'deleted') throw writeError(result, { bucket: bucket.name, key })
    return {
      status: 204,
      headers: {
        ...versionHeader(bucket, result.versionId),
        ...(result.marker ? { 'x-amz-delete-marker': 'true' } : {}),
      },
    }
  },
})
