// Buckets and principals whose reach is asked about; no server, no database.
import { loadPolicies } from '../../src/access/policy-set.ts'
import { ReachOfBucket, type Reached } from '../../src/explain/reach.ts'
import { documentOf, owner, ownerCanonicalId, ownerUser, type Statement } from '../support/access-world.ts'
import { bucketOf } from '../support/operation-call.ts'
import type { Identity } from '../../src/auth/identity.ts'
import type { Bucket } from '../../src/store/buckets.ts'
import type { StoredPolicies } from '../../src/store/tables/principal-policies.ts'

export const bucketName = 'bucket'

export function storedOf(identity: Statement[], boundary: Statement[] | null = null): StoredPolicies {
  return {
    identity: identity.length === 0 ? [] : [{ name: 'own', document: documentOf(...identity) }],
    boundary: boundary === null ? null : { name: 'boundary', document: documentOf(...boundary) },
    serviceControl: null,
    tags: {},
  }
}

export function ownBucket(policy: Statement[], more: Partial<Bucket> = {}): Bucket {
  const configs = { ...more.configs, ...(policy.length === 0 ? {} : { policy: documentOf(...policy) }) }
  return bucketOf({ accountId: owner, canonicalId: ownerCanonicalId, name: bucketName, ...more, configs })
}

export async function reached(
  bucket: Bucket,
  identity: Identity,
  { stored = storedOf([]), prefix = '' }: { stored?: StoredPolicies; prefix?: string } = {},
): Promise<Reached> {
  const loaded = await loadPolicies(identity, () => Promise.resolve(stored))
  if (loaded === null) throw new Error('The policies are there')
  return new ReachOfBucket(bucket, prefix).of({
    principal: identity.kind === 'anonymous' ? { type: 'Anonymous' } : identity.principal,
    canonicalId: identity.kind === 'anonymous' ? null : identity.canonicalId,
    accountId: identity.kind === 'anonymous' ? null : identity.accountId,
    loaded,
    context: { get: (key) => (key === 'aws:username' && identity === ownerUser ? ['alice'] : null) },
  })
}
