import { beforeEach, describe, expect, it, vi } from 'vitest'
import { accountPrincipal } from '../../src/iam/principal.ts'
import type { Identity } from '../../src/auth/identity.ts'
import { keyLookup } from '../../src/store/tables/access-keys.ts'
import { createEntity, deleteEntity } from '../../src/store/tables/entities.ts'
import { putInlinePolicy } from '../../src/store/tables/inline-policies.ts'
import { deleteHeldKey, listHeldKeys, setHeldKeyStatus } from '../../src/store/tables/held-keys.ts'
import { adminClient, testEnv } from './admin-client.ts'
import { caller, resetCaller } from './authenticate-stand-in.ts'

vi.mock('../../src/auth/authenticate.ts', () => import('./authenticate-stand-in.ts'))

const accountId = '111111111111'
const services = `/accounts/${accountId}/service-accounts`
const controls = `/accounts/${accountId}/service-control-policies`
const policy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } }

let env: ReturnType<typeof testEnv>
let call: ReturnType<typeof adminClient>

beforeEach(async () => {
  env = testEnv()
  call = adminClient(env)
  resetCaller()
  await call('POST', '/accounts', { name: 'alice', email: 'a@b', accountId, accessKeys: [] })
  const bob = { entityId: 'AIDABOB', accountId, kind: 'user', name: 'Bob', path: '/team/', created: 1 } as const
  const arn = `arn:aws:iam::${accountId}:user/team/Bob`
  await createEntity(env, { ...bob, arn, boundaryArn: null, tags: {}, role: null }, { countMax: 9 })
})

const identityOf = (more: Partial<Extract<Identity, { kind: 'account' }>> = {}): Identity => ({
  kind: 'account',
  accountId,
  canonicalId: 'c',
  displayName: 'alice',
  accessKeyId: 'K',
  isRoot: false,
  principal: accountPrincipal(accountId),
  session: null,
  ...more,
})

const inputOf = (accessKeyId: string, more: object = {}) => ({
  name: 'a',
  accessKeyId,
  secretAccessKey: 'its-secret',
  ...more,
})

const idsOf = ({ body }: { body: unknown }) =>
  (body as { serviceAccounts: { accessKeyId: string }[] }).serviceAccounts.map(({ accessKeyId }) => accessKeyId)

