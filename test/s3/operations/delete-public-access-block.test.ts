import { describe, expect, it } from 'vitest'
import { deletePublicAccessBlock } from '../../../src/s3/operations/delete-public-access-block.ts'
import { configStore, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?publicAccessBlock'

describe('DeletePublicAccessBlock', () => {
  it('needs s3:PutBucketPublicAccessBlock', () => {
    expect(permissionsOf(deletePublicAccessBlock, url)).toEqual(['s3:PutBucketPublicAccessBlock arn:aws:s3:::photos'])
  })

  it('removes the configuration, also when there is none', async () => {
    const { stored, store } = configStore()
    expect(await run(deletePublicAccessBlock, url, contextWith(store))).toEqual({ status: 204 })
    expect(stored).toEqual([['photos', 'publicAccessBlock', null]])
  })

  it('answers NoSuchBucket when the bucket was deleted meanwhile', async () => {
    const { store } = configStore('missing')
    const call = run(deletePublicAccessBlock, url, contextWith(store))
    await expect(call).rejects.toMatchObject({ code: 'NoSuchBucket' })
  })
})
