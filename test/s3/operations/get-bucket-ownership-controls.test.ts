import { describe, expect, it } from 'vitest'
import { getBucketOwnershipControls } from '../../../src/s3/operations/get-bucket-ownership-controls.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?ownershipControls'
const asked = (ownership: string) =>
  run(getBucketOwnershipControls, url, contextWith({}, { bucket: bucketRecord({ ownership }) }))

describe('GetBucketOwnershipControls', () => {
  it('needs s3:GetBucketOwnershipControls', () => {
    expect(permissionsOf(getBucketOwnershipControls, url)).toEqual([
      's3:GetBucketOwnershipControls arn:aws:s3:::photos',
    ])
  })

  it.each(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'])('answers %s', async (ownership) => {
    const { body } = await asked(ownership)
    expect(body).toContain(`<Rule><ObjectOwnership>${ownership}</ObjectOwnership></Rule></OwnershipControls>`)
  })

  it('answers OwnershipControlsNotFoundError where they were deleted', async () => {
    const error = { code: 'OwnershipControlsNotFoundError', status: 404, fields: { BucketName: 'photos' } }
    await expect(asked('')).rejects.toMatchObject(error)
  })
})
