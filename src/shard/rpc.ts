// What crosses the boundary between the Worker and a KeyShard: plain data in, outcome unions out.
// An outcome is an expected answer; an exception from the shard is a fault (custom errors do not survive the RPC).
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'
import type { ByteRange, RangeSpec } from '../http/range.ts'
import type { ReadConditions, WriteConditions } from '../http/conditional.ts'

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
  /** Account that wrote it. */
  owner: string
}

/** A stored version, as reads see it. */
export interface ObjectVersion extends ObjectFacts {
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

interface Write extends BucketRef {
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
  extents: string[]
  conditions: WriteConditions | null
  /** Set for UploadPart. */
  uploadId?: string
}

export type ReserveOutcome =
  | { outcome: 'reserved'; upload: UploadFacts | null }
  | ConditionFault
  | { outcome: 'no-such-upload' | 'bucket-gone' }

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
}

export type TagsOutcome =
  | { outcome: 'written'; versionId: string }
  | { outcome: 'missing' }
  | { outcome: 'no-such-version' }
  | { outcome: 'delete-marker'; versionId: string; modified: number; named: boolean }
  | WriteFault

// ── copies: the source lends its extents, zero bytes moved ───────────────────────────────────────────────────────────

export interface ExportCommand {
  key: string
  versionId: string | null
  /** UploadPartCopy's x-amz-copy-source-range, inclusive positions already turned into offset and length. */
  range: ByteRange | null
  /** RenameObject's conditions on its source. */
  conditions: WriteConditions | null
  /** Names the borrower in the owner set of every extent: unique for each copy. */
  token: string
  /** Name of the KeyShard that will own the copy. */
  borrower: string
}

/** Extents lent to another shard: `home` keeps the owner set, `token` is the borrower's entry in it. */
export interface LentSegment {
  store: BulkStoreName
  extent: string
  home: string
  token: string
  offset: number
  length: number
  extentSize: number
  /** CRC32s of all blocks of the extent. */
  crcs: Uint8Array
}

export type CopyContent =
  | { kind: 'inline'; bytes: Uint8Array }
  | {
      kind: 'lent'
      segments: ({ bytes: Uint8Array } | LentSegment)[]
      /** The part each segment belongs to, in the source. */
      partOf: number[]
      /** Parts of a multipart source copied whole; empty otherwise. */
      parts: PartFacts[]
    }

export type ExportOutcome =
  | { outcome: 'found'; version: ObjectVersion; content: CopyContent }
  | { outcome: 'missing' }
  | { outcome: 'no-such-version' }
  | { outcome: 'delete-marker'; versionId: string; modified: number; named: boolean }
  | { outcome: 'range-unsatisfiable'; version: ObjectVersion }
  | { outcome: 'precondition-failed'; condition: string }

/** What a copy asks of its source and changes of it; data, so that source and destination decide alike. */
export interface CopyTerms {
  /** x-amz-copy-source-if-…. */
  conditions: ReadConditions | null
  /** x-amz-metadata-directive REPLACE: the new headers; null copies them. */
  headers: Record<string, string> | null
  /** x-amz-tagging-directive REPLACE: the new tags; null copies them. */
  tags: Record<string, string> | null
  storageClass: string | null
  /** x-amz-checksum-algorithm: the copy must carry one of this kind. */
  checksumAlgorithm: ChecksumAlgorithm | null
  /** That checksum, computed by reading the source whose ETag this is. */
  computed: { etag: string; checksum: Checksum } | null
  owner: string
  /** Bytes a copy may have (AWS: 5 GiB for CopyObject). */
  sizeMax: number
  /** A copy onto itself that changes nothing is refused. */
  mustChange: boolean
}

/** Why the source may not be copied. `checksum-needed`: the bytes must be read to compute `checksumAlgorithm`. */
export type RenameOutcome = PutOutcome | { outcome: 'source-missing' }

export type CopyRefusal = { outcome: 'precondition-failed' | 'too-large' | 'unchanged' | 'checksum-needed' }

export interface CopyWithinCommand extends Write {
  versioning: Versioning
  conditions: WriteConditions | null
  sourceKey: string
  sourceVersionId: string | null
  terms: CopyTerms
}

