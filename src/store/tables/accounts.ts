// The table `accounts` of CONTROL.
import type { Env } from '../../env.ts'
import { anonymousCanonicalId } from '../../iam/acl.ts'
import { accountCaches, forgetAccounts } from './account-caches.ts'
import type { Owner } from './account-caches.ts'
import { insertKeyStatement, sealKey } from './access-key-rows.ts'
import type { NewAccessKey } from './access-key-rows.ts'
import type { KnownAccount } from '../store.ts'

/** The account that manages accounts. Its access key is in the environment. */
export const rootAccountId = '000000000000'
/** SHA-256 of `edgeshard account 000000000000`: the same in every deployment. */
export const rootCanonicalId = 'a9bb4b3c3e13de3b4d875c39bdb10753a3b02a540ff74f4f6d6a7c12d8dd395e'
export const rootDisplayName = 'root'

export interface Account {
  /** Twelve digits. */
  accountId: string
  canonicalId: string
  name: string
  email: string
  /** Milliseconds since 1970. */
  created: number
  isDisabled: boolean
}

interface AccountRow {
  account_id: string
  canonical_id: string
  display_name: string
  email: string
  created_ms: number
  disabled: number
}

const columns = 'account_id, canonical_id, display_name, email, created_ms, disabled'

function accountOf(row: AccountRow): Account {
  return {
    accountId: row.account_id,
    canonicalId: row.canonical_id,
    name: row.display_name,
    email: row.email,
    created: row.created_ms,
    isDisabled: row.disabled === 1,
  }
}

function insertAccountStatement(
  database: D1Database,
  account: Account,
  orIgnore: '' | 'OR IGNORE' = '',
): D1PreparedStatement {
  return database
    .prepare(`INSERT ${orIgnore} INTO accounts (${columns}) VALUES (?, ?, ?, ?, ?, ?)`)
    .bind(
      account.accountId,
      account.canonicalId,
      account.name,
      account.email,
      account.created,
      account.isDisabled ? 1 : 0,
    )
}

/** Makes the root account's row where it is missing. Once an isolate; call it before the service counts as ready. */
export async function ensureRootAccount(env: Env): Promise<void> {
  const caches = accountCaches(env.CONTROL)
  if (caches.isRootEnsured) return
  const root = {
    accountId: rootAccountId,
    canonicalId: rootCanonicalId,
    name: rootDisplayName,
    email: 'root@localhost',
    created: Date.now(),
    isDisabled: false,
  }
  await insertAccountStatement(env.CONTROL, root, 'OR IGNORE').run()
  caches.isRootEnsured = true
}

/**
 * Canonical id and display name of an account, cached; null when there is no such account. Nobody, who owns what an
 * unsigned request wrote, has an id and no name.
 */
export async function ownerOf(env: Env, accountId: string): Promise<Owner | null> {
  if (accountId === anonymousCanonicalId) return { canonicalId: anonymousCanonicalId, displayName: '' }
  if (accountId === rootAccountId) return { canonicalId: rootCanonicalId, displayName: rootDisplayName }
  return accountCaches(env.CONTROL).owners.get(accountId, async () => {
    const account = await getAccount(env, accountId)
    return account === null ? null : { canonicalId: account.canonicalId, displayName: account.name }
  })
}

/** Which account has this id? */
export async function getAccount(env: Env, accountId: string): Promise<Account | null> {
  const row = await env.CONTROL.prepare(`SELECT ${columns} FROM accounts WHERE account_id = ?`)
    .bind(accountId)
    .first<AccountRow>()
  return row === null ? null : accountOf(row)
}

/** The accounts with these canonical ids, in no order; unknown ids are left out. */
export async function accountsById(env: Env, canonicalIds: readonly string[]): Promise<KnownAccount[]> {
  if (canonicalIds.length === 0) return []
  await ensureRootAccount(env)
  const { results } = await env.CONTROL.prepare(
    `SELECT ${columns} FROM accounts WHERE canonical_id IN (SELECT value FROM json_each(?))`,
  )
    .bind(JSON.stringify(canonicalIds))
    .all<AccountRow>()
  return results.map(knownAccount)
}

