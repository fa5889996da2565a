// May they? The first rule of all: an account may do everything with what it owns, and nothing with what another owns.
// No I/O, no clock.
import type { Permission } from './permission.ts'

/** Who asks, as far as a decision needs to know. */
export type Principal = { kind: 'anonymous' } | { kind: 'account'; accountId: string }

export type Decision = { allowed: true } | { allowed: false; reason: string }

/**
 * Whether all of `permissions` are granted. `owner` is the account the bucket belongs to, or null when nothing that
 * somebody owns is concerned (ListBuckets, CreateBucket), which is open to every account. The reason is for the log.
 */
export function authorise(
  principal: Principal,
  permissions: readonly Permission[],
  owner: { accountId: string } | null,
): Decision {
  if (principal.kind === 'anonymous') return { allowed: false, reason: `Anonymous: ${actions(permissions)}` }
  if (owner === null || owner.accountId === principal.accountId) return { allowed: true }
  return { allowed: false, reason: `Account ${principal.accountId} is not the owner: ${actions(permissions)}` }
}

function actions(permissions: readonly Permission[]): string {
  return permissions.map(({ action }) => action).join(', ')
}
