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

export interface EntityQuery {
  kind: EntityKind
  /** Empty for all. */
  pathPrefix: string
  /** Names strictly after this one, whatever the case; empty to start. */
  after: string
  limit: number
}

/** Entities of one kind by name, which is not told apart by case. */
export function listEntities(
  env: Env,
  accountId: string,
  { kind, pathPrefix, after, limit }: EntityQuery,
): Promise<Entity[]> {
  return selectEntities(
    env,
    `WHERE account_id = ?1 AND kind = ?2 AND name > ?3 AND substr(path, 1, length(?4)) = ?4
     ORDER BY name LIMIT ?5`,
    [accountId, kind, after, pathPrefix, limit],
  )
}

/** For the tables beside this one: the entities that a clause of theirs chooses. */
export async function selectEntities(
  env: Env,
  clause: string,
  values: readonly (string | number)[],
): Promise<Entity[]> {
  const { results } = await env.CONTROL.prepare(`SELECT ${columns} FROM entities ${clause}`)
    .bind(...values)
    .all<EntityRow>()
  return results.map(entityOf)
}

/** What to change; what is absent stays. */
export interface EntityChange {
  name?: string
  path?: string
  /** Null removes it. */
  boundaryArn?: string | null
  trustPolicy?: string
  description?: string
  maxSessionSeconds?: number
}

/** The column of each change. */
const changeColumns: Record<keyof EntityChange, string> = {
  name: 'name',
  path: 'path',
  boundaryArn: 'boundary_arn',
  trustPolicy: 'trust_policy',
  description: 'description',
  maxSessionSeconds: 'max_session_seconds',
}

/** Changes some of its columns, at least one. */
export async function updateEntity(
  env: Env,
  entityId: string,
  change: EntityChange,
): Promise<{ outcome: 'updated' | 'exists' | 'missing' }> {
  const names = (Object.keys(changeColumns) as (keyof EntityChange)[]).filter((name) => change[name] !== undefined)
  const assignments = names.map((name, index) => `${changeColumns[name]} = ?${index + 2}`)
  try {
    const { meta } = await env.CONTROL.prepare(`UPDATE entities SET ${assignments.join(', ')} WHERE entity_id = ?1`)
      .bind(entityId, ...names.map((name) => change[name]))
      .run()
    return { outcome: meta.changes === 1 ? 'updated' : 'missing' }
  } catch (error) {
    if (isNameTaken(error)) return { outcome: 'exists' }
    throw error
  } finally {
    forgetIdentities(env.CONTROL)
  }
}

/** Why an entity cannot be deleted: what it still holds, or is in. */
export type Holding = 'attachments' | 'inline-policies' | 'memberships' | 'access-keys'

// What does the entity ?1 still hold?
const holdings = `
  SELECT 'attachments' AS holding WHERE EXISTS (SELECT 1 FROM policy_attachments WHERE entity_id = ?1)
  UNION ALL
  SELECT 'inline-policies' WHERE EXISTS (SELECT 1 FROM inline_policies WHERE entity_id = ?1)
  UNION ALL
  SELECT 'memberships' WHERE EXISTS (SELECT 1 FROM group_members WHERE user_id = ?1)
    OR EXISTS (SELECT 1 FROM group_members WHERE group_id = ?1)
  UNION ALL
  SELECT 'access-keys' WHERE EXISTS (
    SELECT 1 FROM access_keys k WHERE user_id = ?1
      AND NOT EXISTS (SELECT 1 FROM service_accounts s WHERE s.access_key_id = k.access_key_id)
  )`

/** Deletes it while it holds nothing; a user's service accounts go with it. */
export async function deleteEntity(
  env: Env,
  entityId: string,
): Promise<{ outcome: 'deleted' | 'missing' } | { outcome: 'holds'; holding: Holding }> {
  const { meta } = await env.CONTROL.prepare(`DELETE FROM entities WHERE entity_id = ?1 AND NOT EXISTS (${holdings})`)
    .bind(entityId)
    .run()
  forgetIdentities(env.CONTROL)
  if (meta.changes > 0) return { outcome: 'deleted' }
  const found = await env.CONTROL.prepare(`${holdings} LIMIT 1`).bind(entityId).first<{ holding: Holding }>()
  return found === null ? { outcome: 'missing' } : { outcome: 'holds', holding: found.holding }
}
