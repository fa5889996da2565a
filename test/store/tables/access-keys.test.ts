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
    const { database, queries } = sqliteD1('control')
    const env = testEnv(database)
    await createAccount(env, account, [key])
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      queries.count = 0
      for (let i = 0; i < 10; i++) expect(await keyLookup(env)('KEY')).toMatchObject({ secret: 'the-secret' })
      expect(queries.count).toBe(1)
      vi.advanceTimersByTime(5_000)
      await keyLookup(env)('KEY')
      expect(queries.count).toBe(2)
    } finally {
      vi.useRealTimers()
    }
  })

  it('keeps no secret in the open', async () => {
    const { database } = sqliteD1('control')
    await createAccount(testEnv(database), account, [key])
    const { results } = await database.prepare('SELECT * FROM access_keys').all()
    expect(JSON.stringify(results)).not.toContain('the-secret')
  })

  it('knows the root account from the environment alone, and makes its row', async () => {
    const { database, queries } = sqliteD1('control')
    const env = testEnv(database)
    expect(await keyLookup(env)('ROOTKEY')).toEqual({
      secret: 'root-secret',
      disabled: false,
      identity: {
        kind: 'account',
        accountId: rootAccountId,
        canonicalId: rootCanonicalId,
        displayName: 'root',
        accessKeyId: 'ROOTKEY',
        isRoot: true,
      },
    })
    expect(await getAccount(env, rootAccountId)).toMatchObject({ canonicalId: rootCanonicalId })
    queries.count = 0
    await keyLookup(env)('ROOTKEY')
    await ensureRootAccount(env)
    expect(queries.count).toBe(0)
    const changed = { ...env, ROOT_ACCESS_KEY_ID: 'NEWKEY', ROOT_SECRET_ACCESS_KEY: 'new-secret' }
    expect(await keyLookup(changed)('NEWKEY')).toMatchObject({ secret: 'new-secret' })
    expect(await keyLookup(changed)('ROOTKEY')).toBeNull()
  })
})

describe('ownerOf()', () => {
  it('gives canonical id and name, cached', async () => {
    const { database, queries } = sqliteD1('control')
    const env = testEnv(database)
    await createAccount(env, account, [])
    queries.count = 0
    for (let i = 0; i < 3; i++)
      expect(await ownerOf(env, account.accountId)).toEqual({ canonicalId: 'c1', displayName: 'alice' })
    expect(queries.count).toBe(1)
    expect(await ownerOf(env, '999999999999')).toBeNull()
    expect(await ownerOf(env, rootAccountId)).toEqual({ canonicalId: rootCanonicalId, displayName: 'root' })
  })
})

it('the root canonical id is the hash its comment says', () => {
  expect(createHash('sha256').update('edgeshard account 000000000000').digest('hex')).toBe(rootCanonicalId)
})
