// What operations see of storage: one facade over the KeyShards, the bulk stores and the D1 databases.
// Knows no HTTP and no XML. Expected answers are outcomes; an exception is a fault (InternalError).
import type { VerifiedBody, BodyDigests } from '../auth/body.ts'
import type { WriteConditions } from '../http/conditional.ts'
import type { ByteRange } from '../http/range.ts'
import type { Acl } from '../iam/acl.ts'
import type { Basis } from '../iam/basis.ts'
import type { NamedPrincipal } from '../iam/principal-matcher.ts'
import type * as rpc from '../shard/rpc.ts'
import type { Bucket } from './buckets.ts'

/** A readable object: its bytes come verified against their checksums. */
export type OpenOutcome =
  | {
      outcome: 'found'
      version: rpc.ObjectVersion
      /** What of the object `body` holds; null for all of it. */
      range: ByteRange | null
      /** The part read by partNumber. */
      part: rpc.PartFacts | null
      /** Inline bytes at once, else a stream of exactly the range's length. Null when the command asked for none. */
      body: Uint8Array | ReadableStream<Uint8Array> | null
    }
  | Exclude<rpc.ReadOutcome, { outcome: 'found' }>

/** Facts of a write; ETag, size and checksum come from the body's digests. */
export interface PutOptions {
  headers: Record<string, string>
  tags: Record<string, string>
  storageClass: string
  /** As in ObjectFacts; an append keeps what the object has. */
  owner: string
  acl?: Acl
  conditions: WriteConditions | null
  /** x-amz-write-offset-bytes. */
  appendAt?: number
}

/** Where a copy comes from. */
export interface CopySource {
  bucket: Bucket
  key: string
  versionId: string | null
}

/** What the request says of a copy; `computed` is the store's own business. */
export type CopyTerms = Omit<rpc.CopyTerms, 'computed'>

export interface CopyRequest {
  source: CopySource
  terms: CopyTerms
  conditions: WriteConditions | null
}

export interface DeleteRequest {
  key: string
  versionId: string | null
  conditions: WriteConditions | null
}

export interface TagsRequest {
  key: string
  versionId: string | null
  /** Null removes them. */
  tags: Record<string, string> | null
  /** What the decision to allow it rests on; `changed` where it does not hold of the version that is there. */
  basis: Basis
}

export interface AclRequest {
  key: string
  versionId: string | null
  /** Null: FULL_CONTROL for its owner alone. */
  acl: Acl | null
  /** As `objectFacts` told it. */
  seq: number
}

export interface RenameRequest {
  key: string
  sourceKey: string
  conditions: WriteConditions | null
  sourceConditions: WriteConditions | null
}

export interface PartCopyRequest {
  source: CopySource
  /** Null: all of it. */
  range: ByteRange | null
  terms: CopyTerms
}

export interface UploadPartAddress {
  key: string
  uploadId: string
  partNumber: number
}

export type UploadPartResult =
  | { outcome: 'written'; digests: BodyDigests; upload: rpc.UploadFacts }
  | { outcome: 'no-such-upload' | 'lease-lost' | 'bucket-gone' }
  /** The upload was made for another algorithm than the part carries. */
  | { outcome: 'checksum-type-mismatch'; expected: string; actual: string }

// ── listings ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ListQuery {
  prefix: string
  /** Empty for none. */
  delimiter: string
  /** Entries strictly after this key; a common prefix counts as the prefix itself. Empty for the start. */
  after: string
  /** ListObjectVersions: strictly after this version of `after`; null: after all its versions. */
  afterVersion: string | null
  /** 0 to listKeysMax. */
  limit: number
}

export interface ListedObject {
  key: string
  versionId: string
  isLatest: boolean
  isDeleteMarker: boolean
  etag: string
  size: number
  modified: number
  storageClass: string
  checksumAlgorithm: string | null
  checksumType: string | null
  /** Account that wrote it. */
  owner: string
}

/** Entries in UTF-8 byte order, objects and common prefixes merged. */
export type ListEntry<T> = { kind: 'entry'; entry: T } | { kind: 'prefix'; prefix: string }

export interface ListPage<T> {
  entries: ListEntry<T>[]
  isTruncated: boolean
}

export interface ListedUpload {
  key: string
  uploadId: string
  initiated: number
  storageClass: string
  owner: string
  checksumAlgorithm: string | null
  checksumType: string | null
}

export interface BucketQuery {
  accountId: string
  prefix: string
  /** Names strictly after. */
  after: string
  limit: number
  region: string | null
}

export interface NewBucket {
  name: string
  accountId: string
  location: string
  objectLock: boolean
  ownership: string
  versioning: rpc.Versioning
  /** What it is made with, as in Bucket. */
  configs: Record<string, string>
}

/** What a new bucket gets where its creation says nothing. */
export interface BucketDefaults {
  /** Object ownership: EDGESHARD_OBJECT_OWNERSHIP. */
  ownership: string
  /** Its four settings are on: EDGESHARD_PUBLIC_ACCESS_BLOCK. */
  blocksPublicAccess: boolean
}

