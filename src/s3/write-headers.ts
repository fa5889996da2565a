// Headers every write understands beside the object's own: ACLs, object lock, encryption, owner. No I/O, no clock.
import { S3Error } from '../errors.ts'
import { parseWriteConditions } from '../http/conditional.ts'
import { invalidArgument } from './invalid-argument.ts'
import type { Identity } from '../auth/identity.ts'
import type { WriteConditions } from '../http/conditional.ts'
import type { Bucket } from '../store/buckets.ts'

/**
 * Encryption is not built yet, and an object must never be taken for encrypted when it is not: every header asking for
 * it is answered NotImplemented (the `refuses` of the operations that know them).
 */
export const encryptionHeaders = [
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
  'x-amz-server-side-encryption-context',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-server-side-encryption-customer-key',
  'x-amz-server-side-encryption-customer-key-md5',
]

/** The key for a source that is encrypted with one. */
export const sourceEncryptionHeaders = [
  'x-amz-copy-source-server-side-encryption-customer-algorithm',
  'x-amz-copy-source-server-side-encryption-customer-key',
  'x-amz-copy-source-server-side-encryption-customer-key-md5',
]

const objectLockHeaders = [
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-object-lock-legal-hold',
]

/** Object lock on a write: InvalidRequest where the bucket has none, NotImplemented where it has. */
export function checkObjectLock(headers: Headers, bucket: Bucket): void {
  const name = objectLockHeaders.find((candidate) => (headers.get(candidate) ?? '') !== '')
  if (name === undefined) return
  if (bucket.objectLock) throw new S3Error('NotImplemented', { fields: { Header: name } })
  throw new S3Error('InvalidRequest', { message: 'Bucket is missing Object Lock Configuration' })
}

/**
 * Bypassing governance on a DeleteObject has a meaning only where there is object lock. DeleteObjects takes the header
 * anywhere: tools empty buckets of every kind with it.
 */
export function checkBypassGovernance(headers: Headers, bucket: Bucket): void {
  const name = 'x-amz-bypass-governance-retention'
  const value = headers.get(name)
  if (value === null || value.toLowerCase() !== 'true' || bucket.objectLock) return
  throw invalidArgument(name, value, `${name} is only applicable to Object Lock enabled buckets.`)
}

const cannedAcls = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
]

/** What leaves an object to its owner and the bucket's: nothing to store. */
const harmlessAcls = ['private', 'bucket-owner-read', 'bucket-owner-full-control']

const grantHeaders = ['x-amz-grant-full-control', 'x-amz-grant-read', 'x-amz-grant-read-acp', 'x-amz-grant-write-acp']

/**
 * x-amz-acl and x-amz-grant-…: what opens nothing is accepted and forgotten; what would open the object is refused, with
 * AccessControlListNotSupported where the bucket's owner owns every object, else (until there are ACLs) NotImplemented.
 */
export function checkAcl(headers: Headers, bucket: Bucket): void {
  const acl = headers.get('x-amz-acl') ?? ''
  const grant = grantHeaders.find((name) => (headers.get(name) ?? '') !== '')
  if (acl !== '' && grant !== undefined) {
    const message = 'Specifying both Canned ACLs and Header Grants is not allowed'
    throw new S3Error('InvalidRequest', { message })
  }
  if (acl !== '' && !cannedAcls.includes(acl)) throw invalidArgument('x-amz-acl', acl, 'Invalid Argument')
  const isHarmless =
    grant === undefined
      ? acl === '' || harmlessAcls.includes(acl)
      : isOwnerGrant(grant, headers.get(grant) ?? '', bucket) &&
        grantHeaders.every((name) => name === grant || !headers.get(name))
  if (isHarmless) return
  if (bucket.ownership === 'BucketOwnerEnforced') throw new S3Error('AccessControlListNotSupported')
  throw new S3Error('NotImplemented', { fields: { Header: grant ?? 'x-amz-acl' } })
}

/** Whether an ACL is asked for that is not the one every object has. */
export function asksForAcl(headers: Headers): boolean {
  const acl = headers.get('x-amz-acl') ?? ''
  return (acl !== '' && acl !== 'private') || grantHeaders.some((name) => (headers.get(name) ?? '') !== '')
}

/** Full control to the bucket's owner is what bucket-owner-full-control says. */
function isOwnerGrant(name: string, value: string, bucket: Bucket): boolean {
  const grantee = value.trim().replaceAll('"', '')
  return name === 'x-amz-grant-full-control' && grantee === `id=${bucket.canonicalId}`
}

/**
 * If-Match and If-None-Match of PutObject, CopyObject and CompleteMultipartUpload; null for none. Lists of ETags in
 * If-None-Match are understood beyond AWS, which takes `*` alone. Refused like AWS: both at once, and dates.
 */
export function writeConditions(headers: Headers): WriteConditions | null {
  for (const name of ['if-modified-since', 'if-unmodified-since']) {
    if (headers.has(name)) throw new S3Error('NotImplemented', { fields: { Header: name } })
  }
  if (headers.has('if-match') && headers.has('if-none-match')) {
    throw new S3Error('NotImplemented', { fields: { Header: 'If-Match,If-None-Match' } })
  }
  return parseWriteConditions(headers)
}

/** The account an object written now belongs to. */
export function objectOwner(identity: Identity, bucket: Bucket): string {
  if (bucket.ownership === 'BucketOwnerEnforced' || identity.kind === 'anonymous') return bucket.accountId
  return identity.accountId
}
