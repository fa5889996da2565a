import { describe, expect, it, vi } from 'vitest'
import { compilePolicy } from '../../../src/iam/compile.ts'
import { accountPrincipal, type SignedPrincipal } from '../../../src/iam/principal.ts'
import { forgetIdentities } from '../../../src/store/tables/account-caches.ts'
import { createAccount, deleteAccount, updateAccount } from '../../../src/store/tables/accounts.ts'
import { keyLookup } from '../../../src/store/tables/access-keys.ts'
import { principalPolicies } from '../../../src/store/tables/principal-policies.ts'
import { getRole } from '../../../src/store/tables/roles.ts'
import { testEnv } from '../../admin/admin-client.ts'
import { sqliteD1 } from '../../support/sqlite-d1.ts'

const accountId = '111111111111'
const alice: SignedPrincipal = {
  type: 'User',
  accountId,
  arn: `arn:aws:iam::${accountId}:user/team/Alice`,
  userId: 'AIDA1',
  username: 'Alice',
}
const session: SignedPrincipal = {
  type: 'AssumedRole',
  accountId,
  arn: `arn:aws:sts::${accountId}:assumed-role/reader/s`,
  userId: 'AROA1:s',
  roleArn: `arn:aws:iam::${accountId}:role/reader`,
  roleId: 'AROA1',
  sessionName: 's',
}

const rows = `
  INSERT INTO entities (entity_id, account_id, kind, name, path, created_ms, boundary_arn, tags) VALUES
    ('AIDA1', '${accountId}', 'user', 'Alice', '/team/', 5, 'arn:aws:iam::${accountId}:policy/edge', '{"team":"blue"}'),
    ('AIDA2', '${accountId}', 'user', 'bob', '/', 5, 'arn:aws:iam::${accountId}:policy/gone', '{}'),
    ('AGPA1', '${accountId}', 'group', 'staff', '/', 5, NULL, '{}');
  INSERT INTO entities (entity_id, account_id, kind, name, path, created_ms, trust_policy, max_session_seconds) VALUES
    ('AROA1', '${accountId}', 'role', 'reader', '/', 6, '{"trust":1}', 3600);
  INSERT INTO group_members VALUES ('AGPA1', 'AIDA1', 5);
  INSERT INTO policies (policy_arn, policy_id, account_id, name, path, created_ms, updated_ms, default_version,
      last_version) VALUES
    ('arn:aws:iam::${accountId}:policy/p', 'ANPA1', '${accountId}', 'p', '/', 5, 5, 2, 3),
    ('arn:aws:iam::${accountId}:policy/edge', 'ANPA2', '${accountId}', 'edge', '/', 5, 5, 1, 1);
  INSERT INTO policy_versions VALUES
    ('arn:aws:iam::${accountId}:policy/p', 1, '"old"', 5),
    ('arn:aws:iam::${accountId}:policy/p', 2, '"p"', 5),
    ('arn:aws:iam::${accountId}:policy/p', 3, '"new"', 5),
    ('arn:aws:iam::${accountId}:policy/edge', 1, '"edge"', 5);
  INSERT INTO policy_attachments VALUES ('AGPA1', 'arn:aws:iam::${accountId}:policy/p', '${accountId}', 5);
  INSERT INTO inline_policies VALUES
    ('AIDA1', 'own', '"own"', 5), ('AGPA1', 'shared', '"shared"', 5), ('AROA1', 'read', '"read"', 5);
  UPDATE access_keys SET user_id = 'AIDA1' WHERE access_key_id = 'USERKEY';
`

async function database() {
  const { db, sqlite, queries } = sqliteD1('control')
  const env = testEnv(db)
  const account = { accountId, canonicalId: 'c1', name: 'acme', email: 'a@b', created: 5, isDisabled: false }
  await createAccount(env, account, [{ accessKeyId: 'USERKEY', accountId, secret: 'the-secret', created: 5 }])
  sqlite.exec(rows)
  return { env, sqlite, queries }
}

