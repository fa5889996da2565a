import type { ConditionContext } from './condition-context.ts'
import type { Decision } from './decision.ts'
import type { NamedPolicy, PolicySet } from './policy.ts'
import type { Principal } from './principal.ts'

/** Somebody an identity provider vouches for (AssumeRoleWithWebIdentity). */
export interface WebIdentity {
  type: 'WebIdentity'
  /** The provider's ARN, `arn:aws:iam::111122223333:oidc-provider/token.example.com`, or a built-in one's host name. */
  provider: string
}

export interface TrustQuestion {
  principal: Principal | WebIdentity
  /** `sts:AssumeRole`, `sts:AssumeRoleWithWebIdentity`, `sts:TagSession`, `sts:SetSourceIdentity`: ask once for each. */
  action: string
  roleArn: string
  roleAccountId: string
  context: ConditionContext
  /** Of the principal; `noPolicies` for a web identity. */
  policies: PolicySet
  trustPolicy: NamedPolicy
}

/** May they assume the role? Unlike other resource policies, a trust policy must allow it even within one account. */
export function evaluateTrust(_question: TrustQuestion): Decision {
  return { allowed: false, denial: 'implicit', matched: null, missing: null, reason: 'Not built yet' }
}
