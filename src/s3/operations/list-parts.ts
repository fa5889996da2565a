import { formatIso8601 } from '../../http/date.ts'
import { quoteEntityTag } from '../../http/etag.ts'
import { objectArn } from '../../iam/permission.ts'
import { checksumElement } from '../checksum-headers.ts'
import { ownerElement } from '../listing-xml.ts'
import { wholeNumber } from '../invalid-argument.ts'
import { uploadIdOf } from '../multipart-upload.ts'
import { defineOperation } from '../operation.ts'
import { noSuchUpload } from '../outcomes.ts'
import { bucketOwner, initiator, objectOwner } from '../owners.ts'
import { encryptionHeaders } from '../write-headers.ts'
import { element, xmlDocument } from '../xml.ts'
import type { PartFacts } from '../../shard/rpc.ts'
import type { Xml } from '../xml.ts'

const partsPageMax = 1000
const int32Max = 2 ** 31 - 1

/**
 * ListParts: the parts of an upload in progress, in pages.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
 */
export const listParts = defineOperation({
  name: 'ListParts',
  route: { method: 'GET', level: 'object', query: { uploadId: true } },
  refuses: encryptionHeaders,

  parse({ address, query }) {
    const maxParts = wholeNumber('max-parts', query.get('max-parts'), { fallback: partsPageMax, max: int32Max })
    return {
      bucket: address.bucket,
      key: address.key,
      uploadId: uploadIdOf(query),
      maxParts: Math.min(maxParts, partsPageMax),
      partNumberMarker: wholeNumber('part-number-marker', query.get('part-number-marker'), {
        fallback: 0,
        max: int32Max,
      }),
    }
  },

  permissions({ bucket, key }) {
    return [{ action: 's3:ListMultipartUploadParts', resource: objectArn(bucket, key) }]
  },

  async handle({ key, uploadId, maxParts, partNumberMarker }, context) {
    const { store, bucket } = context
    const result = await store.listParts(bucket, { key, uploadId, maxParts, partNumberMarker })
    if (result.outcome === 'no-such-upload') throw noSuchUpload(uploadId)
    const { upload, parts, isTruncated } = result
    const owner = (await objectOwner(context, upload.owner)) ?? bucketOwner(bucket)
    const began = upload.initiator === undefined ? null : await initiator(context, upload.initiator)
    return {
      status: 200,
      body: xmlDocument('ListPartsResult', [
        element('Bucket', bucket.name),
        element('Key', key),
        element('UploadId', uploadId),
        ownerElement('Initiator', began ?? owner),
        ownerElement('Owner', owner),
        element('StorageClass', upload.storageClass),
        element('PartNumberMarker', partNumberMarker),
        element('NextPartNumberMarker', parts.at(-1)?.partNumber ?? partNumberMarker),
        element('MaxParts', maxParts),
        element('IsTruncated', isTruncated),
        upload.checksumAlgorithm === null ? null : element('ChecksumAlgorithm', upload.checksumAlgorithm),
        upload.checksumType === null ? null : element('ChecksumType', upload.checksumType),
        ...parts.map(partElement),
      ]),
    }
  },
})

function partElement(part: PartFacts): Xml {
  return element('Part', [
    element('PartNumber', part.partNumber),
    element('LastModified', formatIso8601(part.modified)),
    element('ETag', quoteEntityTag(part.etag)),
    element('Size', part.size),
    checksumElement(part.checksum),
  ])
}