/** An account as ACLs and owners name it. */
export interface KnownAccount {
  accountId: string
  canonicalId: string
  displayName: string
}

// ── the facade ───────────────────────────────────────────────────────────────────────────────────────────────────────

export interface BucketStore {
  /** The bucket's record, at most `cacheMilliseconds` old; null when there is none (never from the cache). */
  bucket(name: string): Promise<Bucket | null>
  createBucket(
    bucket: NewBucket,
  ): Promise<{ outcome: 'created' } | { outcome: 'exists'; accountId: string } | { outcome: 'too-many' }>
  deleteBucket(bucket: Bucket): Promise<{ outcome: 'deleted' | 'not-empty' | 'missing' }>
  listBuckets(query: BucketQuery): Promise<{ buckets: Bucket[]; isTruncated: boolean }>
  bucketDefaults(): BucketDefaults
  /** `missing`: the bucket was deleted meanwhile. */
  setVersioning(bucket: Bucket, versioning: rpc.Versioning): Promise<{ outcome: 'stored' | 'missing' }>
  /** Empty: the controls are deleted. */
  setOwnership(bucket: Bucket, ownership: string): Promise<{ outcome: 'stored' | 'missing' }>
  /** Stores (JSON) or, with null, removes a sub-resource's configuration. */
  setConfig(bucket: Bucket, name: string, value: string | null): Promise<{ outcome: 'stored' | 'missing' }>
  /** Canonical id and display name of an account, cached; null when unknown. */
  owner(accountId: string): Promise<{ canonicalId: string; displayName: string } | null>
  /** The accounts with these canonical ids, one query for all of them; unknown ids are left out. */
  accountsById(canonicalIds: readonly string[]): Promise<KnownAccount[]>
  /** The accounts with this e-mail address, in whatever case, two of them at most. */
  accountsByEmail(email: string): Promise<KnownAccount[]>
  /** The first of them that is not there; null when all are. One query, whatever their number. */
  unknownPrincipal(principals: readonly NamedPrincipal[]): Promise<NamedPrincipal | null>
  /** The public access block of an account (JSON); null for none. */
  accountPublicAccessBlock(accountId: string): Promise<string | null>
  /** Stores it or, with null, removes it. Known at once in this isolate, elsewhere within `cacheMilliseconds`. */
  setAccountPublicAccessBlock(accountId: string, value: string | null): Promise<{ outcome: 'stored' | 'missing' }>

  listObjects(bucket: Bucket, query: ListQuery): Promise<ListPage<ListedObject>>
  listVersions(bucket: Bucket, query: ListQuery): Promise<ListPage<ListedObject>>
  /** `after` is a key, `afterVersion` an upload id. */
  listUploads(bucket: Bucket, query: ListQuery): Promise<ListPage<ListedUpload>>
}

export interface ObjectStore {
  open(bucket: Bucket, command: rpc.ReadCommand): Promise<OpenOutcome>
  attributes(bucket: Bucket, command: rpc.PartsOfVersion): Promise<rpc.AttributesOutcome>
  /** What authorisation needs of an object; one shard hop. */
  objectFacts(bucket: Bucket, object: { key: string; versionId: string | null }): Promise<rpc.FactsOutcome>
  put(bucket: Bucket, key: string, body: VerifiedBody, options: PutOptions): Promise<rpc.PutOutcome>
  delete(bucket: Bucket, request: DeleteRequest): Promise<rpc.DeleteOutcome>
  /** One shard call for each shard concerned; outcomes in the order asked. */
  deleteMany(bucket: Bucket, requests: DeleteRequest[]): Promise<rpc.DeleteOutcome[]>
  setTags(bucket: Bucket, request: TagsRequest): Promise<rpc.TagsOutcome>
  setAcl(bucket: Bucket, request: AclRequest): Promise<rpc.AclOutcome>
  /** No bytes are moved; they are read only where a checksum is asked for that the source does not have. */
  copy(bucket: Bucket, key: string, request: CopyRequest): Promise<rpc.CopyOutcome | rpc.WriteFault>
  rename(bucket: Bucket, request: RenameRequest): Promise<rpc.RenameOutcome>
}

export interface UploadStore {
  createUpload(bucket: Bucket, upload: rpc.UploadFacts): Promise<rpc.CreateUploadOutcome>
  uploadPart(bucket: Bucket, part: UploadPartAddress, body: VerifiedBody): Promise<UploadPartResult>
  uploadPartCopy(bucket: Bucket, part: UploadPartAddress, request: PartCopyRequest): Promise<rpc.PartCopyOutcome>
  listParts(bucket: Bucket, command: rpc.ListPartsCommand): Promise<rpc.ListPartsOutcome>
  completeUpload(
    bucket: Bucket,
    command: Omit<rpc.CompleteCommand, keyof rpc.BucketRef | 'writeId' | 'versioning'>,
  ): Promise<rpc.CompleteOutcome>
  abortUpload(bucket: Bucket, command: { key: string; uploadId: string }): Promise<rpc.AbortOutcome>
}

export interface Store extends BucketStore, ObjectStore, UploadStore {}
