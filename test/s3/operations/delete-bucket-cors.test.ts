import { describe, expect, it } from 'vitest'
import { deleteBucketCors } from '../../../src/s3/operations/delete-bucket-cors.ts'
import { bucketRecord, configStore, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?cors'

describe('DeleteBucketCors', () => {
  it('needs s3:PutBucketCORS', () => {
    expect(permissionsOf(deleteBucketCors, url)).toEqual(['s3:PutBucketCORS arn:aws:s3:::photos'])
  })

  it('removes what is there', async () => {
    const { stored, store } = configStore()
    const bucket = bucketRecord({ configs: { cors: '{}' } })
    expect(await run(deleteBucketCors, url, contextWith(store, { bucket }))).toEqual({ status: 204 })
    expect(stored).toEqual([['photos', 'cors', null]])
  })

  it('answers NoSuchBucket when the bucket was deleted meanwhile', async () => {
    const { store } = configStore('missing')
    const bucket = bucketRecord({ configs: { cors: '{}' } })
    const error = { code: 'NoSuchBucket', status: 404, fields: { BucketName: 'photos' } }
    await expect(run(deleteBucketCors, url, contextWith(store, { bucket }))).rejects.toMatchObject(error)
  })

  it('answers 204 too when there is nothing, without a write', async () => {
    expect(await run(deleteBucketCors, url, contextWith())).toEqual({ status: 204 })
  })
})
