import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Env } from '../../src/env.ts'
import { S3Error } from '../../src/errors.ts'
import { keyLookup } from '../../src/store/tables/access-keys.ts'
import { adminClient, testEnv } from './admin-client.ts'
import { caller, resetCaller } from './authenticate-stand-in.ts'

vi.mock('../../src/auth/authenticate.ts', () => import('./authenticate-stand-in.ts'))

interface KeyBody {
  accessKeyId: string
  secretAccessKey?: string
}
interface AccountBody {
  accountId: string
  accessKeys: KeyBody[]
}

let env: Env
let call: ReturnType<typeof adminClient>

beforeEach(() => {
  env = testEnv()
  call = adminClient(env)
  resetCaller()
})

const code = (body: unknown) => (body as { error: { code: string } }).error.code

async function create(fields: object = {}): Promise<AccountBody> {
  const reply = await call('POST', '/accounts', { name: 'alice', email: 'alice@example.com', ...fields })
  expect(reply.status, JSON.stringify(reply.body)).toBe(201)
  return reply.body as AccountBody
}

describe('handleAdmin()', () => {
  it('lets in nobody but the root account', async () => {
    for (const identity of [{ kind: 'anonymous' } as const, { ...caller.identity, isRoot: false } as never]) {
      caller.identity = identity
      const reply = await call('GET', '/accounts')
      expect(reply.status).toBe(403)
      expect(reply.body).toEqual({
        error: {
          code: 'AccessDenied',
          message: 'Only the root account may use the admin API',
          requestId: reply.headers.get('x-amz-request-id'),
        },
      })
    }
  })

  it('answers a refused signature in JSON', async () => {
    caller.failure = new S3Error('AccessDenied', { message: 'The signature does not match' })
    const reply = await call('GET', '/accounts')
    expect(reply.status).toBe(403)
    expect(reply.body).toMatchObject({ error: { code: 'AccessDenied', message: 'The signature does not match' } })
  })

  it('does nothing for a body that does not verify', async () => {
    caller.bodyFailure = new S3Error('AccessDenied')
    expect((await call('POST', '/accounts', { name: 'a', email: 'a@b', accountId: '111111111111' })).status).toBe(403)
    resetCaller()
    expect((await call('GET', '/accounts/111111111111')).status).toBe(404)
  })

  it('gives the hash of the body to be checked, for clients that sign it without naming it', async () => {
    const body = '{"name":"a","email":"a@b"}'
    expect((await call('POST', '/accounts', body)).status).toBe(201)
    expect(caller.bodyHash).toBe(createHash('sha256').update(body).digest('hex'))
    await call('GET', '/accounts')
    expect(caller.bodyHash).toBe(createHash('sha256').digest('hex'))
  })

  it('answers a fault of its own without telling what it was', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    caller.failure = new Error('a detail')
    const reply = await call('GET', '/accounts')
    expect(reply.status).toBe(500)
    expect(JSON.stringify(reply.body)).not.toContain('a detail')
    expect(String(log.mock.calls[0]?.[0])).toContain('a detail')
    log.mockRestore()
  })

  it.each([
    ['GET', '/', 404, 'NotFound'],
    ['GET', '/accounts/', 404, 'NotFound'],
    ['GET', '/accounts/%ff', 404, 'NotFound'],
    ['GET', '/accounts//access-keys', 404, 'NotFound'],
    ['PUT', '/accounts', 405, 'MethodNotAllowed'],
    ['GET', '/accounts/1/disable', 405, 'MethodNotAllowed'],
  ])('%s %s is %i %s', async (method, path, status, expected) => {
    const reply = await call(method, path)
    expect([reply.status, code(reply.body)]).toEqual([status, expected])
    if (status === 405) expect(reply.headers.get('allow')).toMatch(/^(GET, )?POST$/)
  })

  it.each(['{', '[]', 'null', '"x"', '{"name":1,"email":"a@b"}', '{"name":"a","email":"a@b","x":1}'])(
    'refuses the body %s',
    async (body) => {
      const reply = await call('POST', '/accounts', body)
      expect([reply.status, code(reply.body)]).toEqual([400, 'InvalidRequest'])
    },
  )
})

