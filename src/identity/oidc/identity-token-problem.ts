// Why an identity token does not count, as data, and the one place that words it as STS does. No I/O, no clock.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_Errors
import { QueryError } from '../query-error.ts'

export type IdentityTokenProblem =
  | { problem: 'malformed' }
  /** Not signed, signed with a shared secret, or by an algorithm nobody here knows. */
  | { problem: 'algorithm-refused'; algorithm: string }
  /** A header that must be understood (RFC 7515 section 4.1.11) and is not. */
  | { problem: 'header-not-understood'; name: string }
  | { problem: 'claim-missing'; claim: string }
  | { problem: 'claim-malformed'; claim: string }
  | { problem: 'issuer-unknown'; issuer: string }
  | { problem: 'audience-unknown' }
  /** Seconds since 1970. */
  | { problem: 'expired'; now: number; expires: number }
  | { problem: 'not-yet-valid'; now: number; notBefore: number }
  /** The provider has no key that could have made the signature. */
  | { problem: 'key-missing' }
  | { problem: 'signature-wrong' }
  /** No answer: trying again may help. `why` is for the log. */
  | { problem: 'provider-unreachable'; why: string }
  /** An answer that is none: a redirect, something that is no JSON, too much of it, another issuer's. */
  | { problem: 'provider-unusable'; why: string }

/** A provider's URL has no more; an answer repeats no more of a token. */
const issuerCharsMax = 255

const noKey =
  "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements"
const notValidated =
  'The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.'
const noJwt = 'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)'

/** The error STS answers. */
export function identityTokenError(found: IdentityTokenProblem): QueryError {
  switch (found.problem) {
    case 'malformed':
      return invalid(noJwt)
    case 'algorithm-refused':
      return invalid(notValidated, `algorithm ${found.algorithm}`)
    case 'header-not-understood':
      return invalid(notValidated, `critical header ${found.name}`)
    case 'claim-missing':
      return invalid(`Missing a required claim: ${found.claim}`)
    case 'claim-malformed':
      return new QueryError('IDPRejectedClaim', `The claim ${found.claim} of the token is not usable`)
    case 'issuer-unknown':
      return invalid(`No OpenIDConnect provider found in your account for ${found.issuer.slice(0, issuerCharsMax)}`)
    case 'audience-unknown':
      return invalid('Incorrect token audience')
    case 'expired':
      return new QueryError(
        'ExpiredTokenException',
        `Token expired: current date/time ${found.now} must be before the expiration date/time ${found.expires}`,
      )
    case 'not-yet-valid':
      return invalid(
        `Token not yet valid: current date/time ${found.now} must not be before the date/time ${found.notBefore}`,
      )
    case 'key-missing':
      return invalid(noKey, 'no key of this kid and algorithm')
    case 'signature-wrong':
      return invalid(notValidated, 'signature')
    case 'provider-unreachable':
      return new QueryError(
        'IDPCommunicationError',
        'The identity provider that was asked to verify the incoming identity token could not be reached.',
        found.why,
      )
    case 'provider-unusable':
      return invalid(noKey, found.why)
  }
}

function invalid(message: string, reason?: string): QueryError {
  return new QueryError('InvalidIdentityToken', message, reason)
}
