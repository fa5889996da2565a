import { describe, expect, it } from 'vitest'
import { aclOfHeaders, aclOfRequest } from '../../src/s3/requested-acl.ts'
import { parseXml } from '../../src/s3/xml.ts'
import type { AclLevel } from '../../src/iam/acl.ts'
import type { S3Error } from '../../src/errors.ts'

const of = (headers: Record<string, string>, level: AclLevel = 'object') => aclOfHeaders(new Headers(headers), level)
const id = (name: string, permission: string) => ({ grantee: { canonicalId: name }, permission })
const all = 'http://acs.amazonaws.com/groups/global/AllUsers'
const authenticated = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'
const logs = 'http://acs.amazonaws.com/groups/s3/LogDelivery'

/** `InvalidArgument name value: message`, or the code alone. */
function refusal(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    const { code, message, fields } = error as S3Error
    const { ArgumentName: name, ArgumentValue: value } = fields
    return name === undefined ? code : `${code} ${name} ${value}: ${message}`
  }
  return 'nothing'
}

describe('aclOfHeaders()', () => {
  it.each<[Record<string, string>, unknown]>([
    [{}, { kind: 'none' }],
    [{ 'x-amz-acl': '', 'x-amz-grant-read': '' }, { kind: 'none' }],
    [{ 'x-amz-acl': 'public-read' }, { kind: 'canned', name: 'public-read' }],
    [{ 'x-amz-grant-write-acp': 'id="x"' }, { kind: 'grants', grants: [id('x', 'WRITE_ACP')] }],
    [
      { 'x-amz-grant-full-control': 'id=a', 'x-amz-grant-read': 'id=b , id="c"', 'x-amz-grant-write': 'id=d' },
      { kind: 'grants', grants: [id('b', 'READ'), id('c', 'READ'), id('d', 'WRITE'), id('a', 'FULL_CONTROL')] },
    ],
    [
      { 'x-amz-grant-read-acp': `uri="${all}",uri=${authenticated}, emailAddress="a@b.c"` },
      {
        kind: 'grants',
        grants: [
          { grantee: { group: 'AllUsers' }, permission: 'READ_ACP' },
          { grantee: { group: 'AuthenticatedUsers' }, permission: 'READ_ACP' },
          { grantee: { email: 'a@b.c' }, permission: 'READ_ACP' },
        ],
      },
    ],
    [{ 'x-amz-grant-read': 'ID = "x"' }, { kind: 'grants', grants: [id('x', 'READ')] }],
    [{ 'x-amz-grant-read': 'id="' }, { kind: 'grants', grants: [id('"', 'READ')] }],
  ])('reads %j', (headers, acl) => {
    expect(of(headers)).toEqual(acl)
  })

  it('knows canned ACLs of buckets and of objects apart', () => {
    expect(of({ 'x-amz-acl': 'log-delivery-write' }, 'bucket')).toMatchObject({ kind: 'canned' })
    expect(of({ 'x-amz-acl': 'bucket-owner-full-control' }, 'object')).toMatchObject({ kind: 'canned' })
    expect(refusal(() => of({ 'x-amz-acl': 'log-delivery-write' }, 'object'))).toBe(
      'InvalidArgument x-amz-acl log-delivery-write: ',
    )
  })

  it.each<[Record<string, string>, string]>([
    [{ 'x-amz-acl': 'Private' }, 'InvalidArgument x-amz-acl Private: '],
    [{ 'x-amz-acl': 'private', 'x-amz-grant-read': 'id=x' }, 'InvalidRequest'],
    [{ 'x-amz-grant-read': 'nobody' }, 'InvalidArgument x-amz-grant-read nobody: Argument format not recognized'],
    [{ 'x-amz-grant-read': 'id=x,' }, 'InvalidArgument x-amz-grant-read : Argument format not recognized'],
    [{ 'x-amz-grant-read': 'name=x' }, 'InvalidArgument x-amz-grant-read name=x: Argument format not recognized'],
    [{ 'x-amz-grant-read': `uri=${all}s` }, `InvalidArgument uri ${all}s: Invalid group uri`],
    [{ 'x-amz-grant-read': Array.from({ length: 101 }, () => 'id=x').join(',') }, 'MalformedACLError'],
  ])('refuses %j', (headers, expected) => {
    expect(refusal(() => of(headers))).toBe(expected)
  })
})