describe('a service account', () => {
  it('signs as its parent, and within its policy', async () => {
    const created = await call('POST', services, { name: 'backup', userName: 'bob', policy })
    expect(created.status, JSON.stringify(created.body)).toBe(201)
    expect(created.body).toMatchObject({ userName: 'Bob', policy, expires: null, lastUsed: null, status: 'active' })
    const { accessKeyId, secretAccessKey } = created.body as { accessKeyId: string; secretAccessKey: string }
    expect(await keyLookup(env)(accessKeyId, null)).toMatchObject({
      secret: secretAccessKey,
      disabled: false,
      identity: {
        isRoot: false,
        principal: { type: 'User', userId: 'AIDABOB', arn: `arn:aws:iam::${accountId}:user/team/Bob` },
        session: { issued: null, expires: Infinity, policies: [JSON.stringify(policy)], tags: {} },
      },
    })
    const own = await call('POST', services, { name: 'all of it' })
    const { accessKeyId: id } = own.body as { accessKeyId: string }
    expect(await keyLookup(env)(id, null)).toMatchObject({
      identity: { principal: accountPrincipal(accountId), session: null },
    })
  })

  it('is none of the keys that users and accounts have', async () => {
    await call('POST', services, { name: 'a', userName: 'Bob' })
    await call('POST', services, { name: 'b' })
    expect(await listHeldKeys(env, { accountId, userId: 'AIDABOB' })).toEqual([])
    expect(await listHeldKeys(env, { accountId, userId: null })).toEqual([])
    expect((await call('GET', `/accounts/${accountId}/access-keys`)).body).toEqual({ accessKeys: [] })
    const { serviceAccounts } = (await call('GET', services)).body as { serviceAccounts: { accessKeyId: string }[] }
    for (const { accessKeyId } of serviceAccounts) {
      for (const userId of ['AIDABOB', null]) {
        expect(await setHeldKeyStatus(env, { accountId, userId }, accessKeyId, 'disabled')).toBe(false)
        expect(await deleteHeldKey(env, { accountId, userId }, accessKeyId)).toBe(false)
      }
    }
    for (let key = 0; key < 20; key++) {
      expect((await call('POST', `/accounts/${accountId}/access-keys`)).status).toBe(201)
    }
  })

  it('changes and ends at once', async () => {
    const given = { name: 'a', accessKeyId: 'SERVICE', secretAccessKey: 'its-secret' }
    const created = await call('POST', services, given)
    expect(created.body).not.toHaveProperty('secretAccessKey')
    expect(await keyLookup(env)('SERVICE', null)).toMatchObject({ disabled: false, identity: { session: null } })
    const changed = await call('PATCH', `${services}/SERVICE`, { status: 'disabled', policy, description: 'x' })
    expect(changed.body).toMatchObject({ status: 'disabled', policy, name: 'a', description: 'x' })
    expect(await keyLookup(env)('SERVICE', null)).toMatchObject({
      disabled: true,
      identity: { session: { policies: [JSON.stringify(policy)] } },
    })
    await call('PATCH', `${services}/SERVICE`, { status: 'active', policy: null })
    expect(await keyLookup(env)('SERVICE', null)).toMatchObject({ disabled: false, identity: { session: null } })
    await call('DELETE', `${services}/SERVICE`)
    expect(await keyLookup(env)('SERVICE', null)).toBeNull()
  })

  it('ends at its time', async () => {
    const expires = new Date(Date.now() + 60_000).toISOString()
    await call('POST', services, { name: 'a', accessKeyId: 'SERVICE', secretAccessKey: 'its-secret', expires })
    expect((await call('GET', `${services}/SERVICE`)).body).toMatchObject({ expires, status: 'active' })
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      vi.advanceTimersByTime(61_000)
      expect(await keyLookup(env)('SERVICE', null)).toMatchObject({ disabled: true })
      expect((await call('GET', `${services}/SERVICE`)).body).toMatchObject({ status: 'expired' })
    } finally {
      vi.useRealTimers()
    }
  })

  it('is of its account alone', async () => {
    await call('POST', '/accounts', { name: 'other', email: 'a@b', accountId: '222222222222', accessKeys: [] })
    await call('POST', services, { name: 'a', accessKeyId: 'SERVICE', secretAccessKey: 'its-secret' })
    const elsewhere = '/accounts/222222222222/service-accounts/SERVICE'
    expect((await call('GET', elsewhere)).status).toBe(404)
    expect((await call('PATCH', elsewhere, { status: 'disabled' })).status).toBe(404)
    expect((await call('DELETE', elsewhere)).status).toBe(404)
    expect((await call('GET', `${services}/SERVICE`)).body).toMatchObject({ status: 'active', name: 'a' })
  })

  it('goes with its user', async () => {
    await call('POST', services, { name: 'a', userName: 'Bob', accessKeyId: 'SERVICE', secretAccessKey: 'its-secret' })
    expect(await deleteEntity(env, 'AIDABOB')).toEqual({ outcome: 'deleted' })
    expect(await keyLookup(env)('SERVICE', null)).toBeNull()
    expect((await call('GET', `${services}/SERVICE`)).status).toBe(404)
  })

  it('is listed in pages, and by its parent', async () => {
    for (const body of [inputOf('SA1'), inputOf('SA2', { userName: 'BOB' }), inputOf('SA3')])
      await call('POST', services, body)
    const first = await call('GET', `${services}?limit=2`)
    expect([idsOf(first), (first.body as { next: string }).next]).toEqual([['SA1', 'SA2'], 'SA2'])
    const second = await call('GET', `${services}?limit=2&after=SA2`)
    expect([idsOf(second), (second.body as { next: null }).next]).toEqual([['SA3'], null])
    const ofBob = await call('GET', `${services}?userName=bob`)
    expect(ofBob.body).toMatchObject({ serviceAccounts: [{ accessKeyId: 'SA2', userName: 'Bob', lastUsed: null }] })
  })

  it('is one of a hundred of its parent', async () => {
    for (let number = 0; number < 100; number++) {
      const key = { accessKeyId: `SERVICE${number}`, secretAccessKey: 'its-secret' }
      expect((await call('POST', services, { name: 'a', ...key })).status).toBe(201)
    }
    const refused = await call('POST', services, { name: 'a' })
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'LimitExceeded' } } })
    expect((await call('POST', services, { name: 'a', userName: 'Bob' })).status).toBe(201)
  })

  it.each([
    [{ name: '' }, /^name must be/],
    [{ name: 'a', description: 'x'.repeat(257) }, /^description must be/],
    [{ name: 'a', userName: 'a b' }, /^userName must be/],
    [{ name: 'a', policy: 'text' }, /^policy must be a JSON object or null/],
    [{ name: 'a', policy: { Statement: [] } }, /^policy/],
    [{ name: 'a', policy: { ...policy, Id: 'x'.repeat(2048) } }, /^policy must have at most 2048 characters/],
    [{ name: 'a', expires: '2020-01-01T00:00:00Z' }, /^expires must be a time to come/],
    [{ name: 'a', expires: 'tomorrow' }, /^expires must be a time to come/],
    [{ name: 'a', accessKeyId: 'ALONE' }, /^secretAccessKey must be/],
    [{ name: 'a', colour: 'green' }, /there is no field "colour" here/],
  ])('is not made from %j', async (body, message) => {
    const { status, body: answer } = await call('POST', services, body)
    expect(status).toBe(400)
    expect((answer as { error: { message: string } }).error.message).toMatch(message)
  })

  it('is managed by its account itself, and by nobody of it without permission', async () => {
    caller.identity = identityOf()
    expect((await call('POST', services, { name: 'a' })).status).toBe(201)
    expect((await call('GET', services)).status).toBe(200)
    const user = { type: 'User', accountId, arn: 'arn', userId: 'AIDABOB', username: 'Bob' } as const
    const session = {
      issued: null,
      expires: Infinity,
      policies: [JSON.stringify(policy)],
      tags: {},
      sourceIdentity: null,
      federatedProvider: null,
    }
    const others = [
      identityOf({ principal: user }),
      identityOf({ session }),
      identityOf({ session: { ...session, issued: 1 } }),
      identityOf({ accountId: '222222222222', principal: accountPrincipal('222222222222') }),
      { kind: 'anonymous' } as const,
    ]
    for (const identity of others) {
      caller.identity = identity
      expect(await call('GET', services)).toMatchObject({ status: 403, body: { error: { code: 'AccessDenied' } } })
    }
    // Nothing else of the admin API is its own.
    caller.identity = identityOf()
    for (const path of [
      '/accounts',
      `/accounts/${accountId}`,
      `/accounts/${accountId}/access-keys`,
      controls,
      '/nothing',
    ]) {
      expect((await call('GET', path)).status, path).toBe(403)
    }
  })
})

