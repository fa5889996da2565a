// Access control lists: who is granted what on a bucket or an object, and what such a grant is worth. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html

export type AclPermission = 'FULL_CONTROL' | 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP'

/** Groups that AWS predefines: everybody, every account, and those who write access logs. */
export type AclGroup = 'AllUsers' | 'AuthenticatedUsers' | 'LogDelivery'

/** An account by its canonical user id, or a group. E-mail addresses are resolved before a grant is stored. */
export type Grantee = { canonicalId: string } | { group: AclGroup }

export interface Grant {
  grantee: Grantee
  permission: AclPermission
}

/** An access control list, stored as JSON. Where none is stored, its owner has FULL_CONTROL and nobody else anything. */
export type Acl = readonly Grant[]

/** An ACL belongs to a bucket or to an object. */
export type AclLevel = 'bucket' | 'object'

/**
 * A grant that a decision may count on: to the requester's account, whose users and roles then still need a policy of
 * theirs, or to everybody. `name` says which grant, for the trace. Null: there is none.
 */
export type AclGrant = { to: 'account' | 'everyone'; name: string } | null

export const aclPermissions: readonly AclPermission[] = ['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP']

/** The canonical user id of whoever comes without a signature, as owner of what was written so. */
export const anonymousCanonicalId = '65a011a29cdf8ec533ec3d1ccaae921c'

// ── which actions a permission stands for ────────────────────────────────────────────────────────────────────────────

type ActionsOf = Readonly<Record<Exclude<AclPermission, 'FULL_CONTROL'>, readonly string[]>>

/**
 * The actions each permission allows; FULL_CONTROL is all of a column. "Mapping of ACL permissions and access policy
 * permissions": https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#acl-access-policy-permission-mapping
 */
export const aclActions: Readonly<Record<AclLevel, ActionsOf>> = {
  bucket: {
    READ: ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'],
    WRITE: ['s3:PutObject'],
    READ_ACP: ['s3:GetBucketAcl'],
    WRITE_ACP: ['s3:PutBucketAcl'],
  },
  object: {
    READ: ['s3:GetObject', 's3:GetObjectVersion'],
    WRITE: [],
    READ_ACP: ['s3:GetObjectAcl', 's3:GetObjectVersionAcl'],
    WRITE_ACP: ['s3:PutObjectAcl', 's3:PutObjectVersionAcl'],
  },
}

/** What WRITE on a bucket allows with those objects alone that belong to the requester. */
export const ownObjectActions: readonly string[] = ['s3:DeleteObject', 's3:DeleteObjectVersion']

/** Whose list can allow an action, and by which permission. */
export interface AclNeed {
  level: AclLevel
  permission: AclPermission
  /** Only with an object that belongs to the requester. */
  ownObject: boolean
}

/** Null: no ACL ever allows this action (`s3:GetObjectTagging`, `s3:PutBucketPolicy`). */
export function aclNeed(action: string): AclNeed | null {
  return needs.get(action) ?? null
}

const needs = new Map<string, AclNeed>([
  ...needsOf('bucket'),
  ...needsOf('object'),
  ...ownObjectActions.map((action): [string, AclNeed] => [
    action,
    { level: 'bucket', permission: 'WRITE', ownObject: true },
  ]),
])

function needsOf(level: AclLevel): [string, AclNeed][] {
  return (['READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'] as const).flatMap((permission) =>
    aclActions[level][permission].map((action): [string, AclNeed] => [action, { level, permission, ownObject: false }]),
  )
}

// ── what a list grants ───────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Whether a list grants `permission` to a requester. `acl` null: none is stored. `owner` is the canonical id of the
 * bucket's or object's owner, who may read and write the list whatever it says. `requester` null: not signed.
 */
export function aclGrant(
  acl: Acl | null,
  owner: string,
  requester: { canonicalId: string } | null,
  permission: AclPermission,
): AclGrant {
  let toAccount: AclGrant = null
  for (const grant of acl ?? privateAcl(owner)) {
    if (grant.permission !== permission && grant.permission !== 'FULL_CONTROL') continue
    const to = reach(grant.grantee, requester)
    if (to === null) continue
    const found = { to, name: `${grant.permission} to ${granteeName(grant.grantee)}` }
    if (to === 'everyone') return found
    toAccount ??= found
  }
  if (toAccount !== null) return toAccount
  const isListItself = permission === 'READ_ACP' || permission === 'WRITE_ACP'
  if (isListItself && requester?.canonicalId === owner) return { to: 'account', name: `${permission} to the owner` }
  return null
}

