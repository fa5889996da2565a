import { describe, expect, it } from 'vitest'
import { cannedAcl } from '../../../src/iam/acl.ts'
import { putBucketAcl } from '../../../src/s3/operations/put-bucket-acl.ts'
import { bucketRecord, configStore, contextWith, ownerId, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?acl'

function putting(ownership: string, outcome?: 'missing') {
  const { stored, store } = configStore(outcome)
  const context = contextWith(store, { bucket: bucketRecord({ ownership }) })
  return { stored, put: (acl: string) => run(putBucketAcl, url, context, { headers: { 'x-amz-acl': acl } }) }
}

describe('PutBucketAcl', () => {
  it('needs s3:PutBucketAcl', () => {
    const request = { headers: { 'x-amz-acl': 'private' } }
    expect(permissionsOf(putBucketAcl, url, request)).toEqual(['s3:PutBucketAcl arn:aws:s3:::photos'])
  })

  it('stores a list, and none for what needs none', async () => {
    const { stored, put } = putting('ObjectWriter')
    expect(await put('public-read')).toEqual({ status: 200 })
    expect(await put('private')).toEqual({ status: 200 })
    const owners = { owner: ownerId, bucketOwner: ownerId }
    expect(stored).toEqual([
      ['photos', 'acl', JSON.stringify(cannedAcl('public-read', 'bucket', owners))],
      ['photos', 'acl', null],
    ])
  })

  it('stores nothing where ACLs are disabled', async () => {
    const { stored, put } = putting('BucketOwnerEnforced')
    expect(await put('private')).toEqual({ status: 200 })
    await expect(put('public-read')).rejects.toMatchObject({ code: 'AccessControlListNotSupported' })
    expect(stored).toEqual([])
  })

  it('answers NoSuchBucket when the bucket was deleted meanwhile', async () => {
    await expect(putting('ObjectWriter', 'missing').put('public-read')).rejects.toMatchObject({ code: 'NoSuchBucket' })
  })

  it('takes a document whose owner is the owner', async () => {
    const { stored, store } = configStore()
    const context = contextWith(store, { bucket: bucketRecord({ ownership: 'BucketOwnerPreferred' }) })
    const body = `<AccessControlPolicy><Owner><ID>${ownerId}</ID></Owner><AccessControlList/></AccessControlPolicy>`
    await run(putBucketAcl, url, context, { body })
    expect(stored).toEqual([['photos', 'acl', '[]']])
  })
})
