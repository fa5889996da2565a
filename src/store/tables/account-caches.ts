// What an isolate remembers of accounts and access keys, one set for each CONTROL database.
import type { Identity } from '../../auth/identity.ts'
import { IsolateCache } from '../isolate-cache.ts'
import type { StoredPolicies } from './principal-policies.ts'
import type { PreviousSecret } from './secret-rotation.ts'

/** An account as owners are shown. */
export interface Owner {
  canonicalId: string
  displayName: string
}

/** An access key as it stands in the tables, its secret opened. */
export interface KnownKey {
  secret: string
  previous: PreviousSecret | null
  identity: Extract<Identity, { kind: 'account' }>
  /** The key or its account was disabled. */
  isDisabled: boolean
  /** Milliseconds since 1970; null for never. */
  expires: number | null
}

export interface AccountCaches {
  owners: IsolateCache<Owner>
  keys: IsolateCache<KnownKey>
  /** By the id of a user, a role or an account. */
  policies: IsolateCache<StoredPolicies>
  /** The root account's row was seen to exist. */
  isRootEnsured: boolean
}

const byDatabase = new WeakMap<D1Database, AccountCaches>()

export function accountCaches(database: D1Database): AccountCaches {
  let caches = byDatabase.get(database)
  if (caches === undefined) {
    caches = {
      owners: new IsolateCache(),
      keys: new IsolateCache(),
      policies: new IsolateCache(),
      isRootEnsured: false,
    }
    byDatabase.set(database, caches)
  }
  return caches
}

/** After a change of accounts or keys made in this isolate; the others follow within `cacheMilliseconds`. */
export function forgetAccounts(database: D1Database): void {
  const { owners, keys, policies } = accountCaches(database)
  owners.clear()
  keys.clear()
  policies.clear()
}

/** After a change of users, groups, roles or policies made in this isolate: a key's principal has its user's name. */
export function forgetIdentities(database: D1Database): void {
  const { keys, policies } = accountCaches(database)
  keys.clear()
  policies.clear()
}
