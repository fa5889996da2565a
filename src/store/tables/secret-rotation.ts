// A new secret for an access key that keeps its id: the columns previous_… of `access_keys`.
import type { Env } from '../../env.ts'
import { openSecret, sealSecret } from '../sealed-secret.ts'
import { forgetAccounts } from './account-caches.ts'

/** The secret before the last rotation. */
export interface PreviousSecret {
  secret: string
  /** Until when it counts. Milliseconds since 1970. */
  ends: number
}

export interface PreviousSecretRow {
  previous_secret_encrypted: string | null
  previous_ends_ms: number | null
}

/** What a row says of it; null when there is none. */
export async function openPreviousSecret(
  env: Env,
  accessKeyId: string,
  { previous_secret_encrypted: sealed, previous_ends_ms: ends }: PreviousSecretRow,
): Promise<PreviousSecret | null> {
  if (sealed === null || ends === null) return null
  return { secret: await openSecret(env.EDGESHARD_SECRET, accessKeyId, sealed), ends }
}

/** The secret of a rotation, while it counts. */
export function livePreviousSecret(previous: PreviousSecret | null, now: number): string | null {
  return previous !== null && now < previous.ends ? previous.secret : null
}

/**
 * Gives a key of the account itself a new secret; the one it had counts until `ends`, and one before that no more.
 * Whether there was such a key.
 */
export async function rotateSecret(
  env: Env,
  key: { accountId: string; accessKeyId: string },
  { secret, ends }: { secret: string; ends: number },
): Promise<boolean> {
  const { meta } = await env.CONTROL.prepare(
    `UPDATE access_keys SET previous_secret_encrypted = secret_encrypted, previous_ends_ms = ?1, secret_encrypted = ?2
     WHERE access_key_id = ?3 AND account_id = ?4 AND user_id IS NULL
       AND NOT EXISTS (SELECT 1 FROM service_accounts s WHERE s.access_key_id = access_keys.access_key_id)`,
  )
    .bind(ends, await sealSecret(env.EDGESHARD_SECRET, key.accessKeyId, secret), key.accessKeyId, key.accountId)
    .run()
  forgetAccounts(env.CONTROL)
  return meta.changes > 0
}
