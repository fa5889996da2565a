import { describe, expect, it } from 'vitest'
import { getBucketAcl } from '../../../src/s3/operations/get-bucket-acl.ts'
import { contextWith, ownerId, permissionsOf, run } from '../../support/bucket-store.ts'

describe('GetBucketAcl', () => {
  it('needs s3:GetBucketAcl', () => {
    expect(permissionsOf(getBucketAcl, '/photos?acl')).toEqual(['s3:GetBucketAcl arn:aws:s3:::photos'])
  })

  it('gives the owner FULL_CONTROL', async () => {
    const { body } = await run(getBucketAcl, '/photos?acl', contextWith())
    expect(body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        `<Owner><ID>${ownerId}</ID><DisplayName>alice</DisplayName></Owner><AccessControlList><Grant>` +
        '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">' +
        `<ID>${ownerId}</ID><DisplayName>alice</DisplayName></Grantee><Permission>FULL_CONTROL</Permission>` +
        '</Grant></AccessControlList></AccessControlPolicy>',
    )
  })
})
