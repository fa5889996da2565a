import { describe, expect, it } from 'vitest'
import { getBucketAcl } from '../../../src/s3/operations/get-bucket-acl.ts'
import { bucketRecord, contextWith, ownerId, permissionsOf, run, xmlOf } from '../../support/bucket-store.ts'
import type { Acl } from '../../../src/iam/acl.ts'
import type { Store } from '../../../src/store/store.ts'

const bobId = 'b'.repeat(64)
const list: Acl = [
  { grantee: { canonicalId: ownerId }, permission: 'FULL_CONTROL' },
  { grantee: { canonicalId: bobId }, permission: 'READ' },
  { grantee: { canonicalId: 'd'.repeat(64) }, permission: 'WRITE' },
  { grantee: { group: 'AllUsers' }, permission: 'READ' },
]
const bucketWith = (ownership: string) => bucketRecord({ ownership, configs: { acl: JSON.stringify(list) } })

describe('GetBucketAcl', () => {
  it('needs s3:GetBucketAcl', () => {
    expect(permissionsOf(getBucketAcl, '/photos?acl')).toEqual(['s3:GetBucketAcl arn:aws:s3:::photos'])
  })

  it('gives the owner FULL_CONTROL where no list was put', async () => {
    const answer = await run(getBucketAcl, '/photos?acl', contextWith())
    expect(xmlOf(answer)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        `<Owner><ID>${ownerId}</ID><DisplayName>alice</DisplayName></Owner><AccessControlList><Grant>` +
        '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">' +
        `<ID>${ownerId}</ID><DisplayName>alice</DisplayName></Grantee><Permission>FULL_CONTROL</Permission>` +
        '</Grant></AccessControlList></AccessControlPolicy>',
    )
  })

  it('names the accounts of a list, asked for all at once, and leaves out a name that is gone', async () => {
    const asked: (readonly string[])[] = []
    const accountsById: Store['accountsById'] = async (ids) => {
      asked.push(ids)
      return [{ accountId: '222222222222', canonicalId: bobId, displayName: 'bob' }]
    }
    const context = contextWith({ accountsById }, { bucket: bucketWith('ObjectWriter') })
    const answer = await run(getBucketAcl, '/photos?acl', context)
    const grants = [...xmlOf(answer).matchAll(/<Grantee[^>]*>(.*?)<\/Grantee><Permission>(\w+)</g)]
    expect(grants.map(([, grantee, permission]) => `${permission} ${grantee}`)).toEqual([
      'READ <URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>',
      `FULL_CONTROL <ID>${ownerId}</ID><DisplayName>alice</DisplayName>`,
      `READ <ID>${bobId}</ID><DisplayName>bob</DisplayName>`,
      `WRITE <ID>${'d'.repeat(64)}</ID>`,
    ])
    expect(asked).toEqual([[bobId, 'd'.repeat(64)]])
  })

  it('asks for nobody where it grants to the owner alone', async () => {
    const acl: Acl = [{ grantee: { canonicalId: ownerId }, permission: 'READ' }]
    const bucket = bucketRecord({ ownership: 'ObjectWriter', configs: { acl: JSON.stringify(acl) } })
    const answer = await run(getBucketAcl, '/photos?acl', contextWith({}, { bucket }))
    expect(xmlOf(answer)).toContain(`<ID>${ownerId}</ID><DisplayName>alice</DisplayName></Grantee>`)
  })

  it('shows nothing of a list where ACLs are disabled', async () => {
    const context = contextWith({}, { bucket: bucketWith('BucketOwnerEnforced') })
    const answer = await run(getBucketAcl, '/photos?acl', context)
    expect(xmlOf(answer).match(/<Permission>\w+/g)).toEqual(['<Permission>FULL_CONTROL'])
  })
})
