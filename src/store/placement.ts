// Key → KeyShard. Pure. The number of shards is stored with the bucket, never computed from a constant.

/** FNV-1a over the key's UTF-16 units, finalised: spreads keys that differ in one character. */
function hashKey(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) {
    hash ^= key.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x7feb352d)
  hash ^= hash >>> 15
  return hash >>> 0
}

/** Name of the KeyShard that holds the truth of `key`. */
export function shardName(bucketId: string, shards: number, key: string): string {
  return `${bucketId}.${hashKey(key) % shards}`
}

/** Names of all KeyShards of a bucket. */
export function shardNames(bucketId: string, shards: number): string[] {
  return Array.from({ length: shards }, (_, index) => `${bucketId}.${index}`)
}
