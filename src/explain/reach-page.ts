// Who can reach a bucket: everybody, any account, and the principals of the deployment page by page.
import { conditionContext } from '../access/conditions.ts'
import { loadPolicies, type Loaded } from '../access/policy-set.ts'
import { emptyContext, type ConditionContext } from '../iam/condition-context.ts'
import { noPolicies } from '../iam/policy.ts'
import { accountPrincipal, type SignedPrincipal } from '../iam/principal.ts'
import { reachAtOnceMax } from '../limits.ts'
import { rootAccountId } from '../store/tables/accounts.ts'
import { anything } from './anything.ts'
import { roleSession } from './find-principal.ts'
import { ReachOfBucket, type Reached, type Reacher } from './reach.ts'
import type { AccessSources } from '../access/access.ts'
import type { RequestFacts } from '../access/request-facts.ts'
import type { Identity } from '../auth/identity.ts'
import type { Bucket } from '../store/buckets.ts'
import type { ListedPrincipal } from '../store/tables/principals.ts'

export interface PrincipalReach {
  type: 'Everyone' | 'AnyAccount' | 'Account' | 'User' | 'Role'
  /** Absent for those that are not somebody in particular. */
  arn?: string
  accountId?: string
  access: Reached
}

/** Nobody who has signed, and whoever has: they come before everybody else. */
export function reachOfAll(bucket: Bucket, prefix: string): PrincipalReach[] {
  const reach = new ReachOfBucket(bucket, prefix)
  const everyone: Reacher = {
    principal: { type: 'Anonymous' },
    canonicalId: null,
    accountId: null,
    loaded: { policies: noPolicies, tags: {} },
    context: emptyContext,
  }
  // An account that there is not: what it can reach, any can.
  const anybody = { ...everyone, principal: accountPrincipal('any'), canonicalId: '', accountId: 'any' }
  const found: PrincipalReach[] = [
    { type: 'Everyone', access: reach.of(everyone) },
    { type: 'AnyAccount', access: reach.of(anybody) },
  ]
  return found.filter(isReaching)
}

/** Those of the principals that can reach anything. */
export async function reachOfPrincipals(
  { bucket, prefix }: { bucket: Bucket; prefix: string },
  principals: readonly ListedPrincipal[],
  sources: AccessSources,
): Promise<PrincipalReach[]> {
  const reach = new ReachOfBucket(bucket, prefix)
  const found: PrincipalReach[] = []
  for (let start = 0; start < principals.length; start += reachAtOnceMax) {
    const some = principals.slice(start, start + reachAtOnceMax)
    found.push(...(await Promise.all(some.map((listed) => reachOf(reach, bucket, { listed, sources })))))
  }
  return found.filter(isReaching)
}

function isReaching({ access }: PrincipalReach): boolean {
  return Object.keys(access).length > 0
}

const types = { account: 'Account', user: 'User', role: 'Role' } as const

async function reachOf(
  reach: ReachOfBucket,
  bucket: Bucket,
  { listed, sources }: { listed: ListedPrincipal; sources: AccessSources },
): Promise<PrincipalReach> {
  const { kind, arn, accountId, canonicalId } = listed
  const told = { type: types[kind], arn, accountId }
  const identity = identityOf(listed)
  const { principal } = identity
  const about = { principal, canonicalId, accountId, context: emptyContext }
  // From another account the bucket has to allow it too: where it does not, nobody's policies need be read.
  const mayBe =
    accountId === bucket.accountId || isReaching({ ...told, access: reach.of({ ...about, loaded: anything }) })
  const loaded = mayBe ? await loadPolicies(identity, (one) => sources.policies(one)) : null
  if (loaded === null) return { ...told, access: {} }
  return { ...told, access: reach.of({ ...about, loaded, context: sureContext(identity, loaded) }) }
}

function identityOf({
  accountId,
  canonicalId,
  kind,
  entityId,
  name,
  arn,
}: ListedPrincipal): Extract<Identity, { kind: 'account' }> {
  return {
    kind: 'account',
    accountId,
    canonicalId,
    displayName: '',
    accessKeyId: '',
    isRoot: accountId === rootAccountId,
    principal: principalOf(),
    session: null,
  }

  function principalOf(): SignedPrincipal {
    if (kind === 'account') return accountPrincipal(accountId)
    if (kind === 'user') return { type: 'User', accountId, arn, userId: entityId, username: name }
    return roleSession({ accountId, name, roleArn: arn, roleId: entityId }, 'any')
  }
}

/**
 * What does not change from request to request. Sessions of a role have names and tags of their own, so that its variables
 * may stand for anything.
 */
function sureContext(identity: Extract<Identity, { kind: 'account' }>, { tags }: Loaded): ConditionContext {
  const all = conditionContext({
    request: { ...noRequest, identity },
    resourceAccountId: null,
    principalTags: tags,
    objectTags: null,
    own: undefined,
  })
  const isSession = identity.principal.type === 'AssumedRole'
  const sure = isSession
    ? /^aws:principal(?:account|arn)$/
    : /^aws:(?:username|userid|principal(?:account|arn|type|tag\/.*))$/
  return { get: (key) => (sure.test(key) ? all.get(key) : null) }
}

const noRequest: Omit<RequestFacts, 'identity'> = {
  signature: null,
  headers: new Headers(),
  query: { get: () => null },
  isSecure: false,
  tlsVersion: () => null,
  clientIp: () => null,
  region: '',
  now: 0,
}
