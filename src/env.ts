import type { KeyShard } from './shard/key-shard.ts'
import type { Volume } from './shard/volume.ts'
import type { SelectNode } from './select-node/select-node.ts'

/** Every binding and variable the Worker is started with. */
export interface Env {
  /** Accounts, access keys, buckets and their configurations. */
  CONTROL: D1Database
  /** The object catalogue; further databases are CATALOG_1, CATALOG_2, … */
  CATALOG_0: D1Database
  /** The truth of each key: versions, conditions, multipart state, small bodies. */
  KEY_SHARD: DurableObjectNamespace<KeyShard>
  /** Rows of large bodies, where they lie in Durable Objects. */
  VOLUME: DurableObjectNamespace<Volume>
  /** Answer parts of queries over large objects. */
  SELECT_NODE?: DurableObjectNamespace<SelectNode>
  /** Immutable extents, where R2 is bound. */
  BULK?: R2Bucket
  /** The embedded server's data folder: workerd's disk service, one immutable file per extent. */
  FILES?: Fetcher
  /** The embedded server's thread that computes digests of those files (src/bulk/file-digests.ts). */
  FILE_DIGESTS?: Fetcher
  /** Where new large bodies go: `files`, `r2` or `volumes`. Unset: the best of those bound. */
  EDGESHARD_BULK?: string
  /** The region this deployment calls itself. Default us-east-1. */
  EDGESHARD_REGION?: string
  /** Base domains for virtual-hosted buckets, comma-separated; `localhost` always counts. */
  EDGESHARD_DOMAINS?: string
  /** `off`: Signature Version 2 does not count. */
  EDGESHARD_SIGV2?: string
  /** `on`: a signature must name EDGESHARD_REGION. */
  EDGESHARD_STRICT_REGION?: string
  /**
   * The request header in which a trusted proxy names the client's address (lower case); X-Forwarded-Proto counts with it.
   * Unset: the address of the connection counts.
   */
  EDGESHARD_CLIENT_IP_HEADER?: string
  /** `off`: no audit records. Default `log`. */
  EDGESHARD_AUDIT?: string
  /** Audit records go to this bucket as well, under the prefix. Unset: to the log alone. */
  EDGESHARD_AUDIT_BUCKET?: string
  EDGESHARD_AUDIT_PREFIX?: string
  /** `loopback`: identity providers on this machine may speak plain HTTP, for development. Unset: HTTPS only. */
  EDGESHARD_OIDC_ALLOW_HTTP?: string
  /** Object ownership of a new bucket whose creation names none. Default `none`: no controls, so that ACLs count. */
  EDGESHARD_OBJECT_OWNERSHIP?: string
  /** `on`: new buckets block public access. Default off. */
  EDGESHARD_PUBLIC_ACCESS_BLOCK?: string
  /** SQL dialect of S3 Select: `aws`, `lenient` or `extended`. Default `extended`. */
  EDGESHARD_SELECT_DIALECT?: string
  /** Objects larger than so many bytes are queried in parts of about that size; `off`: none is. Default 268435456. */
  EDGESHARD_SELECT_PART_BYTES?: string
  /** KeyShards of a new bucket. */
  EDGESHARD_SHARDS?: string
  /** Milliseconds a provisional extent is kept without news of its upload. */
  EDGESHARD_LEASE_MS?: string
  /** Milliseconds an extent nobody owns is kept for reads that began before. */
  EDGESHARD_GRACE_MS?: string
  /** Milliseconds between two stretches of a shard's scrubber. */
  EDGESHARD_SCRUB_MS?: string
  /** Secrets at rest are encrypted with a key derived from this (a Worker secret, at least 32 characters). */
  EDGESHARD_SECRET: string
  /** The root account's key. */
  ROOT_ACCESS_KEY_ID: string
  ROOT_SECRET_ACCESS_KEY: string
}
