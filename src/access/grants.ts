// What access control lists grant a request. Under BucketOwnerEnforced there are none.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
import { aclGrant, aclNeed, anonymousCanonicalId, withoutPublicGrants, type Acl } from '../iam/acl.ts'
import type { Identity } from '../auth/identity.ts'
import type { AclGrant } from '../iam/evaluate.ts'
import type { Bucket } from '../store/buckets.ts'

/** An object's list, and whose it is. */
export interface ObjectList {
  /** Null: none is stored. */
  acl: Acl | null
  ownerCanonicalId: string
}

/** Actions on an object that exists, which its owner decides about and not the bucket's. */
const ofTheObject: ReadonlySet<string> = new Set([
  's3:DeleteObjectTagging',
  's3:DeleteObjectVersionTagging',
  's3:GetObject',
  's3:GetObjectAcl',
  's3:GetObjectAttributes',
  's3:GetObjectLegalHold',
  's3:GetObjectRetention',
  's3:GetObjectTagging',
  's3:GetObjectTorrent',
  's3:GetObjectVersion',
  's3:GetObjectVersionAcl',
  's3:GetObjectVersionAttributes',
  's3:GetObjectVersionTagging',
  's3:GetObjectVersionTorrent',
  's3:PutObjectAcl',
  's3:PutObjectTagging',
  's3:PutObjectVersionAcl',
  's3:PutObjectVersionTagging',
])

/** Whether the object's owner decides about the action. */
export function isOfTheObject(action: string): boolean {
  return ofTheObject.has(action)
}

/** Whether lists are in use and who owns the object, or its list, can change what is allowed. */
export function dependsOnObject(bucket: Bucket, action: string, identity: Identity): boolean {
  if (bucket.ownership === 'BucketOwnerEnforced') return false
  if (ofTheObject.has(action)) return true
  const isBucketOwner = identity.kind === 'account' && identity.accountId === bucket.accountId
  return !isBucketOwner && aclNeed(action)?.ownObject === true
}

/** The grant of the bucket's or of the object's list that covers the action; null for none. `object` null: not looked up. */
export function grantOf(
  bucket: Bucket,
  object: ObjectList | null,
  { action, identity, ignorePublic }: { action: string; identity: Identity; ignorePublic: boolean },
): AclGrant {
  const need = aclNeed(action)
  if (need === null || bucket.ownership === 'BucketOwnerEnforced') return null
  const requester = identity.kind === 'anonymous' ? null : { canonicalId: identity.canonicalId }
  if (need.level === 'object') {
    if (object === null) return null
    return aclGrant(counting(object.acl, ignorePublic), object.ownerCanonicalId, requester, need.permission)
  }
  if (need.ownObject && object?.ownerCanonicalId !== (requester?.canonicalId ?? anonymousCanonicalId)) return null
  const stored = bucket.configs['acl']
  const acl = stored === undefined ? null : (JSON.parse(stored) as Acl)
  return aclGrant(counting(acl, ignorePublic), bucket.canonicalId, requester, need.permission)
}

function counting(acl: Acl | null, ignorePublic: boolean): Acl | null {
  return ignorePublic ? withoutPublicGrants(acl) : acl
}
