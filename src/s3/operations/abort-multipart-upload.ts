import { S3Error } from '../../errors.ts'
import { parseHttpDate, parseIso8601 } from '../../http/date.ts'
import { objectArn } from '../../iam/permission.ts'
import { invalidArgument } from '../invalid-argument.ts'
import { uploadIdOf } from '../multipart-upload.ts'
import { defineOperation } from '../operation.ts'
import { noSuchUpload, writeError } from '../outcomes.ts'

/**
 * AbortMultipartUpload: give up an upload and its parts.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
 *
 * Differs from AWS: x-amz-if-match-initiated-time works in every bucket.
 */
export const abortMultipartUpload = defineOperation({
  name: 'AbortMultipartUpload',
  route: { method: 'DELETE', level: 'object', query: { uploadId: true } },

  parse({ address, query, headers }) {
    return {
      bucket: address.bucket,
      key: address.key,
      uploadId: uploadIdOf(query),
      initiated: initiatedTime(headers),
    }
  },

  permissions({ bucket, key }) {
    return [{ action: 's3:AbortMultipartUpload', resource: objectArn(bucket, key) }]
  },

  async handle({ key, uploadId, initiated }, { store, bucket }) {
    if (initiated !== null) {
      // An upload keeps its time for life, so that looking first and aborting then is no race.
      const listed = await store.listParts(bucket, { key, uploadId, partNumberMarker: 0, maxParts: 0 })
      if (listed.outcome === 'no-such-upload') throw noSuchUpload(uploadId)
      if (Math.floor(listed.upload.initiated / 1000) !== Math.floor(initiated / 1000)) {
        throw new S3Error('PreconditionFailed', { fields: { Condition: 'x-amz-if-match-initiated-time' } })
      }
    }
    const result = await store.abortUpload(bucket, { key, uploadId })
    switch (result.outcome) {
      case 'no-such-upload':
        throw noSuchUpload(uploadId)
      case 'bucket-gone':
      case 'catalog-unavailable':
        throw writeError(result, { bucket: bucket.name, key })
      case 'aborted':
    }
    return { status: 204 }
  },
})

/** x-amz-if-match-initiated-time in milliseconds; null when missing. */
function initiatedTime(headers: Headers): number | null {
  const name = 'x-amz-if-match-initiated-time'
  const value = headers.get(name)
  if (value === null || value === '') return null
  const milliseconds = parseHttpDate(value) ?? parseIso8601(value)
  if (milliseconds === null) throw invalidArgument(name, value, 'Invalid initiated time')
  return milliseconds
}
