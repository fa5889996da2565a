// Whether a request was denied, and by what: the label that denials are counted by. No I/O, no clock.
import type { Verdict } from '../access/access.ts'

/** What is looked at of a request that was answered. */
export interface AnsweredFacts {
  verdicts: readonly Verdict[]
  /** Refused while its signature was looked at. */
  isUnverified: boolean
  error: { code: string } | null
}

/** Errors that refuse who asks, not what is asked, wherever they come from: S3, IAM and STS. */
const denials: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccountProblem',
  'AllAccessDisabled',
  'ExpiredToken',
  'ExpiredTokenException',
  'IDPRejectedClaim',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidAuthenticationCode',
  'InvalidClientTokenId',
  'InvalidIdentityToken',
  'InvalidSecurity',
  'InvalidToken',
  'MissingAuthenticationToken',
  'NotSignedUp',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
])

/**
 * Null: nothing was denied. Else `explicit-deny` or `no-identity-policy` and the like by the verdict that ended it, or the
 * code that refused it otherwise.
 */
export function denialOf({ verdicts, isUnverified, error }: AnsweredFacts): string | null {
  // A key that DeleteObjects may not delete leaves the request allowed: its own verdict tells.
  if (error === null) return null
  const last = verdicts.at(-1)
  if (last !== undefined && !last.allowed && denials.has(error.code)) return denialOfVerdict(last)
  return isUnverified || denials.has(error.code) ? error.code : null
}

function denialOfVerdict({ denial, missing }: Extract<Verdict, { allowed: false }>): string {
  if (denial === 'explicit') return 'explicit-deny'
  return missing === null ? 'implicit-deny' : `no-${missing}-policy`
}