describe('a user who may manage its own service accounts', () => {
  const arn = `arn:aws:iam::${accountId}:user/team/Bob`
  const bob = { type: 'User', accountId, arn, userId: 'AIDABOB', username: 'Bob' } as const
  const refused = { status: 403, body: { error: { code: 'AccessDenied' } } }

  beforeEach(async () => {
    await call('POST', services, { name: 'a', accessKeyId: 'BOBS', secretAccessKey: 'its-secret', userName: 'Bob' })
    await call('POST', services, { name: 'a', accessKeyId: 'OTHER', secretAccessKey: 'its-secret' })
    const statement = {
      Effect: 'Allow',
      Action: 'edgeshard:*ServiceAccount*',
      Resource: `arn:aws:iam::${accountId}:user/*/\${aws:username}`,
    }
    const document = JSON.stringify({ Version: '2012-10-17', Statement: statement })
    await putInlinePolicy(env, 'AIDABOB', { name: 'own', document, size: document.length }, { sizeMax: 2048 })
    caller.identity = identityOf({ principal: bob })
  })

  it('does so', async () => {
    const made = await call('POST', services, { name: 'b', userName: 'bob' })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    expect((await call('GET', `${services}?userName=Bob`)).status).toBe(200)
    expect((await call('GET', `${services}/BOBS`)).status).toBe(200)
    expect((await call('PATCH', `${services}/BOBS`, { name: 'c' })).status).toBe(200)
    expect((await call('DELETE', `${services}/BOBS`)).status).toBe(204)
  })

  it('does nothing to others, and does not learn whether they are there', async () => {
    for (const key of ['OTHER', 'NONE']) {
      expect(await call('GET', `${services}/${key}`)).toMatchObject(refused)
      expect(await call('PATCH', `${services}/${key}`, { name: 'c' })).toMatchObject(refused)
      expect(await call('DELETE', `${services}/${key}`)).toMatchObject(refused)
    }
    expect(await call('GET', services)).toMatchObject(refused)
    expect(await call('POST', services, { name: 'b' })).toMatchObject(refused)
    expect(await call('POST', services, { name: 'b', userName: 'nobody' })).toMatchObject(refused)
    expect(await call('GET', `${services}?userName=nobody`)).toMatchObject(refused)
    const said = (await call('DELETE', `${services}/OTHER`)).body
    expect((said as { error: { message: string } }).error.message).toBe(
      `User: ${arn} is not authorized to perform: edgeshard:DeleteServiceAccount on resource: arn:aws:iam::${accountId}:root because no identity-based policy allows the edgeshard:DeleteServiceAccount action`,
    )
  })
})

