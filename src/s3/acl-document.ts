// `<AccessControlPolicy>`, as GetBucketAcl and GetObjectAcl show it. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html
import { ownerElement } from './listing-xml.ts'
import { element, xmlDocument } from './xml.ts'
import type { Acl, AclGroup, Grant } from '../iam/acl.ts'
import type { Owner } from './listing-xml.ts'
import type { Xml } from './xml.ts'

const groupUris: Readonly<Record<AclGroup, string>> = {
  AllUsers: 'http://acs.amazonaws.com/groups/global/AllUsers',
  AuthenticatedUsers: 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
  LogDelivery: 'http://acs.amazonaws.com/groups/s3/LogDelivery',
}

const groupsByUri = new Map(
  (['AllUsers', 'AuthenticatedUsers', 'LogDelivery'] as const).map((group) => [groupUris[group], group]),
)

/** The group AWS knows by this URI; null for none. */
export function groupOfUri(uri: string): AclGroup | null {
  return groupsByUri.get(uri) ?? null
}

const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance'

/**
 * The document of a list. `nameOf` gives the display name of an account; empty leaves it out. Groups stand first,
 * whatever the order they were granted in.
 */
export function aclDocument(owner: Owner, acl: Acl, nameOf: (canonicalId: string) => string): string {
  const groups = acl.filter(({ grantee }) => 'group' in grantee)
  const users = acl.filter(({ grantee }) => !('group' in grantee))
  const grants = [...groups, ...users].map((grant) => grantElement(grant, nameOf))
  return xmlDocument('AccessControlPolicy', [ownerElement('Owner', owner), element('AccessControlList', grants)])
}

function grantElement({ grantee, permission }: Grant, nameOf: (canonicalId: string) => string): Xml {
  if ('group' in grantee) {
    return element('Grant', [
      granteeElement('Group', [element('URI', groupUris[grantee.group])]),
      element('Permission', permission),
    ])
  }
  const name = nameOf(grantee.canonicalId)
  return element('Grant', [
    granteeElement('CanonicalUser', [
      element('ID', grantee.canonicalId),
      name === '' ? null : element('DisplayName', name),
    ]),
    element('Permission', permission),
  ])
}

function granteeElement(type: string, content: readonly (Xml | null)[]): Xml {
  return element('Grantee', content, { 'xmlns:xsi': schemaInstance, 'xsi:type': type })
}
