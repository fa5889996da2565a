// Temporary credentials, whole in what the client holds: nothing of them is stored, so that they verify without a read.
//
// A session token is the identity it stands for, deflated and sealed with AES-256-GCM; the id of its access key is
// additional data, so that a token opens only beside its own key. The secret is not in the token: it is the HMAC of the
// key's id and the token's initialisation vector under a key of its own. So a token alone, in a proxy's log say, can sign
// nothing even for whoever could open it; two sessions never share a secret; and nothing secret is next to text that the
// client chose when both are deflated.
//
// What a token cannot know is whether its role, its user or its account still exists. That is settled where a request is
// authorised: their policies are loaded there (`principalPolicies`), and for whoever is gone nothing is allowed. To end
// all sessions of a deployment, change EDGESHARD_SECRET; those of a role, deny what was issued before a time
// (`aws:TokenIssueTime`), as on AWS.
import { Buffer } from 'node:buffer'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { AccessKey, Identity, Session, TokenProblem } from '../auth/identity.ts'
import { openedSessionsMax } from '../limits.ts'
import { derivedKey, type Purpose } from './derived-key.ts'
import { newSessionKeyId } from './session-key-id.ts'

type SignedIdentity = Extract<Identity, { kind: 'account' }>

/** Who a session is of; its access key is made with its token. */
export type SessionIdentity = Omit<SignedIdentity, 'kind' | 'accessKeyId' | 'session'> & { session: Session }

/** As STS hands them out. */
export interface SessionCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
}

/** First byte of every token. A change of what is sealed, or how, takes another one. */
const version = 1
const ivBytes = 12
const tagBytes = 16
/** AWS's secrets have 40 characters of Base64. */
const secretBytes = 30

const sealing: Purpose = { label: 'edgeshard session tokens v1', use: 'sealing' }
const secrets: Purpose = { label: 'edgeshard session secrets v1', use: 'authentication' }

/** Makes credentials for the identity, good until its session expires. */
export async function sealSession(deploymentSecret: string, identity: SessionIdentity): Promise<SessionCredentials> {
  const accessKeyId = newSessionKeyId(identity.accountId)
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
  const plain = deflateRawSync(JSON.stringify(identity))
  const key = await derivedKey(deploymentSecret, sealing)
  const sealed = new Uint8Array(await crypto.subtle.encrypt(gcm(iv, accessKeyId), key, plain))
  return {
    accessKeyId,
    secretAccessKey: await sessionSecret(deploymentSecret, accessKeyId, iv),
    sessionToken: Buffer.concat([Uint8Array.of(version), iv, sealed]).toString('base64url'),
  }
}

/**
 * The key that a token belongs to. `token-invalid` for a token of another key or deployment and for one that was changed
 * in any way. The same object as long as the token is remembered, so that compiled policies can hang on its session.
 */
export async function openSession(
  deploymentSecret: string,
  { accessKeyId, token }: { accessKeyId: string; token: string },
  now: number,
): Promise<AccessKey | TokenProblem> {
  const known = remembered(deploymentSecret)
  const entry = known.get(accessKeyId)
  const opened = entry?.token === token ? entry : await unseal(deploymentSecret, accessKeyId, token)
  if (opened === null) return 'token-invalid'
  if (opened !== entry) remember(known, accessKeyId, opened)
  return opened.expires <= now ? 'token-expired' : opened.key
}

interface OpenedSession {
  token: string
  key: AccessKey
  /** Milliseconds since 1970. */
  expires: number
}

async function unseal(deploymentSecret: string, accessKeyId: string, token: string): Promise<OpenedSession | null> {
  const bytes = Buffer.from(token, 'base64url')
  // Base64 has several spellings of the same bytes; a token has one.
  if (bytes[0] !== version || bytes.length < 1 + ivBytes + tagBytes || bytes.toString('base64url') !== token)
    return null
  const iv = bytes.subarray(1, 1 + ivBytes)
  const key = await derivedKey(deploymentSecret, sealing)
  let plain: ArrayBuffer
  try {
    plain = await crypto.subtle.decrypt(gcm(iv, accessKeyId), key, bytes.subarray(1 + ivBytes))
  } catch {
    // Not sealed here, not for this key, or changed since: which one, nobody can tell.
    return null
  }
  const identity = JSON.parse(inflateRawSync(plain).toString()) as SessionIdentity
  return {
    token,
    expires: identity.session.expires,
    key: {
      secret: await sessionSecret(deploymentSecret, accessKeyId, iv),
      previousSecret: null,
      identity: { kind: 'account', ...identity, accessKeyId },
      disabled: false,
    },
  }
}

function gcm(iv: Uint8Array, accessKeyId: string) {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`${version}${accessKeyId}`) }
}

async function sessionSecret(deploymentSecret: string, accessKeyId: string, iv: Uint8Array): Promise<string> {
  const key = await derivedKey(deploymentSecret, secrets)
  const bytes = await crypto.subtle.sign('HMAC', key, Buffer.concat([iv, Buffer.from(accessKeyId)]))
  return Buffer.from(bytes.slice(0, secretBytes)).toString('base64')
}

type Remembered = Map<string, OpenedSession>

// One deployment has one secret; tests have several.
const byDeployment = new Map<string, Remembered>()

function remembered(deploymentSecret: string): Remembered {
  let known = byDeployment.get(deploymentSecret)
  if (known === undefined) byDeployment.set(deploymentSecret, (known = new Map()))
  return known
}

function remember(known: Remembered, accessKeyId: string, opened: OpenedSession): void {
  // The oldest stand first.
  known.delete(accessKeyId)
  known.set(accessKeyId, opened)
  const [oldest] = known.keys()
  if (known.size > openedSessionsMax && oldest !== undefined) known.delete(oldest)
}
