import { S3Error } from '../../errors.ts'
import { bucketArn } from '../../iam/permission.ts'
import { bucketsPerAccountMax } from '../../limits.ts'
import { regionOf } from '../bucket-region.ts'
import { invalidArgument } from '../invalid-argument.ts'
import { decodeToken, encodeToken, optional } from '../listing.ts'
import { listingDate, ownerElement } from '../listing-xml.ts'
import { defineOperation } from '../operation.ts'
import { element, xmlDocument } from '../xml.ts'
import type { Query } from '../operation.ts'

/** What turns the plain listing into the paged one, whose buckets come with their regions. */
const parameters = ['max-buckets', 'continuation-token', 'prefix', 'bucket-region']

/**
 * ListBuckets: the buckets of the account that asks, by name.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
 */
export const listBuckets = defineOperation({
  name: 'ListBuckets',
  route: { method: 'GET', level: 'service' },

  parse({ query }) {
    const token = query.get('continuation-token') ?? ''
    return {
      limit: parseLimit(query.get('max-buckets')),
      // AWS takes an empty token for none here, though not in ListObjectsV2.
      after: token === '' ? '' : decodeToken(token),
      prefix: query.get('prefix'),
      region: parseRegion(query),
      isPlain: !parameters.some((name) => query.has(name)),
    }
  },

  permissions() {
    return [{ action: 's3:ListAllMyBuckets', resource: '*' }]
  },

  async handle({ limit, after, prefix, region, isPlain }, { identity, store }) {
    if (identity.kind === 'anonymous') throw new S3Error('AccessDenied', { reason: 'Buckets belong to accounts' })
    const { accountId } = identity
    const { buckets, isTruncated } = await store.listBuckets({ accountId, prefix: prefix ?? '', after, limit, region })
    const rows = buckets.map((bucket) =>
      element('Bucket', [
        element('Name', bucket.name),
        element('CreationDate', listingDate(bucket.created)),
        isPlain ? null : element('BucketRegion', regionOf(bucket.location)),
        isPlain ? null : element('BucketArn', bucketArn(bucket.name)),
      ]),
    )
    const last = isTruncated ? buckets.at(-1) : undefined
    const body = xmlDocument('ListAllMyBucketsResult', [
      ownerElement('Owner', identity),
      element('Buckets', rows),
      optional('ContinuationToken', last === undefined ? null : encodeToken(last.name)),
      optional('Prefix', prefix),
    ])
    return { status: 200, body }
  },
})

function parseLimit(value: string | null): number {
  if (value === null || value === '') return bucketsPerAccountMax
  const limit = /^\d{1,5}$/.test(value) ? Number(value) : 0
  if (limit >= 1 && limit <= bucketsPerAccountMax) return limit
  throw invalidArgument(
    'max-buckets',
    value,
    `Argument max-buckets must be an integer between 1 and ${bucketsPerAccountMax}`,
  )
}

/** Any name a region could have: which there are depends on who deployed the service. */
function parseRegion(query: Query): string | null {
  const region = query.get('bucket-region') ?? ''
  if (region === '') return null
  if (/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(region)) return region
  throw new S3Error('InvalidArgument', {
    message: `Argument value ${region} is not a valid AWS Region`,
    fields: { ArgumentName: 'bucket-region' },
  })
}
