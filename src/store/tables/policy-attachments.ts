// The table `policy_attachments` of CONTROL: which managed policies a user, group or role holds.
import type { Env } from '../../env.ts'
import type { EntityKind } from '../../iam/arn.ts'
import { forgetIdentities } from './account-caches.ts'

/** Whether the account has a customer managed policy of this ARN: a condition on ?2 (ARN) and ?3 (account). */
const isStored = 'EXISTS (SELECT 1 FROM policies WHERE policy_arn = ?2 AND account_id = ?3)'

/**
 * Attaches a policy unless the entity holds `countMax` others. An attached one stays so. `builtIn` policies are known to
 * the caller; any other has to exist in the account.
 */
export async function attachPolicy(
  env: Env,
  attachment: { entityId: string; policyArn: string; accountId: string; attached: number; builtIn: boolean },
  { countMax }: { countMax: number },
): Promise<{ outcome: 'attached' | 'too-many' | 'no-such-policy' }> {
  const { entityId, policyArn, accountId, attached, builtIn } = attachment
  const { meta } = await env.CONTROL.prepare(
    `INSERT INTO policy_attachments (entity_id, policy_arn, account_id, attached_ms)
     SELECT ?1, ?2, ?3, ?4
     WHERE (SELECT count(*) FROM policy_attachments WHERE entity_id = ?1 AND policy_arn <> ?2) < ?5
       AND (?6 OR ${isStored})
     ON CONFLICT (entity_id, policy_arn) DO UPDATE SET attached_ms = attached_ms`,
  )
    .bind(entityId, policyArn, accountId, attached, countMax, Number(builtIn))
    .run()
  forgetIdentities(env.CONTROL)
  if (meta.changes === 1) return { outcome: 'attached' }
  if (builtIn) return { outcome: 'too-many' }
  const found = await env.CONTROL.prepare(`SELECT ?1 AS entity, ${isStored} AS stored`)
    .bind(entityId, policyArn, accountId)
    .first<{ stored: number }>()
  return { outcome: found?.stored === 1 ? 'too-many' : 'no-such-policy' }
}

/** Whether it was attached. */
export async function detachPolicy(env: Env, entityId: string, policyArn: string): Promise<boolean> {
  const { meta } = await env.CONTROL.prepare('DELETE FROM policy_attachments WHERE entity_id = ? AND policy_arn = ?')
    .bind(entityId, policyArn)
    .run()
  forgetIdentities(env.CONTROL)
  return meta.changes > 0
}

/** ARNs of what the entity holds: never more than it may. */
export async function listAttachedPolicies(env: Env, entityId: string): Promise<string[]> {
  const { results } = await env.CONTROL.prepare(
    'SELECT policy_arn FROM policy_attachments WHERE entity_id = ? ORDER BY policy_arn',
  )
    .bind(entityId)
    .all<{ policy_arn: string }>()
  return results.map((row) => row.policy_arn)
}

export interface PolicyHolder {
  kind: EntityKind
  name: string
  entityId: string
}

export interface HolderQuery {
  kinds: readonly EntityKind[]
  /** Of the entities; empty for all. */
  pathPrefix: string
  usages: readonly ('policy' | 'boundary')[]
  /** The last of the page before; null to start. */
  after: { kind: EntityKind; name: string } | null
  limit: number
}

/** Who of the account holds this policy, or is bounded by it: by kind and name, each once. */
export async function listPolicyHolders(
  env: Env,
  { accountId, policyArn }: { accountId: string; policyArn: string },
  { kinds, pathPrefix, usages, after, limit }: HolderQuery,
): Promise<PolicyHolder[]> {
  const { results } = await env.CONTROL.prepare(
    `SELECT kind, name, entity_id AS entityId FROM entities
     WHERE entity_id IN (
         SELECT entity_id FROM policy_attachments WHERE account_id = ?1 AND policy_arn = ?2 AND ?3
         UNION
         SELECT entity_id FROM entities WHERE account_id = ?1 AND boundary_arn = ?2 AND ?4
       )
       AND kind IN (SELECT value FROM json_each(?5)) AND substr(path, 1, length(?6)) = ?6
       AND (kind > ?7 OR (kind = ?7 AND name > ?8))
     ORDER BY kind, name LIMIT ?9`,
  )
    .bind(
      accountId,
      policyArn,
      Number(usages.includes('policy')),
      Number(usages.includes('boundary')),
      JSON.stringify(kinds),
      pathPrefix,
      after?.kind ?? '',
      after?.name ?? '',
      limit,
    )
    .all<PolicyHolder>()
  return results
}
