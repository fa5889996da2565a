import type { ConditionContext } from './condition-context.ts'
import type { Decision } from './decision.ts'
import type { NamedPolicy, PolicySet } from './policy.ts'
import type { Principal } from './principal.ts'

/** An ACL grant that covers the request: to the principal's account, which may delegate it, or to everybody. */
export type AclGrant = null | { to: 'account' | 'everyone'; name: string }

/** An AWS service that acts for itself: `logging.s3.amazonaws.com`. */
export interface ServicePrincipal {
  type: 'Service'
  name: string
}

export interface Question {
  principal: Principal | ServicePrincipal
  /** The canonical user id of the principal's account, for `CanonicalUser` in bucket policies; null or absent: unknown. */
  canonicalId?: string | null
  /** As AWS spells it: `s3:GetObject`. */
  action: string
  /** An ARN, or `*` for what concerns no resource. */
  resource: string
  /** The account that owns the resource; null: nobody's (ListBuckets, CreateBucket), so that the principal's side decides. */
  resourceAccountId: string | null
  context: ConditionContext
  policies: PolicySet
  resourcePolicy: NamedPolicy | null
  acl: AclGrant
}

/** May they? In the order AWS documents. */
export function evaluate(_question: Question): Decision {
  return { allowed: false, denial: 'implicit', matched: null, missing: null, reason: 'Not built yet' }
}
