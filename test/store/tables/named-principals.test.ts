import { beforeEach, describe, expect, it } from 'vitest'
import type { Env } from '../../../src/env.ts'
import type { NamedPrincipal } from '../../../src/iam/principal-matcher.ts'
import { createAccount, rootAccountId, rootCanonicalId } from '../../../src/store/tables/accounts.ts'
import { createEntity } from '../../../src/store/tables/entities.ts'
import { unknownPrincipal } from '../../../src/store/tables/named-principals.ts'
import { testEnv } from '../../admin/admin-client.ts'
import { sqliteD1, type SqliteD1 } from '../../support/sqlite-d1.ts'

let database: SqliteD1
let env: Env

const accountId = '111111111111'
const canonicalId = 'c'.repeat(64)

beforeEach(async () => {
  database = sqliteD1('control')
  env = testEnv(database.db)
  const account = { accountId, canonicalId, name: 'one', email: 'a@b.c', created: 5, isDisabled: false }
  await createAccount(env, account, [])
  for (const [kind, name, path] of [
    ['user', 'alice', '/'],
    ['user', 'bob', '/team/a/'],
    ['role', 'reader', '/service/'],
  ] as const) {
    await createEntity(
      env,
      {
        entityId: `ID${name}`,
        accountId,
        kind,
        name,
        path,
        arn: '',
        created: 5,
        boundaryArn: null,
        tags: {},
        role: kind === 'role' ? { trustPolicy: '{}', description: null, maxSessionSeconds: 1, lastUsed: null } : null,
      },
      { countMax: 10 },
    )
  }
  database.sqlite.exec(`INSERT INTO oidc_providers (account_id, url, created_ms, client_ids, thumbprints, tags)
    VALUES ('${accountId}', 'token.example.com/a', 5, '[]', '[]', '{}')`)
})

const iam = (account: string, resource: string) => `arn:aws:iam::${account}:${resource}`
const sts = (resource: string) => `arn:aws:sts::${accountId}:${resource}`

describe('unknownPrincipal()', () => {
  it.each<[NamedPrincipal['type'], string]>([
    ['AWS', '*'],
    ['AWS', accountId],
    ['AWS', iam(accountId, 'root')],
    ['AWS', rootAccountId],
    ['AWS', iam(accountId, 'user/alice')],
    ['AWS', iam(accountId, 'user/team/a/bob')],
    ['AWS', iam(accountId, 'role/service/reader')],
    ['AWS', sts('assumed-role/reader/session')],
    ['AWS', sts('federated-user/anybody')],
    ['CanonicalUser', canonicalId],
    ['CanonicalUser', rootCanonicalId],
    ['Service', 'logging.s3.amazonaws.com'],
    ['Federated', 'accounts.google.com'],
    ['Federated', iam(accountId, 'oidc-provider/token.example.com/a')],
  ])('knows %s %s', async (type, value) => {
    expect(await unknownPrincipal(env, [{ type, value }])).toBeNull()
  })

  it.each<[NamedPrincipal['type'], string]>([
    ['AWS', '999999999999'],
    ['AWS', iam('999999999999', 'root')],
    ['AWS', iam(accountId, 'user/nobody')],
    ['AWS', iam(accountId, 'user/Alice')],
    ['AWS', iam(accountId, 'user/team/alice')],
    ['AWS', iam(accountId, 'user/bob')],
    ['AWS', iam(accountId, 'role/alice')],
    ['AWS', iam('999999999999', 'user/alice')],
    ['AWS', sts('assumed-role/alice/session')],
    ['AWS', 'arn:aws:sts::999999999999:federated-user/anybody'],
    ['CanonicalUser', 'd'.repeat(64)],
    ['Federated', iam(accountId, 'oidc-provider/token.example.com')],
    ['Federated', iam(accountId, 'saml-provider/token.example.com/a')],
  ])('does not know %s %s', async (type, value) => {
    const known: NamedPrincipal = { type: 'AWS', value: accountId }
    expect(await unknownPrincipal(env, [{ type: 'AWS', value: '*' }, known, { type, value }])).toEqual({ type, value })
  })

  it('names the first of several, in one query, and asks nothing where nothing can be unknown', async () => {
    const queries = database.queries()
    const named = ['999999999991', accountId, '999999999992'].map((value) => ({ type: 'AWS' as const, value }))
    await unknownPrincipal(env, [])
    await unknownPrincipal(env, [{ type: 'Service', value: 'ec2.amazonaws.com' }])
    expect(database.queries()).toBe(queries)
    expect((await unknownPrincipal(env, named))?.value).toBe('999999999991')
    // The other one makes sure of the root account.
    expect(database.queries()).toBeLessThanOrEqual(queries + 2)
  })
})
