// The table `access_keys` of CONTROL, and the lookup that every signed request makes.
import { assert } from '../../assert.ts'
import type { AccessKey, KeyLookup, Session } from '../../auth/identity.ts'
import type { Env } from '../../env.ts'
import { entityArn } from '../../iam/arn.ts'
import { accountPrincipal, type SignedPrincipal } from '../../iam/principal.ts'
import { accessKeysPerAccountMax } from '../../limits.ts'
import { openSecret } from '../sealed-secret.ts'
import { openSession } from '../session-token.ts'
import { accountCaches, forgetAccounts } from './account-caches.ts'
import type { KnownKey } from './account-caches.ts'
import { ensureRootAccount, rootAccountId, rootCanonicalId, rootDisplayName } from './accounts.ts'
import { insertKeyStatement, sealKey } from './access-key-rows.ts'
import { livePreviousSecret, openPreviousSecret } from './secret-rotation.ts'
import type { AccessKeyRow, NewAccessKey } from './access-key-rows.ts'
import type { PreviousSecretRow } from './secret-rotation.ts'

/**
 * Keys are at most `cacheMilliseconds` old. A key with a session token is temporary, and costs no query ever; a temporary
 * key without its token is one that nobody has.
 */
export function keyLookup(env: Env): KeyLookup {
  return async (accessKeyId, token) => {
    if (token !== null) return openSession(env.EDGESHARD_SECRET, { accessKeyId, token }, Date.now())
    if (accessKeyId === env.ROOT_ACCESS_KEY_ID) {
      await ensureRootAccount(env)
      return rootKey(env)
    }
    const known = await accountCaches(env.CONTROL).keys.get(accessKeyId, () => loadKey(env, accessKeyId))
    if (known === null) return null
    const { secret, previous, identity, isDisabled, expires } = known
    const now = Date.now()
    return {
      secret,
      previousSecret: livePreviousSecret(previous, now),
      identity,
      disabled: isDisabled || (expires !== null && expires <= now),
    }
  }
}

/** From the environment alone: to change the environment is to change the key. */
function rootKey(env: Env): AccessKey {
  return {
    secret: env.ROOT_SECRET_ACCESS_KEY,
    previousSecret: null,
    identity: {
      kind: 'account',
      accountId: rootAccountId,
      canonicalId: rootCanonicalId,
      displayName: rootDisplayName,
      accessKeyId: env.ROOT_ACCESS_KEY_ID,
      isRoot: true,
      principal: accountPrincipal(rootAccountId),
      session: null,
    },
    disabled: false,
  }
}

interface KeyWithAccount extends PreviousSecretRow {
  secret_encrypted: string
  status: AccessKeyRow['status']
  expires_ms: number | null
  account_id: string
  canonical_id: string
  display_name: string
  disabled: number
  user_id: string | null
  user_name: string | null
  user_path: string | null
  bounds: string | null
}

/** Which key has this id, and whose is it? */
async function loadKey(env: Env, accessKeyId: string): Promise<KnownKey | null> {
  const row = await env.CONTROL.prepare(
    `SELECT secret_encrypted, previous_secret_encrypted, previous_ends_ms, status, expires_ms, a.account_id, canonical_id, display_name, disabled,
       k.user_id, u.name AS user_name, u.path AS user_path, s.policy AS bounds
     FROM access_keys k JOIN accounts a ON a.account_id = k.account_id LEFT JOIN entities u ON u.entity_id = k.user_id
       LEFT JOIN service_accounts s ON s.access_key_id = k.access_key_id
     WHERE k.access_key_id = ?`,
  )
    .bind(accessKeyId)
    .first<KeyWithAccount>()
  if (row === null) return null
  return {
    secret: await openSecret(env.EDGESHARD_SECRET, accessKeyId, row.secret_encrypted),
    previous: await openPreviousSecret(env, accessKeyId, row),
    identity: {
      kind: 'account',
      accountId: row.account_id,
      canonicalId: row.canonical_id,
      displayName: row.display_name,
      accessKeyId,
      isRoot: row.account_id === rootAccountId,
      principal: principalOf(row),
      session: boundsOf(row),
    },
    isDisabled: row.status === 'disabled' || row.disabled === 1,
    expires: row.expires_ms,
  }
}

function principalOf(row: KeyWithAccount): SignedPrincipal {
  const { account_id: accountId, user_id: userId, user_name: name, user_path: path } = row
  if (userId === null) return accountPrincipal(accountId)
  assert(name !== null && path !== null, 'The user of a key exists as long as the key')
  return { type: 'User', accountId, arn: entityArn('user', { accountId, path, name }), userId, username: name }
}

/** A service account may do no more than its own policy says, as a session may. */
function boundsOf({ bounds, expires_ms: expires }: KeyWithAccount): Session | null {
  if (bounds === null) return null
  return {
    issued: null,
    expires: expires ?? Infinity,
    policies: [bounds],
    tags: {},
    sourceIdentity: null,
    federatedProvider: null,
  }
}

