// Whether those whom a policy names are there: accounts, users, roles and identity providers of this deployment.
import type { Env } from '../../env.ts'
import type { NamedPrincipal } from '../../iam/principal-matcher.ts'
import { ensureRootAccount } from './accounts.ts'

/** What a row of a table must say. `path` null: whatever it is. */
interface Wanted {
  kind: 'account' | 'canonical' | 'user' | 'role' | 'provider'
  account: string
  name: string
  path: string | null
}

// Which of those asked for is the first without a row? Names of entities compare as written, though they are unique
// whatever their case: a principal is matched as written too.
const firstUnknown = `WITH asked AS (
    SELECT key AS at, value ->> 'kind' AS kind, value ->> 'account' AS account, value ->> 'name' AS name,
      value ->> 'path' AS path
    FROM json_each(?)
  )
  SELECT min(asked.at) AS at FROM asked WHERE NOT CASE asked.kind
    WHEN 'account' THEN EXISTS (SELECT 1 FROM accounts a WHERE a.account_id = asked.account)
    WHEN 'canonical' THEN EXISTS (SELECT 1 FROM accounts a WHERE a.canonical_id = asked.name)
    WHEN 'provider' THEN EXISTS (SELECT 1 FROM oidc_providers o WHERE o.account_id = asked.account AND o.url = asked.name)
    ELSE EXISTS (
      SELECT 1 FROM entities e
      WHERE e.account_id = asked.account AND e.kind = asked.kind AND e.name = asked.name
        AND e.name = asked.name COLLATE BINARY AND e.path = ifnull(asked.path, e.path)
    )
  END`

/**
 * The first of them that is not there; null when all are. `*`, services and the providers everybody knows always are.
 * One query, whatever their number.
 */
export async function unknownPrincipal(
  env: Env,
  principals: readonly NamedPrincipal[],
): Promise<NamedPrincipal | null> {
  const asked = principals.flatMap((principal) => {
    const wanted = wantedOf(principal)
    return wanted === null ? [] : [{ principal, wanted }]
  })
  if (asked.length === 0) return null
  await ensureRootAccount(env)
  const row = await env.CONTROL.prepare(firstUnknown)
    .bind(JSON.stringify(asked.map(({ wanted }) => wanted)))
    .first<{ at: number | null }>()
  return row === null || row.at === null ? null : (asked[row.at]?.principal ?? null)
}

/** Null for what is always there. */
function wantedOf({ type, value }: NamedPrincipal): Wanted | null {
  if (type === 'Service' || value === '*') return null
  if (type === 'CanonicalUser') return { kind: 'canonical', account: '', name: value, path: null }
  if (/^\d{12}$/.test(value)) return { kind: 'account', account: value, name: '', path: null }
  if (!value.startsWith('arn:')) return null
  const [account = '', ...rest] = value.split(':').slice(4)
  const [kind = '', ...names] = rest.join(':').split('/')
  switch (kind) {
    case 'user':
    case 'role':
      return { kind, account, name: names.at(-1) ?? '', path: `/${names.slice(0, -1).map(withSlash).join('')}` }
    case 'assumed-role':
      return { kind: 'role', account, name: names[0] ?? '', path: null }
    case 'oidc-provider':
    case 'saml-provider':
      return { kind: 'provider', account, name: kind === 'oidc-provider' ? names.join('/') : '', path: null }
    default:
      // The root identity, or a federated user, of whom there is nothing but the account.
      return { kind: 'account', account, name: '', path: null }
  }
}

function withSlash(segment: string): string {
  return `${segment}/`
}
