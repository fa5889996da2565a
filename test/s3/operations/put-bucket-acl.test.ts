import { describe, expect, it } from 'vitest'
import { putBucketAcl } from '../../../src/s3/operations/put-bucket-acl.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?acl'
const put = (acl: string, ownership: string) =>
  run(putBucketAcl, url, contextWith({}, { bucket: bucketRecord({ ownership }) }), { headers: { 'x-amz-acl': acl } })

describe('PutBucketAcl', () => {
  it('needs s3:PutBucketAcl', () => {
    const request = { headers: { 'x-amz-acl': 'private' } }
    expect(permissionsOf(putBucketAcl, url, request)).toEqual(['s3:PutBucketAcl arn:aws:s3:::photos'])
  })

  it('accepts private', async () => {
    expect(await put('private', 'BucketOwnerEnforced')).toEqual({ status: 200 })
    expect(await put('private', 'ObjectWriter')).toEqual({ status: 200 })
  })

  it('refuses everything else', async () => {
    await expect(put('public-read', 'BucketOwnerEnforced')).rejects.toMatchObject({
      code: 'AccessControlListNotSupported',
    })
    await expect(put('public-read', 'ObjectWriter')).rejects.toMatchObject({ code: 'NotImplemented' })
  })
})
