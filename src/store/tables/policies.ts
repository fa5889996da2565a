// The table `policies` of CONTROL: customer managed policies. Their documents are in `policy_versions`.
import type { Env } from '../../env.ts'
import { forgetIdentities } from './account-caches.ts'
import { insertVersionStatements } from './policy-versions.ts'
import type { Tags } from './tags.ts'

export interface ManagedPolicy {
  arn: string
  /** `ANPA…` */
  policyId: string
  accountId: string
  name: string
  /** Begins and ends with `/`. */
  path: string
  description: string | null
  /** Milliseconds since 1970. */
  created: number
  /** Milliseconds since 1970: when a version was added or made the default. */
  updated: number
  /** Version 3 is `v3`. */
  defaultVersion: number
  tags: Tags
  /** Users, groups and roles of the account that hold it. */
  attachments: number
  /** Users and roles that it bounds. */
  boundaries: number
}

interface PolicyRow {
  policy_arn: string
  policy_id: string
  account_id: string
  name: string
  path: string
  description: string | null
  created_ms: number
  updated_ms: number
  default_version: number
  tags: string
  attachments: number
  boundaries: number
}

const selectPolicies = `
  SELECT policy_arn, policy_id, account_id, name, path, description, created_ms, updated_ms, default_version, tags,
    (SELECT count(*) FROM policy_attachments a WHERE a.account_id = p.account_id AND a.policy_arn = p.policy_arn)
      AS attachments,
    (SELECT count(*) FROM entities e WHERE e.account_id = p.account_id AND e.boundary_arn = p.policy_arn) AS boundaries
  FROM policies p`

function policyOf(row: PolicyRow): ManagedPolicy {
  return {
    arn: row.policy_arn,
    policyId: row.policy_id,
    accountId: row.account_id,
    name: row.name,
    path: row.path,
    description: row.description,
    created: row.created_ms,
    updated: row.updated_ms,
    defaultVersion: row.default_version,
    tags: JSON.parse(row.tags) as Tags,
    attachments: row.attachments,
    boundaries: row.boundaries,
  }
}

/** Which policy of the account has this ARN? */
export async function getPolicy(env: Env, accountId: string, arn: string): Promise<ManagedPolicy | null> {
  const row = await env.CONTROL.prepare(`${selectPolicies} WHERE p.policy_arn = ? AND p.account_id = ?`)
    .bind(arn, accountId)
    .first<PolicyRow>()
  return row === null ? null : policyOf(row)
}

/** Adds it with its document as version 1, unless its name is taken or the account has `countMax` policies. */
export async function createPolicy(
  env: Env,
  policy: ManagedPolicy,
  document: string,
  { countMax }: { countMax: number },
): Promise<{ outcome: 'created' | 'exists' | 'too-many' }> {
  const insert = env.CONTROL.prepare(
    `INSERT INTO policies (policy_arn, policy_id, account_id, name, path, description, created_ms, updated_ms,
       default_version, last_version, tags)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1, 0, ?8
     WHERE (SELECT count(*) FROM policies WHERE account_id = ?3) < ?9`,
  ).bind(
    policy.arn,
    policy.policyId,
    policy.accountId,
    policy.name,
    policy.path,
    policy.description,
    policy.created,
    JSON.stringify(policy.tags),
    countMax,
  )
  const version = { document, created: policy.created, default: 'new' } as const
  const statements = insertVersionStatements(env.CONTROL, policy.arn, version, { versionsMax: 1 })
  try {
    const [inserted] = await env.CONTROL.batch([insert, ...statements])
    return { outcome: inserted?.meta.changes === 1 ? 'created' : 'too-many' }
  } catch (error) {
    if (/UNIQUE constraint failed: .*policies\./.test(String(error))) return { outcome: 'exists' }
    throw error
  } finally {
    forgetIdentities(env.CONTROL)
  }
}

/** Why a policy cannot be deleted. */
export type PolicyUse = 'attachments' | 'boundaries' | 'versions'

// What is the policy ?1 of the account ?2 still used for, or has it versions beside its default?
const uses = `
  SELECT 'attachments' AS used WHERE EXISTS (
    SELECT 1 FROM policy_attachments WHERE account_id = ?2 AND policy_arn = ?1)
  UNION ALL
  SELECT 'boundaries' WHERE EXISTS (SELECT 1 FROM entities WHERE account_id = ?2 AND boundary_arn = ?1)
  UNION ALL
  SELECT 'versions' WHERE (SELECT count(*) FROM policy_versions WHERE policy_arn = ?1) > 1`

/** Deletes it with its last version, while nothing uses it. */
export async function deletePolicy(
  env: Env,
  { arn, accountId }: ManagedPolicy,
): Promise<{ outcome: 'deleted' | 'missing' } | { outcome: 'used'; use: PolicyUse }> {
  const { meta } = await env.CONTROL.prepare(
    `DELETE FROM policies WHERE policy_arn = ?1 AND account_id = ?2 AND NOT EXISTS (${uses})`,
  )
    .bind(arn, accountId)
    .run()
  forgetIdentities(env.CONTROL)
  if (meta.changes > 0) return { outcome: 'deleted' }
  const found = await env.CONTROL.prepare(`${uses} LIMIT 1`).bind(arn, accountId).first<{ used: PolicyUse }>()
  return found === null ? { outcome: 'missing' } : { outcome: 'used', use: found.used }
}

export interface PolicyQuery {
  /** Empty for all. */
  pathPrefix: string
  /** Only those that are used so; null for all. */
  usage: 'attached' | 'boundary' | null
  /** Names strictly after this one, whatever the case; empty to start. */
  after: string
  limit: number
}

/** The account's policies by name, which is not told apart by case. */
export async function listPolicies(
  env: Env,
  accountId: string,
  { pathPrefix, usage, after, limit }: PolicyQuery,
): Promise<ManagedPolicy[]> {
  const { results } = await env.CONTROL.prepare(
    `${selectPolicies}
     WHERE p.account_id = ?1 AND p.name > ?2 AND substr(p.path, 1, length(?3)) = ?3
       AND (?4 IS NULL OR (?4 = 'attached' AND attachments > 0) OR (?4 = 'boundary' AND boundaries > 0))
     ORDER BY p.name LIMIT ?5`,
  )
    .bind(accountId, after, pathPrefix, usage, limit)
    .all<PolicyRow>()
  return results.map(policyOf)
}

export interface PolicyUses {
  attachments: number
  boundaries: number
}

/** How often the account uses each of these policies, which may be built in ones. */
export async function countPolicyUses(
  env: Env,
  accountId: string,
  arns: readonly string[],
): Promise<ReadonlyMap<string, PolicyUses>> {
  const { results } = await env.CONTROL.prepare(
    `SELECT value AS arn,
       (SELECT count(*) FROM policy_attachments WHERE account_id = ?1 AND policy_arn = value) AS attachments,
       (SELECT count(*) FROM entities WHERE account_id = ?1 AND boundary_arn = value) AS boundaries
     FROM json_each(?2)`,
  )
    .bind(accountId, JSON.stringify(arns))
    .all<PolicyUses & { arn: string }>()
  return new Map(results.map(({ arn, attachments, boundaries }) => [arn, { attachments, boundaries }]))
}
