// The versionId parameter. No I/O, no clock.
import { invalidArgument } from './invalid-argument.ts'
import type { Query } from './operation.ts'
import type { Bucket } from '../store/buckets.ts'

/** The version asked for; null for the current one. Throws InvalidArgument for what no version id can be. */
export function versionIdOf(query: Query): string | null {
  return checkedVersionId(query.get('versionId'))
}

/** The same for an id from a copy source or a DeleteObjects entry. */
export function checkedVersionId(versionId: string | null): string | null {
  if (versionId === null) return null
  if (versionId === '') throw invalidArgument('versionId', '', 'Version id cannot be the empty string')
  if (!/^[A-Za-z0-9._-]{1,1024}$/.test(versionId)) {
    throw invalidArgument('versionId', versionId, 'Invalid version id specified')
  }
  return versionId
}

/** The same for what was just written: S3 names no version while versioning is suspended. */
export function writtenVersionHeader(bucket: Bucket, versionId: string): Record<string, string> {
  return bucket.versioning === 'enabled' ? { 'x-amz-version-id': versionId } : {}
}

/** `x-amz-version-id`, which S3 sends only where the bucket is or was versioned. */
export function versionHeader(bucket: Bucket, versionId: string | null): Record<string, string> {
  if (bucket.versioning === 'unversioned' || versionId === null) return {}
  return { 'x-amz-version-id': versionId }
}
