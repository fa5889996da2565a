import { describe, expect, it } from 'vitest'
import { keyLookup } from '../../../src/store/tables/access-keys.ts'
import { createAccount } from '../../../src/store/tables/accounts.ts'
import { livePreviousSecret, rotateSecret } from '../../../src/store/tables/secret-rotation.ts'
import { testEnv } from '../../admin/admin-client.ts'
import { sqliteD1 } from '../../support/sqlite-d1.ts'

const accountId = '111111111111'

async function database() {
  const { db, sqlite } = sqliteD1('control')
  const env = testEnv(db)
  const account = { accountId, canonicalId: 'c1', name: 'acme', email: 'a@b', created: 5, isDisabled: false }
  await createAccount(env, account, [{ accessKeyId: 'KEY', accountId, secret: 'the-secret', created: 5 }])
  return { env, sqlite, lookup: () => keyLookup(env)('KEY', null) }
}

describe('rotateSecret()', () => {
  const rotation = { secret: 'new-secret', ends: Date.now() + 60_000 }

  it("changes the account's own key at once, and keeps two secrets at most", async () => {
    const { env, lookup } = await database()
    expect(await rotateSecret(env, { accountId, accessKeyId: 'KEY' }, rotation)).toBe(true)
    expect(await lookup()).toMatchObject({ secret: 'new-secret', previousSecret: 'the-secret' })
    expect(await rotateSecret(env, { accountId, accessKeyId: 'KEY' }, { ...rotation, secret: 'third' })).toBe(true)
    expect(await lookup()).toMatchObject({ secret: 'third', previousSecret: 'new-secret' })
  })

  it('leaves the keys of others and of users alone', async () => {
    const { env, sqlite, lookup } = await database()
    expect(await rotateSecret(env, { accountId: '222222222222', accessKeyId: 'KEY' }, rotation)).toBe(false)
    expect(await rotateSecret(env, { accountId, accessKeyId: 'OTHER' }, rotation)).toBe(false)
    sqlite.exec(`INSERT INTO entities (entity_id, account_id, kind, name, path, created_ms, tags) VALUES
      ('AIDA1', '${accountId}', 'user', 'Alice', '/', 5, '{}');
      UPDATE access_keys SET user_id = 'AIDA1' WHERE access_key_id = 'KEY'`)
    expect(await rotateSecret(env, { accountId, accessKeyId: 'KEY' }, rotation)).toBe(false)
    expect(await lookup()).toMatchObject({ secret: 'the-secret', previousSecret: null })
  })
})

describe('livePreviousSecret()', () => {
  it.each([
    [99, 'old'],
    [100, null],
    [101, null],
  ])('at %d of 100: %s', (now, expected) => {
    expect(livePreviousSecret({ secret: 'old', ends: 100 }, now)).toBe(expected)
    expect(livePreviousSecret(null, now)).toBeNull()
  })
})
