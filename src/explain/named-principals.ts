// Whom a bucket's policy and list name, whether they are of this deployment or not, and what that gives them. Their own
// policies are not looked at: an account that is named decides who of it may use that. Pure.
import { bucketPolicy } from '../access/policy-set.ts'
import { emptyContext } from '../iam/condition-context.ts'
import { accountPrincipal } from '../iam/principal.ts'
import { reachNamedMax } from '../limits.ts'
import { anything, nothingOfTheirOwn } from './anything.ts'
import { roleSession } from './find-principal.ts'
import { ReachOfBucket, type Reached, type Reacher } from './reach.ts'
import type { Acl } from '../iam/acl.ts'
import type { Question } from '../iam/evaluate.ts'
import type { NamedPrincipal } from '../iam/principal-matcher.ts'
import type { Bucket } from '../store/buckets.ts'

export interface NamedReach {
  type: NamedPrincipal['type']
  /** As the policy or the list has it: an ARN, an account, a canonical user id, a service. */
  value: string
  access: Reached
}

/** At most `reachNamedMax`; `leftOut` beyond. Those that it gives nothing are left out as well. */
export function reachOfNamed(bucket: Bucket, prefix: string): { named: NamedReach[]; leftOut: number } {
  const all = namedBy(bucket)
  const reach = new ReachOfBucket(bucket, prefix)
  const named = all.slice(0, reachNamedMax).flatMap(({ type, value }): NamedReach[] => {
    const reacher = reacherOf({ type, value }, bucket)
    const access = reacher === null ? {} : reach.of(reacher)
    return Object.keys(access).length === 0 ? [] : [{ type, value, access }]
  })
  return { named, leftOut: Math.max(0, all.length - reachNamedMax) }
}

function namedBy({ name, configs, ownership, canonicalId }: Bucket): NamedPrincipal[] {
  const found = new Map<string, NamedPrincipal>()
  const policy = configs['policy']
  for (const { effect, source } of policy === undefined ? [] : bucketPolicy(name, policy).policy.statements) {
    if (effect === 'Deny' || source.principals === 'everyone') continue
    for (const principal of source.principals) {
      if (principal.value !== '*') found.set(`${principal.type} ${principal.value}`, principal)
    }
  }
  const list = ownership === 'BucketOwnerEnforced' ? undefined : configs['acl']
  for (const { grantee } of list === undefined ? [] : (JSON.parse(list) as Acl)) {
    if (!('canonicalId' in grantee)) continue
    const { canonicalId: value } = grantee
    if (value !== canonicalId) found.set(`CanonicalUser ${value}`, { type: 'CanonicalUser', value })
  }
  return [...found.values()]
}

/** Null: names nobody who can ask S3 for anything, or the root identity of the bucket's account, which needs no naming. */
function reacherOf({ type, value }: NamedPrincipal, bucket: Bucket): Reacher | null {
  const about = { canonicalId: null, accountId: null, loaded: anything, context: emptyContext }
  switch (type) {
    case 'AWS': {
      const principal = principalOf(value)
      if (principal === null) return null
      const { accountId } = principal
      const isInside = accountId === bucket.accountId
      if (isInside && principal.type === 'Account') return null
      // Within the account a policy of their own may give them more: here only what the bucket gives is told.
      return { ...about, principal, canonicalId: '', accountId, loaded: isInside ? nothingOfTheirOwn : anything }
    }
    case 'CanonicalUser':
      return { ...about, principal: accountPrincipal('any'), canonicalId: value, accountId: 'any' }
    case 'Federated':
      return { ...about, principal: { type: 'WebIdentity', provider: value } }
    case 'Service':
      return { ...about, principal: { type: 'Service', name: value } }
  }
}

type OfAccount = Extract<Question['principal'], { accountId: string }>

function principalOf(value: string): OfAccount | null {
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(value)?.[1]
  if (account !== undefined) return accountPrincipal(account)
  const match = /^arn:aws:(?:iam|sts)::(\d{12}):(user|role|assumed-role|federated-user)\/(.+)$/.exec(value)
  if (match === null) return null
  const [, accountId = '', kind = '', rest = ''] = match
  const [name = '', session = ''] = kind === 'assumed-role' ? rest.split('/') : [rest.slice(rest.lastIndexOf('/') + 1)]
  switch (kind) {
    case 'user':
      return { type: 'User', accountId, arn: value, userId: '', username: name }
    case 'role':
      return roleSession({ accountId, name, roleArn: value, roleId: '' }, 'any')
    case 'assumed-role':
      return roleSession({ accountId, name, roleArn: `arn:aws:iam::${accountId}:role/${name}`, roleId: '' }, session)
    default:
      return { type: 'FederatedUser', accountId, arn: value, userId: '', issuer: { arn: '', userId: '' } }
  }
}
