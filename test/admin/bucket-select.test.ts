import { beforeEach, describe, expect, it, vi } from 'vitest'
import { accountPrincipal } from '../../src/iam/principal.ts'
import { bucketDialect } from '../../src/s3/select/dialect.ts'
import { getBucket } from '../../src/store/tables/buckets.ts'
import { adminClient, testEnv } from './admin-client.ts'
import { caller, resetCaller } from './authenticate-stand-in.ts'

vi.mock('../../src/auth/authenticate.ts', () => import('./authenticate-stand-in.ts'))

const accountId = '111111111111'
let env: ReturnType<typeof testEnv>
let call: ReturnType<typeof adminClient>
/** The store keeps records of buckets for some seconds, by name. */
let number = 0
let path = ''

beforeEach(async () => {
  env = testEnv()
  call = adminClient(env)
  resetCaller()
  path = `/buckets/of-alice-${++number}/select`
  await call('POST', '/accounts', { name: 'alice', email: 'a@b', accountId, accessKeys: [] })
  await env.CONTROL.prepare(
    `INSERT INTO buckets (name, bucket_id, account_id, location, created_ms, shards, catalog, versioning, object_lock, ownership)
     VALUES (?, 'b1', ?, '', 0, 2, 'CATALOG_0', 'unversioned', 0, 'BucketOwnerEnforced')`,
  )
    .bind(`of-alice-${number}`, accountId)
    .run()
})

function callAs(account: string): void {
  caller.identity = {
    kind: 'account',
    accountId: account,
    canonicalId: 'c',
    displayName: 'alice',
    accessKeyId: 'K',
    isRoot: false,
    principal: accountPrincipal(account),
    session: null,
  }
}

describe('the dialect of a bucket', () => {
  it('is set, told and taken away by the root account', async () => {
    expect((await call('GET', path)).body).toEqual({ dialect: null })
    expect((await call('PUT', path, { dialect: 'lenient' })).body).toEqual({ dialect: 'lenient' })
    expect((await call('GET', path)).body).toEqual({ dialect: 'lenient' })
    const stored = await getBucket(env.CONTROL, `of-alice-${number}`)
    expect(stored === null ? null : bucketDialect(stored)).toBe('lenient')
    expect((await call('DELETE', path)).status).toBe(204)
    expect((await call('GET', path)).body).toEqual({ dialect: null })
  })

  it('is set by the account of the bucket', async () => {
    callAs(accountId)
    expect((await call('PUT', path, { dialect: 'aws' })).status).toBe(200)
  })

  it('is nothing to other accounts, who are not told which buckets there are', async () => {
    callAs('222222222222')
    const refused = await call('PUT', path, { dialect: 'aws' })
    const missing = await call('PUT', '/buckets/no-such-bucket-here/select', { dialect: 'aws' })
    expect([refused.status, missing.status]).toEqual([403, 403])
    expect(message(refused.body)).toBe(message(missing.body))
  })

  it('is one of three', async () => {
    const { status, body } = await call('PUT', path, { dialect: 'mysql' })
    expect([status, message(body)]).toEqual([400, 'dialect must be aws, lenient or extended'])
  })
})

function message(body: unknown): string {
  return (body as { error: { message: string } }).error.message
}
