import { describe, expect, it } from 'vitest'
import { createAccount, ensureRootAccount } from '../../../src/store/tables/accounts.ts'
import { listPrincipals, type PrincipalPlace } from '../../../src/store/tables/principals.ts'
import { testEnv } from '../../admin/admin-client.ts'
import { sqliteD1 } from '../../support/sqlite-d1.ts'

const first = '111111111111'
const second = '222222222222'

async function database() {
  const { db, sqlite } = sqliteD1('control')
  const env = testEnv(db)
  await ensureRootAccount(env)
  for (const accountId of [second, first]) {
    const account = { accountId, canonicalId: `c${accountId}`, name: 'n', email: 'a@b', created: 5, isDisabled: false }
    await createAccount(env, account, [])
  }
  sqlite.exec(`
    INSERT INTO entities (entity_id, account_id, kind, name, path, created_ms) VALUES
      ('AIDA1', '${first}', 'user', 'Zoe', '/team/', 5),
      ('AIDA2', '${first}', 'user', 'adam', '/', 5),
      ('AGPA1', '${first}', 'group', 'staff', '/', 5),
      ('AIDA3', '${second}', 'user', 'bob', '/', 5);
    INSERT INTO entities (entity_id, account_id, kind, name, path, created_ms, trust_policy, max_session_seconds) VALUES
      ('AROA1', '${first}', 'role', 'reader', '/', 6, '{}', 3600);`)
  return env
}

const everybody = [
  'arn:aws:iam::000000000000:root',
  `arn:aws:iam::${first}:root`,
  `arn:aws:iam::${first}:role/reader`,
  `arn:aws:iam::${first}:user/adam`,
  `arn:aws:iam::${first}:user/team/Zoe`,
  `arn:aws:iam::${second}:root`,
  `arn:aws:iam::${second}:user/bob`,
]

describe('listPrincipals()', () => {
  it('tells of accounts, users and roles, not of groups', async () => {
    const { principals, isTruncated } = await listPrincipals(await database(), null, { after: null, limit: 100 })
    expect(principals.map(({ arn }) => arn)).toEqual(everybody)
    expect(isTruncated).toBe(false)
    expect(principals[4]).toEqual({
      accountId: first,
      canonicalId: `c${first}`,
      kind: 'user',
      entityId: 'AIDA1',
      name: 'Zoe',
      arn: `arn:aws:iam::${first}:user/team/Zoe`,
    })
  })

  it.each([1, 2, 3])('goes on after any of them, in pages of %i', async (limit) => {
    const env = await database()
    const seen: string[] = []
    for (let after: PrincipalPlace | null = null; ;) {
      const { principals, isTruncated } = await listPrincipals(env, null, { after, limit })
      seen.push(...principals.map(({ arn }) => arn))
      const last = principals.at(-1)
      expect(principals.length).toBe(isTruncated ? limit : principals.length)
      if (!isTruncated || last === undefined) break
      after = { accountId: last.accountId, kind: last.kind === 'account' ? '' : last.kind, name: last.name }
    }
    expect(seen).toEqual(everybody)
  })

  it('keeps to one account', async () => {
    const { principals } = await listPrincipals(await database(), first, { after: null, limit: 100 })
    expect(principals.map(({ arn }) => arn)).toEqual(everybody.slice(1, 5))
  })
})
