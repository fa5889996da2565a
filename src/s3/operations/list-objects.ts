import { bucketArn } from '../../iam/permission.ts'
import { regionOf } from '../bucket-region.ts'
import { invalidArgument } from '../invalid-argument.ts'
import {
  checkOptionalAttributes,
  echoes,
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
 * ListObjects: the first version of listing, paged by the last key seen.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
 * As on AWS, `NextMarker` comes only with a delimiter: without one the last key of the page says the same.
 */
export const listObjects = defineOperation({
  name: 'ListObjects',
  route: { method: 'GET', level: 'bucket' },

  parse({ address, query, headers }) {
    const listType = query.get('list-type')
    if (listType !== null && listType !== '1') {
      throw invalidArgument('list-type', listType, 'Invalid List Type specified in Request')
    }
    checkOptionalAttributes(headers)
    return {
      bucket: address.bucket,
      marker: query.get('marker') ?? '',
      list: parseListParameters(query, 'max-keys'),
    }
  },

  permissions({ bucket }) {
    return [{ action: 's3:ListBucket', resource: bucketArn(bucket) }]
  },

  async handle({ bucket, marker, list }, context) {
    const { prefix, delimiter, limit, encodingType } = list
    const listQuery = { prefix, delimiter, after: marker, afterVersion: null, limit }
    const page = await listPage(listQuery, (query) => context.store.listObjects(context.bucket, query))
    const owners = await ownersOf(context, page.entries)
    const encode = nameEncoder(encodingType)
    const next = delimiter === '' ? null : nextKey(page)
    const echo = echoes(list)
    const body = xmlDocument('ListBucketResult', [
      element('Name', bucket),
      // As it came, also with encoding-type=url: botocore decodes the other names of this answer, but not this one.
      element('Prefix', prefix),
      element('Marker', encode(marker)),
      optional('NextMarker', next === null ? null : encode(next)),
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