const grant = (grantee: string, permission = 'READ') =>
  `<Grant><Grantee ${grantee}</Grantee><Permission>${permission}</Permission></Grant>`
const policy = (...grants: string[]) =>
  `<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID> owner-id </ID></Owner>` +
  `<AccessControlList>${grants.join('')}</AccessControlList></AccessControlPolicy>`
const typed = (type: string, inner: string) =>
  `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}">${inner}`
const request =
  (headers: Record<string, string>, body = '') =>
  () =>
    aclOfRequest({ headers: new Headers(headers), xml: body === '' ? null : parseXml(body) }, 'bucket')

describe('aclOfRequest()', () => {
  it('takes headers', () => {
    expect(request({ 'x-amz-acl': 'private' })()).toEqual({ kind: 'canned', name: 'private' })
  })

  it.each<[string, unknown]>([
    [typed('CanonicalUser', '<ID>x</ID><DisplayName>any</DisplayName>'), { canonicalId: 'x' }],
    [typed('Group', `<URI>${logs}</URI>`), { group: 'LogDelivery' }],
    [typed('AmazonCustomerByEmail', '<EmailAddress>a@b.c</EmailAddress>'), { email: 'a@b.c' }],
    ['><ID>x</ID>', { canonicalId: 'x' }],
    [`><URI>${all}</URI>`, { group: 'AllUsers' }],
    ['><EmailAddress>a@b.c</EmailAddress>', { email: 'a@b.c' }],
  ])('reads the grantee %j', (grantee, expected) => {
    expect(request({}, policy(grant(grantee, 'READ_ACP')))()).toEqual({
      kind: 'document',
      owner: 'owner-id',
      grants: [{ grantee: expected, permission: 'READ_ACP' }],
    })
  })

  it('does not mind space around what it reads', () => {
    const spaced = grant('><ID> a </ID>', '\n READ \n')
    expect(request({}, policy(spaced))()).toMatchObject({
      grants: [{ grantee: { canonicalId: 'a' }, permission: 'READ' }],
    })
  })

  it('reads a list of no grants, and of 100', () => {
    expect(request({}, policy())()).toEqual({ kind: 'document', owner: 'owner-id', grants: [] })
    const hundred = Array.from({ length: 100 }, (_, index) => grant(`><ID>${index}</ID>`))
    expect(request({}, policy(...hundred))()).toMatchObject({ grants: { length: 100 } })
    expect(refusal(request({}, policy(...hundred, grant('><ID>x</ID>'))))).toBe('MalformedACLError')
  })

  it.each<[string, Record<string, string>, string, string]>([
    ['nothing', {}, '', 'MissingSecurityHeader'],
    ['a name and a document', { 'x-amz-acl': 'private' }, policy(), 'UnexpectedContent'],
    ['another document', {}, policy().replaceAll('AccessControlPolicy', 'Tagging'), 'MalformedACLError'],
    ['no list', {}, '<AccessControlPolicy><Owner/></AccessControlPolicy>', 'MalformedACLError'],
    ['no owner', {}, '<AccessControlPolicy><AccessControlList/></AccessControlPolicy>', 'MalformedACLError'],
    ['an unknown permission', {}, policy(grant('><ID>a</ID>', 'ALL')), 'MalformedACLError'],
    ['no permission', {}, policy('<Grant><Grantee><ID>a</ID></Grantee></Grant>'), 'MalformedACLError'],
    ['a grant to nobody', {}, policy('<Grant><Permission>READ</Permission></Grant>'), 'MalformedACLError'],
    ['an empty grantee', {}, policy(grant('>')), 'MalformedACLError'],
    ['an unknown type', {}, policy(grant(typed('Robot', '<ID>a</ID>'))), 'MalformedACLError'],
    [
      'an unknown group',
      {},
      policy(grant(typed('Group', '<URI>x</URI>'))),
      'InvalidArgument Group/URI x: Invalid group uri',
    ],
  ])('refuses %s', (_what, headers, body, expected) => {
    expect(refusal(request(headers, body))).toBe(expected)
  })
})
