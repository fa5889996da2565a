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
  /**
   * Object ownership: `BucketOwnerEnforced`, `BucketOwnerPreferred` or `ObjectWriter`. Empty where it has no
   * controls, which counts as ObjectWriter.
   */
  ownership: string
  /**
   * Stored configurations by sub-resource name, each parsed where it is used: JSON, and `policy` as the client sent it.
   * `acl` and `publicAccessBlock` are of src/iam.
   */
  configs: Record<string, string>
  /** The public access block of the owner's account (JSON); null for none. */
  accountPublicAccessBlock: string | null
}