describe('accounts', () => {
  it('come with a key that works, its secret shown once', async () => {
    const account = await create()
    const [key] = account.accessKeys
    expect(key?.secretAccessKey).toMatch(/^\S{40}$/)
    const found = await keyLookup(env)(key?.accessKeyId ?? '', null)
    expect(found).toMatchObject({
      secret: key?.secretAccessKey,
      disabled: false,
      identity: { accountId: account.accountId, displayName: 'alice', isRoot: false },
    })
    const again = await call('GET', `/accounts/${account.accountId}/access-keys`)
    expect(JSON.stringify(again.body)).not.toContain('secret')
  })

  it('keep the ids and keys they are given', async () => {
    const keys = [1, 2].map((n) => ({ accessKeyId: `KEY${n}`, secretAccessKey: `secret-${n}` }))
    const account = await create({ accountId: '123456789012', canonicalId: 'old$user', accessKeys: keys })
    expect(account).toMatchObject({ accountId: '123456789012', canonicalId: 'old$user' })
    expect(JSON.stringify(account)).not.toContain('secret-1')
    expect(await keyLookup(env)('KEY2', null)).toMatchObject({
      secret: 'secret-2',
      identity: { canonicalId: 'old$user' },
    })
  })

  it('are made whole or not at all', async () => {
    await create({ accessKeys: [{ accessKeyId: 'TAKEN', secretAccessKey: 'the-secret' }] })
    const keys = ['FREE', 'TAKEN'].map((accessKeyId) => ({ accessKeyId, secretAccessKey: 'another-secret' }))
    const body = { name: 'b', email: 'b@b', accountId: '333333333333', accessKeys: keys }
    const reply = await call('POST', '/accounts', body)
    expect([reply.status, code(reply.body)]).toEqual([409, 'AccessKeyAlreadyExists'])
    expect((await call('GET', '/accounts/333333333333')).status).toBe(404)
    expect(await keyLookup(env)('FREE', null)).toBeNull()
  })

  it.each([
    ['accountId', { accountId: '123456789012' }, 'AccountAlreadyExists'],
    ['canonicalId', { canonicalId: 'abc' }, 'AccountAlreadyExists'],
    ['accessKeyId', { accessKeys: [{ accessKeyId: 'KEY', secretAccessKey: 'a-secret-' }] }, 'AccessKeyAlreadyExists'],
  ])('refuse a taken %s', async (_name, fields, expected) => {
    await create(fields)
    const reply = await call('POST', '/accounts', { name: 'x', email: 'x@x', ...fields })
    expect([reply.status, code(reply.body)]).toEqual([409, expected])
  })

  it("refuse the root account's id and key", async () => {
    for (const fields of [
      { accountId: '000000000000' },
      { accessKeys: [{ accessKeyId: 'ROOTKEY', secretAccessKey: 'a-secret-' }] },
    ])
      expect((await call('POST', '/accounts', { name: 'x', email: 'x@x', ...fields })).status).toBe(409)
  })

  it('are listed in pages, the root account first', async () => {
    for (const accountId of ['300000000000', '100000000000', '200000000000']) await create({ accountId })
    const seen: string[] = []
    let after: string | null = ''
    while (after !== null) {
      const reply = await call('GET', `/accounts?limit=2&after=${after}`)
      const page = reply.body as { accounts: AccountBody[]; next: string | null }
      seen.push(...page.accounts.map((account) => account.accountId))
      after = page.next
    }
    expect(seen).toEqual(['000000000000', '100000000000', '200000000000', '300000000000'])
  })

  it('stop their keys at once while disabled', async () => {
    const account = await create({ accessKeys: [{ accessKeyId: 'KEY', secretAccessKey: 'a-secret-' }] })
    const lookup = keyLookup(env)
    expect(await lookup('KEY', null)).toMatchObject({ disabled: false })
    await call('POST', `/accounts/${account.accountId}/disable`)
    expect(await lookup('KEY', null)).toMatchObject({ disabled: true })
    await call('POST', `/accounts/${account.accountId}/enable`)
    expect(await lookup('KEY', null)).toMatchObject({ disabled: false })
  })

  it('are not deleted while they own a bucket, and take their keys with them', async () => {
    const { accountId } = await create({ accessKeys: [{ accessKeyId: 'KEY', secretAccessKey: 'a-secret-' }] })
    await env.CONTROL.prepare(
      `INSERT INTO buckets (name, bucket_id, account_id, location, created_ms, shards, catalog, versioning, object_lock, ownership)
       VALUES ('b', 'b1', ?, '', 0, 2, 'CATALOG_0', 'unversioned', 0, 'BucketOwnerEnforced')`,
    )
      .bind(accountId)
      .run()
    const refused = await call('DELETE', `/accounts/${accountId}`)
    expect([refused.status, code(refused.body)]).toEqual([409, 'AccountNotEmpty'])
    expect(await keyLookup(env)('KEY', null)).not.toBeNull()
    await env.CONTROL.prepare('DELETE FROM buckets').run()
    expect((await call('DELETE', `/accounts/${accountId}`)).status).toBe(204)
    expect(await keyLookup(env)('KEY', null)).toBeNull()
  })
})

