import { accountPrincipal } from '../../../src/iam/principal.ts'
import { createHash } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { keyLookup } from '../../../src/store/tables/access-keys.ts'
import {
  createAccount,
  ensureRootAccount,
  getAccount,
  ownerOf,
  rootAccountId,
  rootCanonicalId,
} from '../../../src/store/tables/accounts.ts'
import { testEnv } from '../../admin/admin-client.ts'
import { sqliteD1 } from '../../support/sqlite-d1.ts'

const account = {
  accountId: '111111111111',
  canonicalId: 'c1',
  name: 'alice',
  email: 'a@b',
  created: 5,
  isDisabled: false,
}
const key = { accessKeyId: 'KEY', accountId: account.accountId, secret: 'the-secret', created: 5 }

describe('keyLookup()', () => {
  it('costs no query while the key is remembered, and one after', async () => {
    const { db, queries } = sqliteD1('control')
    const env = testEnv(db)
    await createAccount(env, account, [key])
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const before = queries()
      for (let i = 0; i < 10; i++) expect(await keyLookup(env)('KEY', null)).toMatchObject({ secret: 'the-secret' })
      expect(queries()).toBe(before + 1)
      vi.advanceTimersByTime(5_000)
      await keyLookup(env)('KEY', null)
      expect(queries()).toBe(before + 2)
    } finally {
      vi.useRealTimers()
    }
  })

  it('keeps no secret in the open', async () => {
    const { db } = sqliteD1('control')
    await createAccount(testEnv(db), account, [key])
    const { results } = await db.prepare('SELECT * FROM access_keys').all()
    expect(JSON.stringify(results)).not.toContain('the-secret')
  })

  it('knows the root account from the environment alone, and makes its row', async () => {
    const { db, queries } = sqliteD1('control')
    const env = testEnv(db)
    expect(await keyLookup(env)('ROOTKEY', null)).toEqual({
      secret: 'root-secret',
      previousSecret: null,
      disabled: false,
      identity: {
        kind: 'account',
        accountId: rootAccountId,
        canonicalId: rootCanonicalId,
        displayName: 'root',
        accessKeyId: 'ROOTKEY',
        isRoot: true,
        principal: accountPrincipal('000000000000'),
        session: null,
      },
    })
    expect(await getAccount(env, rootAccountId)).toMatchObject({ canonicalId: rootCanonicalId })
    const before = queries()
    await keyLookup(env)('ROOTKEY', null)
    await ensureRootAccount(env)
    expect(queries()).toBe(before)
    const changed = { ...env, ROOT_ACCESS_KEY_ID: 'NEWKEY', ROOT_SECRET_ACCESS_KEY: 'new-secret' }
    expect(await keyLookup(changed)('NEWKEY', null)).toMatchObject({ secret: 'new-secret' })
    expect(await keyLookup(changed)('ROOTKEY', null)).toBeNull()
  })
})

describe('ownerOf()', () => {
  it('gives canonical id and name, cached', async () => {
    const { db, queries } = sqliteD1('control')
    const env = testEnv(db)
    await createAccount(env, account, [])
    const before = queries()
    for (let i = 0; i < 3; i++)
      expect(await ownerOf(env, account.accountId)).toEqual({ canonicalId: 'c1', displayName: 'alice' })
    expect(queries()).toBe(before + 1)
    expect(await ownerOf(env, '999999999999')).toBeNull()
    expect(await ownerOf(env, rootAccountId)).toEqual({ canonicalId: rootCanonicalId, displayName: 'root' })
  })
})

it('the root canonical id is the hash its comment says', () => {
  expect(createHash('sha256').update('edgeshard account 000000000000').digest('hex')).toBe(rootCanonicalId)
})
