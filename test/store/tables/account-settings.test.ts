import { beforeEach, expect, it } from 'vitest'
import type { Env } from '../../../src/env.ts'
import { getPublicAccessBlock, setPublicAccessBlock } from '../../../src/store/tables/account-settings.ts'
import {
  accountsByEmail,
  accountsById,
  createAccount,
  ownerOf,
  rootAccountId,
  rootCanonicalId,
} from '../../../src/store/tables/accounts.ts'
import { testEnv } from '../../admin/admin-client.ts'
import { sqliteD1 } from '../../support/sqlite-d1.ts'

let env: Env

const account = (digit: string, email: string) => ({
  accountId: digit.repeat(12),
  canonicalId: digit.repeat(64),
  name: `name-${digit}`,
  email,
  created: 5,
  isDisabled: false,
})

const idsOf = async (email: string) => (await accountsByEmail(env, email)).map(({ accountId }) => accountId)

beforeEach(async () => {
  env = testEnv(sqliteD1('control').db)
  await createAccount(env, account('1', 'One@example.com'), [])
  await createAccount(env, account('2', 'shared@example.com'), [])
  await createAccount(env, account('3', 'shared@example.com'), [])
})

it('keeps the public access block of one account', async () => {
  expect(await getPublicAccessBlock(env, '111111111111')).toBeNull()
  expect(await setPublicAccessBlock(env, '111111111111', '{"a":1}')).toBe('stored')
  expect(await getPublicAccessBlock(env, '111111111111')).toBe('{"a":1}')
  expect(await getPublicAccessBlock(env, '222222222222')).toBeNull()
  expect(await setPublicAccessBlock(env, '111111111111', null)).toBe('stored')
  expect(await getPublicAccessBlock(env, '111111111111')).toBeNull()
})

it('knows an account that is not there, and the root before anybody used it', async () => {
  expect(await setPublicAccessBlock(env, '999999999999', '{}')).toBe('missing')
  expect(await getPublicAccessBlock(env, '999999999999')).toBeNull()
  expect(await setPublicAccessBlock(env, rootAccountId, '{}')).toBe('stored')
})

it('finds accounts by canonical id', async () => {
  const found = await accountsById(env, ['1'.repeat(64), 'f'.repeat(64), '3'.repeat(64), rootCanonicalId])
  expect(found.toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1))).toEqual([
    { accountId: rootAccountId, canonicalId: rootCanonicalId, displayName: 'root' },
    { accountId: '1'.repeat(12), canonicalId: '1'.repeat(64), displayName: 'name-1' },
    { accountId: '3'.repeat(12), canonicalId: '3'.repeat(64), displayName: 'name-3' },
  ])
  expect(await accountsById(env, [])).toEqual([])
})

it('finds accounts by e-mail address', async () => {
  expect(await idsOf('one@EXAMPLE.com')).toEqual(['1'.repeat(12)])
  expect(await idsOf('shared@example.com')).toEqual(['2'.repeat(12), '3'.repeat(12)])
  expect(await idsOf('nobody@example.com')).toEqual([])
})

it('knows nobody as an owner', async () => {
  const nobody = '65a011a29cdf8ec533ec3d1ccaae921c'
  expect(await ownerOf(env, nobody)).toEqual({ canonicalId: nobody, displayName: '' })
})
