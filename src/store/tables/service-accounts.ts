// The table `service_accounts` of CONTROL: access keys that stand for a program and not for a person. Each is the child
// of a user or of an account, may do what its parent may, and no more than its own policy says where it has one.
import type { Env } from '../../env.ts'
import { forgetAccounts } from './account-caches.ts'
import { sealKey } from './access-key-rows.ts'

export interface ServiceAccount {
  accessKeyId: string
  accountId: string
  /** The parent; null for the account itself. */
  user: { name: string; path: string } | null
  name: string
  description: string
  /** JSON; null: bounded by its parent alone. */
  policy: string | null
  isDisabled: boolean
  /** Milliseconds since 1970. */
  created: number
  /** Milliseconds since 1970; null for never. */
  expires: number | null
  /** Milliseconds since 1970; null: not yet. */
  lastUsed: number | null
}

interface ServiceAccountRow {
  access_key_id: string
  account_id: string
  user_name: string | null
  user_path: string | null
  name: string
  description: string
  policy: string | null
  status: 'active' | 'disabled'
  created_ms: number
  expires_ms: number | null
  last_used_ms: number | null
}

const selectServiceAccounts = `
  SELECT s.access_key_id, k.account_id, u.name AS user_name, u.path AS user_path, s.name, s.description, s.policy, k.status, k.created_ms,
    k.expires_ms, k.last_used_ms
  FROM service_accounts s JOIN access_keys k ON k.access_key_id = s.access_key_id
    LEFT JOIN entities u ON u.entity_id = k.user_id`

function serviceAccountOf(row: ServiceAccountRow): ServiceAccount {
  return {
    accessKeyId: row.access_key_id,
    accountId: row.account_id,
    user: row.user_name === null ? null : { name: row.user_name, path: row.user_path ?? '/' },
    name: row.name,
    description: row.description,
    policy: row.policy,
    isDisabled: row.status === 'disabled',
    created: row.created_ms,
    expires: row.expires_ms,
    lastUsed: row.last_used_ms,
  }
}

export interface NewServiceAccount {
  accessKeyId: string
  secret: string
  accountId: string
  /** The parent; null for the account itself. */
  userId: string | null
  name: string
  description: string
  policy: string | null
  created: number
  expires: number | null
}

/** Adds it unless its parent has `countMax` of them. */
export async function createServiceAccount(
  env: Env,
  { userId, name, description, policy, expires, ...key }: NewServiceAccount,
  { countMax }: { countMax: number },
): Promise<{ outcome: 'created' | 'exists' | 'too-many' | 'no-such-account' }> {
  const row = await sealKey(env, key)
  const insertKey = env.CONTROL.prepare(
    `INSERT INTO access_keys (access_key_id, account_id, secret_encrypted, status, created_ms, expires_ms, user_id)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
     WHERE (
       SELECT count(*) FROM access_keys k JOIN service_accounts s ON s.access_key_id = k.access_key_id
       WHERE k.account_id = ?2 AND k.user_id IS ?7
     ) < ?8`,
  ).bind(row.access_key_id, row.account_id, row.secret_encrypted, row.status, row.created_ms, expires, userId, countMax)
  const insertFacts = env.CONTROL.prepare(
    `INSERT INTO service_accounts (access_key_id, name, description, policy)
     SELECT access_key_id, ?2, ?3, ?4 FROM access_keys WHERE access_key_id = ?1`,
  ).bind(key.accessKeyId, name, description, policy)
  try {
    const [inserted] = await env.CONTROL.batch([insertKey, insertFacts])
    return { outcome: inserted?.meta.changes === 1 ? 'created' : 'too-many' }
  } catch (error) {
    if (/UNIQUE constraint failed: access_keys\.access_key_id/.test(String(error))) return { outcome: 'exists' }
    if (/FOREIGN KEY constraint failed/.test(String(error))) return { outcome: 'no-such-account' }
    throw error
  } finally {
    forgetAccounts(env.CONTROL)
  }
}

/** The account's by id, strictly after `after`; `userId` for those of one user alone. */
export async function listServiceAccounts(
  env: Env,
  accountId: string,
  { userId, after, limit }: { userId: string | null; after: string; limit: number },
): Promise<ServiceAccount[]> {
  const { results } = await env.CONTROL.prepare(
    `${selectServiceAccounts}
     WHERE k.account_id = ?1 AND k.access_key_id > ?2 AND (?3 IS NULL OR k.user_id = ?3)
     ORDER BY k.access_key_id LIMIT ?4`,
  )
    .bind(accountId, after, userId, limit)
    .all<ServiceAccountRow>()
  return results.map(serviceAccountOf)
}

/** Null when the account has no such service account. */
export async function getServiceAccount(
  env: Env,
  accountId: string,
  accessKeyId: string,
): Promise<ServiceAccount | null> {
  const row = await env.CONTROL.prepare(`${selectServiceAccounts} WHERE k.account_id = ? AND k.access_key_id = ?`)
    .bind(accountId, accessKeyId)
    .first<ServiceAccountRow>()
  return row === null ? null : serviceAccountOf(row)
}

/** Stores what can be changed of it; false when it is gone. */
export async function updateServiceAccount(env: Env, account: ServiceAccount): Promise<boolean> {
  const { accessKeyId, accountId, name, description, policy, isDisabled, expires } = account
  const facts = env.CONTROL.prepare(
    `UPDATE service_accounts SET name = ?3, description = ?4, policy = ?5
     WHERE access_key_id = ?1 AND EXISTS (SELECT 1 FROM access_keys WHERE access_key_id = ?1 AND account_id = ?2)`,
  ).bind(accessKeyId, accountId, name, description, policy)
  const key = env.CONTROL.prepare(
    `UPDATE access_keys SET status = ?3, expires_ms = ?4
     WHERE access_key_id = ?1 AND account_id = ?2
       AND EXISTS (SELECT 1 FROM service_accounts WHERE access_key_id = ?1)`,
  ).bind(accessKeyId, accountId, isDisabled ? 'disabled' : 'active', expires)
  const [updated] = await env.CONTROL.batch([facts, key])
  forgetAccounts(env.CONTROL)
  return updated?.meta.changes === 1
}

/** Whether there was one. */
export async function deleteServiceAccount(env: Env, accountId: string, accessKeyId: string): Promise<boolean> {
  const { meta } = await env.CONTROL.prepare(
    `DELETE FROM access_keys WHERE access_key_id = ?1 AND account_id = ?2
       AND EXISTS (SELECT 1 FROM service_accounts WHERE access_key_id = ?1)`,
  )
    .bind(accessKeyId, accountId)
    .run()
  forgetAccounts(env.CONTROL)
  return meta.changes > 0
}