/** The accounts with this e-mail address, in whatever case; addresses need not be unique. */
export async function accountsByEmail(env: Env, email: string): Promise<KnownAccount[]> {
  await ensureRootAccount(env)
  const { results } = await env.CONTROL.prepare(
    `SELECT ${columns} FROM accounts WHERE lower(email) = lower(?) ORDER BY account_id LIMIT 2`,
  )
    .bind(email)
    .all<AccountRow>()
  return results.map(knownAccount)
}

function knownAccount({ account_id, canonical_id, display_name }: AccountRow): KnownAccount {
  return { accountId: account_id, canonicalId: canonical_id, displayName: display_name }
}

/** Accounts by id, strictly after `after`. */
export async function listAccounts(
  env: Env,
  { after, limit }: { after: string; limit: number },
): Promise<{ accounts: Account[]; isTruncated: boolean }> {
  const { results } = await env.CONTROL.prepare(
    `SELECT ${columns} FROM accounts WHERE account_id > ? ORDER BY account_id LIMIT ?`,
  )
    .bind(after, limit + 1)
    .all<AccountRow>()
  return { accounts: results.slice(0, limit).map(accountOf), isTruncated: results.length > limit }
}

export type CreateAccountOutcome =
  | { outcome: 'created' }
  | { outcome: 'account-exists' | 'canonical-id-exists' | 'access-key-exists' }

/** Which uniqueness a duplicate breaks, as SQLite names it. */
const outcomeOfDuplicate: Record<string, 'account-exists' | 'canonical-id-exists' | 'access-key-exists'> = {
  'accounts.account_id': 'account-exists',
  'accounts.canonical_id': 'canonical-id-exists',
  'access_keys.access_key_id': 'access-key-exists',
}

/** The account with all its keys, or nothing. */
export async function createAccount(env: Env, account: Account, keys: NewAccessKey[]): Promise<CreateAccountOutcome> {
  const sealed = await Promise.all(keys.map((key) => sealKey(env, key)))
  const statements = [
    insertAccountStatement(env.CONTROL, account),
    ...sealed.map((row) => insertKeyStatement(env.CONTROL, row, { countMax: keys.length })),
  ]
  try {
    await env.CONTROL.batch(statements)
  } catch (error) {
    const column = /UNIQUE constraint failed: (\w+\.\w+)/.exec(String(error))?.[1] ?? ''
    const outcome = outcomeOfDuplicate[column]
    if (outcome === undefined) throw error
    return { outcome }
  }
  forgetAccounts(env.CONTROL)
  return { outcome: 'created' }
}

/** What to change; what is absent stays. */
export interface AccountChange {
  name?: string
  email?: string
  isDisabled?: boolean
}

/** The account as changed; null when there is none. */
export async function updateAccount(env: Env, accountId: string, change: AccountChange): Promise<Account | null> {
  const disabled = change.isDisabled === undefined ? null : Number(change.isDisabled)
  const row = await env.CONTROL.prepare(
    `UPDATE accounts
     SET display_name = ifnull(?, display_name), email = ifnull(?, email), disabled = ifnull(?, disabled)
     WHERE account_id = ?
     RETURNING ${columns}`,
  )
    .bind(change.name ?? null, change.email ?? null, disabled, accountId)
    .first<AccountRow>()
  forgetAccounts(env.CONTROL)
  return row === null ? null : accountOf(row)
}

/** Deletes the account and, with it, its keys; not while it owns a bucket. */
export async function deleteAccount(
  env: Env,
  accountId: string,
): Promise<{ outcome: 'deleted' | 'missing' | 'owns-buckets' }> {
  const { meta } = await env.CONTROL.prepare(
    `DELETE FROM accounts
     WHERE account_id = ?1 AND NOT EXISTS (SELECT 1 FROM buckets WHERE buckets.account_id = ?1)`,
  )
    .bind(accountId)
    .run()
  forgetAccounts(env.CONTROL)
  if (meta.changes > 0) return { outcome: 'deleted' }
  return { outcome: (await getAccount(env, accountId)) === null ? 'missing' : 'owns-buckets' }
}
