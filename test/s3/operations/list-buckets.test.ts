import { describe, expect, it } from 'vitest'
import { encodeToken } from '../../../src/s3/listing.ts'
import { listBuckets } from '../../../src/s3/operations/list-buckets.ts'
import { bucketRecord, contextWith, ownerId, permissionsOf, run } from '../../support/bucket-store.ts'
import type { BucketQuery } from '../../../src/store/store.ts'

const head =
  '<?xml version="1.0" encoding="UTF-8"?>\n<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
  `<Owner><ID>${ownerId}</ID><DisplayName>alice</DisplayName></Owner>`

function listing(isTruncated = false) {
  const asked: BucketQuery[] = []
  const context = contextWith({
    async listBuckets(query) {
      asked.push(query)
      return { buckets: [bucketRecord(), bucketRecord({ name: 'videos', location: 'EU' })], isTruncated }
    },
  })
  return { asked, context }
}

describe('ListBuckets', () => {
  it('needs s3:ListAllMyBuckets', () => {
    expect(permissionsOf(listBuckets, '/')).toEqual(['s3:ListAllMyBuckets *'])
  })

  it('writes names and dates alone when nothing is asked', async () => {
    const { asked, context } = listing()
    const { body } = await run(listBuckets, '/?x-id=ListBuckets', context)
    expect(asked).toEqual([{ accountId: '111111111111', prefix: '', after: '', limit: 10_000, region: null }])
    const date = '<CreationDate>2026-01-02T03:04:05.000Z</CreationDate>'
    expect(body).toBe(
      `${head}<Buckets><Bucket><Name>photos</Name>${date}</Bucket><Bucket><Name>videos</Name>${date}</Bucket></Buckets>` +
        '</ListAllMyBucketsResult>',
    )
  })

  it('writes regions and a token with any parameter', async () => {
    const { asked, context } = listing(true)
    const url = `/?max-buckets=2&continuation-token=${encodeToken('p')}&prefix=v%26&bucket-region=eu-west-1`
    const { body } = await run(listBuckets, url, context)
    expect(asked).toEqual([{ accountId: '111111111111', prefix: 'v&', after: 'p', limit: 2, region: 'eu-west-1' }])
    expect(body).toContain('<BucketRegion>us-east-1</BucketRegion><BucketArn>arn:aws:s3:::photos</BucketArn></Bucket>')
    expect(body).toContain('<BucketRegion>eu-west-1</BucketRegion><BucketArn>arn:aws:s3:::videos</BucketArn></Bucket>')
    const end = `</Buckets><ContinuationToken>${encodeToken('videos')}</ContinuationToken><Prefix>v&amp;</Prefix>`
    expect(body).toContain(`${end}</ListAllMyBucketsResult>`)
  })

  it('takes an empty token for the first page', async () => {
    const { asked, context } = listing()
    await run(listBuckets, '/?continuation-token=', context)
    expect(asked[0]?.after).toBe('')
  })

  it.each([
    ['max-buckets=0', 'Argument max-buckets must be an integer between 1 and 10000'],
    ['max-buckets=10001', 'Argument max-buckets must be an integer between 1 and 10000'],
    ['max-buckets=one', 'Argument max-buckets must be an integer between 1 and 10000'],
    ['continuation-token=x', 'The continuation token provided is incorrect'],
    ['bucket-region=no%20region', 'Argument value no region is not a valid AWS Region'],
  ])('refuses %s', (query, message) => {
    const error = expect.objectContaining({ code: 'InvalidArgument', message })
    expect(() => permissionsOf(listBuckets, `/?${query}`)).toThrow(error)
  })

  it('has nothing for anonymous callers', async () => {
    const context = { ...contextWith(), identity: { kind: 'anonymous' as const } }
    await expect(run(listBuckets, '/', context)).rejects.toMatchObject({ code: 'AccessDenied' })
  })
})
