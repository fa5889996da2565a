// How much of everything an account has.
import type { Env } from '../../env.ts'

export interface IdentityCounts {
  users: number
  groups: number
  roles: number
  policies: number
  /** Of all customer managed policies. */
  policyVersions: number
  providers: number
  /** Of the account itself. */
  accessKeys: number
}

/** One query. */
export async function countIdentities(env: Env, accountId: string): Promise<IdentityCounts> {
  const counts = await env.CONTROL.prepare(
    `SELECT
       (SELECT count(*) FROM entities WHERE account_id = ?1 AND kind = 'user') AS users,
       (SELECT count(*) FROM entities WHERE account_id = ?1 AND kind = 'group') AS groups,
       (SELECT count(*) FROM entities WHERE account_id = ?1 AND kind = 'role') AS roles,
       (SELECT count(*) FROM policies WHERE account_id = ?1) AS policies,
       (SELECT count(*) FROM policies p JOIN policy_versions v ON v.policy_arn = p.policy_arn
        WHERE p.account_id = ?1) AS policyVersions,
       (SELECT count(*) FROM oidc_providers WHERE account_id = ?1) AS providers,
       (SELECT count(*) FROM access_keys k WHERE account_id = ?1 AND user_id IS NULL
          AND NOT EXISTS (SELECT 1 FROM service_accounts s WHERE s.access_key_id = k.access_key_id)) AS accessKeys`,
  )
    .bind(accountId)
    .first<IdentityCounts>()
  return counts ?? { users: 0, groups: 0, roles: 0, policies: 0, policyVersions: 0, providers: 0, accessKeys: 0 }
}
