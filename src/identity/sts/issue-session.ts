// Makes a session and tells it as STS does.
import type { Env } from '../../env.ts'
import type { Session } from '../../auth/identity.ts'
import { sealSession, type SessionIdentity } from '../../store/session-token.ts'
import { element, type Xml } from '../../s3/xml.ts'
import type { Caller } from '../action.ts'
import { QueryError } from '../query-error.ts'

/** What of a session is not chosen by whoever asks for it. */
export interface SessionTime {
  /** Milliseconds since 1970. */
  now: number
  seconds: number
}

/** A session without anything that bounds or describes it. */
export function plainSession({ now, seconds }: SessionTime): Session {
  return {
    issued: now,
    expires: now + seconds * 1000,
    policies: [],
    tags: {},
    sourceIdentity: null,
    federatedProvider: null,
  }
}

/**
 * A session of the caller itself, bounded by the policies and by what bounds the caller's own key already. Throws
 * AccessDenied where it would have to be bounded by both, which a session cannot be.
 */
export function ownSession(caller: Caller, time: SessionTime, policies: readonly string[]): SessionIdentity {
  const { kind: _kind, accessKeyId: _accessKeyId, session: bounds, ...identity } = caller
  if (policies.length > 0) refuseBounded(caller)
  const session = plainSession(time)
  return {
    ...identity,
    session: {
      ...session,
      expires: Math.min(session.expires, bounds?.expires ?? session.expires),
      policies: bounds === null ? policies : bounds.policies,
    },
  }
}

/** Throws AccessDenied for the key of a service account that has a policy of its own: a session would replace it. */
export function refuseBounded({ session }: Caller): void {
  if (session === null) return
  throw new QueryError(
    'AccessDenied',
    'A service account with a policy of its own cannot begin a session with another policy',
  )
}

/** `<Credentials>` for the identity. */
export async function issueCredentials(env: Env, identity: SessionIdentity): Promise<Xml> {
  const { accessKeyId, secretAccessKey, sessionToken } = await sealSession(env.EDGESHARD_SECRET, identity)
  return element('Credentials', [
    element('AccessKeyId', accessKeyId),
    element('SecretAccessKey', secretAccessKey),
    element('SessionToken', sessionToken),
    // Whole seconds, rounded down: no client believes its credentials to live longer than they do.
    element('Expiration', `${new Date(identity.session.expires).toISOString().slice(0, 19)}Z`),
  ])
}

/** `<PackedPolicySize>`; null for none. */
export function packedPolicyElement(percent: number | null): Xml | null {
  return percent === null ? null : element('PackedPolicySize', percent)
}