function reach(grantee: Grantee, requester: { canonicalId: string } | null): 'account' | 'everyone' | null {
  if ('canonicalId' in grantee) return grantee.canonicalId === requester?.canonicalId ? 'account' : null
  if (grantee.group === 'AllUsers') return 'everyone'
  return grantee.group === 'AuthenticatedUsers' && requester !== null ? 'account' : null
}

function granteeName(grantee: Grantee): string {
  return 'group' in grantee ? grantee.group : grantee.canonicalId
}

/** Does it grant anything to everybody or to every account? What Block Public Access calls a public ACL. */
export function isPublicAcl(acl: Acl | null): boolean {
  return acl !== null && acl.some(isPublicGrant)
}

/** The list as it counts under IgnorePublicAcls: without its public grants. */
export function withoutPublicGrants(acl: Acl | null): Acl | null {
  return acl === null ? null : acl.filter((grant) => !isPublicGrant(grant))
}

function isPublicGrant({ grantee }: Grant): boolean {
  return 'group' in grantee && grantee.group !== 'LogDelivery'
}

/** From its stored form; null where none is stored. */
export function readAcl(stored: string | undefined): Acl | null {
  return stored === undefined ? null : (JSON.parse(stored) as Acl)
}

/** Do ACLs count under this object ownership? Empty: its controls were deleted, which leaves ACLs enabled. */
export function aclsEnabled(ownership: string): boolean {
  return ownership !== 'BucketOwnerEnforced'
}

// ── canned ACLs ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Whom a canned ACL is about, by canonical id. */
export interface AclOwners {
  /** Of the bucket or object the list belongs to. */
  owner: string
  bucketOwner: string
}

type CannedGrants = (owners: AclOwners) => Grant[]

const toGroup =
  (group: AclGroup, ...granted: AclPermission[]): CannedGrants =>
  () =>
    granted.map((permission) => ({ grantee: { group }, permission }))

/** Nothing beyond the owner's FULL_CONTROL. */
const nothing: CannedGrants = () => []

const toBucketOwner =
  (permission: AclPermission): CannedGrants =>
  ({ owner, bucketOwner }) =>
    owner === bucketOwner ? [] : [{ grantee: { canonicalId: bucketOwner }, permission }]

const cannedForAll: readonly [string, CannedGrants][] = [
  ['private', nothing],
  ['public-read', toGroup('AllUsers', 'READ')],
  ['public-read-write', toGroup('AllUsers', 'READ', 'WRITE')],
  ['authenticated-read', toGroup('AuthenticatedUsers', 'READ')],
  // READ for Amazon EC2, of which there is none.
  ['aws-exec-read', nothing],
]

const canned: Readonly<Record<AclLevel, ReadonlyMap<string, CannedGrants>>> = {
  bucket: new Map([
    ...cannedForAll,
    ['log-delivery-write', toGroup('LogDelivery', 'WRITE', 'READ_ACP')],
    // "If you specify this canned ACL when creating a bucket, Amazon S3 ignores it."
    ['bucket-owner-read', nothing],
    ['bucket-owner-full-control', nothing],
  ]),
  object: new Map([
    ...cannedForAll,
    ['bucket-owner-read', toBucketOwner('READ')],
    ['bucket-owner-full-control', toBucketOwner('FULL_CONTROL')],
  ]),
}

/** Is there a canned ACL of this name for buckets, or for objects? */
export function isCannedAcl(name: string, level: AclLevel): boolean {
  return canned[level].has(name)
}

/**
 * The list that a canned ACL stands for; null when there is none of this name for a bucket or an object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
 */
export function cannedAcl(name: string, level: AclLevel, owners: AclOwners): Acl | null {
  const grants = canned[level].get(name)
  return grants === undefined ? null : [...privateAcl(owners.owner), ...grants(owners)]
}

/** The list where none is stored. */
export function privateAcl(owner: string): Acl {
  return [{ grantee: { canonicalId: owner }, permission: 'FULL_CONTROL' }]
}

/** Says a list the same as none does? Then none need be stored. */
export function isPrivateAcl(acl: Acl | null, owner: string): boolean {
  if (acl === null) return true
  const [only] = acl
  return acl.length === 1 && only !== undefined && isFullControlOf(only, owner)
}

/** Does it grant anything to others than its owner? */
export function grantsToOthers(acl: Acl | null, owner: string): boolean {
  return acl !== null && acl.some(({ grantee }) => !('canonicalId' in grantee) || grantee.canonicalId !== owner)
}

function isFullControlOf({ grantee, permission }: Grant, canonicalId: string): boolean {
  return permission === 'FULL_CONTROL' && 'canonicalId' in grantee && grantee.canonicalId === canonicalId
}
