// The table `service_control_policies` of CONTROL: what an account may do at most.
import type { Env } from '../../env.ts'
import { forgetIdentities } from './account-caches.ts'

export interface ServiceControlPolicy {
  name: string
  /** JSON, as it was put. */
  document: string
  /** Milliseconds since 1970. */
  updated: number
}

/** The account's policies by name: at most its quota. */
export async function listServiceControlPolicies(env: Env, accountId: string): Promise<ServiceControlPolicy[]> {
  const { results } = await env.CONTROL.prepare(
    'SELECT name, document, updated_ms AS updated FROM service_control_policies WHERE account_id = ? ORDER BY name',
  )
    .bind(accountId)
    .all<ServiceControlPolicy>()
  return results
}

/** Puts or replaces one unless the account has `countMax` others. */
export async function putServiceControlPolicy(
  env: Env,
  accountId: string,
  { name, document, updated }: ServiceControlPolicy,
  { countMax }: { countMax: number },
): Promise<{ outcome: 'put' | 'too-many' }> {
  const { meta } = await env.CONTROL.prepare(
    `INSERT INTO service_control_policies (account_id, name, document, updated_ms)
     SELECT ?1, ?2, ?3, ?4
     WHERE (SELECT count(*) FROM service_control_policies WHERE account_id = ?1 AND name <> ?2) < ?5
     ON CONFLICT (account_id, name) DO UPDATE SET document = excluded.document, updated_ms = excluded.updated_ms`,
  )
    .bind(accountId, name, document, updated, countMax)
    .run()
  forgetIdentities(env.CONTROL)
  return { outcome: meta.changes === 1 ? 'put' : 'too-many' }
}

/** Whether there was one. */
export async function deleteServiceControlPolicy(env: Env, accountId: string, name: string): Promise<boolean> {
  const { meta } = await env.CONTROL.prepare('DELETE FROM service_control_policies WHERE account_id = ? AND name = ?')
    .bind(accountId, name)
    .run()
  forgetIdentities(env.CONTROL)
  return meta.changes > 0
}
