// Access keys as IAM knows them: those of a user, or of the account itself. Service accounts are beside them
// (service-accounts.ts), and what signed requests look up is in access-keys.ts.
import type { Env } from '../../env.ts'
import { forgetAccounts } from './account-caches.ts'
import { sealKey } from './access-key-rows.ts'

/** Whose keys: those of a user, or with null those of the account itself. */
export interface KeyHolder {
  accountId: string
  userId: string | null
}

export interface HeldKey {
  accessKeyId: string
  isDisabled: boolean
  /** Milliseconds since 1970. */
  created: number
}

interface HeldKeyRow {
  access_key_id: string
  status: 'active' | 'disabled'
  created_ms: number
}

const noServiceAccount = 'NOT EXISTS (SELECT 1 FROM service_accounts s WHERE s.access_key_id = k.access_key_id)'

/** Adds a key unless its holder has `countMax`. */
export async function createHeldKey(
  env: Env,
  { accountId, userId }: KeyHolder,
  key: { accessKeyId: string; secret: string; created: number },
  { countMax }: { countMax: number },
): Promise<{ outcome: 'created' | 'too-many' }> {
  const row = await sealKey(env, { ...key, accountId })
  // Two forms, for an index of each.
  const theirs = userId === null ? 'user_id IS NULL' : 'user_id = ?7'
  const { meta } = await env.CONTROL.prepare(
    `INSERT INTO access_keys (access_key_id, account_id, secret_encrypted, status, created_ms, expires_ms, user_id)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
     WHERE (SELECT count(*) FROM access_keys k WHERE account_id = ?2 AND ${theirs} AND ${noServiceAccount}) < ?8`,
  )
    .bind(
      row.access_key_id,
      row.account_id,
      row.secret_encrypted,
      row.status,
      row.created_ms,
      row.expires_ms,
      userId,
      countMax,
    )
    .run()
  forgetAccounts(env.CONTROL)
  return { outcome: meta.changes === 1 ? 'created' : 'too-many' }
}

/** The holder's keys by id: as many as its quota allows. */
export async function listHeldKeys(env: Env, { accountId, userId }: KeyHolder): Promise<HeldKey[]> {
  const theirs = userId === null ? 'user_id IS NULL' : 'user_id = ?2'
  const { results } = await env.CONTROL.prepare(
    `SELECT access_key_id, status, created_ms FROM access_keys k WHERE account_id = ?1 AND ${theirs} AND ${noServiceAccount}
     ORDER BY access_key_id`,
  )
    .bind(...(userId === null ? [accountId] : [accountId, userId]))
    .all<HeldKeyRow>()
  return results.map((row) => ({
    accessKeyId: row.access_key_id,
    isDisabled: row.status === 'disabled',
    created: row.created_ms,
  }))
}

/** Whether the holder has such a key. */
export function setHeldKeyStatus(
  env: Env,
  holder: KeyHolder,
  accessKeyId: string,
  status: 'active' | 'disabled',
): Promise<boolean> {
  return change(env, holder, { sql: 'UPDATE access_keys AS k SET status = ?4', values: [accessKeyId, status] })
}

/** Whether the holder had such a key. */
export function deleteHeldKey(env: Env, holder: KeyHolder, accessKeyId: string): Promise<boolean> {
  return change(env, holder, { sql: 'DELETE FROM access_keys AS k', values: [accessKeyId] })
}

/** `values`: the key's id as ?3, and what follows. */
async function change(
  env: Env,
  { accountId, userId }: KeyHolder,
  { sql, values }: { sql: string; values: string[] },
): Promise<boolean> {
  const { meta } = await env.CONTROL.prepare(
    `${sql} WHERE k.access_key_id = ?3 AND k.account_id = ?1 AND k.user_id IS ?2 AND ${noServiceAccount}`,
  )
    .bind(accountId, userId, ...values)
    .run()
  forgetAccounts(env.CONTROL)
  return meta.changes > 0
}