describe('service control policies', () => {
  it('are put, replaced, listed by name and taken away', async () => {
    const deny = { ...policy, Statement: { Effect: 'Deny', Action: 'iam:*', Resource: '*' } }
    await call('PUT', `${controls}/second`, { policy })
    await call('PUT', `${controls}/first`, { policy })
    expect((await call('PUT', `${controls}/first`, { policy: deny })).body).toMatchObject({
      name: 'first',
      policy: deny,
    })
    expect((await call('GET', controls)).body).toMatchObject({
      serviceControlPolicies: [
        { name: 'first', policy: deny },
        { name: 'second', policy },
      ],
    })
    expect((await call('DELETE', `${controls}/first`)).status).toBe(204)
  })

  it('are five of an account', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'e']) {
      expect((await call('PUT', `${controls}/${name}`, { policy })).status).toBe(200)
    }
    expect(await call('PUT', `${controls}/f`, { policy })).toMatchObject({
      status: 409,
      body: { error: { code: 'LimitExceeded' } },
    })
  })

  it.each([
    ['a', {}, /^policy must be a JSON object$/],
    ['a', { policy: [] }, /^policy must be a JSON object or null$/],
    ['a', { policy: { ...policy, Version: '1' } }, /^policy/],
    ['a', { policy: { ...policy, Id: 'x'.repeat(5120) } }, /^policy must have at most 5120 characters$/],
    ['a%20b', { policy }, /^the name must be/],
  ])('%s of %j is refused', async (name, body, message) => {
    const { status, body: answer } = await call('PUT', `${controls}/${name}`, body)
    expect(status).toBe(400)
    expect((answer as { error: { message: string } }).error.message).toMatch(message)
  })
})
