// What a request asks for by way of an ACL: a canned one, grants in headers, or a document. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
import { S3Error } from '../errors.ts'
import { aclPermissions, isCannedAcl } from '../iam/acl.ts'
import { aclGrantsMax } from '../limits.ts'
import { groupOfUri } from './acl-document.ts'
import { invalidArgument } from './invalid-argument.ts'
import { childElement, childElements, childText } from './xml.ts'
import type { AclLevel, AclPermission, Grantee } from '../iam/acl.ts'
import type { XmlElement } from './xml.ts'

/** A grant whose grantee may still be an e-mail address. */
export interface RequestedGrant {
  grantee: Grantee | { email: string }
  permission: AclPermission
}

export type HeaderAcl =
  | { kind: 'none' }
  | { kind: 'canned'; name: string }
  | { kind: 'grants'; grants: RequestedGrant[] }

/** `owner`: the canonical id the document gives to the owner, which must be the owner's. */
export type RequestedAcl = HeaderAcl | { kind: 'document'; owner: string; grants: RequestedGrant[] }

const grantHeaders: readonly [header: string, permission: AclPermission][] = [
  ['x-amz-grant-read', 'READ'],
  ['x-amz-grant-write', 'WRITE'],
  ['x-amz-grant-read-acp', 'READ_ACP'],
  ['x-amz-grant-write-acp', 'WRITE_ACP'],
  ['x-amz-grant-full-control', 'FULL_CONTROL'],
]

/** The canned ACL or the grants of the headers. Throws InvalidArgument or InvalidRequest. An empty header is none. */
export function aclOfHeaders(headers: Headers, level: AclLevel): HeaderAcl {
  const name = headers.get('x-amz-acl') ?? ''
  const grants = grantHeaders.flatMap(([header, permission]) => {
    const value = headers.get(header) ?? ''
    return value === '' ? [] : granteesOf(header, value).map((grantee) => ({ grantee, permission }))
  })
  if (name === '') return grants.length > 0 ? { kind: 'grants', grants: counted(grants) } : { kind: 'none' }
  if (grants.length > 0) {
    throw new S3Error('InvalidRequest', { message: 'Specifying both Canned ACLs and Header Grants is not allowed' })
  }
  // AWS says nothing more about it either.
  if (!isCannedAcl(name, level)) throw invalidArgument('x-amz-acl', name, '')
  return { kind: 'canned', name }
}

/** What PutBucketAcl and PutObjectAcl ask for, from the headers or from the body. */
export function aclOfRequest(
  { headers, xml }: { headers: Headers; xml: XmlElement | null },
  level: AclLevel,
): Exclude<RequestedAcl, { kind: 'none' }> {
  const acl = aclOfHeaders(headers, level)
  if (acl.kind !== 'none') {
    if (xml !== null) throw new S3Error('UnexpectedContent', { message: 'This request does not support content' })
    return acl
  }
  if (xml === null) {
    throw new S3Error('MissingSecurityHeader', { fields: { MissingHeaderName: 'x-amz-acl' } })
  }
  const owner = childElement(xml, 'Owner')
  const list = childElement(xml, 'AccessControlList')
  if (xml.name !== 'AccessControlPolicy' || list === null || owner === null) throw malformed()
  const grants = counted(childElements(list, 'Grant').map(parseGrant))
  return { kind: 'document', owner: childText(owner, 'ID')?.trim() ?? '', grants }
}

/** `id="…", uri="…", emailAddress="…"`: the grantees of one header. */
function granteesOf(header: string, value: string): RequestedGrant['grantee'][] {
  return value.split(',').map((piece) => {
    const text = piece.trim()
    const equals = text.indexOf('=')
    const named = text.slice(equals + 1).trim()
    const name = named.length > 1 && named.startsWith('"') && named.endsWith('"') ? named.slice(1, -1) : named
    switch (text.slice(0, Math.max(equals, 0)).trim().toLowerCase()) {
      case 'id':
        return { canonicalId: name }
      case 'uri':
        return { group: groupOfUri(name) ?? badGroup('uri', name) }
      case 'emailaddress':
        return { email: name }
      default:
        throw invalidArgument(header, text, 'Argument format not recognized')
    }
  })
}

function parseGrant(grant: XmlElement): RequestedGrant {
  const grantee = childElement(grant, 'Grantee')
  const named = childText(grant, 'Permission')?.trim()
  const permission = aclPermissions.find((one) => one === named)
  if (grantee === null || permission === undefined) throw malformed()
  return { grantee: parseGrantee(grantee), permission }
}

/** By its xsi:type, or without one by what it holds. */
function parseGrantee(grantee: XmlElement): RequestedGrant['grantee'] {
  const text = (name: string): string => childText(grantee, name)?.trim() ?? ''
  switch (grantee.attributes['type'] ?? typeByContent(grantee)) {
    case 'CanonicalUser':
      return { canonicalId: text('ID') }
    case 'Group':
      return { group: groupOfUri(text('URI')) ?? badGroup('Group/URI', text('URI')) }
    case 'AmazonCustomerByEmail':
      return { email: text('EmailAddress') }
    default:
      throw malformed()
  }
}

function typeByContent(grantee: XmlElement): string {
  if (childElement(grantee, 'ID') !== null) return 'CanonicalUser'
  if (childElement(grantee, 'URI') !== null) return 'Group'
  return childElement(grantee, 'EmailAddress') === null ? '' : 'AmazonCustomerByEmail'
}

/** S3's schema has at most 100 grants in a list. */
function counted(grants: RequestedGrant[]): RequestedGrant[] {
  if (grants.length > aclGrantsMax) throw malformed()
  return grants
}

function badGroup(name: string, uri: string): never {
  throw invalidArgument(name, uri, 'Invalid group uri')
}

function malformed(): S3Error {
  return new S3Error('MalformedACLError')
}
