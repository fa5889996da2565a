// Headers every write understands beside the object's own: object lock, encryption, conditions. No I/O, no clock.
import { S3Error } from '../errors.ts'
import { parseWriteConditions } from '../http/conditional.ts'
import { objectArn, objectTagConditions } from '../iam/permission.ts'
import { invalidArgument } from './invalid-argument.ts'
import type { WriteConditions } from '../http/conditional.ts'
import type { Permission } from '../iam/permission.ts'
import type { Bucket } from '../store/buckets.ts'
import type { HeaderAcl } from './requested-acl.ts'

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

/** What making an object needs: its tags and its ACL take permissions of their own. */
export function writePermissions(
  { bucket, key }: { bucket: string; key: string },
  { tags, acl }: { tags: Record<string, string>; acl: HeaderAcl },
): Permission[] {
  const resource = objectArn(bucket, key)
  const hasTags = Object.keys(tags).length > 0
  const asked = hasTags ? { resource, conditions: objectTagConditions(tags) } : { resource }
  const needed: Permission[] = [{ action: 's3:PutObject', ...asked }]
  if (hasTags) needed.push({ action: 's3:PutObjectTagging', ...asked, ofNewObject: 'bucket' })
  if (acl.kind !== 'none') needed.push({ action: 's3:PutObjectAcl', ...asked, ofNewObject: 'writer' })
  return needed
}
