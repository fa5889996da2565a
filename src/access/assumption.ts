// May they assume the role? Its trust policy decides, and for who has signed their own policies beside it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html
import { noPolicies } from '../iam/policy.ts'
import { evaluateTrust, type WebIdentity } from '../iam/trust.ts'
import { conditionContext } from './conditions.ts'
import { loadPolicies, trustPolicy } from './policy-set.ts'
import type { Decision } from '../iam/decision.ts'
import type { Conditions } from '../iam/permission.ts'
import type { SignedPrincipal } from '../iam/principal.ts'
import type { StoredPolicies } from '../store/tables/principal-policies.ts'
import type { RequestFacts } from './request-facts.ts'

export interface Assumption {
  /** `sts:AssumeRole` and its like, `sts:TagSession`, `sts:SetSourceIdentity`. */
  action: string
  role: { arn: string; accountId: string; trustPolicy: string }
  /** What the request says of the session that is to begin: `sts:externalid`, `sts:rolesessionname`, … */
  conditions: Conditions
  /** Somebody an identity provider vouches for, who has not signed; null: who signed the request. */
  webIdentity: WebIdentity | null
}

/** Decides by the trust policy and the policies of who asks. An anonymous request without a web identity never may. */
export async function decideAssumption(
  request: RequestFacts,
  { action, role, conditions, webIdentity }: Assumption,
  stored: (principal: SignedPrincipal) => Promise<StoredPolicies | null>,
): Promise<Decision> {
  const { identity } = request
  const loaded = webIdentity === null ? await loadPolicies(identity, stored) : { policies: noPolicies, tags: {} }
  if (loaded === null) return denied('The user or role does not exist any more')
  if (webIdentity === null && identity.kind === 'anonymous') return denied('Nobody has signed')
  return evaluateTrust({
    principal: webIdentity ?? (identity.kind === 'anonymous' ? { type: 'Anonymous' } : identity.principal),
    action,
    roleArn: role.arn,
    roleAccountId: role.accountId,
    context: conditionContext({
      request,
      resourceAccountId: role.accountId,
      principalTags: loaded.tags,
      objectTags: null,
      own: conditions,
    }),
    policies: loaded.policies,
    trustPolicy: trustPolicy(role.arn, role.trustPolicy),
  })
}

function denied(reason: string): Decision {
  return { allowed: false, denial: 'implicit', matched: null, missing: 'resource', reason }
}
