// Reaching KeyShards: which one a key belongs to, and the parts every command has in common.
import type { Env } from '../env.ts'
import { leaseMilliseconds } from '../limits.ts'
import type { KeyShard } from '../shard/key-shard.ts'
import type { BucketRef, Versioning } from '../shard/rpc.ts'
import type { Bucket } from './buckets.ts'
import type { BucketCache } from './bucket-cache.ts'
import { locationHint } from './location.ts'
import { shardName } from './placement.ts'

export type Shard = DurableObjectStub<KeyShard>

export class Shards {
  readonly #env: Env

  constructor(env: Env) {
    this.#env = env
  }

  of(bucket: Bucket, key: string): Shard {
    const hint = locationHint(bucket.location)
    const name = this.nameOf(bucket, key)
    if (hint === null) return this.#env.KEY_SHARD.getByName(name)
    return this.#env.KEY_SHARD.getByName(name, { locationHint: hint })
  }

  nameOf(bucket: Bucket, key: string): string {
    return shardName(bucket.bucketId, bucket.shards, key)
  }
}

/** What every write command carries beside its own fields. */
export function writeTo(bucket: Bucket): BucketRef & { writeId: string; versioning: Versioning } {
  return {
    bucketId: bucket.bucketId,
    catalog: bucket.catalog,
    versioning: bucket.versioning,
    writeId: crypto.randomUUID(),
  }
}

/** What every part of the store works with. */
export interface StoreParts {
  env: Env
  shards: Shards
  buckets: BucketCache
}

/** Milliseconds that announced extents are kept without news of their upload; the shards use the same. */
export function leaseOf(env: Env): number {
  return Number(env.EDGESHARD_LEASE_MS ?? leaseMilliseconds)
}

/** Passes an outcome on; a bucket that the catalogue calls deleted is not trusted any longer. */
export async function settle<Outcome extends { outcome: string }>(
  parts: StoreParts,
  bucket: Bucket,
  outcome: Outcome,
): Promise<Outcome> {
  if (outcome.outcome === 'bucket-gone') await parts.buckets.forgetGone(bucket)
  return outcome
}
