import { describe, expect, it } from 'vitest'
import { getBucketOwnershipControls } from '../../../src/s3/operations/get-bucket-ownership-controls.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?ownershipControls'

describe('GetBucketOwnershipControls', () => {
  it('needs s3:GetBucketOwnershipControls', () => {
    expect(permissionsOf(getBucketOwnershipControls, url)).toEqual([
      's3:GetBucketOwnershipControls arn:aws:s3:::photos',
    ])
  })

  it.each(['BucketOwnerEnforced', 'ObjectWriter'])('answers %s', async (ownership) => {
    const context = contextWith({}, { bucket: bucketRecord({ ownership }) })
    const { body } = await run(getBucketOwnershipControls, url, context)
    expect(body).toContain(`<Rule><ObjectOwnership>${ownership}</ObjectOwnership></Rule></OwnershipControls>`)
  })
})
