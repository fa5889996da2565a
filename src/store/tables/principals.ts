// Everybody of the deployment who can ask for something: accounts, and their users and roles.
import type { Env } from '../../env.ts'
import { entityArn } from '../../iam/arn.ts'

export interface ListedPrincipal {
  accountId: string
  /** Of the account. */
  canonicalId: string
  kind: 'account' | 'user' | 'role'
  /** Of the user or role; empty for the account. */
  entityId: string
  name: string
  arn: string
}

/** Where a page begins: strictly after this one. Kind and name are empty for an account. */
export interface PrincipalPlace {
  accountId: string
  kind: '' | 'user' | 'role'
  name: string
}

interface PrincipalRow {
  account_id: string
  canonical_id: string
  kind: '' | 'user' | 'role'
  entity_id: string
  name: string
  path: string
}

// An account stands before its users and roles, which come in the order of the index on their names.
const selectPrincipals = `
  SELECT account_id, canonical_id, '' AS kind, '' AS entity_id, '' AS name, '' AS path
  FROM accounts
  WHERE (?1 IS NULL OR account_id = ?1) AND (account_id, '', '') > (?2, ?3, ?4)
  UNION ALL
  SELECT e.account_id, a.canonical_id, e.kind, e.entity_id, e.name, e.path
  FROM entities e JOIN accounts a ON a.account_id = e.account_id
  WHERE e.kind IN ('user', 'role') AND (?1 IS NULL OR e.account_id = ?1)
    AND (e.account_id, e.kind, e.name) > (?2, ?3, ?4)
  ORDER BY 1, 3, 5 COLLATE NOCASE
  LIMIT ?5`

/** Of one account, or of all of them with null. */
export async function listPrincipals(
  env: Env,
  accountId: string | null,
  { after, limit }: { after: PrincipalPlace | null; limit: number },
): Promise<{ principals: ListedPrincipal[]; isTruncated: boolean }> {
  const place = [after?.accountId ?? '', after?.kind ?? '', after?.name ?? '']
  const { results } = await env.CONTROL.prepare(selectPrincipals)
    .bind(accountId, ...place, limit + 1)
    .all<PrincipalRow>()
  return { principals: results.slice(0, limit).map(principalOf), isTruncated: results.length > limit }
}

function principalOf(row: PrincipalRow): ListedPrincipal {
  const { account_id: accountId, canonical_id: canonicalId, kind, entity_id: entityId, name, path } = row
  if (kind === '') {
    return { accountId, canonicalId, kind: 'account', entityId, name, arn: `arn:aws:iam::${accountId}:root` }
  }
  return { accountId, canonicalId, kind, entityId, name, arn: entityArn(kind, { accountId, path, name }) }
}
