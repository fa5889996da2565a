// May they? The order in which AWS asks its policies. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
import type { ConditionContext } from './condition-context.ts'
import { describeMatched, policyKindNames, type Decision, type Matched, type PolicyKind } from './decision.ts'
import { statementsAbout, type CompiledStatement, type NamedPolicy, type PolicySet } from './policy.ts'
import type { Naming, Requester, ServicePrincipal, WebIdentity } from './principal-matcher.ts'
import type { Principal, SignedPrincipal } from './principal.ts'
import { appliesAs, resourceOf, type Circumstances } from './statement-match.ts'

export type { ServicePrincipal, WebIdentity }

/** An ACL grant that covers the request: to the principal's account, which may delegate it, or to everybody. */
export type AclGrant = null | { to: 'account' | 'everyone'; name: string }

export interface Question {
  principal: Principal | ServicePrincipal | WebIdentity
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
  /** The resource's side has to allow it within its account as well: a role's trust policy. */
  resourceMustAllow?: true
}

/**
 * Decides, in this order:
 * 1. A Deny that applies, in any policy, decides.
 * 2. Service control policies have to allow it.
 * 3. Within the account: an Allow of the resource's policy is enough where it names the very user or session, or everybody.
 *    Where it names the session's role, or the user who made the session, the boundary and session policies limit it. Where
 *    it names the account, identity policies have to allow it as well.
 * 4. From another account: the resource's policy or a list has to allow it, and everything of 5 as well.
 * 5. Identity policies, the boundary and the session policies all have to allow it. An account's root identity needs no
 *    identity policy; a session of GetFederationToken has what its session policies allow, at most.
 *
 * Anonymous requests, services and web identities have nothing but the resource's side.
 */
export function evaluate(question: Question): Decision {
  const { principal, policies } = question
  const circumstances = circumstancesOf(question)
  const denied = explicitDenial(question, circumstances)
  if (denied !== null) return denied
  const side: Side = { action: question.action, circumstances, granted: null }
  if (policies.serviceControl !== null) {
    const found = allowIn(side, 'service-control', policies.serviceControl)
    if (found === null) return implicitDenial(question.action, 'service-control')
  }
  const grant = resourceGrant(question, circumstances)
  if (!isSigned(principal)) {
    return grant?.naming === 'direct' ? allowed(grant.matched) : implicitDenial(question.action, 'resource')
  }
  const isSameAccount = question.resourceAccountId === null || question.resourceAccountId === principal.accountId
  const needsGrant = !isSameAccount || question.resourceMustAllow === true
  if (needsGrant && grant === null) return implicitDenial(question.action, 'resource')
  if (isSameAccount && grant?.naming === 'direct') return allowed(grant.matched)
  const isOfEntity = isSameAccount && grant?.naming === 'entity'
  const granted = grant !== null && (needsGrant || isOfEntity) ? grant.matched : null
  return principalSide({ ...side, granted }, policies, { principal, needsIdentity: !isOfEntity })
}

function circumstancesOf(question: Question): Circumstances {
  const { principal, canonicalId, context, policies } = question
  const requester: Requester = {
    principal,
    canonicalId: canonicalId ?? null,
    hasBoundary: policies.boundary !== null,
  }
  return { requester, resource: resourceOf(question), context }
}

function isSigned(principal: Question['principal']): principal is SignedPrincipal {
  return principal.type !== 'Anonymous' && principal.type !== 'Service' && principal.type !== 'WebIdentity'
}

