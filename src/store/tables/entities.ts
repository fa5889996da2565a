// The table `entities` of CONTROL: users, groups and roles. What they hold is in the tables beside it.
import type { Env } from '../../env.ts'
import { entityArn, type EntityKind } from '../../iam/arn.ts'
import { forgetIdentities } from './account-caches.ts'

export interface Entity {
  /** `AIDA…`, `AGPA…` or `AROA…`: never used again. */
  entityId: string
  accountId: string
  kind: EntityKind
  name: string
  /** Begins and ends with `/`. */
  path: string
  arn: string
  /** Milliseconds since 1970. */
  created: number
  /** The policy that bounds it; null for none, and for groups. */
  boundaryArn: string | null
  tags: Readonly<Record<string, string>>
  /** Null unless it is a role. */
  role: RoleFacts | null
}

export interface RoleFacts {
  /** JSON: who may assume it. */
  trustPolicy: string
  description: string | null
  maxSessionSeconds: number
  lastUsed: { /** Milliseconds since 1970. */ time: number; region: string } | null
}

interface EntityRow {
  entity_id: string
  account_id: string
  kind: EntityKind
  name: string
  path: string
  created_ms: number
  boundary_arn: string | null
  tags: string
  trust_policy: string | null
  description: string | null
  max_session_seconds: number | null
  last_used_ms: number | null
  last_used_region: string | null
}

const columns = `entity_id, account_id, kind, name, path, created_ms, boundary_arn, tags, trust_policy, description,
  max_session_seconds, last_used_ms, last_used_region`

function entityOf(row: EntityRow): Entity {
  return {
    entityId: row.entity_id,
    accountId: row.account_id,
    kind: row.kind,
    name: row.name,
    path: row.path,
    arn: entityArn(row.kind, { accountId: row.account_id, path: row.path, name: row.name }),
    created: row.created_ms,
    boundaryArn: row.boundary_arn,
    tags: JSON.parse(row.tags) as Record<string, string>,
    role: roleOf(row),
  }
}

function roleOf(row: EntityRow): RoleFacts | null {
  if (row.trust_policy === null || row.max_session_seconds === null) return null
  const { last_used_ms: time, last_used_region: region } = row
  return {
    trustPolicy: row.trust_policy,
    description: row.description,
    maxSessionSeconds: row.max_session_seconds,
    lastUsed: time === null ? null : { time, region: region ?? '' },
  }
}

/** Which user, group or role of the account has this name, in whatever case? */
export async function getEntity(
  env: Env,
  accountId: string,
  { kind, name }: { kind: EntityKind; name: string },
): Promise<Entity | null> {
  const row = await env.CONTROL.prepare(
    `SELECT ${columns} FROM entities WHERE account_id = ? AND kind = ? AND name = ?`,
  )
    .bind(accountId, kind, name)
    .first<EntityRow>()
  return row === null ? null : entityOf(row)
}

/** Adds it unless its name is taken or the account has `countMax` of its kind. */
export async function createEntity(
  env: Env,
  entity: Entity,
  { countMax }: { countMax: number },
): Promise<{ outcome: 'created' | 'exists' | 'too-many' }> {
  const { role } = entity
  try {
    const { meta } = await env.CONTROL.prepare(
      `INSERT INTO entities (entity_id, account_id, kind, name, path, created_ms, boundary_arn, tags, trust_policy,
         description, max_session_seconds)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
       WHERE (SELECT count(*) FROM entities WHERE account_id = ?2 AND kind = ?3) < ?12`,
    )
      .bind(
        entity.entityId,
        entity.accountId,
        entity.kind,
        entity.name,
        entity.path,
        entity.created,
        entity.boundaryArn,
        JSON.stringify(entity.tags),
        role?.trustPolicy ?? null,
        role?.description ?? null,
        role?.maxSessionSeconds ?? null,
        countMax,
      )
      .run()
    return { outcome: meta.changes === 1 ? 'created' : 'too-many' }
  } catch (error) {
    if (isNameTaken(error)) return { outcome: 'exists' }
    throw error
  } finally {
    forgetIdentities(env.CONTROL)
  }
}

function isNameTaken(error: unknown): boolean {
  return /UNIQUE constraint failed: .*entities\.name/.test(String(error))
}
