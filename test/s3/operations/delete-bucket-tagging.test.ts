import { describe, expect, it } from 'vitest'
import { deleteBucketTagging } from '../../../src/s3/operations/delete-bucket-tagging.ts'
import { bucketRecord, configStore, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?tagging'

describe('DeleteBucketTagging', () => {
  it('needs s3:PutBucketTagging', () => {
    expect(permissionsOf(deleteBucketTagging, url)).toEqual(['s3:PutBucketTagging arn:aws:s3:::photos'])
  })

  it('removes what is there', async () => {
    const { stored, store } = configStore()
    const bucket = bucketRecord({ configs: { tagging: '{}' } })
    expect(await run(deleteBucketTagging, url, contextWith(store, { bucket }))).toEqual({ status: 204 })
    expect(stored).toEqual([['photos', 'tagging', null]])
  })

  it('answers NoSuchBucket when the bucket was deleted meanwhile', async () => {
    const { store } = configStore('missing')
    const bucket = bucketRecord({ configs: { tagging: '{}' } })
    const error = { code: 'NoSuchBucket', status: 404, fields: { BucketName: 'photos' } }
    await expect(run(deleteBucketTagging, url, contextWith(store, { bucket }))).rejects.toMatchObject(error)
  })

  it('answers 204 too when there is nothing, without a write', async () => {
    expect(await run(deleteBucketTagging, url, contextWith())).toEqual({ status: 204 })
  })
})