/**
 * What a bucket policy cannot keep the root identity of the bucket's account from, so that nobody is locked out for good.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
const unlockActions: ReadonlySet<string> = new Set([
  's3:DeleteBucketPolicy',
  's3:GetBucketPolicy',
  's3:PutBucketPolicy',
])

function explicitDenial(question: Question, circumstances: Circumstances): Decision | null {
  const { action, policies, resourcePolicy, principal } = question
  const isUnlocking =
    principal.type === 'Account' && principal.accountId === question.resourceAccountId && unlockActions.has(action)
  const found =
    denyIn('service-control', policies.serviceControl, action, circumstances) ??
    (resourcePolicy === null || isUnlocking ? null : denyOf('resource', resourcePolicy, action, circumstances)) ??
    denyIn('identity', policies.identity, action, circumstances) ??
    (policies.boundary === null ? null : denyOf('boundary', policies.boundary, action, circumstances)) ??
    denyIn('session', policies.session, action, circumstances)
  if (found === null) return null
  const reason = `Explicit deny of ${action} in ${describeMatched(found)} (${policyKindNames[found.kind]})`
  return { allowed: false, denial: 'explicit', matched: found, missing: null, reason }
}

function denyIn(
  kind: PolicyKind,
  policies: readonly NamedPolicy[] | null,
  action: string,
  circumstances: Circumstances,
): Matched | null {
  if (policies === null) return null
  for (const named of policies) {
    const found = denyOf(kind, named, action, circumstances)
    if (found !== null) return found
  }
  return null
}

function denyOf(
  kind: PolicyKind,
  { name, policy }: NamedPolicy,
  action: string,
  circumstances: Circumstances,
): Matched | null {
  for (const statement of statementsAbout(policy, action).denies) {
    if (appliesAs(statement, circumstances) !== null) return matchedBy(kind, name, statement)
  }
  return null
}

/** What is asked of the principal's own policies; `granted` is the resource's Allow that the answer will name. */
interface Side {
  action: string
  circumstances: Circumstances
  granted: Matched | null
}

function allowIn({ action, circumstances }: Side, kind: PolicyKind, policies: readonly NamedPolicy[]): Matched | null {
  for (const { name, policy } of policies) {
    for (const statement of statementsAbout(policy, action).allows) {
      if (appliesAs(statement, circumstances) !== null) return matchedBy(kind, name, statement)
    }
  }
  return null
}

interface Grant {
  naming: Naming
  matched: Matched
}

const strength: Readonly<Record<Naming, number>> = { account: 1, entity: 2, direct: 3 }

/** The strongest Allow of the resource's policy and lists; null when there is none. */
function resourceGrant({ resourcePolicy, action, acl }: Question, circumstances: Circumstances): Grant | null {
  let best: { naming: Naming; statement: CompiledStatement } | null = null
  for (const statement of resourcePolicy === null ? [] : statementsAbout(resourcePolicy.policy, action).allows) {
    // A policy without principals is none of a resource, and must not let everybody in.
    const naming = statement.principals === null ? null : appliesAs(statement, circumstances)
    if (naming === null || (best !== null && strength[best.naming] >= strength[naming])) continue
    best = { naming, statement }
    if (naming === 'direct') break
  }
  if (best !== null && resourcePolicy !== null && (best.naming === 'direct' || acl?.to !== 'everyone')) {
    return { naming: best.naming, matched: matchedBy('resource', resourcePolicy.name, best.statement) }
  }
  if (acl === null) return null
  const naming = acl.to === 'everyone' ? 'direct' : 'account'
  return { naming, matched: { kind: 'acl', policy: acl.name, sid: null, index: 0 } }
}

function principalSide(
  side: Side,
  { identity, boundary, session }: PolicySet,
  { principal, needsIdentity }: { principal: SignedPrincipal; needsIdentity: boolean },
): Decision {
  const found = allowIn(side, 'identity', identity)
  if (needsIdentity && found === null && !isRoot(principal)) return implicitDenial(side.action, 'identity')
  if (boundary !== null && allowIn(side, 'boundary', [boundary]) === null)
    return implicitDenial(side.action, 'boundary')
  // Without a policy a session of GetFederationToken may do nothing by itself.
  const limits = session ?? (principal.type === 'FederatedUser' ? [] : null)
  if (limits !== null && allowIn(side, 'session', limits) === null) return implicitDenial(side.action, 'session')
  return allowed(side.granted ?? found)
}

/** The root identity of an account, or a session that it made with GetFederationToken. */
function isRoot(principal: SignedPrincipal): boolean {
  if (principal.type === 'FederatedUser') return principal.issuer.arn === `arn:aws:iam::${principal.accountId}:root`
  return principal.type === 'Account'
}

function matchedBy(kind: PolicyKind, policy: string, { sid, index }: CompiledStatement): Matched {
  return { kind, policy, sid, index }
}

/** Null: the root identity of an account needs no statement. */
function allowed(matched: Matched | null): Decision {
  if (matched === null) return { allowed: true, matched, reason: 'Allowed: the root identity of the account' }
  const where = matched.kind === 'acl' ? matched.policy : describeMatched(matched)
  return { allowed: true, matched, reason: `Allowed by ${where}` }
}

function implicitDenial(action: string, missing: PolicyKind): Decision {
  return {
    allowed: false,
    denial: 'implicit',
    matched: null,
    missing,
    reason: `No ${policyKindNames[missing]} allows ${action}`,
  }
}