/** A key as the admin API shows it: without its secret. */
export interface AccessKeyFacts {
  accessKeyId: string
  accountId: string
  isDisabled: boolean
  /** Milliseconds since 1970. */
  created: number
  /** Milliseconds since 1970; null for never. */
  expires: number | null
}

type FactsRow = Omit<AccessKeyRow, 'secret_encrypted'>

const factsColumns = 'access_key_id, account_id, status, created_ms, expires_ms'

function factsOf(row: FactsRow): AccessKeyFacts {
  return {
    accessKeyId: row.access_key_id,
    accountId: row.account_id,
    isDisabled: row.status === 'disabled',
    created: row.created_ms,
    expires: row.expires_ms,
  }
}

/** The admin API knows the keys of the account itself; those of its users belong to IAM. */
const ofAccountItself = `user_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM service_accounts s WHERE s.access_key_id = access_keys.access_key_id)`

/** The account's keys by id: at most `accessKeysPerAccountMax`. */
export async function listKeys(env: Env, accountId: string): Promise<AccessKeyFacts[]> {
  const { results } = await env.CONTROL.prepare(
    `SELECT ${factsColumns} FROM access_keys WHERE account_id = ? AND ${ofAccountItself} ORDER BY access_key_id`,
  )
    .bind(accountId)
    .all<FactsRow>()
  return results.map(factsOf)
}

/** Does the account have a key with this id? */
export async function getKey(env: Env, accountId: string, accessKeyId: string): Promise<AccessKeyFacts | null> {
  const row = await env.CONTROL.prepare(
    `SELECT ${factsColumns} FROM access_keys WHERE access_key_id = ? AND account_id = ? AND ${ofAccountItself}`,
  )
    .bind(accessKeyId, accountId)
    .first<FactsRow>()
  return row === null ? null : factsOf(row)
}

/** Whose is the key with this id, whatever its state? Null when there is none. */
export async function accountOfKey(env: Env, accessKeyId: string): Promise<string | null> {
  const row = await env.CONTROL.prepare('SELECT account_id FROM access_keys WHERE access_key_id = ?')
    .bind(accessKeyId)
    .first<{ account_id: string }>()
  return row?.account_id ?? null
}

export type CreateKeyOutcome = { outcome: 'created' | 'exists' | 'too-many' | 'no-such-account' }

/** Adds a key to an account. With `replaces`, that key of the account ends at `ends` in the same step. */
export async function createKey(
  env: Env,
  key: NewAccessKey,
  rotation?: { replaces: string; ends: number },
): Promise<CreateKeyOutcome> {
  const row = await sealKey(env, key)
  const statements = [insertKeyStatement(env.CONTROL, row, { countMax: accessKeysPerAccountMax })]
  if (rotation !== undefined) statements.push(endKeyStatement(env.CONTROL, key, rotation))
  try {
    const [inserted] = await env.CONTROL.batch(statements)
    return { outcome: inserted?.meta.changes === 1 ? 'created' : 'too-many' }
  } catch (error) {
    if (/UNIQUE constraint failed: access_keys\.access_key_id/.test(String(error))) return { outcome: 'exists' }
    if (/FOREIGN KEY constraint failed/.test(String(error))) return { outcome: 'no-such-account' }
    throw error
  } finally {
    forgetAccounts(env.CONTROL)
  }
}

/** Ends the replaced key, never later than it would have ended, and only once its successor exists. */
function endKeyStatement(
  database: D1Database,
  successor: NewAccessKey,
  { replaces, ends }: { replaces: string; ends: number },
): D1PreparedStatement {
  return database
    .prepare(
      `UPDATE access_keys SET expires_ms = min(ifnull(expires_ms, ?1), ?1)
       WHERE access_key_id = ?2 AND account_id = ?3
         AND EXISTS (SELECT 1 FROM access_keys WHERE access_key_id = ?4 AND account_id = ?3)`,
    )
    .bind(ends, replaces, successor.accountId, successor.accessKeyId)
}

/** Disables a key, or makes it live again without an end. The key as changed; null when there is none. */
export async function setKeyStatus(
  env: Env,
  { accountId, accessKeyId }: { accountId: string; accessKeyId: string },
  status: AccessKeyRow['status'],
): Promise<AccessKeyFacts | null> {
  const row = await env.CONTROL.prepare(
    `UPDATE access_keys SET status = ?1, expires_ms = CASE ?1 WHEN 'active' THEN NULL ELSE expires_ms END
     WHERE access_key_id = ?2 AND account_id = ?3 AND ${ofAccountItself}
     RETURNING ${factsColumns}`,
  )
    .bind(status, accessKeyId, accountId)
    .first<FactsRow>()
  forgetAccounts(env.CONTROL)
  return row === null ? null : factsOf(row)
}

/** Whether there was such a key. */
export async function deleteKey(env: Env, accountId: string, accessKeyId: string): Promise<boolean> {
  const { meta } = await env.CONTROL.prepare(
    `DELETE FROM access_keys WHERE access_key_id = ? AND account_id = ? AND ${ofAccountItself}`,
  )
    .bind(accessKeyId, accountId)
    .run()
  forgetAccounts(env.CONTROL)
  return meta.changes > 0
}