describe('access keys', () => {
  it('overlap while they are rotated, and then the old one ends', async () => {
    const { accountId } = await create({ accessKeys: [{ accessKeyId: 'OLD', secretAccessKey: 'old-secret' }] })
    const reply = await call('POST', `/accounts/${accountId}/access-keys/OLD/rotate`, { graceSeconds: 60 })
    const { accessKey, previous } = reply.body as { accessKey: KeyBody; previous: { expires: string } }
    const lookup = keyLookup(env)
    expect(await lookup(accessKey.accessKeyId, null)).toMatchObject({
      secret: accessKey.secretAccessKey,
      disabled: false,
    })
    expect(await lookup('OLD', null)).toMatchObject({ secret: 'old-secret', disabled: false })
    vi.useFakeTimers({ now: Date.parse(previous.expires) - 1, toFake: ['Date'] })
    try {
      expect(await lookup('OLD', null)).toMatchObject({ disabled: false })
      // The record is remembered, and yet the end holds to the millisecond.
      vi.setSystemTime(Date.parse(previous.expires))
      expect(await lookup('OLD', null)).toMatchObject({ disabled: true })
      expect(await lookup(accessKey.accessKeyId, null)).toMatchObject({ disabled: false })
      const listed = await call('GET', `/accounts/${accountId}/access-keys/OLD`)
      expect(listed.body).toMatchObject({ status: 'expired' })
    } finally {
      vi.useRealTimers()
    }
  })

  it('keep their id while their secret is changed: both secrets hold for the grace', async () => {
    const { accountId } = await create({ accessKeys: [{ accessKeyId: 'KEY', secretAccessKey: 'first-secret' }] })
    const rotate = `/accounts/${accountId}/access-keys/KEY/rotate`
    const reply = await call('POST', rotate, { keepAccessKeyId: true, graceSeconds: 60 })
    const { accessKey, previous } = reply.body as { accessKey: KeyBody; previous: { expires: string } }
    expect(accessKey.accessKeyId).toBe('KEY')
    const lookup = () => keyLookup(env)('KEY', null)
    expect(await lookup()).toMatchObject({ secret: accessKey.secretAccessKey, previousSecret: 'first-secret' })
    vi.useFakeTimers({ now: Date.parse(previous.expires) - 1, toFake: ['Date'] })
    try {
      expect(await lookup()).toMatchObject({ previousSecret: 'first-secret', disabled: false })
      vi.setSystemTime(Date.parse(previous.expires))
      expect(await lookup()).toMatchObject({ secret: accessKey.secretAccessKey, previousSecret: null, disabled: false })
    } finally {
      vi.useRealTimers()
    }
    const given = { keepAccessKeyId: true, secretAccessKey: 'third-secret', graceSeconds: 0 }
    const again = await call('POST', rotate, given)
    expect(again.body).toMatchObject({
      accessKey: { status: 'active', expires: null },
      previous: { status: 'expired' },
    })
    expect(JSON.stringify(again.body)).not.toContain('third-secret')
    expect(await lookup()).toMatchObject({ secret: 'third-secret', previousSecret: null })
    const { results } = await env.CONTROL.prepare('SELECT * FROM access_keys').all()
    expect(JSON.stringify(results)).not.toMatch(/first-secret|third-secret/)
  })

  it('are at most twenty, and a rotation refused for that ends nothing', async () => {
    const { accountId } = await create({ accessKeys: [{ accessKeyId: 'KEY', secretAccessKey: 'a-secret-' }] })
    const keys = `/accounts/${accountId}/access-keys`
    for (let n = 1; n < 20; n++) expect((await call('POST', keys)).status).toBe(201)
    const refused = await call('POST', keys)
    expect([refused.status, code(refused.body)]).toEqual([409, 'LimitExceeded'])
    expect((await call('POST', `${keys}/KEY/rotate`, { graceSeconds: 0 })).status).toBe(409)
    expect((await call('GET', `${keys}/KEY`)).body).toMatchObject({ expires: null, status: 'active' })
  })

  it('belong to one account', async () => {
    const [alice, bob] = [await create(), await create()]
    const path = `/accounts/${bob.accountId}/access-keys/${alice.accessKeys[0]?.accessKeyId}`
    for (const [method, action] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/disable'],
      ['POST', '/rotate'],
    ] as const)
      expect((await call(method, path + action)).status).toBe(404)
    expect(await keyLookup(env)(alice.accessKeys[0]?.accessKeyId ?? '', null)).toMatchObject({ disabled: false })
  })

  it('are disabled, enabled and deleted at once', async () => {
    const { accountId } = await create({ accessKeys: [{ accessKeyId: 'KEY', secretAccessKey: 'a-secret-' }] })
    const [path, lookup] = [`/accounts/${accountId}/access-keys/KEY`, keyLookup(env)]
    await call('POST', `${path}/disable`)
    expect(await lookup('KEY', null)).toMatchObject({ disabled: true })
    await call('POST', `${path}/enable`)
    expect(await lookup('KEY', null)).toMatchObject({ disabled: false })
    await call('DELETE', path)
    expect(await lookup('KEY', null)).toBeNull()
  })
})
