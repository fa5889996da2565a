import { describe, expect, it } from 'vitest'
import { headBucket } from '../../../src/s3/operations/head-bucket.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

describe('HeadBucket', () => {
  it('needs s3:ListBucket', () => {
    expect(permissionsOf(headBucket, '/photos')).toEqual(['s3:ListBucket arn:aws:s3:::photos'])
  })

  it.each([
    ['', 'us-east-1'],
    ['EU', 'eu-west-1'],
    ['ap-south-1', 'ap-south-1'],
  ])('names the region of location %j', async (location, region) => {
    const context = contextWith({}, { bucket: bucketRecord({ location }) })
    expect(await run(headBucket, '/photos', context)).toEqual({
      status: 200,
      headers: {
        'content-type': 'application/xml',
        'x-amz-access-point-alias': 'false',
        'x-amz-bucket-arn': 'arn:aws:s3:::photos',
        'x-amz-bucket-region': region,
      },
      body: null,
    })
  })
})
