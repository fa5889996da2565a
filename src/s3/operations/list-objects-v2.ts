import { bucketArn } from '../../iam/permission.ts'
import { regionOf } from '../bucket-region.ts'
import {
  checkOptionalAttributes,
  decodeToken,
  echoes,
  encodeToken,
  listPage,
  nameEncoder,
  nextKey,
  optional,
  parseListParameters,
} from '../listing.ts'
import { commonPrefixElements, contentsElements } from '../listing-xml.ts'
import { defineOperation } from '../operation.ts'
import { ownersOf } from '../owners.ts'
import { element, xmlDocument } from '../xml.ts'

/**
 * ListObjectsV2: a page of keys and common prefixes, continued by an opaque token.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 * Differs from AWS: `StartAfter` is echoed beside a continuation token too.
 */
export const listObjectsV2 = defineOperation({
  name: 'ListObjectsV2',
  route: { method: 'GET', level: 'bucket', query: { 'list-type': '2' } },

  parse({ address, query, headers }) {
    checkOptionalAttributes(headers)
    const token = query.get('continuation-token')
    const startAfter = query.get('start-after')
    return {
      bucket: address.bucket,
      token,
      startAfter,
      // The token knows how far the client has come; start-after is where it began.
      // An empty one is echoed and otherwise no token: clients send it for the first page.
      after: token === null || token === '' ? (startAfter ?? '') : decodeToken(token),
      fetchOwner: query.get('fetch-owner')?.toLowerCase() === 'true',
      list: parseListParameters(query, 'max-keys'),
    }
  },

  permissions({ bucket }) {
    return [{ action: 's3:ListBucket', resource: bucketArn(bucket) }]
  },

  async handle({ bucket, token, startAfter, after, fetchOwner, list }, context) {
    const { prefix, delimiter, limit, encodingType } = list
    const listQuery = { prefix, delimiter, after, afterVersion: null, limit }
    const page = await listPage(listQuery, (query) => context.store.listObjects(context.bucket, query))
    const owners = fetchOwner ? await ownersOf(context, page.entries) : null
    const encode = nameEncoder(encodingType)
    const next = nextKey(page)
    const echo = echoes(list)
    const body = xmlDocument('ListBucketResult', [
      element('Name', bucket),
      element('Prefix', encode(prefix)),
      optional('StartAfter', startAfter === null ? null : encode(startAfter)),
      optional('ContinuationToken', token),
      optional('NextContinuationToken', next === null ? null : encodeToken(next)),
      element('KeyCount', page.entries.length),
      element('MaxKeys', limit),
      echo.delimiter,
      echo.encodingType,
      element('IsTruncated', page.isTruncated),
      contentsElements(page.entries, encode, owners),
      commonPrefixElements(page.entries, encode),
    ])
    return { status: 200, headers: { 'x-amz-bucket-region': regionOf(context.bucket.location) }, body }
  },
})
