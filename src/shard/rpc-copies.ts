// Copies between and within shards: the source lends its extents, zero bytes moved.
import type { ReadConditions, WriteConditions } from '../http/conditional.ts'
import type { ByteRange } from '../http/range.ts'
import type { Acl } from '../iam/acl.ts'
import type { Basis } from '../iam/basis.ts'
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'
import type {
  BulkStoreName,
  Checksum,
  ObjectFacts,
  ObjectVersion,
  PartFacts,
  PutOutcome,
  Versioning,
  Write,
} from './rpc.ts'

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
  /** What it was decided on that the source may be read. */
  basis: Basis
  /** x-amz-copy-source-if-…. */
  conditions: ReadConditions | null
  /** x-amz-metadata-directive REPLACE: the new headers; null copies them, but for the website redirect. */
  headers: Record<string, string> | null
  /** Laid over the headers either way: the destination's own website redirect. */
  extraHeaders: Record<string, string>
  /** x-amz-tagging-directive REPLACE: the new tags; null copies them. */
  tags: Record<string, string> | null
  /** The caller may read the source's tags and write them: asked for only when there are some. */
  mayCopyTags: boolean
  storageClass: string | null
  /** x-amz-checksum-algorithm: the copy must carry one of this kind. */
  checksumAlgorithm: ChecksumAlgorithm | null
  /** That checksum, computed by reading the source whose ETag this is. */
  computed: { etag: string; checksum: Checksum } | null
  /** Of the copy; with `acl` as in ObjectFacts. The source's list is never copied. */
  owner: string
  acl?: Acl
  /** Bytes a copy may have (AWS: 5 GiB for CopyObject). */
  sizeMax: number
}

export type RenameOutcome = PutOutcome | { outcome: 'source-missing' }

/** Why the source may not be copied. `checksum-needed`: the bytes must be read to compute `checksumAlgorithm`. */
export type CopyRefusal =
  | { outcome: 'precondition-failed'; condition: string }
  | { outcome: 'too-large' | 'tags-forbidden' | 'checksum-needed' }
  /** `basis` does not hold of this source: whether it may be read has to be decided anew. */
  | { outcome: 'not-judged' }

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
