import { S3Error } from '../../errors.ts'
import { quoteEntityTag, unquoteEntityTag } from '../../http/etag.ts'
import { objectArn } from '../../iam/permission.ts'
import { objectBytesMax, partBytesMin, partNumberMax } from '../../limits.ts'
import * as checksums from '../checksum-headers.ts'
import { invalidArgument } from '../invalid-argument.ts'
import { withKeepAlive } from '../keep-alive.ts'
import { checksumMismatch, uploadIdOf } from '../multipart-upload.ts'
import { defineOperation } from '../operation.ts'
import { noSuchUpload, writeError } from '../outcomes.ts'
import { writtenVersionHeader } from '../version-id.ts'
import { encryptionHeaders, writeConditions } from '../write-headers.ts'
import { childElements, childText, element, xmlDocument } from '../xml.ts'
import type { CompleteCommand, CompleteOutcome, UploadFacts } from '../../shard/rpc.ts'
import type { Context, S3Response } from '../operation.ts'
import type { XmlElement } from '../xml.ts'

interface Complete {
  bucket: string
  key: string
  command: Pick<
    CompleteCommand,
    'key' | 'uploadId' | 'parts' | 'objectSize' | 'checksum' | 'checksumType' | 'conditions'
  >
}

/**
 * CompleteMultipartUpload: make the object out of its parts. Repeating a complete that succeeded succeeds.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export const completeMultipartUpload = defineOperation({
  name: 'CompleteMultipartUpload',
  route: { method: 'POST', level: 'object', query: { uploadId: true } },
  body: 'xml',
  refuses: encryptionHeaders,

  parse({ address, query, headers, xml }): Complete {
    return {
      bucket: address.bucket,
      key: address.key,
      command: {
        key: address.key,
        uploadId: uploadIdOf(query),
        parts: parseParts(xml),
        objectSize: objectSize(headers),
        checksum: checksumOfWhole(headers),
        checksumType: checksums.checksumTypeHeader(headers),
        conditions: writeConditions(headers),
      },
    }
  },

  permissions({ bucket, key }) {
    return [{ action: 's3:PutObject', resource: objectArn(bucket, key) }]
  },

  handle: (input, context) => withKeepAlive(complete(input, context), context),
})

async function complete({ key, command }: Complete, context: Context): Promise<S3Response> {
  const { store, bucket, bucketUrl } = context
  const result = await store.completeUpload(bucket, command)
  if (result.outcome !== 'written') throw await completeError(result, command, context)
  return {
    status: 200,
    headers: writtenVersionHeader(bucket, result.versionId),
    body: xmlDocument('CompleteMultipartUploadResult', [
      element('Location', `${bucketUrl}/${encodeURIComponent(key).replaceAll('%2F', '/')}`),
      element('Bucket', bucket.name),
      element('Key', key),
      element('ETag', quoteEntityTag(result.etag)),
      checksums.checksumElement(result.checksum),
      checksums.checksumTypeElement(result.checksum),
    ]),
  }
}

/** The parts in the client's order. Throws MalformedXML for none, too many, or one without number or ETag. */
function parseParts(xml: XmlElement | null): CompleteCommand['parts'] {
  // `CompletedMultipartUpload` is what some clients send (aws/aws-sdk-js#3778).
  const isKnown = xml?.name === 'CompleteMultipartUpload' || xml?.name === 'CompletedMultipartUpload'
  const parts = xml === null || !isKnown ? [] : childElements(xml, 'Part')
  if (parts.length === 0 || parts.length > partNumberMax) {
    throw new S3Error('MalformedXML', { reason: `${parts.length} parts` })
  }
  return parts.map((part) => {
    const number = childText(part, 'PartNumber')?.trim() ?? ''
    const etag = childText(part, 'ETag')?.trim() ?? ''
    if (!/^\d{1,9}$/.test(number) || etag === '') {
      throw new S3Error('MalformedXML', { reason: 'Part without PartNumber or ETag' })
    }
    const partNumber = Number(number)
    if (partNumber < 1) throw invalidArgument('PartNumber', number, 'PartNumber must be >= 1')
    return { partNumber, etag: unquoteEntityTag(etag), checksum: checksums.checksumOfPart(part) }
  })
}

