// The settings in the table `accounts` of CONTROL that hold for all buckets of an account.
import type { Env } from '../../env.ts'
import { ensureRootAccount } from './accounts.ts'

/** The public access block (JSON); null for none. */
export async function getPublicAccessBlock(env: Env, accountId: string): Promise<string | null> {
  const row = await env.CONTROL.prepare('SELECT public_access_block FROM accounts WHERE account_id = ?')
    .bind(accountId)
    .first<{ public_access_block: string | null }>()
  return row?.public_access_block ?? null
}

/** Stores it or, with null, removes it; `missing`: there is no such account. */
export async function setPublicAccessBlock(
  env: Env,
  accountId: string,
  value: string | null,
): Promise<'stored' | 'missing'> {
  await ensureRootAccount(env)
  const { meta } = await env.CONTROL.prepare('UPDATE accounts SET public_access_block = ? WHERE account_id = ?')
    .bind(value, accountId)
    .run()
  return meta.changes > 0 ? 'stored' : 'missing'
}
