// The table `account_aliases` of CONTROL: one name for an account, unique in the deployment.
import type { Env } from '../../env.ts'

/** The account's alias; null for none. */
export async function getAlias(env: Env, accountId: string): Promise<string | null> {
  const row = await env.CONTROL.prepare('SELECT alias FROM account_aliases WHERE account_id = ?')
    .bind(accountId)
    .first<{ alias: string }>()
  return row?.alias ?? null
}

/** Gives the account an alias in the place of the one it had, unless another account has it. */
export async function setAlias(env: Env, accountId: string, alias: string): Promise<{ outcome: 'set' | 'taken' }> {
  const { meta } = await env.CONTROL.prepare(
    `INSERT OR REPLACE INTO account_aliases (alias, account_id)
     SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM account_aliases WHERE alias = ?1 AND account_id <> ?2)`,
  )
    .bind(alias, accountId)
    .run()
  return { outcome: meta.changes > 0 ? 'set' : 'taken' }
}

/** Whether the account had this alias. */
export async function deleteAlias(env: Env, accountId: string, alias: string): Promise<boolean> {
  const { meta } = await env.CONTROL.prepare('DELETE FROM account_aliases WHERE alias = ? AND account_id = ?')
    .bind(alias, accountId)
    .run()
  return meta.changes > 0
}
