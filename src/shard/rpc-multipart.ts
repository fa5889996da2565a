// Multipart uploads over the shard boundary.
import type { WriteConditions } from '../http/conditional.ts'
import type { Acl } from '../iam/acl.ts'
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'
import type { CopyContent } from './rpc-copies.ts'
import type { Checksum, ConditionFault, NewContent, PartFacts, Versioning, Write, WriteFault } from './rpc.ts'

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
  /** Of the object it will be; with `acl` as in ObjectFacts. */
  owner: string
  acl?: Acl
  /** ARN of who began it, which may abort it and list its parts. */
  initiator?: string
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
