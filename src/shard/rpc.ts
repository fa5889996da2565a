// What crosses the boundary between the Worker and a KeyShard: plain data in, outcome unions out.
// An outcome is an expected answer; an exception from the shard is a fault (custom errors do not survive the RPC).
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'
import type { ByteRange, RangeSpec } from '../http/range.ts'
import type { WriteConditions } from '../http/conditional.ts'
import type { Acl } from '../iam/acl.ts'
import type { Basis } from '../iam/basis.ts'
import type { UploadFacts } from './rpc-multipart.ts'

/** Which bucket a call is about; the shard keeps it for its alarms. */
export interface BucketRef {
  bucketId: string
  /** Binding name of the bucket's catalogue database: `CATALOG_0`. */
  catalog: string
}

export type Versioning = 'unversioned' | 'enabled' | 'suspended'
export type BulkStoreName = 'files' | 'r2' | 'volumes'

export interface Checksum {
  algorithm: ChecksumAlgorithm
  type: 'FULL_OBJECT' | 'COMPOSITE'
  /** Base64, big-endian bytes; a composite one ends in `-N`. */
  value: string
}

/** What an object is, beside its bytes. */
export interface ObjectFacts {
  /** Hex MD5, or `…-N` of a multipart upload; without quotes. */
  etag: string
  /** Bytes. */
  size: number
  /** Response headers stored with the object, lower case: content-type, cache-control, x-amz-meta-…, … */
  headers: Record<string, string>
  tags: Record<string, string>
  checksum: Checksum | null
  /** `STANDARD` unless the client named another. */
  storageClass: string
  /** Account that owns it, twelve digits; the canonical id of nobody for what an unsigned request wrote. */
  owner: string
  /** Left out where it grants nothing beyond its owner's FULL_CONTROL. */
  acl?: Acl
}

/** A stored version, as reads see it. */
export interface ObjectVersion extends ObjectFacts {
  /** Another version of the same id has another number. */
  seq: number
  /** `null` (the four letters) where versioning did not make one. */
  versionId: string
  /** Milliseconds since 1970. */
  modified: number
  /** Parts of a multipart upload; 0 for an object of one write. */
  partsCount: number
}

/** Bytes already in a bulk store under a lease, to be owned by the commit that names them. */
export interface NewExtent {
  store: BulkStoreName
  extent: string
  /** Bytes. */
  size: number
  /** CRC32 of each block of `blockBytes`, 4 bytes little-endian each. */
  crcs: Uint8Array
}

export type NewContent = { kind: 'inline'; bytes: Uint8Array } | { kind: 'extents'; extents: NewExtent[] }

/** A run of bytes of one extent, with what is needed to verify it. */
export interface Segment {
  store: BulkStoreName | 'shard'
  extent: string
  /** First byte wanted, within the extent. */
  offset: number
  /** Bytes wanted. */
  length: number
  /** Bytes of the whole extent. */
  extentSize: number
  /** CRC32s of the blocks that `offset` … `offset + length - 1` touch, 4 bytes little-endian each. */
  crcs: Uint8Array
  /** The bytes themselves, where they lie in the shard (`store` is `shard`). */
  bytes?: Uint8Array
}

export type Content = { kind: 'inline'; bytes: Uint8Array } | { kind: 'segments'; segments: Segment[]; more: boolean }

export interface PartFacts {
  partNumber: number
  etag: string
  size: number
  /** Milliseconds since 1970. */
  modified: number
  checksum: Checksum | null
}

// ── reads ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ReadCommand {
  key: string
  versionId: string | null
  /** As the client asked; resolved against the size in the shard. */
  range: RangeSpec | null
  /** If-Range: the range counts only when this matches the ETag (quoted) or equals the Last-Modified date. */
  ifRange: string | null
  partNumber: number | null
  /** False for HEAD: no bytes and no segments come back. */
  body: boolean
}

export type ReadOutcome =
  | {
      outcome: 'found'
      version: ObjectVersion
      /** What of the object `content` holds; null for all of it. */
      range: ByteRange | null
      /** The part read by partNumber. */
      part: PartFacts | null
      content: Content | null
    }
  | { outcome: 'missing' }
  | { outcome: 'no-such-version' }
  /** `named`: the request gave this version id (405), otherwise the marker is current (404). */
  | { outcome: 'delete-marker'; versionId: string; modified: number; named: boolean }
  | { outcome: 'range-unsatisfiable'; version: ObjectVersion }
  | { outcome: 'part-out-of-range'; version: ObjectVersion }

