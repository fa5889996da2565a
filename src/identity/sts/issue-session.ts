// Makes a session and tells it as STS does.
import type { Env } from '../../env.ts'
import type { Session } from '../../auth/identity.ts'
import { sealSession, type SessionIdentity } from '../../store/session-token.ts'
import { element, type Xml } from '../../s3/xml.ts'

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
