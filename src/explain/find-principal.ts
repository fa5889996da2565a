// Whom an explanation is about: an ARN, an account, an access key or nobody, as the identity a request of theirs would have.
import { accountPrincipal, type SignedPrincipal } from '../iam/principal.ts'
import { keyLookup } from '../store/tables/access-keys.ts'
import { ownerOf, rootAccountId } from '../store/tables/accounts.ts'
import { getEntity } from '../store/tables/entities.ts'
import type { Identity, Session } from '../auth/identity.ts'
import type { Env } from '../env.ts'

export type FoundPrincipal =
  | { outcome: 'found'; identity: Identity }
  /** `accountId`: where it would be; null where that is not known. */
  | { outcome: 'missing'; accountId: string | null }
  | { outcome: 'invalid'; message: string }

/** Forms of a principal, for messages. */
export const principalForms =
  'anonymous, an account id, an access key id, or the ARN of an account (…:root), user, role or session of a role'

interface Named {
  accountId: string
  kind: 'account' | 'user' | 'role'
  name: string
  /** The ARN of a user or role; null where the path is not known: a session names its role without. */
  arn: string | null
  sessionName: string
}

/** `now`: when the session of a role begins, in milliseconds since 1970. */
export async function findPrincipal(env: Env, text: string, now: number): Promise<FoundPrincipal> {
  if (text === 'anonymous' || text === '*') return { outcome: 'found', identity: { kind: 'anonymous' } }
  if (!text.startsWith('arn:') && !/^\d{12}$/.test(text)) return ofAccessKey(env, text)
  const named = parsePrincipal(text)
  if (named === null) return { outcome: 'invalid', message: `principal must be ${principalForms}` }
  const { accountId } = named
  const owner = await ownerOf(env, accountId)
  const missing: FoundPrincipal = { outcome: 'missing', accountId }
  if (owner === null) return missing
  const about = { kind: 'account', accountId, ...owner, accessKeyId: '', isRoot: accountId === rootAccountId } as const
  if (named.kind === 'account') {
    return { outcome: 'found', identity: { ...about, principal: accountPrincipal(accountId), session: null } }
  }
  const entity = await getEntity(env, accountId, { kind: named.kind, name: named.name })
  if (entity === null || (named.arn !== null && named.arn !== entity.arn)) return missing
  const { entityId, arn, name } = entity
  if (named.kind === 'user') {
    const principal = { type: 'User', accountId, arn, userId: entityId, username: name } as const
    return { outcome: 'found', identity: { ...about, principal, session: null } }
  }
  const principal = roleSession({ accountId, name, roleArn: arn, roleId: entityId }, named.sessionName)
  return { outcome: 'found', identity: { ...about, principal, session: sessionOf(now) } }
}

async function ofAccessKey(env: Env, accessKeyId: string): Promise<FoundPrincipal> {
  if (!/^[\w.-]{3,128}$/.test(accessKeyId)) {
    return { outcome: 'invalid', message: `principal must be ${principalForms}` }
  }
  const key = await keyLookup(env)(accessKeyId, null)
  // Temporary credentials are whole in what their client holds.
  if (key === null || typeof key === 'string') return { outcome: 'missing', accountId: null }
  return { outcome: 'found', identity: key.identity }
}

/** Null for any other ARN. */
export function parsePrincipal(text: string): Named | null {
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(text)?.[1]
  if (account !== undefined) return { accountId: account, kind: 'account', name: '', arn: null, sessionName: '' }
  const entity = /^arn:aws:iam::(\d{12}):(user|role)\/(?:[!-~]*\/)?([\w+=,.@-]+)$/.exec(text)
  if (entity !== null) {
    const [, accountId = '', kind, name = ''] = entity
    return { accountId, kind: kind === 'user' ? 'user' : 'role', name, arn: text, sessionName: 'explain' }
  }
  const session = /^arn:aws:sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/([\w+=,.@-]+)$/.exec(text)
  if (session === null) return null
  const [, accountId = '', name = '', sessionName = ''] = session
  return { accountId, kind: 'role', name, arn: null, sessionName }
}

/** A session of a role as a principal. */
export function roleSession(
  { accountId, name, roleArn, roleId }: { accountId: string; name: string; roleArn: string; roleId: string },
  sessionName: string,
): SignedPrincipal {
  const arn = `arn:aws:sts::${accountId}:assumed-role/${name}/${sessionName}`
  return { type: 'AssumedRole', accountId, arn, userId: `${roleId}:${sessionName}`, roleArn, roleId, sessionName }
}

/** Of a role that was assumed just now, without policies and tags of its own. */
function sessionOf(now: number): Session {
  return {
    issued: now,
    expires: now + 3_600_000,
    policies: [],
    tags: {},
    sourceIdentity: null,
    federatedProvider: null,
  }
}
