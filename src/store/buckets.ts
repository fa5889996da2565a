import type { BucketRef, Versioning } from '../shard/rpc.ts'

/** A bucket's record, as cached. */
export interface Bucket extends BucketRef {
  name: string
  /** Owner: account id (twelve digits), canonical id and display name. */
  accountId: string
  canonicalId: string
  displayName: string
  /** LocationConstraint as given at creation; empty for us-east-1. */
  location: string
  /** Milliseconds since 1970. */
  created: number
  /** KeyShards; fixed at creation. */
  shards: number
  versioning: Versioning
  /** x-amz-bucket-object-lock-enabled at creation. */
  objectLock: boolean
  /** BucketOwnerEnforced unless given at creation. */
  ownership: string
  /** Stored configurations by sub-resource name: `cors`, `tagging`: JSON, each parsed where it is used. */
  configs: Record<string, string>
}
