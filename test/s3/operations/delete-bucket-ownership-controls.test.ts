import { describe, expect, it } from 'vitest'
import { deleteBucketOwnershipControls } from '../../../src/s3/operations/delete-bucket-ownership-controls.ts'
import { bucketRecord, contextWith, ownershipStore, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?ownershipControls'

function deleting(ownership: string, outcome?: 'missing') {
  const { stored, store } = ownershipStore(outcome)
  const context = contextWith(store, { bucket: bucketRecord({ ownership }) })
  return { stored, answer: run(deleteBucketOwnershipControls, url, context) }
}

describe('DeleteBucketOwnershipControls', () => {
  it('needs s3:PutBucketOwnershipControls', () => {
    expect(permissionsOf(deleteBucketOwnershipControls, url)).toEqual([
      's3:PutBucketOwnershipControls arn:aws:s3:::photos',
    ])
  })

  it('removes them, and finds nothing to do where there are none', async () => {
    const there = deleting('BucketOwnerEnforced')
    expect(await there.answer).toEqual({ status: 204 })
    expect(there.stored).toEqual([['photos', '']])
    const gone = deleting('')
    expect(await gone.answer).toEqual({ status: 204 })
    expect(gone.stored).toEqual([])
  })

  it('answers NoSuchBucket when the bucket was deleted meanwhile', async () => {
    await expect(deleting('ObjectWriter', 'missing').answer).rejects.toMatchObject({ code: 'NoSuchBucket' })
  })
})
