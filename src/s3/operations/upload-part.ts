import { quoteEntityTag } from '../../http/etag.ts'
import { objectArn } from '../../iam/permission.ts'
import { singleWriteBytesMax } from '../../limits.ts'
import { checksumHeaderName } from '../checksum-headers.ts'
import { checksumMismatch, partNumberOf, uploadIdOf } from '../multipart-upload.ts'
import { defineOperation } from '../operation.ts'
import { entityTooLarge, noSuchUpload, writeError } from '../outcomes.ts'
import { encryptionHeaders } from '../write-headers.ts'

/**
 * UploadPart: write a part of a multipart upload; a part sent again replaces the earlier one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
 *
 * Differs from AWS: a checksum of any algorithm is taken (and verified) where the upload was created for none.
 */
export const uploadPart = defineOperation({
  name: 'UploadPart',
  route: { method: 'PUT', level: 'object', query: { partNumber: true, uploadId: true } },
  body: 'stream',
  refuses: encryptionHeaders,

  parse({ address, query }) {
    return {
      bucket: address.bucket,
      key: address.key,
      uploadId: uploadIdOf(query),
      partNumber: partNumberOf(query),
    }
  },

  permissions({ bucket, key }) {
    return [{ action: 's3:PutObject', resource: objectArn(bucket, key) }]
  },

  async handle({ key, uploadId, partNumber }, { store, bucket, body }) {
    if (body.length !== null && body.length > singleWriteBytesMax) throw entityTooLarge(body.length)
    const result = await store.uploadPart(bucket, { key, uploadId, partNumber }, body)
    switch (result.outcome) {
      case 'no-such-upload':
        throw noSuchUpload(uploadId)
      case 'lease-lost':
      case 'bucket-gone':
        throw writeError({ outcome: result.outcome }, { bucket: bucket.name, key })
      case 'checksum-type-mismatch':
        throw checksumMismatch(result)
      case 'written':
    }
    const { md5, checksum } = result.digests
    return {
      status: 200,
      headers: {
        etag: quoteEntityTag(md5),
        ...(checksum === null ? {} : { [checksumHeaderName(checksum.algorithm)]: checksum.value }),
      },
    }
  },
})
