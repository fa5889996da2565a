// What many users, groups and roles hold, read at once: for GetAccountAuthorizationDetails.
import type { Env } from '../../env.ts'
import type { InlinePolicy } from './inline-policies.ts'

export interface Holdings {
  inline: InlinePolicy[]
  /** ARNs of managed policies. */
  attached: string[]
  /** Names of the groups a user is in. */
  groups: string[]
}

/** For each of these entities; one round trip. */
export async function loadHoldings(env: Env, entityIds: readonly string[]): Promise<ReadonlyMap<string, Holdings>> {
  const ids = JSON.stringify(entityIds)
  const asked = 'entity_id IN (SELECT value FROM json_each(?))'
  const holdings = new Map<string, Holdings>(entityIds.map((id) => [id, { inline: [], attached: [], groups: [] }]))
  const [inline, attached, groups] = await env.CONTROL.batch<{ entity_id: string; name: string; document: string }>([
    env.CONTROL.prepare(`SELECT entity_id, name, document FROM inline_policies WHERE ${asked} ORDER BY name`).bind(ids),
    env.CONTROL.prepare(
      `SELECT entity_id, policy_arn AS name FROM policy_attachments WHERE ${asked} ORDER BY policy_arn`,
    ).bind(ids),
    env.CONTROL.prepare(
      `SELECT m.user_id AS entity_id, g.name FROM group_members m JOIN entities g ON g.entity_id = m.group_id
       WHERE m.user_id IN (SELECT value FROM json_each(?)) ORDER BY g.name`,
    ).bind(ids),
  ])
  for (const { entity_id, name, document } of inline?.results ?? []) {
    holdings.get(entity_id)?.inline.push({ name, document })
  }
  for (const { entity_id, name } of attached?.results ?? []) holdings.get(entity_id)?.attached.push(name)
  for (const { entity_id, name } of groups?.results ?? []) holdings.get(entity_id)?.groups.push(name)
  return holdings
}
