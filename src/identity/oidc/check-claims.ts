// What a token claims, held against what its issuer is trusted for. No I/O, no clock.
// https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
import { identityTokenSkewSeconds } from '../../limits.ts'
import type { IdentityTokenProblem } from './identity-token-problem.ts'

/** What is asked of a token. */
export interface Expectation {
  /** `iss`, exactly. */
  issuer: string
  /** Audiences the account's provider is registered with. */
  clientIds: readonly string[]
  /** Milliseconds since 1970. */
  now: number
}

export interface AcceptedClaims {
  subject: string
  /** The one that the provider is registered with. */
  audience: string
}

interface Refused {
  outcome: 'refused'
  problem: IdentityTokenProblem
}

type Claims = Readonly<Record<string, unknown>>

/** `iss`; null when the token has none. */
export function issuerOf(claims: Claims): string | null {
  const { iss } = claims
  return typeof iss === 'string' && iss !== '' ? iss : null
}

/**
 * Checks issuer, subject, audience and times. The signature still has to be verified. A clock may be off by five minutes,
 * as at AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html
 */
export function checkClaims(
  claims: Claims,
  { issuer, clientIds, now }: Expectation,
): { outcome: 'accepted'; accepted: AcceptedClaims } | Refused {
  const found = issuerOf(claims)
  if (found === null) return refused({ problem: 'claim-missing', claim: 'iss' })
  if (found !== issuer) return refused({ problem: 'issuer-unknown', issuer: found })

  const { sub, exp, iat, nbf } = claims
  if (typeof sub !== 'string' || sub === '') return refused({ problem: 'claim-missing', claim: 'sub' })
  if (sub.length > subjectCharsMax) return refused({ problem: 'claim-malformed', claim: 'sub' })

  const audiences = effectiveAudiences(claims)
  if (audiences.length === 0) return refused({ problem: 'claim-missing', claim: 'aud' })
  const audience = audiences.find((candidate) => clientIds.includes(candidate))
  if (audience === undefined) return refused({ problem: 'audience-unknown' })

  if (typeof exp !== 'number') return refused({ problem: 'claim-missing', claim: 'exp' })
  if (typeof iat !== 'number') return refused({ problem: 'claim-missing', claim: 'iat' })
  if (nbf !== undefined && typeof nbf !== 'number') return refused({ problem: 'claim-malformed', claim: 'nbf' })
  const seconds = Math.floor(now / 1000)
  if (seconds >= exp + identityTokenSkewSeconds) return refused({ problem: 'expired', now: seconds, expires: exp })
  const notBefore = Math.max(iat, nbf ?? iat)
  if (seconds < notBefore - identityTokenSkewSeconds)
    return refused({ problem: 'not-yet-valid', now: seconds, notBefore })
  return { outcome: 'accepted', accepted: { subject: sub, audience } }
}

function refused(problem: IdentityTokenProblem): Refused {
  return { outcome: 'refused', problem }
}

/** SubjectFromWebIdentityToken. */
const subjectCharsMax = 255

/**
 * Whom the token is for: the authorized party (`azp`) where there is one, else `aud`, as AWS takes them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 */
export function effectiveAudiences({ aud, azp }: Claims): readonly string[] {
  return typeof azp === 'string' && azp !== '' ? [azp] : textsOf(aud)
}

/** The texts of a claim that has one or a list of them; numbers and booleans as they are written. */
export function textsOf(claim: unknown): readonly string[] {
  const values: unknown[] = Array.isArray(claim) ? claim : [claim]
  const texts: string[] = []
  for (const value of values) {
    if (typeof value === 'string') texts.push(value)
    else if (typeof value === 'number' || typeof value === 'boolean') texts.push(String(value))
  }
  return texts
}
