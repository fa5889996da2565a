import { listMembers } from '../../http/headers.ts'
import { S3Error } from '../../errors.ts'
import { formatHttpDate } from '../../http/date.ts'
import { objectArn } from '../../iam/permission.ts'
import { partNumberMax } from '../../limits.ts'
import { checksumElement, checksumTypeElement } from '../checksum-headers.ts'
import { invalidArgument, wholeNumber } from '../invalid-argument.ts'
import { defineOperation } from '../operation.ts'
import { absenceError } from '../outcomes.ts'
import { settleVersion } from '../settle-version.ts'
import { versionHeader, versionIdOf } from '../version-id.ts'
import { encryptionHeaders } from '../write-headers.ts'
import { element, xmlDocument } from '../xml.ts'
import type { AttributesOutcome } from '../../shard/rpc.ts'
import type { Xml } from '../xml.ts'

/** In the order of the answer. */
const attributeNames = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']
const partsPageMax = 1000

type Found = Extract<AttributesOutcome, { outcome: 'found' }>

/**
 * GetObjectAttributes: chosen facts of an object, its parts in pages.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
 *
 * Differs from AWS: parts are listed for objects without a checksum of each part, too.
 */
export const getObjectAttributes = defineOperation({
  name: 'GetObjectAttributes',
  route: { method: 'GET', level: 'object', query: { attributes: true } },
  settles: true,
  refuses: encryptionHeaders,

  parse({ address, query, headers }) {
    const maxParts = wholeNumber('x-amz-max-parts', headers.get('x-amz-max-parts'), {
      fallback: partsPageMax,
      max: 2 ** 31 - 1,
    })
    return {
      bucket: address.bucket,
      key: address.key,
      versionId: versionIdOf(query),
      attributes: parseAttributes(headers.get('x-amz-object-attributes')),
      maxParts: Math.min(maxParts, partsPageMax),
      partNumberMarker: wholeNumber('x-amz-part-number-marker', headers.get('x-amz-part-number-marker'), {
        fallback: 0,
        max: partNumberMax,
      }),
    }
  },

  permissions({ bucket, key, versionId }) {
    const resource = objectArn(bucket, key)
    const actions =
      versionId === null
        ? ['s3:GetObject', 's3:GetObjectAttributes']
        : ['s3:GetObjectVersion', 's3:GetObjectVersionAttributes']
    return actions.map((action) => ({ action, resource }))
  },

  async handle(input, context) {
    const { store, bucket } = context
    const { key, versionId, maxParts, partNumberMarker, attributes } = input
    const result = await store.attributes(bucket, { key, versionId, maxParts, partNumberMarker })
    await settleVersion(result, context)
    if (result.outcome !== 'found') throw await absenceError(result, context, input)
    const { version } = result
    const content: Record<string, Xml | null> = {
      ETag: element('ETag', version.etag),
      Checksum:
        version.checksum === null
          ? null
          : element('Checksum', [checksumElement(version.checksum), checksumTypeElement(version.checksum)]),
      ObjectParts: version.partsCount === 0 ? null : partsElement(result, input),
      StorageClass: element('StorageClass', version.storageClass),
      ObjectSize: element('ObjectSize', version.size),
    }
    return {
      status: 200,
      headers: { 'last-modified': formatHttpDate(version.modified), ...versionHeader(bucket, version.versionId) },
      body: xmlDocument(
        'GetObjectAttributesResponse',
        attributeNames.filter((name) => attributes.includes(name)).map((name) => content[name] ?? null),
      ),
    }
  },
})

/** The names in x-amz-object-attributes, which may come as one list or as several headers. */
function parseAttributes(header: string | null): string[] {
  const names = listMembers(header ?? '')
  if (names.length === 0) {
    throw new S3Error('InvalidRequest', {
      message:
        'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
    })
  }
  const unknown = names.find((name) => !attributeNames.includes(name))
  if (unknown === undefined) return names
  throw invalidArgument('x-amz-object-attributes', unknown, 'Invalid attribute name specified.')
}

function partsElement(
  { version, parts, isTruncated }: Found,
  { maxParts, partNumberMarker }: { maxParts: number; partNumberMarker: number },
): Xml {
  return element('ObjectParts', [
    element('PartsCount', version.partsCount),
    element('PartNumberMarker', partNumberMarker),
    element('NextPartNumberMarker', parts.at(-1)?.partNumber ?? partNumberMarker),
    element('MaxParts', maxParts),
    element('IsTruncated', isTruncated),
    ...parts.map((part) =>
      element('Part', [
        element('PartNumber', part.partNumber),
        element('Size', part.size),
        checksumElement(part.checksum),
      ]),
    ),
  ])
}
