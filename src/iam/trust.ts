// May they assume the role? No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_compare-resource-policies.html
import type { ConditionContext } from './condition-context.ts'
import type { Decision } from './decision.ts'
import { evaluate } from './evaluate.ts'
import type { NamedPolicy, PolicySet } from './policy.ts'
import type { ServicePrincipal, WebIdentity } from './principal-matcher.ts'
import type { Principal } from './principal.ts'

export type { WebIdentity } from './principal-matcher.ts'

export interface TrustQuestion {
  principal: Principal | ServicePrincipal | WebIdentity
  /** `sts:AssumeRole`, `sts:AssumeRoleWithWebIdentity`, `sts:TagSession`, `sts:SetSourceIdentity`: ask once for each. */
  action: string
  roleArn: string
  roleAccountId: string
  context: ConditionContext
  /** Of the principal; `noPolicies` for a web identity. */
  policies: PolicySet
  trustPolicy: NamedPolicy
}

/**
 * Unlike other policies of resources, a trust policy has to allow it within one account too: identity policies alone never
 * let anybody assume a role. Where it names the account, they have to allow it as well; where it names the very user or
 * session, it is enough.
 */
export function evaluateTrust({ roleArn, roleAccountId, trustPolicy, ...rest }: TrustQuestion): Decision {
  return evaluate({
    ...rest,
    resource: roleArn,
    resourceAccountId: roleAccountId,
    resourcePolicy: trustPolicy,
    acl: null,
    resourceMustAllow: true,
  })
}
