import { describe, expect, it } from 'vitest'
import { deleteBucketPolicy } from '../../../src/s3/operations/delete-bucket-policy.ts'
import { configStore, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'
import { stranger } from '../../support/operation-call.ts'

const url = '/photos?policy'

describe('DeleteBucketPolicy', () => {
  it('needs s3:DeleteBucketPolicy', () => {
    expect(permissionsOf(deleteBucketPolicy, url)).toEqual(['s3:DeleteBucketPolicy arn:aws:s3:::photos'])
  })

  it('removes the policy, also when there is none', async () => {
    const { stored, store } = configStore()
    expect(await run(deleteBucketPolicy, url, contextWith(store))).toEqual({ status: 204 })
    expect(stored).toEqual([['photos', 'policy', null]])
  })

  it('is not for other accounts', async () => {
    const call = run(deleteBucketPolicy, url, contextWith({}, { identity: stranger }))
    await expect(call).rejects.toMatchObject({ code: 'MethodNotAllowed', fields: { Method: 'DELETE' } })
  })

  it('answers NoSuchBucket when the bucket was deleted meanwhile', async () => {
    const { store } = configStore('missing')
    await expect(run(deleteBucketPolicy, url, contextWith(store))).rejects.toMatchObject({ code: 'NoSuchBucket' })
  })
})