/** x-amz-mp-object-size; null when missing. */
function objectSize(headers: Headers): number | null {
  const name = 'x-amz-mp-object-size'
  const value = headers.get(name)
  if (value === null || value === '') return null
  if (/^\d{1,16}$/.test(value)) return Number(value)
  const problem = /^-\d+$/.test(value) ? 'less than zero' : 'invalid'
  throw new S3Error('InvalidRequest', { message: `Value for ${name} header is ${problem}: '${value}'` })
}

/** The checksum of the whole object. One that cannot be any is a mismatch like one that is wrong. */
function checksumOfWhole(headers: Headers): CompleteCommand['checksum'] {
  const checksum = checksums.checksumValueHeader(headers)
  if (checksum === null || checksums.isChecksumValue(checksum.algorithm, checksum.value)) return checksum
  throw checksums.badChecksum(checksum.algorithm)
}

async function completeError(
  result: Exclude<CompleteOutcome, { outcome: 'written' }>,
  command: Complete['command'],
  context: Context,
): Promise<S3Error> {
  const { uploadId, key } = command
  switch (result.outcome) {
    case 'no-such-upload':
      return noSuchUpload(uploadId)
    case 'invalid-part':
      return new S3Error('InvalidPart', {
        fields: { UploadId: uploadId, PartNumber: String(result.partNumber), ETag: result.etag },
      })
    case 'invalid-part-order':
      return new S3Error('InvalidPartOrder', { fields: { UploadId: uploadId } })
    case 'part-too-small':
      return new S3Error('EntityTooSmall', {
        fields: {
          ProposedSize: String(result.size),
          MinSizeAllowed: String(partBytesMin),
          PartNumber: String(result.partNumber),
          ETag: result.etag,
        },
      })
    case 'part-checksum-missing':
      return missingPartChecksum(result.partNumber, await uploadOf(command, context))
    case 'checksum-mismatch':
      return checksums.badChecksum(result.algorithm)
    case 'checksum-type-mismatch':
      return typeMismatch(result)
    case 'size-mismatch':
      return new S3Error('InvalidRequest', {
        message: `The provided 'x-amz-mp-object-size' header value ${command.objectSize} does not match what was computed: ${result.size}`,
      })
    case 'too-large':
      return new S3Error('EntityTooLarge', { fields: { MaxSizeAllowed: String(objectBytesMax) } })
    case 'precondition-failed':
    case 'missing':
    case 'bucket-gone':
    case 'catalog-unavailable':
  }
  return writeError(result, { bucket: context.bucket.name, key })
}

/** The upload's facts, for the words of an error; null when it went away meanwhile. */
async function uploadOf(
  { key, uploadId }: Complete['command'],
  { store, bucket }: Context,
): Promise<UploadFacts | null> {
  const listed = await store.listParts(bucket, { key, uploadId, partNumberMarker: 0, maxParts: 0 })
  return listed.outcome === 'found' ? listed.upload : null
}

function missingPartChecksum(partNumber: number, upload: UploadFacts | null): S3Error {
  const algorithm = upload?.checksumAlgorithm?.toLowerCase() ?? 'composite'
  return new S3Error('InvalidRequest', {
    message: `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${partNumber} in the request.`,
  })
}

/** Either the types (FULL_OBJECT, COMPOSITE) or the algorithms do not fit. */
function typeMismatch(result: { expected: string; actual: string }): S3Error {
  if (result.expected !== 'FULL_OBJECT' && result.expected !== 'COMPOSITE') return checksumMismatch(result)
  return new S3Error('InvalidRequest', {
    message: `The upload was created using the ${result.expected} checksum mode. The complete request must use the same checksum mode.`,
  })
}
