import { S3Error } from '../../errors.ts'
import { uploadChecksum } from '../checksum-headers.ts'
import { storageClassHeader, storedHeaders } from '../object-headers.ts'
import { defineOperation } from '../operation.ts'
import { writeError } from '../outcomes.ts'
import { aclOfHeaders } from '../requested-acl.ts'
import { parseTaggingHeader } from '../tagging.ts'
import { checkObjectLock, encryptionHeaders, writePermissions } from '../write-headers.ts'
import { writtenAs } from '../written-acl.ts'
import { element, xmlDocument } from '../xml.ts'

/**
 * CreateMultipartUpload: start an object that is uploaded in parts.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
 */
export const createMultipartUpload = defineOperation({
  name: 'CreateMultipartUpload',
  route: { method: 'POST', level: 'object', query: { uploads: true } },
  refuses: encryptionHeaders,

  parse({ address, headers }) {
    return {
      bucket: address.bucket,
      key: address.key,
      requestHeaders: headers,
      headers: storedHeaders(headers),
      tags: parseTaggingHeader(headers.get('x-amz-tagging')),
      storageClass: storageClassHeader(headers) ?? 'STANDARD',
      acl: aclOfHeaders(headers, 'object'),
      ...uploadChecksum(headers),
    }
  },

  permissions(input) {
    return writePermissions(input, input)
  },

  async handle(input, context) {
    const { store, bucket, identity, now } = context
    if (identity.kind === 'anonymous') {
      const message = 'Anonymous users cannot initiate multipart uploads. Please authenticate.'
      throw new S3Error('AccessDenied', { message })
    }
    const written = await writtenAs(input.acl, input.key, context)
    checkObjectLock(input.requestHeaders, bucket)
    const { key, headers, tags, storageClass, checksumAlgorithm, checksumType } = input
    const uploadId = newUploadId()
    const result = await store.createUpload(bucket, {
      uploadId,
      key,
      initiated: now,
      headers,
      tags,
      checksumAlgorithm,
      checksumType,
      storageClass,
      initiator: identity.principal.arn,
      ...written,
    })
    if (result.outcome !== 'created') throw writeError(result, { bucket: bucket.name, key })
    const checksum: Record<string, string> =
      checksumAlgorithm === null || checksumType === null
        ? {}
        : { 'x-amz-checksum-algorithm': checksumAlgorithm, 'x-amz-checksum-type': checksumType }
    return {
      status: 200,
      headers: checksum,
      body: xmlDocument('InitiateMultipartUploadResult', [
        element('Bucket', bucket.name),
        element('Key', key),
        element('UploadId', uploadId),
      ]),
    }
  },
})

/** 256 random bits without a character that has to be encoded in a URL: some clients do not. */
function newUploadId(): string {
  return `${crypto.randomUUID()}${crypto.randomUUID()}`.replaceAll('-', '')
}
