import { describe, expect, it } from 'vitest'
import { aclOfHeaders, aclOfRequest, aclRefusal, isPrivate, privateAclDocument } from '../../src/s3/acl.ts'
import { parseXml } from '../../src/s3/xml.ts'

const owner = { canonicalId: 'owner-id', displayName: 'Alice & co' }
const grant = (grantee: string, permission = 'FULL_CONTROL') =>
  `<Grant><Grantee>${grantee}</Grantee><Permission>${permission}</Permission></Grant>`
const policy = (...grants: string[]) =>
  `<AccessControlPolicy><Owner><ID>owner-id</ID></Owner>` +
  `<AccessControlList>${grants.join('')}</AccessControlList></AccessControlPolicy>`

const request = (headers: Record<string, string>, body = '') => ({
  headers: new Headers(headers),
  xml: body === '' ? null : parseXml(body),
})

const canned = (name: string, level: 'bucket' | 'object') => aclOfHeaders(new Headers({ 'x-amz-acl': name }), level)

describe('aclOfHeaders()', () => {
  it.each<[Record<string, string>, unknown]>([
    [{}, { kind: 'none' }],
    [{ 'x-amz-acl': '' }, { kind: 'none' }],
    [{ 'x-amz-acl': 'public-read' }, { kind: 'canned', name: 'public-read' }],
    [{ 'x-amz-grant-write-acp': 'id="x"' }, { kind: 'grants' }],
  ])('reads %j', (headers, acl) => {
    expect(aclOfHeaders(new Headers(headers), 'bucket')).toEqual(acl)
  })

  it('knows canned ACLs of buckets and of objects apart', () => {
    canned('log-delivery-write', 'bucket')
    canned('bucket-owner-full-control', 'object')
    expect(() => canned('bucket-owner-full-control', 'bucket')).toThrow(
      expect.objectContaining({
        code: 'InvalidArgument',
        fields: { ArgumentName: 'x-amz-acl', ArgumentValue: 'bucket-owner-full-control' },
      }),
    )
    expect(() => canned('log-delivery-write', 'object')).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
  })
})

describe('aclOfRequest()', () => {
  it.each<[string, Record<string, string>, string, string]>([
    ['nothing', {}, '', 'MissingSecurityHeader'],
    ['a name and a document', { 'x-amz-acl': 'private' }, policy(), 'UnexpectedContent'],
    ['another document', {}, '<Tagging/>', 'MalformedACLError'],
    ['no list', {}, '<AccessControlPolicy><Owner/></AccessControlPolicy>', 'MalformedACLError'],
    ['no owner', {}, '<AccessControlPolicy><AccessControlList/></AccessControlPolicy>', 'MalformedACLError'],
    ['an unknown permission', {}, policy(grant('<ID>a</ID>', 'ALL')), 'MalformedACLError'],
    ['a grant to nobody', {}, policy('<Grant><Permission>READ</Permission></Grant>'), 'MalformedACLError'],
  ])('refuses %s', (_what, headers, body, code) => {
    expect(() => aclOfRequest(request(headers, body), 'bucket')).toThrow(expect.objectContaining({ code }))
  })
})

describe('isPrivate()', () => {
  it.each<[string, Record<string, string>, string, boolean]>([
    ['private', { 'x-amz-acl': 'private' }, '', true],
    ['bucket-owner-full-control', { 'x-amz-acl': 'bucket-owner-full-control' }, '', true],
    ['public-read', { 'x-amz-acl': 'public-read' }, '', false],
    ['grants', { 'x-amz-grant-read': 'id="owner-id"' }, '', false],
    ['the owner alone', {}, policy(grant('<ID>owner-id</ID>')), true],
    ['the owner, less', {}, policy(grant('<ID>owner-id</ID>', 'READ')), false],
    ['another', {}, policy(grant('<ID>other</ID>')), false],
    ['a group', {}, policy(grant('<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>', 'READ')), false],
    ['two', {}, policy(grant('<ID>owner-id</ID>'), grant('<ID>other</ID>', 'READ')), false],
    ['nobody', {}, policy(), false],
  ])('%s', (_what, headers, body, expected) => {
    expect(isPrivate(aclOfRequest(request(headers, body), 'object'), owner)).toBe(expected)
  })

  it('reads back what privateAclDocument() writes', () => {
    const document = privateAclDocument(owner)
    expect(document).toContain('<Owner><ID>owner-id</ID><DisplayName>Alice &amp; co</DisplayName></Owner>')
    expect(document).toContain(
      '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>owner-id</ID>',
    )
    expect(isPrivate(aclOfRequest(request({}, document), 'bucket'), owner)).toBe(true)
  })
})

describe('aclRefusal()', () => {
  it("is AWS's where ACLs are disabled, and names the gap where they are not", () => {
    expect(aclRefusal('BucketOwnerEnforced', 'PutBucketAcl').code).toBe('AccessControlListNotSupported')
    const { code, message } = aclRefusal('ObjectWriter', 'PutBucketAcl')
    expect([code, message]).toEqual([
      'NotImplemented',
      'PutBucketAcl with anything but a private ACL is not implemented',
    ])
  })
})