describe('principalPolicies()', () => {
  it("gives a user's own policies, those of its groups, its boundary and its tags", async () => {
    const { env } = await database()
    expect(await principalPolicies(env, alice)).toEqual({
      identity: [
        { name: 'inline policy own of user Alice', document: '"own"' },
        { name: 'inline policy shared of group staff', document: '"shared"' },
        { name: `arn:aws:iam::${accountId}:policy/p`, document: '"p"' },
      ],
      boundary: { name: `arn:aws:iam::${accountId}:policy/edge`, document: '"edge"' },
      serviceControl: null,
      tags: { team: 'blue' },
    })
  })

  it('gives the role of a session, and for a federated user its issuer', async () => {
    const { env } = await database()
    expect((await principalPolicies(env, session))?.identity.map(({ document }) => document)).toEqual(['"read"'])
    const federated: SignedPrincipal = { ...alice, type: 'FederatedUser', userId: 'x:bob', issuer: alice }
    expect((await principalPolicies(env, federated))?.tags).toEqual({ team: 'blue' })
  })

  it('gives an account nothing but what binds it', async () => {
    const { env, sqlite } = await database()
    const none = { identity: [], boundary: null, tags: {} }
    expect(await principalPolicies(env, accountPrincipal(accountId))).toEqual({ ...none, serviceControl: null })
    sqlite.exec(`INSERT INTO service_control_policies VALUES ('${accountId}', 'scp', '"scp"', 5)`)
    forgetIdentities(env.CONTROL)
    const serviceControl = [{ name: 'scp', document: '"scp"' }]
    expect(await principalPolicies(env, accountPrincipal(accountId))).toEqual({ ...none, serviceControl })
    expect((await principalPolicies(env, alice))?.serviceControl).toEqual(serviceControl)
  })

  it('is null for a user that is gone, and for one of another account', async () => {
    const { env } = await database()
    expect(await principalPolicies(env, { ...alice, userId: 'AIDA9' })).toBeNull()
    expect(await principalPolicies(env, { ...alice, userId: 'AIDA2', accountId: '222222222222' })).toBeNull()
  })

  it('is null for everybody of an account that is disabled or gone', async () => {
    const { env } = await database()
    const everybody = [alice, session, accountPrincipal(accountId)]
    const known = () => Promise.all(everybody.map(async (one) => (await principalPolicies(env, one)) !== null))
    expect(await known()).toEqual([true, true, true])
    await updateAccount(env, accountId, { isDisabled: true })
    expect(await known()).toEqual([false, false, false])
    await updateAccount(env, accountId, { isDisabled: false })
    expect(await known()).toEqual([true, true, true])
    await deleteAccount(env, accountId)
    expect(await known()).toEqual([false, false, false])
  })

  it('lets nothing through a boundary that is gone', async () => {
    const { env } = await database()
    const policies = await principalPolicies(env, { ...alice, userId: 'AIDA2' })
    const compiled = compilePolicy(policies?.boundary?.document ?? '', 'identity')
    expect(compiled).toMatchObject({ outcome: 'compiled', policy: { statements: [{ effect: 'Allow' }] } })
  })

  it('costs one query, and none while remembered; the same object until something changes', async () => {
    const { env, sqlite, queries } = await database()
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const before = queries()
      const first = await principalPolicies(env, alice)
      expect(await principalPolicies(env, alice)).toBe(first)
      expect(queries()).toBe(before + 1)
      vi.advanceTimersByTime(5_000)
      expect(await principalPolicies(env, alice)).toBe(first)
      expect(queries()).toBe(before + 2)
      sqlite.exec(`UPDATE inline_policies SET document = '"other"' WHERE name = 'own'`)
      vi.advanceTimersByTime(5_000)
      expect((await principalPolicies(env, alice))?.identity[0]?.document).toBe('"other"')
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('keyLookup()', () => {
  it("yields the user of a user's key", async () => {
    const { env } = await database()
    expect(await keyLookup(env)('USERKEY', null)).toMatchObject({
      secret: 'the-secret',
      disabled: false,
      identity: { accountId, isRoot: false, principal: alice, session: null },
    })
  })
})

describe('getRole()', () => {
  it('finds a role in whatever case', async () => {
    const { env } = await database()
    expect(await getRole(env, accountId, 'READER')).toEqual({
      roleId: 'AROA1',
      accountId,
      name: 'reader',
      path: '/',
      arn: `arn:aws:iam::${accountId}:role/reader`,
      created: 6,
      boundaryArn: null,
      tags: {},
      trustPolicy: '{"trust":1}',
      description: null,
      maxSessionSeconds: 3600,
      lastUsed: null,
    })
    expect(await getRole(env, accountId, 'writer')).toBeNull()
    expect(await getRole(env, '222222222222', 'reader')).toBeNull()
  })
})