/** Reads on where the segments of a first answer ended (`more`). */
export interface ReadMoreCommand {
  key: string
  versionId: string | null
  /** Of the version read so far: another one is not read on. */
  etag: string
  offset: number
  length: number
}

export interface PartsOfVersion {
  key: string
  versionId: string | null
  partNumberMarker: number
  maxParts: number
}

export type AttributesOutcome =
  | { outcome: 'found'; version: ObjectVersion; parts: PartFacts[]; isTruncated: boolean }
  | { outcome: 'missing' }
  | { outcome: 'no-such-version' }
  | { outcome: 'delete-marker'; versionId: string; modified: number; named: boolean }

/** What a decision about access needs to know of an object. */
export type FactsOutcome =
  | {
      outcome: 'found'
      /** As in ObjectFacts. */
      owner: string
      /** Null: FULL_CONTROL for its owner alone. */
      acl: Acl | null
      tags: Record<string, string>
      versionId: string
      /** Of the version: another one of the same id has another number. */
      seq: number
    }
  | { outcome: 'missing' }
  | { outcome: 'no-such-version' }
  | { outcome: 'delete-marker'; versionId: string; modified: number; named: boolean }

// ── writes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Answers every write may get. */
export type WriteFault =
  /** The catalogue says the bucket was deleted: nothing was written. */
  | { outcome: 'bucket-gone' }
  /** Durable, but the catalogue did not answer in time: 503, a retry is safe. */
  | { outcome: 'catalog-unavailable' }

export type ConditionFault =
  /** `condition`: the header that failed, `If-Match` or `If-None-Match` …. */
  | { outcome: 'precondition-failed'; condition: string }
  /** If-Match on a key that has no current object. */
  | { outcome: 'missing' }

/** What every write command carries. */
export interface Write extends BucketRef {
  /** Random; a command replayed with the same id changes nothing and gets the same answer. */
  writeId: string
  key: string
}

export interface PutCommand extends Write {
  versioning: Versioning
  conditions: WriteConditions | null
  object: ObjectFacts
  content: NewContent
  /** x-amz-write-offset-bytes: append at exactly this size. */
  appendAt?: number
}

export type PutOutcome =
  | { outcome: 'written'; versionId: string; etag: string; size: number; modified: number; checksum: Checksum | null }
  | ConditionFault
  | WriteFault
  /** An append whose offset is not the object's size. */
  | { outcome: 'offset-mismatch'; size: number }
  | { outcome: 'too-large' }
  /** The lease of an extent ran out before the commit. */
  | { outcome: 'lease-lost' }

/** Announces extents about to be written and checks early what the commit will check again. */
export interface ReserveCommand extends BucketRef {
  key: string
  store: BulkStoreName
  /** How many extents. */
  extents: number
  /** Announced before, and their bytes still coming: the lease begins anew. */
  renew?: string[]
  conditions: WriteConditions | null
  /** Set for UploadPart. */
  uploadId?: string
}

export type ReserveOutcome =
  | { outcome: 'reserved'; extents: string[]; upload: UploadFacts | null }
  | ConditionFault
  | { outcome: 'no-such-upload' }
  /** One of those to renew was collected. */
  | { outcome: 'lease-lost' }
  | { outcome: 'bucket-gone' }

export interface DeleteCommand extends Write {
  versioning: Versioning
  versionId: string | null
  conditions: WriteConditions | null
}

export type DeleteOutcome =
  /** `versionId` null: nothing to name (unversioned). `marker`: a marker was made, or the named version was one. */
  { outcome: 'deleted'; versionId: string | null; marker: boolean } | ConditionFault | WriteFault

export interface DeleteManyCommand extends BucketRef {
  versioning: Versioning
  deletes: { writeId: string; key: string; versionId: string | null; conditions: WriteConditions | null }[]
}

export interface TagsCommand extends Write {
  versionId: string | null
  /** Null removes them. */
  tags: Record<string, string> | null
  /** What the decision to allow it rests on. */
  basis: Basis
}

/** `changed`: another version has taken the place of the one that was meant. */
export type TagsOutcome =
  | { outcome: 'written'; versionId: string }
  | { outcome: 'missing' }
  | { outcome: 'no-such-version' }
  | { outcome: 'delete-marker'; versionId: string; modified: number; named: boolean }
  | { outcome: 'changed' }
  | WriteFault

export interface AclCommand extends Write {
  versionId: string | null
  /** Null: FULL_CONTROL for its owner alone. */
  acl: Acl | null
  /** Of the version whose owner the list was made for. */
  seq: number
}

export type AclOutcome = TagsOutcome

export type * from './rpc-copies.ts'
export type * from './rpc-multipart.ts'
