// The table `policy_versions` of CONTROL: documents of customer managed policies.
import type { Env } from '../../env.ts'
import { forgetIdentities } from './account-caches.ts'

export interface PolicyVersion {
  /** Version 3 is `v3`. */
  version: number
  /** JSON, as it was put. */
  document: string
  isDefault: boolean
  /** Milliseconds since 1970. */
  created: number
}

interface VersionRow {
  policy_arn: string
  version: number
  document: string
  is_default: number
  created_ms: number
}

const selectVersions = `
  SELECT v.policy_arn, v.version, v.document, v.version = p.default_version AS is_default, v.created_ms
  FROM policy_versions v JOIN policies p ON p.policy_arn = v.policy_arn`

function versionOf(row: VersionRow): PolicyVersion {
  return { version: row.version, document: row.document, isDefault: row.is_default === 1, created: row.created_ms }
}

export interface NewVersion {
  /** JSON. */
  document: string
  /** Milliseconds since 1970. */
  created: number
  /** What becomes of the version that was the default one. */
  default: 'new' | 'as-before'
}

/**
 * Counts versions up and stores this one, unless the policy has `versionsMax`. For one batch; the first statement returns
 * the number of the version, nothing when there was no room.
 */
export function insertVersionStatements(
  database: D1Database,
  policyArn: string,
  { document, created, default: isDefault }: NewVersion,
  { versionsMax }: { versionsMax: number },
): D1PreparedStatement[] {
  const hasRoom = '(SELECT count(*) FROM policy_versions WHERE policy_arn = ?1) < ?2'
  return [
    database
      .prepare(
        `UPDATE policies
         SET last_version = last_version + 1, updated_ms = ?3,
           default_version = CASE ?4 WHEN 1 THEN last_version + 1 ELSE default_version END
         WHERE policy_arn = ?1 AND ${hasRoom} RETURNING last_version AS version`,
      )
      .bind(policyArn, versionsMax, created, Number(isDefault === 'new')),
    database
      .prepare(
        `INSERT INTO policy_versions (policy_arn, version, document, created_ms)
         SELECT policy_arn, last_version, ?3, ?4 FROM policies WHERE policy_arn = ?1 AND ${hasRoom}`,
      )
      .bind(policyArn, versionsMax, document, created),
  ]
}

/** Adds a version, and makes it the default one if that is asked. */
export async function createPolicyVersion(
  env: Env,
  policyArn: string,
  version: NewVersion,
  room: { versionsMax: number },
): Promise<{ outcome: 'created'; version: number } | { outcome: 'too-many' }> {
  const statements = insertVersionStatements(env.CONTROL, policyArn, version, room)
  const [counted] = await env.CONTROL.batch<{ version: number }>(statements)
  forgetIdentities(env.CONTROL)
  const number = counted?.results[0]?.version
  return number === undefined ? { outcome: 'too-many' } : { outcome: 'created', version: number }
}

/** One version of a policy; null when there is none. */
export async function getPolicyVersion(env: Env, policyArn: string, version: number): Promise<PolicyVersion | null> {
  const row = await env.CONTROL.prepare(`${selectVersions} WHERE v.policy_arn = ? AND v.version = ?`)
    .bind(policyArn, version)
    .first<VersionRow>()
  return row === null ? null : versionOf(row)
}

/** All versions of these policies, the newest first: for each its quota at most. */
export async function listPolicyVersions(
  env: Env,
  policyArns: readonly string[],
): Promise<ReadonlyMap<string, PolicyVersion[]>> {
  const { results } = await env.CONTROL.prepare(
    `${selectVersions} WHERE v.policy_arn IN (SELECT value FROM json_each(?)) ORDER BY v.policy_arn, v.version DESC`,
  )
    .bind(JSON.stringify(policyArns))
    .all<VersionRow>()
  const versions = new Map<string, PolicyVersion[]>(policyArns.map((arn) => [arn, []]))
  for (const row of results) versions.get(row.policy_arn)?.push(versionOf(row))
  return versions
}

/** Makes a version the default one; `missing` when there is none. */
export async function setDefaultVersion(
  env: Env,
  policyArn: string,
  { version, now }: { version: number; now: number },
): Promise<{ outcome: 'set' | 'missing' }> {
  const { meta } = await env.CONTROL.prepare(
    `UPDATE policies SET default_version = ?2, updated_ms = ?3
     WHERE policy_arn = ?1 AND EXISTS (SELECT 1 FROM policy_versions WHERE policy_arn = ?1 AND version = ?2)`,
  )
    .bind(policyArn, version, now)
    .run()
  forgetIdentities(env.CONTROL)
  return { outcome: meta.changes === 1 ? 'set' : 'missing' }
}

/** Deletes a version that is not the default one. */
export async function deletePolicyVersion(
  env: Env,
  policyArn: string,
  version: number,
): Promise<{ outcome: 'deleted' | 'missing' | 'default' }> {
  const { meta } = await env.CONTROL.prepare(
    `DELETE FROM policy_versions
     WHERE policy_arn = ?1 AND version = ?2
       AND NOT EXISTS (SELECT 1 FROM policies WHERE policy_arn = ?1 AND default_version = ?2)`,
  )
    .bind(policyArn, version)
    .run()
  if (meta.changes > 0) return { outcome: 'deleted' }
  return { outcome: (await getPolicyVersion(env, policyArn, version)) === null ? 'missing' : 'default' }
}
