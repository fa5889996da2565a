import { describe, expect, it } from 'vitest'
import { anonymousCanonicalId, cannedAcl, privateAcl, type Acl } from '../../src/iam/acl.ts'
import { aclDocument, groupOfUri } from '../../src/s3/acl-document.ts'
import { aclOfRequest } from '../../src/s3/requested-acl.ts'
import { parseXml } from '../../src/s3/xml.ts'

const owner = { canonicalId: 'owner-id', displayName: 'Alice & co' }
const names = new Map([['owner-id', 'Alice & co']])
const documentOf = (acl: Acl) => aclDocument(owner, acl, (canonicalId) => names.get(canonicalId) ?? '')

const grantee = (type: string, inner: string) =>
  `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}">${inner}</Grantee>`
const grant = (inner: string, permission: string) => `<Grant>${inner}<Permission>${permission}</Permission></Grant>`
const ownersGrant = grant(
  grantee('CanonicalUser', '<ID>owner-id</ID><DisplayName>Alice &amp; co</DisplayName>'),
  'FULL_CONTROL',
)

describe('aclDocument()', () => {
  it.each<[string, Acl, string]>([
    ['no grants', [], ''],
    ['the owner', privateAcl('owner-id'), ownersGrant],
    [
      'an account without a name',
      [{ grantee: { canonicalId: 'b' }, permission: 'READ_ACP' }],
      grant(grantee('CanonicalUser', '<ID>b</ID>'), 'READ_ACP'),
    ],
    [
      'groups before accounts',
      cannedAcl('public-read-write', 'bucket', { owner: 'owner-id', bucketOwner: 'owner-id' }) ?? [],
      ['READ', 'WRITE']
        .map((permission) =>
          grant(grantee('Group', '<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>'), permission),
        )
        .join('') + ownersGrant,
    ],
  ])('%s', (_, acl, grants) => {
    expect(documentOf(acl)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        '<Owner><ID>owner-id</ID><DisplayName>Alice &amp; co</DisplayName></Owner>' +
        `<AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`,
    )
  })

  it('names nobody by id alone', () => {
    const nobody = { canonicalId: anonymousCanonicalId, displayName: '' }
    const document = aclDocument(nobody, privateAcl(anonymousCanonicalId), () => '')
    expect(document).toContain(`<Owner><ID>${anonymousCanonicalId}</ID></Owner>`)
    expect(document).not.toContain('DisplayName')
  })

  it('is what a request may send back', () => {
    const acl: Acl = [
      { grantee: { group: 'LogDelivery' }, permission: 'WRITE' },
      { grantee: { canonicalId: 'b' }, permission: 'READ' },
    ]
    const request = { headers: new Headers(), xml: parseXml(documentOf(acl)) }
    expect(aclOfRequest(request, 'object')).toEqual({ kind: 'document', owner: 'owner-id', grants: acl })
  })
})

describe('groupOfUri()', () => {
  it.each([
    ['http://acs.amazonaws.com/groups/global/AllUsers', 'AllUsers'],
    ['http://acs.amazonaws.com/groups/global/AuthenticatedUsers', 'AuthenticatedUsers'],
    ['http://acs.amazonaws.com/groups/s3/LogDelivery', 'LogDelivery'],
    ['https://acs.amazonaws.com/groups/global/AllUsers', null],
    ['AllUsers', null],
    ['', null],
  ])('%j: %j', (uri, group) => {
    expect(groupOfUri(uri)).toBe(group)
  })
})
