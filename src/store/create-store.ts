// The Store of an isolate: its parts put together once, for what they cache outlives a request.
import { assert } from '../assert.ts'
import type { Env } from '../env.ts'
import type { NamedPrincipal } from '../iam/principal-matcher.ts'
import type { Versioning } from '../shard/rpc.ts'
import { wholePage } from './ahead.ts'
import { BucketCache } from './bucket-cache.ts'
import type { Bucket } from './buckets.ts'
import { listObjects, listUploads, listVersions } from './listing.ts'
import { Objects } from './object-store.ts'
import { Shards } from './shards.ts'
import type {
  BucketDefaults,
  BucketQuery,
  BucketStore,
  ListQuery,
  NewBucket,
  ObjectStore,
  Store,
  UploadStore,
} from './store.ts'
import { getPublicAccessBlock, setPublicAccessBlock } from './tables/account-settings.ts'
import { accountsByEmail, accountsById, ownerOf } from './tables/accounts.ts'
import { catalogDatabase } from './tables/catalogue.ts'
import { unknownPrincipal } from './tables/named-principals.ts'
import { Uploads } from './upload-store.ts'

const stores = new WeakMap<Env, Store>()

/** The same store for the same environment. */
export function createStore(env: Env): Store {
  const known = stores.get(env)
  if (known !== undefined) return known
  const parts = { env, shards: new Shards(env), buckets: new BucketCache(env, () => Date.now()) }
  const objects = new Objects(parts)
  const store = facade(bucketStore(env, parts.buckets), objects, new Uploads(parts, objects))
  stores.set(env, store)
  return store
}

function bucketStore(env: Env, cache: BucketCache): BucketStore {
  const catalogOf = (bucket: Bucket): D1Database => catalogDatabase(env, bucket.catalog)
  return {
    bucket: (name: string) => cache.get(name),
    createBucket: (bucket: NewBucket) => cache.create(bucket),
    deleteBucket: (bucket: Bucket) => cache.delete(bucket),
    listBuckets: (query: BucketQuery) => cache.list(query),
    bucketDefaults: () => bucketDefaults(env),
    setVersioning: (bucket: Bucket, versioning: Versioning) => cache.setVersioning(bucket, versioning),
    setOwnership: (bucket: Bucket, ownership: string) => cache.setOwnership(bucket, ownership),
    setConfig: (bucket: Bucket, name: string, value: string | null) => cache.setConfig(bucket, name, value),
    owner: (accountId: string) => ownerOf(env, accountId),
    accountsById: (canonicalIds: readonly string[]) => accountsById(env, canonicalIds),
    accountsByEmail: (email: string) => accountsByEmail(env, email),
    unknownPrincipal: (principals: readonly NamedPrincipal[]) => unknownPrincipal(env, principals),
    accountPublicAccessBlock: (accountId: string) => getPublicAccessBlock(env, accountId),
    async setAccountPublicAccessBlock(accountId: string, value: string | null) {
      const outcome = await setPublicAccessBlock(env, accountId, value)
      cache.forgetAccount(accountId)
      return { outcome }
    },
    listObjects: (bucket: Bucket, query: ListQuery) =>
      wholePage(env, () => listObjects(catalogOf(bucket), bucket.bucketId, query)),
    listVersions: (bucket: Bucket, query: ListQuery) =>
      wholePage(env, () => listVersions(catalogOf(bucket), bucket.bucketId, query)),
    listUploads: (bucket: Bucket, query: ListQuery) =>
      wholePage(env, () => listUploads(catalogOf(bucket), bucket.bucketId, query)),
  }
}

/** As EDGESHARD_OBJECT_OWNERSHIP names them, and as buckets have them. */
const ownerships = new Map([
  ['BucketOwnerEnforced', 'BucketOwnerEnforced'],
  ['BucketOwnerPreferred', 'BucketOwnerPreferred'],
  ['ObjectWriter', 'ObjectWriter'],
  ['none', ''],
])

function bucketDefaults(env: Env): BucketDefaults {
  const ownership = ownerships.get(env.EDGESHARD_OBJECT_OWNERSHIP ?? 'none')
  assert(ownership !== undefined, 'EDGESHARD_OBJECT_OWNERSHIP is an object ownership of AWS, or none')
  return { ownership, blocksPublicAccess: env.EDGESHARD_PUBLIC_ACCESS_BLOCK === 'on' }
}

function facade(buckets: BucketStore, objects: ObjectStore, uploads: UploadStore): Store {
  return {
    ...buckets,
    open: (bucket, command) => objects.open(bucket, command),
    attributes: (bucket, command) => objects.attributes(bucket, command),
    objectFacts: (bucket, object) => objects.objectFacts(bucket, object),
    put: (bucket, key, ...rest) => objects.put(bucket, key, ...rest),
    delete: (bucket, command) => objects.delete(bucket, command),
    deleteMany: (bucket, deletes) => objects.deleteMany(bucket, deletes),
    setTags: (bucket, command) => objects.setTags(bucket, command),
    setAcl: (bucket, request) => objects.setAcl(bucket, request),
    copy: (bucket, key, request) => objects.copy(bucket, key, request),
    rename: (bucket, command) => objects.rename(bucket, command),
    createUpload: (bucket, upload) => uploads.createUpload(bucket, upload),
    uploadPart: (bucket, part, body) => uploads.uploadPart(bucket, part, body),
    uploadPartCopy: (bucket, part, request) => uploads.uploadPartCopy(bucket, part, request),
    listParts: (bucket, command) => uploads.listParts(bucket, command),
    completeUpload: (bucket, command) => uploads.completeUpload(bucket, command),
    abortUpload: (bucket, command) => uploads.abortUpload(bucket, command),
  }
}