export type CopyOutcome =
  | { outcome: 'source'; source: SourceFault }
  | { outcome: 'refused'; source: ObjectVersion; refusal: CopyRefusal }
  | { outcome: 'copied'; source: ObjectVersion; result: PutOutcome }

export type SourceFault = Exclude<ExportOutcome, { outcome: 'found' }>

/** Writes a copy out of what `exportObject` gave. `object` is the destination's facts, already merged by directive. */
export interface CopyCommand extends Write {
  versioning: Versioning
  conditions: WriteConditions | null
  object: ObjectFacts
  content: CopyContent
}

/** Rename within a bucket, source and destination in this shard: atomic. */
export interface RenameCommand extends Write {
  versioning: Versioning
  sourceKey: string
  conditions: WriteConditions | null
  sourceConditions: WriteConditions | null
}

// ── multipart uploads ────────────────────────────────────────────────────────────────────────────────────────────────

export interface UploadFacts {
  uploadId: string
  key: string
  /** Milliseconds since 1970. */
  initiated: number
  headers: Record<string, string>
  tags: Record<string, string>
  checksumAlgorithm: ChecksumAlgorithm | null
  checksumType: 'FULL_OBJECT' | 'COMPOSITE' | null
  storageClass: string
  owner: string
}

export interface CreateUploadCommand extends Write {
  upload: UploadFacts
}

export type CreateUploadOutcome = { outcome: 'created' } | WriteFault

export interface PutPartCommand extends Write {
  uploadId: string
  part: PartFacts
  content: NewContent | Extract<CopyContent, { kind: 'lent' }>
}

/** UploadPartCopy with source and upload in one shard. `terms` gives the source conditions and the size limit. */
export interface PartCopyWithinCommand extends Write {
  uploadId: string
  partNumber: number
  sourceKey: string
  sourceVersionId: string | null
  range: ByteRange | null
  terms: CopyTerms
  /** Of the copied bytes, where the upload needs one and the source cannot give it. */
  computed: { etag: string; checksum: Checksum } | null
}

export type PartCopyOutcome =
  | { outcome: 'source'; source: SourceFault }
  | { outcome: 'refused'; source: ObjectVersion; refusal: CopyRefusal }
  | { outcome: 'copied'; source: ObjectVersion; part: PartFacts }
  | { outcome: 'no-such-upload' | 'lease-lost' }

export type PutPartOutcome = { outcome: 'written'; modified: number } | { outcome: 'no-such-upload' | 'lease-lost' }

export interface ListPartsCommand {
  key: string
  uploadId: string
  partNumberMarker: number
  maxParts: number
}

export type ListPartsOutcome =
  | { outcome: 'found'; upload: UploadFacts; parts: PartFacts[]; isTruncated: boolean }
  | { outcome: 'no-such-upload' }

export interface CompleteCommand extends Write {
  uploadId: string
  versioning: Versioning
  conditions: WriteConditions | null
  /** In the client's order; checksum base64 where the client gave one. */
  parts: { partNumber: number; etag: string; checksum: { algorithm: ChecksumAlgorithm; value: string } | null }[]
  /** x-amz-mp-object-size. */
  objectSize: number | null
  /** x-amz-checksum-… of the whole, and x-amz-checksum-type. */
  checksum: { algorithm: ChecksumAlgorithm; value: string } | null
  checksumType: 'FULL_OBJECT' | 'COMPOSITE' | null
}

export type CompleteOutcome =
  | { outcome: 'written'; versionId: string; etag: string; size: number; modified: number; checksum: Checksum | null }
  | ConditionFault
  | WriteFault
  | { outcome: 'no-such-upload' }
  | { outcome: 'invalid-part'; partNumber: number; etag: string }
  | { outcome: 'invalid-part-order' }
  | { outcome: 'part-too-small'; partNumber: number; etag: string; size: number }
  | { outcome: 'part-checksum-missing'; partNumber: number }
  | { outcome: 'checksum-mismatch'; algorithm: ChecksumAlgorithm }
  | { outcome: 'checksum-type-mismatch'; expected: string; actual: string }
  | { outcome: 'size-mismatch'; size: number }
  | { outcome: 'too-large' }

export interface AbortCommand extends Write {
  uploadId: string
}

export type AbortOutcome = { outcome: 'aborted' } | { outcome: 'no-such-upload' } | WriteFault
