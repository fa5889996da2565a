// A stored list as its document, with the names of the accounts it grants to. No clock.
import { aclsEnabled, privateAcl, type Acl } from '../iam/acl.ts'
import { aclDocument } from './acl-document.ts'
import type { Owner } from './listing-xml.ts'
import type { Context } from './operation.ts'

/** The document; `acl` null: none is stored. Where ACLs are disabled what is stored does not count. */
export async function shownAcl(owner: Owner, acl: Acl | null, { bucket, store }: Context): Promise<string> {
  const list = acl !== null && aclsEnabled(bucket.ownership) ? acl : privateAcl(owner.canonicalId)
  const names = new Map([
    [bucket.canonicalId, bucket.displayName],
    [owner.canonicalId, owner.displayName],
  ])
  const others = list.flatMap(({ grantee }) =>
    'canonicalId' in grantee && !names.has(grantee.canonicalId) ? [grantee.canonicalId] : [],
  )
  if (others.length > 0) {
    for (const { canonicalId, displayName } of await store.accountsById(others)) names.set(canonicalId, displayName)
  }
  return aclDocument(owner, list, (canonicalId) => names.get(canonicalId) ?? '')
}
