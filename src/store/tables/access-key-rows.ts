// Rows of the table `access_keys` of CONTROL, as both accounts and access keys write them.
import type { Env } from '../../env.ts'
import { sealSecret } from '../sealed-secret.ts'

export interface NewAccessKey {
  accessKeyId: string
  accountId: string
  secret: string
  /** Milliseconds since 1970. */
  created: number
}

export interface AccessKeyRow {
  access_key_id: string
  account_id: string
  secret_encrypted: string
  status: 'active' | 'disabled'
  created_ms: number
  expires_ms: number | null
}

/** The key as a row, its secret encrypted. */
export async function sealKey(env: Env, key: NewAccessKey): Promise<AccessKeyRow> {
  return {
    access_key_id: key.accessKeyId,
    account_id: key.accountId,
    secret_encrypted: await sealSecret(env.EDGESHARD_SECRET, key.accessKeyId, key.secret),
    status: 'active',
    created_ms: key.created,
    expires_ms: null,
  }
}

/** Inserts a key of the account itself if it has fewer than `countMax` of them; changes nothing otherwise. */
export function insertKeyStatement(
  database: D1Database,
  row: AccessKeyRow,
  { countMax }: { countMax: number },
): D1PreparedStatement {
  return database
    .prepare(
      `INSERT INTO access_keys (access_key_id, account_id, secret_encrypted, status, created_ms, expires_ms)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6
       WHERE (
         SELECT count(*) FROM access_keys k
         WHERE account_id = ?2 AND user_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM service_accounts s WHERE s.access_key_id = k.access_key_id)
       ) < ?7`,
    )
    .bind(row.access_key_id, row.account_id, row.secret_encrypted, row.status, row.created_ms, row.expires_ms, countMax)
}
