// Which bulk store: the one a manifest names, or the one new bodies go to.
import type { Env } from '../env.ts'
import type { BulkStoreName } from '../shard/rpc.ts'
import type { BulkStore } from './bulk-store.ts'
import { FilesStore } from './files.ts'
import { R2Store } from './r2.ts'
import { VolumesStore } from './volumes.ts'

type Bindings = Pick<Env, 'FILES' | 'FILE_DIGESTS' | 'BULK' | 'VOLUME' | 'EDGESHARD_BULK'>

/** What each store needs, best first. */
const stores: { name: BulkStoreName; binding: string; open(env: Bindings): BulkStore | null }[] = [
  {
    name: 'files',
    binding: 'FILES',
    open: ({ FILES, FILE_DIGESTS }) => (FILES === undefined ? null : new FilesStore(FILES, FILE_DIGESTS ?? null)),
  },
  { name: 'r2', binding: 'BULK', open: ({ BULK }) => (BULK === undefined ? null : new R2Store(BULK)) },
  { name: 'volumes', binding: 'VOLUME', open: ({ VOLUME }) => new VolumesStore(VOLUME) },
]

/** Stores already opened: what a store knows of its extents is worth keeping for the isolate's life. */
const opened = new WeakMap<Bindings, Map<BulkStoreName, BulkStore>>()

/** The store a manifest names. Throws a sentence naming the binding that is missing. */
export function bulkStore(env: Bindings, name: BulkStoreName): BulkStore {
  const store = boundStore(env, name)
  if (store !== null) return store
  const binding = stores.find((entry) => entry.name === name)?.binding ?? name
  throw new Error(`The bulk store "${name}" is needed, but ${binding} is not bound`)
}

/** Where new large bodies go: EDGESHARD_BULK, else the best that is bound. Throws a sentence on a value that cannot be. */
export function writeStore(env: Bindings): BulkStore {
  const wanted = env.EDGESHARD_BULK
  for (const { name } of stores) {
    if (wanted !== undefined && wanted !== '' && wanted !== name) continue
    const store = boundStore(env, name)
    if (store !== null) return store
    if (wanted === name) return bulkStore(env, name)
  }
  throw new Error(`EDGESHARD_BULK is "${wanted}"; it must be one of ${stores.map(({ name }) => name).join(', ')}`)
}

function boundStore(env: Bindings, name: BulkStoreName): BulkStore | null {
  const known = opened.get(env) ?? new Map<BulkStoreName, BulkStore>()
  opened.set(env, known)
  const store = known.get(name) ?? stores.find((entry) => entry.name === name)?.open(env) ?? null
  if (store !== null) known.set(name, store)
  return store
}
