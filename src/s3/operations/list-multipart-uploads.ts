import { bucketArn } from '../../iam/permission.ts'
import { echoes, listPage, nameEncoder, optional, parseListParameters } from '../listing.ts'
import { commonPrefixElements, uploadElements } from '../listing-xml.ts'
import { defineOperation } from '../operation.ts'
import { initiatorsOf, ownersOf } from '../owners.ts'
import { element, xmlDocument } from '../xml.ts'
import type { ListPage, ListedUpload } from '../../store/store.ts'

/**
 * ListMultipartUploads: uploads begun and neither completed nor aborted.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 * As on AWS the two Next markers name the last entry of every page, and an upload-id-marker without a key-marker is
 * ignored.
 * Differs from AWS: a page that ends in a common prefix names it in NextKeyMarker (AWS leaves that empty, so that its
 * clients begin again); an upload-id-marker that is no upload of the key is not refused.
 */
export const listMultipartUploads = defineOperation({
  name: 'ListMultipartUploads',
  route: { method: 'GET', level: 'bucket', query: { uploads: true } },

  parse({ address, query }) {
    const keyMarker = query.get('key-marker') ?? ''
    return {
      bucket: address.bucket,
      keyMarker,
      uploadIdMarker: keyMarker === '' ? '' : (query.get('upload-id-marker') ?? ''),
      list: parseListParameters(query, 'max-uploads'),
    }
  },

  permissions({ bucket }) {
    return [{ action: 's3:ListBucketMultipartUploads', resource: bucketArn(bucket) }]
  },

  async handle({ bucket, keyMarker, uploadIdMarker, list }, context) {
    const { prefix, delimiter, limit, encodingType } = list
    const afterVersion = uploadIdMarker === '' ? null : uploadIdMarker
    const listQuery = { prefix, delimiter, after: keyMarker, afterVersion, limit }
    const page = await listPage(listQuery, (query) => context.store.listUploads(context.bucket, query))
    const [owners, initiators] = await Promise.all([
      ownersOf(context, page.entries),
      initiatorsOf(context, page.entries),
    ])
    const encode = nameEncoder(encodingType)
    const next = nextMarkers(page)
    const echo = echoes(list)
    const body = xmlDocument('ListMultipartUploadsResult', [
      element('Bucket', bucket),
      element('KeyMarker', encode(keyMarker)),
      element('UploadIdMarker', uploadIdMarker),
      element('NextKeyMarker', encode(next.key)),
      element('NextUploadIdMarker', next.uploadId),
      echo.delimiter,
      optional('Prefix', prefix === '' ? null : encode(prefix)),
      echo.encodingType,
      element('MaxUploads', limit),
      element('IsTruncated', page.isTruncated),
      uploadElements(page.entries, encode, { owners, initiators }),
      commonPrefixElements(page.entries, encode),
    ])
    return { status: 200, body }
  },
})

/** Where the next page starts; of the last page the last upload, as AWS has it. */
function nextMarkers({ entries, isTruncated }: ListPage<ListedUpload>): { key: string; uploadId: string } {
  const last = entries.at(-1)
  if (last?.kind === 'entry') return { key: last.entry.key, uploadId: last.entry.uploadId }
  return { key: isTruncated ? (last?.prefix ?? '') : '', uploadId: '' }
}
