import { describe, expect, it } from 'vitest'
import { deleteBucketCors } from '../../../src/s3/operations/delete-bucket-cors.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?cors'

describe('DeleteBucketCors', () => {
  it('needs s3:PutBucketCORS', () => {
    expect(permissionsOf(deleteBucketCors, url)).toEqual(['s3:PutBucketCORS arn:aws:s3:::photos'])
  })

  it('removes what is there', async () => {
    const removed: unknown[] = []
    const store = {
      setConfig: async (_bucket: unknown, name: string, value: string | null) => void removed.push(name, value),
    }
    const bucket = bucketRecord({ configs: { cors: '{}' } })
    expect(await run(deleteBucketCors, url, contextWith(store, { bucket }))).toEqual({ status: 204 })
    expect(removed).toEqual(['cors', null])
  })

  it('answers 204 too when there is nothing, without a write', async () => {
    expect(await run(deleteBucketCors, url, contextWith())).toEqual({ status: 204 })
  })
})
