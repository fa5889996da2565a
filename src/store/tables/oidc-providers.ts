// The table `oidc_providers` of CONTROL: issuers of web identity tokens that an account trusts.
import type { Env } from '../../env.ts'
import { oidcProviderArn } from '../../iam/arn.ts'

export interface OidcProvider {
  accountId: string
  arn: string
  /** Without its scheme: `token.actions.githubusercontent.com`. */
  url: string
  /** Milliseconds since 1970. */
  created: number
  /** Audiences a token may be for. */
  clientIds: readonly string[]
  /** SHA-1 of a certificate of the issuer's server, hex. */
  thumbprints: readonly string[]
  tags: Readonly<Record<string, string>>
}

interface ProviderRow {
  account_id: string
  url: string
  created_ms: number
  client_ids: string
  thumbprints: string
  tags: string
}

const columns = 'account_id, url, created_ms, client_ids, thumbprints, tags'

function providerOf(row: ProviderRow): OidcProvider {
  return {
    accountId: row.account_id,
    arn: oidcProviderArn(row.account_id, row.url),
    url: row.url,
    created: row.created_ms,
    clientIds: JSON.parse(row.client_ids) as string[],
    thumbprints: JSON.parse(row.thumbprints) as string[],
    tags: JSON.parse(row.tags) as Record<string, string>,
  }
}

const scheme = /^https?:\/\//

/** Does the account trust this issuer? By its ARN, or by its URL with or without its scheme. One query. */
export async function getOidcProvider(env: Env, accountId: string, arnOrUrl: string): Promise<OidcProvider | null> {
  const arnStart = oidcProviderArn(accountId, '')
  const url = arnOrUrl.startsWith(arnStart) ? arnOrUrl.slice(arnStart.length) : arnOrUrl.replace(scheme, '')
  const row = await env.CONTROL.prepare(`SELECT ${columns} FROM oidc_providers WHERE account_id = ? AND url = ?`)
    .bind(accountId, url)
    .first<ProviderRow>()
  return row === null ? null : providerOf(row)
}

/** The account's providers by URL: at most its quota. */
export async function listOidcProviders(env: Env, accountId: string): Promise<OidcProvider[]> {
  const { results } = await env.CONTROL.prepare(
    `SELECT ${columns} FROM oidc_providers WHERE account_id = ? ORDER BY url`,
  )
    .bind(accountId)
    .all<ProviderRow>()
  return results.map(providerOf)
}

/** Adds it unless the account has one of this URL, or `countMax` of them. */
export async function createOidcProvider(
  env: Env,
  provider: OidcProvider,
  { countMax }: { countMax: number },
): Promise<{ outcome: 'created' | 'exists' | 'too-many' }> {
  const { accountId, url, created, clientIds, thumbprints, tags } = provider
  try {
    const { meta } = await env.CONTROL.prepare(
      `INSERT INTO oidc_providers (${columns})
       SELECT ?1, ?2, ?3, ?4, ?5, ?6
       WHERE (SELECT count(*) FROM oidc_providers WHERE account_id = ?1) < ?7`,
    )
      .bind(
        accountId,
        url,
        created,
        JSON.stringify(clientIds),
        JSON.stringify(thumbprints),
        JSON.stringify(tags),
        countMax,
      )
      .run()
    return { outcome: meta.changes === 1 ? 'created' : 'too-many' }
  } catch (error) {
    if (/UNIQUE constraint failed: oidc_providers/.test(String(error))) return { outcome: 'exists' }
    throw error
  }
}

const listColumns = { clientIds: 'client_ids', thumbprints: 'thumbprints' } as const

/** Puts a new list in the place of the one that was read; `changed` when another is there by now. */
export async function replaceProviderList(
  env: Env,
  provider: OidcProvider,
  list: keyof typeof listColumns,
  to: readonly string[],
): Promise<{ outcome: 'replaced' | 'changed' }> {
  const column = listColumns[list]
  const { meta } = await env.CONTROL.prepare(
    `UPDATE oidc_providers SET ${column} = ? WHERE account_id = ? AND url = ? AND ${column} = ?`,
  )
    .bind(JSON.stringify(to), provider.accountId, provider.url, JSON.stringify(provider[list]))
    .run()
  return { outcome: meta.changes === 1 ? 'replaced' : 'changed' }
}

/** Whether there was one. */
export async function deleteOidcProvider(env: Env, { accountId, url }: OidcProvider): Promise<boolean> {
  const { meta } = await env.CONTROL.prepare('DELETE FROM oidc_providers WHERE account_id = ? AND url = ?')
    .bind(accountId, url)
    .run()
  return meta.changes > 0
}
