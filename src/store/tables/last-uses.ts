// When an access key or a role was last used, for which service and in which region: columns of `access_keys` and
// `entities`. Written off the path of requests.
import type { Identity } from '../../auth/identity.ts'
import type { Env } from '../../env.ts'
import { entityArn } from '../../iam/arn.ts'
import { cachedRecordsMax, useRecordedMilliseconds } from '../../limits.ts'
import { describeError, logFault } from '../../log.ts'

export interface Use {
  /** `s3`, `iam` or `sts`. */
  service: string
  region: string
  /** Milliseconds since 1970. */
  time: number
}

/** When this isolate last recorded a use, by key or role. */
const recorded = new WeakMap<D1Database, Map<string, number>>()

/** What a use is recorded of: a long-lived key, or the role of a session. Null: nothing that outlives its sessions. */
function usedBy(identity: Identity): { table: 'access_keys' | 'entities'; id: string } | null {
  if (identity.kind === 'anonymous') return null
  const { principal, session, accessKeyId } = identity
  if (principal.type === 'AssumedRole') return { table: 'entities', id: principal.roleId }
  return session === null || session.issued === null ? { table: 'access_keys', id: accessKeyId } : null
}

/**
 * Records a use, at most once in `useRecordedMilliseconds` for each key and role; `use` is asked only when that is due.
 * Never throws, and never waits: `waitUntil` keeps the write alive after the answer.
 */
export function noteUse(
  env: Env,
  identity: Identity,
  { time, describe }: { time: number; describe: () => Omit<Use, 'time'> },
  waitUntil: (work: Promise<unknown>) => void,
): void {
  const used = usedBy(identity)
  // The root's key is in the environment alone.
  if (used === null || used.id === env.ROOT_ACCESS_KEY_ID) return
  let times = recorded.get(env.CONTROL)
  if (times === undefined) recorded.set(env.CONTROL, (times = new Map<string, number>()))
  const last = times.get(used.id)
  if (last !== undefined && time - last < useRecordedMilliseconds) return
  if (times.size >= cachedRecordsMax) times.clear()
  times.set(used.id, time)
  const write = recordUse(env, used, { ...describe(), time }).catch((error: unknown) => {
    logFault('The last use of a key was not recorded', describeError(error))
  })
  waitUntil(write)
}

async function recordUse(
  env: Env,
  { table, id }: { table: 'access_keys' | 'entities'; id: string },
  { service, region, time }: Use,
): Promise<void> {
  // Another isolate may have written just now.
  const due = '(last_used_ms IS NULL OR last_used_ms < ?2)'
  const statement =
    table === 'access_keys'
      ? env.CONTROL.prepare(
          `UPDATE access_keys SET last_used_ms = ?3, last_used_region = ?4, last_used_service = ?5
           WHERE access_key_id = ?1 AND ${due}`,
        ).bind(id, time - useRecordedMilliseconds, time, region, service)
      : env.CONTROL.prepare(
          `UPDATE entities SET last_used_ms = ?3, last_used_region = ?4 WHERE entity_id = ?1 AND ${due}`,
        ).bind(id, time - useRecordedMilliseconds, time, region)
  await statement.run()
}

export interface KeyUse {
  /** The user that holds the key; null for a key of the account itself. */
  user: { name: string; arn: string } | null
  /** Null: not used since uses are recorded. */
  last: Use | null
}

/** When was this key of the account last used? Null when the account has no such key. */
export async function getKeyUse(env: Env, accountId: string, accessKeyId: string): Promise<KeyUse | null> {
  const row = await env.CONTROL.prepare(
    `SELECT k.last_used_ms AS time, k.last_used_service AS service, k.last_used_region AS region, u.name, u.path
     FROM access_keys k LEFT JOIN entities u ON u.entity_id = k.user_id
     WHERE k.access_key_id = ? AND k.account_id = ?`,
  )
    .bind(accessKeyId, accountId)
    .first<{ [Column in keyof Use]: Use[Column] | null } & { name: string | null; path: string | null }>()
  if (row === null) return null
  const { time, service, region, name, path } = row
  return {
    user: name === null || path === null ? null : { name, arn: entityArn('user', { accountId, path, name }) },
    last: time === null ? null : { time, service: service ?? '', region: region ?? '' },
  }
}
