import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Identity } from '../../../src/auth/identity.ts'
import { accountPrincipal } from '../../../src/iam/principal.ts'
import { createAccount } from '../../../src/store/tables/accounts.ts'
import { getKeyUse, noteUse } from '../../../src/store/tables/last-uses.ts'
import { testEnv } from '../../admin/admin-client.ts'
import { sqliteD1, type SqliteD1 } from '../../support/sqlite-d1.ts'

const accountId = '111111111111'
const minute = 60_000
const start = Date.UTC(2026, 4, 1)

type Signed = Extract<Identity, { kind: 'account' }>

const identity = (more: Partial<Signed> = {}): Signed => ({
  kind: 'account',
  accountId,
  canonicalId: 'c',
  displayName: 'acme',
  accessKeyId: 'KEY',
  isRoot: false,
  principal: accountPrincipal(accountId),
  session: null,
  ...more,
})

let database: SqliteD1
let env: ReturnType<typeof testEnv>

beforeEach(async () => {
  database = sqliteD1('control')
  env = testEnv(database.db)
  const account = { accountId, canonicalId: 'c', name: 'acme', email: 'a@b', created: 5, isDisabled: false }
  await createAccount(env, account, [{ accessKeyId: 'KEY', accountId, secret: 'the-secret', created: 5 }])
})

/** Notes a use; how many statements that took, and what is known then. */
async function use(time: number, { by = identity(), at = env }: { by?: Identity; at?: typeof env } = {}) {
  const before = database.queries()
  const work: Promise<unknown>[] = []
  const described: number[] = []
  const describeUse = () => {
    described.push(time)
    return { service: 's3', region: 'r1' } as const
  }
  noteUse(at, by, { time, describe: describeUse }, (promise) => void work.push(promise))
  await Promise.all(work)
  const statements = database.queries() - before
  expect(described).toHaveLength(statements)
  return { statements, last: (await getKeyUse(env, accountId, 'KEY'))?.last ?? null }
}

describe('the last use of a key', () => {
  it('is written once a minute by an isolate', async () => {
    const first = { service: 's3', region: 'r1', time: start }
    expect(await use(start)).toEqual({ statements: 1, last: first })
    expect(await use(start + minute - 1)).toEqual({ statements: 0, last: first })
    expect(await use(start + minute + 1)).toMatchObject({ statements: 1, last: { time: start + minute + 1 } })
  })

  it('is written once a minute by all isolates', async () => {
    await use(start)
    // The times that an isolate remembers hang on its database.
    const other = testEnv(Object.create(database.db) as D1Database)
    expect(await use(start + 1000, { at: other })).toMatchObject({ statements: 1, last: { time: start } })
    const third = testEnv(Object.create(database.db) as D1Database)
    expect(await use(start + 2 * minute, { at: third })).toMatchObject({ last: { time: start + 2 * minute } })
  })

  it('is not written of the root key of the environment, of nobody, and of sessions', async () => {
    const session = {
      issued: 1,
      expires: 2,
      policies: [],
      tags: {},
      sourceIdentity: null,
      federatedProvider: null,
    }
    const others: Identity[] = [
      identity({ accessKeyId: env.ROOT_ACCESS_KEY_ID }),
      { kind: 'anonymous' },
      identity({ session, accessKeyId: 'ASIA' }),
    ]
    for (const by of others) expect(await use(start, { by })).toEqual({ statements: 0, last: null })
  })

  it('is written of service accounts, whose policy bounds them like a session', async () => {
    const session = {
      issued: null,
      expires: Infinity,
      policies: ['{}'],
      tags: {},
      sourceIdentity: null,
      federatedProvider: null,
    }
    expect(await use(start, { by: identity({ session }) })).toMatchObject({ statements: 1, last: { time: start } })
  })

  it('is lost with a line of the log where it cannot be written', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    try {
      database.sqlite.exec('ALTER TABLE access_keys RENAME COLUMN last_used_ms TO gone')
      const work: Promise<unknown>[] = []
      const about = { time: start, describe: () => ({ service: 's3', region: 'r1' }) as const }
      noteUse(env, identity(), about, (promise) => void work.push(promise))
      await Promise.all(work)
      expect(log).toHaveBeenCalledOnce()
      expect(String(log.mock.lastCall?.[0])).toContain('The last use of a key was not recorded')
    } finally {
      log.mockRestore()
    }
  })
})
