import { describe, expect, it } from 'vitest'
import { deleteBucketTagging } from '../../../src/s3/operations/delete-bucket-tagging.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?tagging'

describe('DeleteBucketTagging', () => {
  it('needs s3:PutBucketTagging', () => {
    expect(permissionsOf(deleteBucketTagging, url)).toEqual(['s3:PutBucketTagging arn:aws:s3:::photos'])
  })

  it('removes what is there', async () => {
    const removed: unknown[] = []
    const store = {
      setConfig: async (_bucket: unknown, name: string, value: string | null) => void removed.push(name, value),
    }
    const bucket = bucketRecord({ configs: { tagging: '{}' } })
    expect(await run(deleteBucketTagging, url, contextWith(store, { bucket }))).toEqual({ status: 204 })
    expect(removed).toEqual(['tagging', null])
  })

  it('answers 204 too when there is nothing, without a write', async () => {
    expect(await run(deleteBucketTagging, url, contextWith())).toEqual({ status: 204 })
  })
})
