// The table `group_members` of CONTROL: which user is in which group.
import type { Env } from '../../env.ts'
import { forgetIdentities } from './account-caches.ts'
import { selectEntities, type Entity } from './entities.ts'

/** Puts the user into the group unless it is in `countMax` already. A member stays one. */
export async function addMember(
  env: Env,
  member: { groupId: string; userId: string; joined: number },
  { countMax }: { countMax: number },
): Promise<{ outcome: 'added' | 'too-many' }> {
  const { groupId, userId, joined } = member
  const { meta } = await env.CONTROL.prepare(
    `INSERT INTO group_members (group_id, user_id, joined_ms)
     SELECT ?1, ?2, ?3
     WHERE (SELECT count(*) FROM group_members WHERE user_id = ?2 AND group_id <> ?1) < ?4
     ON CONFLICT (group_id, user_id) DO UPDATE SET joined_ms = joined_ms`,
  )
    .bind(groupId, userId, joined, countMax)
    .run()
  forgetIdentities(env.CONTROL)
  return { outcome: meta.changes === 1 ? 'added' : 'too-many' }
}

/** Takes the user out of the group; nothing happens when it is not in it. */
export async function removeMember(env: Env, { groupId, userId }: { groupId: string; userId: string }): Promise<void> {
  await env.CONTROL.prepare('DELETE FROM group_members WHERE group_id = ? AND user_id = ?').bind(groupId, userId).run()
  forgetIdentities(env.CONTROL)
}

/** Users of a group by name, strictly after `after`. */
export function listMembers(
  env: Env,
  groupId: string,
  { after, limit }: { after: string; limit: number },
): Promise<Entity[]> {
  return selectEntities(
    env,
    `WHERE entity_id IN (SELECT user_id FROM group_members WHERE group_id = ?) AND name > ? ORDER BY name LIMIT ?`,
    [groupId, after, limit],
  )
}

/** Groups of a user by name: never more than a user may be in. */
export function listGroupsOf(env: Env, userId: string): Promise<Entity[]> {
  return selectEntities(
    env,
    `WHERE entity_id IN (SELECT group_id FROM group_members WHERE user_id = ?) ORDER BY name`,
    [userId],
  )
}
