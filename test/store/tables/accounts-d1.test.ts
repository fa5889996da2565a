// The statements on D1 itself: its errors, its foreign keys and its counts of changes are what the code relies on.
import { readFile, readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Env } from '../../../src/env.ts'
import { createKey, keyLookup, listKeys } from '../../../src/store/tables/access-keys.ts'
import { createAccount, deleteAccount, updateAccount } from '../../../src/store/tables/accounts.ts'
import { testEnv } from '../../admin/admin-client.ts'

const folder = resolve(import.meta.dirname, '../../../migrations/control')
const miniflare = new Miniflare({
  modules: true,
  script: 'export default {}',
  compatibilityDate: '2026-07-30',
  d1Databases: ['CONTROL'],
})
let env: Env

beforeAll(async () => {
  const database = await miniflare.getD1Database('CONTROL')
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()) {
    const statements = (await readFile(resolve(folder, name), 'utf8'))
      .split(/;\s*$/m)
      .filter((sql) => sql.trim() !== '')
    for (const sql of statements) await database.prepare(sql).run()
  }
  env = testEnv(database)
})

afterAll(() => miniflare.dispose())

const account = {
  accountId: '111111111111',
  canonicalId: 'c1',
  name: 'alice',
  email: 'a@b',
  created: 5,
  isDisabled: false,
}
const keyOf = (accessKeyId: string, accountId = account.accountId) => ({
  accessKeyId,
  accountId,
  secret: 's3cret-s',
  created: 5,
})

it('tells the duplicates apart, creates whole or not at all, and deletes with all keys', async () => {
  expect(await createAccount(env, account, [keyOf('A'), keyOf('B')])).toEqual({ outcome: 'created' })
  expect(await createAccount(env, { ...account, canonicalId: 'c9' }, [])).toEqual({ outcome: 'account-exists' })
  const other = { ...account, accountId: '222222222222' }
  expect(await createAccount(env, other, [])).toEqual({ outcome: 'canonical-id-exists' })
  const third = { ...other, canonicalId: 'c2' }
  expect(await createAccount(env, third, [keyOf('C', third.accountId), keyOf('A', third.accountId)])).toEqual({
    outcome: 'access-key-exists',
  })
  expect(await updateAccount(env, third.accountId, { name: 'x' })).toBeNull()
  expect(await createKey(env, keyOf('A'))).toEqual({ outcome: 'exists' })
  expect(await createKey(env, keyOf('D', '999999999999'))).toEqual({ outcome: 'no-such-account' })
  expect(await createKey(env, keyOf('E'), { replaces: 'A', ends: 77 })).toEqual({ outcome: 'created' })
  expect((await listKeys(env, account.accountId)).map((key) => [key.accessKeyId, key.expires])).toEqual([
    ['A', 77],
    ['B', null],
    ['E', null],
  ])
  for (let n = 3; n < 20; n++) expect(await createKey(env, keyOf(`K${n}`))).toEqual({ outcome: 'created' })
  expect(await createKey(env, keyOf('K20'))).toEqual({ outcome: 'too-many' })
  expect(await updateAccount(env, account.accountId, { email: 'new@b' })).toMatchObject({
    name: 'alice',
    email: 'new@b',
  })
  expect(await keyLookup(env)('B', null)).toMatchObject({ secret: 's3cret-s', disabled: false })
  expect(await deleteAccount(env, account.accountId)).toEqual({ outcome: 'deleted' })
  expect(await deleteAccount(env, account.accountId)).toEqual({ outcome: 'missing' })
  expect(await keyLookup(env)('B', null)).toBeNull()
  expect(await listKeys(env, account.accountId)).toEqual([])
})
