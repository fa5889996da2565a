import { parseReadConditions } from '../../http/conditional.ts'
import { formatIso8601 } from '../../http/date.ts'
import { quoteEntityTag } from '../../http/etag.ts'
import { objectArn } from '../../iam/permission.ts'
import { singleWriteBytesMax } from '../../limits.ts'
import { checksumElement } from '../checksum-headers.ts'
import * as copySource from '../copy-source.ts'
import { partNumberOf, uploadIdOf } from '../multipart-upload.ts'
import { defineOperation } from '../operation.ts'
import { noSuchUpload, writeError } from '../outcomes.ts'
import { encryptionHeaders, sourceEncryptionHeaders } from '../write-headers.ts'
import { element, xmlDocument } from '../xml.ts'

/**
 * UploadPartCopy: make a part out of an object or a range of it, without moving its bytes.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
 */
export const uploadPartCopy = defineOperation({
  name: 'UploadPartCopy',
  route: {
    method: 'PUT',
    level: 'object',
    query: { partNumber: true, uploadId: true },
    header: 'x-amz-copy-source',
  },
  refuses: [...encryptionHeaders, ...sourceEncryptionHeaders],

  parse({ address, query, headers }) {
    return {
      bucket: address.bucket,
      key: address.key,
      uploadId: uploadIdOf(query),
      partNumber: partNumberOf(query),
      source: copySource.parseCopySource(headers),
      range: copySource.parseSourceRange(headers),
      headers,
    }
  },

  /** Of the destination; the source's are asked for when its bucket is known. */
  permissions({ bucket, key }) {
    return [{ action: 's3:PutObject', resource: objectArn(bucket, key) }]
  },

  async handle({ key, uploadId, partNumber, source, range, headers }, context) {
    const { store, bucket } = context
    const from = await copySource.sourceBucket(source, headers, context)
    const part = { key, uploadId, partNumber }
    const copy = await copySource.copyJudged({ source, from }, context, (basis) =>
      store.uploadPartCopy(bucket, part, {
        source: { bucket: from, key: source.key, versionId: source.versionId },
        range,
        terms: {
          basis,
          conditions: parseReadConditions(headers, 'x-amz-copy-source-'),
          headers: null,
          extraHeaders: {},
          tags: null,
          mayCopyTags: true,
          storageClass: null,
          checksumAlgorithm: null,
          owner: bucket.accountId,
          sizeMax: singleWriteBytesMax,
        },
      }),
    )
    switch (copy.outcome) {
      case 'source':
        throw await copySource.sourceError(copy.source, { source, from, range }, context)
      case 'refused':
        throw copySource.refusalError(copy.refusal)
      case 'no-such-upload':
        throw noSuchUpload(uploadId)
      case 'lease-lost':
        throw writeError({ outcome: 'lease-lost' }, { bucket: bucket.name, key })
      case 'copied':
    }
    return {
      status: 200,
      headers: from.versioning === 'unversioned' ? {} : { 'x-amz-copy-source-version-id': copy.source.versionId },
      body: xmlDocument('CopyPartResult', [
        element('ETag', quoteEntityTag(copy.part.etag)),
        element('LastModified', formatIso8601(copy.part.modified)),
        checksumElement(copy.part.checksum),
      ]),
    }
  },
})
