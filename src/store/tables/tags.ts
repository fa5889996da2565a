// Tags, wherever they hang: a column `tags` of JSON. Which tags become of a change is decided by who calls.
import type { Env } from '../../env.ts'
import { forgetIdentities } from './account-caches.ts'

export type Tags = Readonly<Record<string, string>>

/** What tags hang on, by its key in its table. */
export type TaggedResource =
  | { table: 'entities'; entityId: string }
  | { table: 'policies'; policyArn: string }
  | { table: 'oidc_providers'; accountId: string; url: string }

/** Puts new tags in the place of those that were read; `changed` when others are there by now, or nothing is. */
export async function replaceTags(
  env: Env,
  resource: TaggedResource,
  { from, to }: { from: Tags; to: Tags },
): Promise<{ outcome: 'replaced' | 'changed' }> {
  const { where, values } = placeOf(resource)
  const { meta } = await env.CONTROL.prepare(`UPDATE ${resource.table} SET tags = ? WHERE tags = ? AND ${where}`)
    .bind(JSON.stringify(to), JSON.stringify(from), ...values)
    .run()
  forgetIdentities(env.CONTROL)
  return { outcome: meta.changes === 1 ? 'replaced' : 'changed' }
}

function placeOf(resource: TaggedResource): { where: string; values: string[] } {
  switch (resource.table) {
    case 'entities':
      return { where: 'entity_id = ?', values: [resource.entityId] }
    case 'policies':
      return { where: 'policy_arn = ?', values: [resource.policyArn] }
    case 'oidc_providers':
      return { where: 'account_id = ? AND url = ?', values: [resource.accountId, resource.url] }
  }
}
