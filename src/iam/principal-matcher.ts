// The `Principal` and `NotPrincipal` elements. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
import type { Principal } from './principal.ts'

/** An AWS service that acts for itself: `logging.s3.amazonaws.com`. */
export interface ServicePrincipal {
  type: 'Service'
  name: string
}

/** Somebody an identity provider vouches for (AssumeRoleWithWebIdentity). */
export interface WebIdentity {
  type: 'WebIdentity'
  /** The provider's ARN, `arn:aws:iam::111122223333:oidc-provider/token.example.com`, or a built-in one's host name. */
  provider: string
}

/** Who asks, as far as policies can name them. */
export interface Requester {
  principal: Principal | ServicePrincipal | WebIdentity
  /** The canonical user id of the principal's account; null: unknown. */
  canonicalId: string | null
  /** A permissions boundary is set on the user or role. */
  hasBoundary: boolean
}

/**
 * How a statement names somebody, which decides what else limits an Allow within one account: `direct`, the very user or
 * session or everybody (nothing does); `entity`, the role of a session or the user who made it (boundary and session
 * policies do); `account` (identity policies must allow it as well).
 */
export type Naming = 'direct' | 'entity' | 'account'

export type PrincipalType = 'AWS' | 'CanonicalUser' | 'Federated' | 'Service'

export interface PrincipalMatcher {
  isNegated: boolean
  everyone: boolean
  accountIds: ReadonlySet<string>
  /** Users, roles and sessions. */
  arns: ReadonlySet<string>
  canonicalIds: ReadonlySet<string>
  providers: ReadonlySet<string>
  services: ReadonlySet<string>
}

export interface NamedPrincipal {
  type: PrincipalType
  value: string
}

/** The values have been checked. `*` under AWS is everybody. */
export function compilePrincipals(named: 'everyone' | readonly NamedPrincipal[], isNegated: boolean): PrincipalMatcher {
  const list = named === 'everyone' ? [] : named
  const valuesOf = (type: PrincipalType): string[] =>
    list.filter((entry) => entry.type === type).map(({ value }) => value)
  const aws = valuesOf('AWS')
  const accountIds = aws.map(accountIdOf).filter((id) => id !== null)
  return {
    isNegated,
    everyone: named === 'everyone' || aws.includes('*'),
    accountIds: new Set(accountIds),
    arns: new Set(aws.filter((value) => value !== '*' && accountIdOf(value) === null)),
    canonicalIds: new Set(valuesOf('CanonicalUser')),
    providers: new Set(valuesOf('Federated')),
    services: new Set(valuesOf('Service')),
  }
}

/** Of `111122223333` and `arn:aws:iam::111122223333:root`; null for anything else. */
export function accountIdOf(value: string): string | null {
  const match = /^(?:([0-9]{12})|arn:aws:iam::([0-9]{12}):root)$/.exec(value)
  return match?.[1] ?? match?.[2] ?? null
}

/**
 * Null: the statement is not about this requester. `*` forbids everybody, but allows no web identity: whom a provider vouches
 * for has to be let in by the provider's name.
 */
export function namingOf(matcher: PrincipalMatcher, requester: Requester, effect: 'Allow' | 'Deny'): Naming | null {
  const { principal } = requester
  if (matcher.isNegated) return isExempt(matcher, requester) ? null : 'direct'
  if (matcher.everyone && (effect === 'Deny' || principal.type !== 'WebIdentity')) return 'direct'
  switch (principal.type) {
    case 'Anonymous':
      return null
    case 'Service':
      return matcher.services.has(principal.name) ? 'direct' : null
    case 'WebIdentity':
      return matcher.providers.has(principal.provider) ? 'direct' : null
    case 'Account':
      return namesAccount(matcher, principal.accountId, requester) ? 'account' : null
    case 'User':
    case 'AssumedRole':
    case 'FederatedUser':
      if (matcher.arns.has(principal.arn)) return 'direct'
      if (principal.type === 'AssumedRole' && matcher.arns.has(principal.roleArn)) return 'entity'
      if (principal.type === 'FederatedUser' && matcher.arns.has(principal.issuer.arn)) return 'entity'
      return namesAccount(matcher, principal.accountId, requester) ? 'account' : null
  }
}

function namesAccount(matcher: PrincipalMatcher, accountId: string, { canonicalId }: Requester): boolean {
  return matcher.accountIds.has(accountId) || (canonicalId !== null && matcher.canonicalIds.has(canonicalId))
}

/**
 * Whether NotPrincipal leaves the requester out of the Deny: only when it names all that they are, the account, the role and
 * the session; and never somebody with a permissions boundary. Both are AWS's rules.
 */
function isExempt(matcher: PrincipalMatcher, requester: Requester): boolean {
  if (requester.hasBoundary) return false
  if (matcher.everyone) return true
  const { principal } = requester
  switch (principal.type) {
    case 'Anonymous':
      return false
    case 'Service':
      return matcher.services.has(principal.name)
    case 'WebIdentity':
      return matcher.providers.has(principal.provider)
    case 'Account':
      return namesAccount(matcher, principal.accountId, requester)
    case 'User':
    case 'FederatedUser':
      return matcher.arns.has(principal.arn) && namesAccount(matcher, principal.accountId, requester)
    case 'AssumedRole':
      return (
        matcher.arns.has(principal.arn) &&
        matcher.arns.has(principal.roleArn) &&
        namesAccount(matcher, principal.accountId, requester)
      )
  }
}
