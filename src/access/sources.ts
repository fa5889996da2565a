// Where decisions find policies and facts of objects: the databases and the shards.
import { createStore } from '../store/create-store.ts'
import { principalPolicies } from '../store/tables/principal-policies.ts'
import type { Env } from '../env.ts'
import type { AccessSources } from './access.ts'

const known = new WeakMap<Env, AccessSources>()

/** The same sources for the same environment. */
export function accessSources(env: Env): AccessSources {
  let sources = known.get(env)
  if (sources === undefined) {
    const store = createStore(env)
    sources = {
      policies: (principal) => principalPolicies(env, principal),
      objectFacts: (bucket, object) => store.objectFacts(bucket, object),
      async initiator(bucket, upload) {
        const listed = await store.listParts(bucket, { ...upload, partNumberMarker: 0, maxParts: 0 })
        return listed.outcome === 'no-such-upload' ? null : (listed.upload.initiator ?? null)
      },
      owner: (accountId) => store.owner(accountId),
    }
    known.set(env, sources)
  }
  return sources
}
