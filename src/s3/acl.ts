// Access control lists, as far as there are any: the owner has FULL_CONTROL and nobody else has anything, which AWS
// calls `private` and makes the only ACL of a bucket with BucketOwnerEnforced. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
import { S3Error } from '../errors.ts'
import { invalidArgument } from './invalid-argument.ts'
import { ownerElement } from './listing-xml.ts'
import { childElement, childElements, childText, element, xmlDocument } from './xml.ts'
import type { Owner } from './listing-xml.ts'
import type { XmlElement } from './xml.ts'

/** What a request says about access: nothing, a canned ACL, grants in headers, or a document in the body. */
export type RequestedAcl =
  | { kind: 'none' }
  | { kind: 'canned'; name: string }
  | { kind: 'grants' }
  | { kind: 'document'; grants: { grantee: string | null; permission: string }[] }

const cannedForAll = ['private', 'public-read', 'public-read-write', 'authenticated-read', 'aws-exec-read']
const cannedAcls = {
  bucket: new Set([...cannedForAll, 'log-delivery-write']),
  object: new Set([...cannedForAll, 'bucket-owner-read', 'bucket-owner-full-control']),
}

const grantHeaders = ['read', 'write', 'read-acp', 'write-acp', 'full-control'].map((name) => `x-amz-grant-${name}`)

/** The canned ACL or the grants of the headers. Throws InvalidArgument or InvalidRequest. An empty header is none. */
export function aclOfHeaders(
  headers: Headers,
  level: 'bucket' | 'object',
): Exclude<RequestedAcl, { kind: 'document' }> {
  const name = headers.get('x-amz-acl') ?? ''
  const hasGrants = grantHeaders.some((header) => (headers.get(header) ?? '') !== '')
  if (name === '') return hasGrants ? { kind: 'grants' } : { kind: 'none' }
  if (hasGrants) {
    throw new S3Error('InvalidRequest', { message: 'Specifying both Canned ACLs and Header Grants is not allowed' })
  }
  // AWS says nothing more about it either.
  if (!cannedAcls[level].has(name)) throw invalidArgument('x-amz-acl', name, '')
  return { kind: 'canned', name }
}

/** What PutBucketAcl and PutObjectAcl ask for, from the headers or from the body. */
export function aclOfRequest(
  { headers, xml }: { headers: Headers; xml: XmlElement | null },
  level: 'bucket' | 'object',
): Exclude<RequestedAcl, { kind: 'none' }> {
  const acl = aclOfHeaders(headers, level)
  if (acl.kind !== 'none') {
    if (xml !== null) throw new S3Error('UnexpectedContent', { message: 'This request does not support content' })
    return acl
  }
  if (xml === null) {
    throw new S3Error('MissingSecurityHeader', { fields: { MissingHeaderName: 'x-amz-acl' } })
  }
  return { kind: 'document', grants: parseGrants(xml) }
}

const permissions = new Set(['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'])

function parseGrants(xml: XmlElement): { grantee: string | null; permission: string }[] {
  const list = childElement(xml, 'AccessControlList')
  if (xml.name !== 'AccessControlPolicy' || list === null || childElement(xml, 'Owner') === null) throw malformed()
  return childElements(list, 'Grant').map((grant) => {
    const grantee = childElement(grant, 'Grantee')
    const permission = childText(grant, 'Permission') ?? ''
    if (grantee === null || !permissions.has(permission)) throw malformed()
    // A group or an e-mail address has no ID.
    return { grantee: childText(grantee, 'ID'), permission }
  })
}

function malformed(): S3Error {
  return new S3Error('MalformedACLError')
}

/** Whether this is what is so already: FULL_CONTROL for the owner alone. */
export function isPrivate(acl: RequestedAcl, owner: Owner): boolean {
  switch (acl.kind) {
    case 'none':
      return true
    case 'canned':
      // What the bucket's owner writes, the bucket's owner controls.
      return acl.name === 'private' || acl.name === 'bucket-owner-full-control'
    case 'grants':
      return false
    case 'document':
  }
  const [grant] = acl.grants
  return acl.grants.length === 1 && grant?.grantee === owner.canonicalId && grant.permission === 'FULL_CONTROL'
}

/** `<AccessControlPolicy>` with FULL_CONTROL for the owner. */
export function privateAclDocument(owner: Owner): string {
  const grantee = element('Grantee', [element('ID', owner.canonicalId), element('DisplayName', owner.displayName)], {
    'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
    'xsi:type': 'CanonicalUser',
  })
  return xmlDocument('AccessControlPolicy', [
    ownerElement('Owner', owner),
    element('AccessControlList', [element('Grant', [grantee, element('Permission', 'FULL_CONTROL')])]),
  ])
}

/** The refusal of an ACL that would grant something: AWS's where ACLs are disabled, else what is not done yet. */
export function aclRefusal(ownership: string, operation: string): S3Error {
  if (ownership === 'BucketOwnerEnforced') return new S3Error('AccessControlListNotSupported')
  return new S3Error('NotImplemented', { message: `${operation} with anything but a private ACL is not implemented` })
}
