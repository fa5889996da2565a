import { bucketArn } from '../../iam/permission.ts'
import { invalidArgument } from '../invalid-argument.ts'
import {
  checkOptionalAttributes,
  echoes,
  lastEntry,
  listPage,
  nameEncoder,
  nextKey,
  optional,
  parseListParameters,
} from '../listing.ts'
import { commonPrefixElements, versionElements } from '../listing-xml.ts'
import { defineOperation } from '../operation.ts'
import { ownersOf } from '../owners.ts'
import { element, xmlDocument } from '../xml.ts'

/**
 * ListObjectVersions: every version and delete marker, keys in order and the newest version of a key first.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export const listObjectVersions = defineOperation({
  name: 'ListObjectVersions',
  route: { method: 'GET', level: 'bucket', query: { versions: true } },

  parse({ address, query, headers }) {
    checkOptionalAttributes(headers)
    const keyMarker = query.get('key-marker') ?? ''
    const versionIdMarker = query.get('version-id-marker') ?? ''
    if (versionIdMarker !== '' && keyMarker === '') {
      const message = 'A version-id marker cannot be specified without a key marker.'
      throw invalidArgument('version-id-marker', versionIdMarker, message)
    }
    return { bucket: address.bucket, keyMarker, versionIdMarker, list: parseListParameters(query, 'max-keys') }
  },

  permissions({ bucket }) {
    return [{ action: 's3:ListBucketVersions', resource: bucketArn(bucket) }]
  },

  async handle({ bucket, keyMarker, versionIdMarker, list }, context) {
    const { prefix, delimiter, limit, encodingType } = list
    const afterVersion = versionIdMarker === '' ? null : versionIdMarker
    const listQuery = { prefix, delimiter, after: keyMarker, afterVersion, limit }
    const page = await listPage(listQuery, (query) => context.store.listVersions(context.bucket, query))
    const owners = await ownersOf(context, page.entries)
    const encode = nameEncoder(encodingType)
    const next = nextKey(page)
    const last = lastEntry(page)
    const echo = echoes(list)
    const body = xmlDocument('ListVersionsResult', [
      element('Name', bucket),
      element('Prefix', encode(prefix)),
      element('KeyMarker', encode(keyMarker)),
      element('VersionIdMarker', versionIdMarker),
      optional('NextKeyMarker', next === null ? null : encode(next)),
      // After a common prefix comes the next key, whatever its versions.
      optional('NextVersionIdMarker', last?.kind === 'entry' ? last.entry.versionId : null),
      element('MaxKeys', limit),
      echo.delimiter,
      echo.encodingType,
      element('IsTruncated', page.isTruncated),
      versionElements(page.entries, encode, owners),
      commonPrefixElements(page.entries, encode),
    ])
    return { status: 200, body }
  },
})
