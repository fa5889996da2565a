// From the ACL that a request asks for to the list that is stored, under the bucket's object ownership and its public
// access block. No clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
import { S3Error } from '../errors.ts'
import * as acls from '../iam/acl.ts'
import { objectArn } from '../iam/permission.ts'
import { invalidArgument } from './invalid-argument.ts'
import { blockOf, preventedError } from './public-access-block.ts'
import type { Acl, AclLevel, Grant } from '../iam/acl.ts'
import type { Permission } from '../iam/permission.ts'
import type { Store } from '../store/store.ts'
import type { Context } from './operation.ts'
import type { HeaderAcl, RequestedAcl, RequestedGrant } from './requested-acl.ts'

type Wanted = Exclude<RequestedAcl, { kind: 'none' }>

/** Whose list it is, by canonical ids. */
export interface AclOf extends acls.AclOwners {
  level: AclLevel
}

/**
 * The list a request asks for, its grantees found. Throws InvalidArgument for an unknown id,
 * UnresolvableGrantByEmailAddress or AmbiguousGrantByEmailAddress, AccessDenied for a document with another owner.
 */
export async function resolveAcl(wanted: Wanted, of: AclOf, store: Store): Promise<Acl> {
  if (wanted.kind === 'canned') return acls.cannedAcl(wanted.name, of.level, of) ?? acls.privateAcl(of.owner)
  const grants = await Promise.all(wanted.grants.map((grant) => resolveGrant(grant, store)))
  const named = grants.flatMap(({ grantee }) => ('canonicalId' in grantee ? [grantee.canonicalId] : []))
  const asked = wanted.kind === 'document' ? [...named, wanted.owner] : named
  const unknown = await unknownId(asked, of, store)
  if (unknown !== null) {
    throw invalidArgument(wanted.kind === 'document' ? 'CanonicalUser/ID' : 'id', unknown, 'Invalid id')
  }
  if (wanted.kind === 'document' && wanted.owner !== of.owner) {
    throw new S3Error('AccessDenied', { reason: `The document's owner ${wanted.owner} is not the owner` })
  }
  return grants
}

async function resolveGrant({ grantee, permission }: RequestedGrant, store: Store): Promise<Grant> {
  if (!('email' in grantee)) return { grantee, permission }
  const [found, another] = await store.accountsByEmail(grantee.email)
  if (found === undefined) throw new S3Error('UnresolvableGrantByEmailAddress')
  if (another !== undefined) throw new S3Error('AmbiguousGrantByEmailAddress')
  return { grantee: { canonicalId: found.canonicalId }, permission }
}

/** The first id that is no account's. The two owners need not be asked for. */
async function unknownId(ids: string[], { owner, bucketOwner }: AclOf, store: Store): Promise<string | null> {
  const asked = ids.filter((id) => id !== owner && id !== bucketOwner)
  if (asked.length === 0) return null
  const known = new Set((await store.accountsById(asked)).map(({ canonicalId }) => canonicalId))
  return asked.find((id) => !known.has(id)) ?? null
}

/**
 * The list to be stored for a bucket or an object of it; null for what need not be. Throws AccessDenied for a public list
 * where those are blocked, AccessControlListNotSupported where ACLs are disabled, and what resolveAcl throws, in AWS's
 * order. `permission` is what setting the list needs, for the message.
 */
export async function storableAcl(
  wanted: RequestedAcl,
  of: AclOf & { permission: Permission },
  context: Context,
): Promise<Acl | null> {
  const { bucket, store } = context
  if (wanted.kind === 'none') return null
  if (isPublicWish(wanted, of) && blockOf(bucket).BlockPublicAcls) {
    throw preventedError('BlockPublicAcls', of.permission, context)
  }
  if (!acls.aclsEnabled(bucket.ownership)) {
    refuseDisabledAcl(wanted, context)
    return null
  }
  const acl = await resolveAcl(wanted, of, store)
  return acls.isPrivateAcl(acl, of.owner) ? null : acl
}

/** Groups need not be looked up. */
function isPublicWish(wanted: Wanted, of: AclOf): boolean {
  if (wanted.kind === 'canned') return acls.isPublicAcl(acls.cannedAcl(wanted.name, of.level, of))
  const toGroups = wanted.grants.flatMap(({ grantee, permission }) =>
    'group' in grantee ? [{ grantee, permission }] : [],
  )
  return acls.isPublicAcl(toGroups)
}

/**
 * Where ACLs are disabled nothing but full control of the bucket's owner can be asked for. Differs from AWS: the bucket's
 * own account may call that `private` or `bucket-owner-read` too, which says the same, as tools do that always send an ACL.
 */
function refuseDisabledAcl(wanted: Wanted, { bucket, identity }: Context): void {
  if (wanted.kind !== 'canned') {
    const isOwners = ({ grantee, permission }: RequestedGrant): boolean =>
      permission === 'FULL_CONTROL' && 'canonicalId' in grantee && grantee.canonicalId === bucket.canonicalId
    if (wanted.grants.length > 0 && wanted.grants.every(isOwners)) return
  } else if (wanted.name === 'bucket-owner-full-control') {
    return
  } else if (identity.kind === 'account' && identity.accountId === bucket.accountId) {
    if (wanted.name === 'private' || wanted.name === 'bucket-owner-read') return
  }
  throw new S3Error('AccessControlListNotSupported')
}

/** Whose an object written now is, and its list, for the store. */
export interface WrittenAs {
  /** Account id, or the canonical id of nobody. */
  owner: string
  acl?: Acl
}

/**
 * Owner and list of an object that this request writes: PutObject, CopyObject, CreateMultipartUpload and the form upload,
 * whose field `acl` is `x-amz-acl`. Throws what storableAcl throws.
 */
export async function writtenAs(wanted: HeaderAcl, key: string, context: Context): Promise<WrittenAs> {
  const { bucket } = context
  const writer = writerOf(context)
  const isGivenAway =
    bucket.ownership === 'BucketOwnerPreferred' &&
    wanted.kind === 'canned' &&
    wanted.name === 'bucket-owner-full-control'
  const owner = isGivenAway || !acls.aclsEnabled(bucket.ownership) ? bucket : writer
  const permission = { action: 's3:PutObject', resource: objectArn(bucket.name, key) }
  const owners = { owner: owner.canonicalId, bucketOwner: bucket.canonicalId }
  const acl = await storableAcl(wanted, { level: 'object', ...owners, permission }, context)
  return acl === null ? { owner: owner.accountId } : { owner: owner.accountId, acl }
}

function writerOf({ identity }: Context): { accountId: string; canonicalId: string } {
  if (identity.kind === 'account') return identity
  return { accountId: acls.anonymousCanonicalId, canonicalId: acls.anonymousCanonicalId }
}
