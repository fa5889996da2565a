// The table `inline_policies` of CONTROL: policies that are part of one user, group or role.
import type { Env } from '../../env.ts'
import { forgetIdentities } from './account-caches.ts'

export interface InlinePolicy {
  name: string
  /** JSON, as it was put. */
  document: string
}

/** Puts or replaces a policy unless all of the entity's would have more than `sizeMax` characters together. */
export async function putInlinePolicy(
  env: Env,
  entityId: string,
  policy: InlinePolicy & { /** Characters without white space. */ size: number },
  { sizeMax }: { sizeMax: number },
): Promise<{ outcome: 'put' | 'too-large' }> {
  const { meta } = await env.CONTROL.prepare(
    `INSERT INTO inline_policies (entity_id, name, document, size)
     SELECT ?1, ?2, ?3, ?4
     WHERE (SELECT ifnull(sum(size), 0) FROM inline_policies WHERE entity_id = ?1 AND name <> ?2) + ?4 <= ?5
     ON CONFLICT (entity_id, name) DO UPDATE SET document = excluded.document, size = excluded.size`,
  )
    .bind(entityId, policy.name, policy.document, policy.size, sizeMax)
    .run()
  forgetIdentities(env.CONTROL)
  return { outcome: meta.changes === 1 ? 'put' : 'too-large' }
}

/** Null when the entity has no policy of this name. */
export function getInlinePolicy(env: Env, entityId: string, name: string): Promise<InlinePolicy | null> {
  return env.CONTROL.prepare('SELECT name, document FROM inline_policies WHERE entity_id = ? AND name = ?')
    .bind(entityId, name)
    .first<InlinePolicy>()
}

/** Whether there was one. */
export async function deleteInlinePolicy(env: Env, entityId: string, name: string): Promise<boolean> {
  const { meta } = await env.CONTROL.prepare('DELETE FROM inline_policies WHERE entity_id = ? AND name = ?')
    .bind(entityId, name)
    .run()
  forgetIdentities(env.CONTROL)
  return meta.changes > 0
}

/** Names of the entity's policies, in order: as many as its quota of characters has room for. */
export async function listInlinePolicyNames(env: Env, entityId: string): Promise<string[]> {
  const { results } = await env.CONTROL.prepare('SELECT name FROM inline_policies WHERE entity_id = ? ORDER BY name')
    .bind(entityId)
    .all<{ name: string }>()
  return results.map(({ name }) => name)
}
