import { beforeEach, describe, expect, it } from 'vitest'
import { getOidcProvider } from '../../../src/store/tables/oidc-providers.ts'
import { accountId, iamWorld, members, otherRootKey, plain, text, type IamWorld } from '../../support/iam-world.ts'

let world: IamWorld

beforeEach(async () => {
  world = await iamWorld()
})

const Url = 'https://token.actions.githubusercontent.com'
const OpenIDConnectProviderArn = `arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com`
const print = '6938fd4d98bab03faadb97b34396831e3780aea1'
const create = (more: Record<string, string | string[]> = {}) =>
  world.call('CreateOpenIDConnectProvider', {
    Url,
    ClientIDList: ['sts.amazonaws.com'],
    ThumbprintList: [print],
    ...more,
  })
const shown = async () => plain(await world.ok('GetOpenIDConnectProvider', { OpenIDConnectProviderArn }))

describe('an OpenID Connect provider', () => {
  it('is made, shown without the scheme of its URL, listed and deleted', async () => {
    expect(text((await create()).result, 'OpenIDConnectProviderArn')).toBe(OpenIDConnectProviderArn)
    expect(await shown()).toEqual({
      Url: 'token.actions.githubusercontent.com',
      ClientIDList: ['sts.amazonaws.com'],
      ThumbprintList: [print],
      CreateDate: expect.stringMatching(/Z$/) as string,
      Tags: '',
    })
    expect(members(await world.ok('ListOpenIDConnectProviders'), 'OpenIDConnectProviderList').map(plain)).toEqual([
      { Arn: OpenIDConnectProviderArn },
    ])
    await world.ok('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn })
    const missing = { status: 404, code: 'NoSuchEntity' }
    expect(await world.call('GetOpenIDConnectProvider', { OpenIDConnectProviderArn })).toMatchObject({
      ...missing,
      message: `OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`,
    })
    expect(await world.call('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn })).toMatchObject({
      ...missing,
      message: `OpenId connect Provider ${OpenIDConnectProviderArn} cannot be found.`,
    })
  })

  it('keeps its tags', async () => {
    const reply = await world.call('CreateOpenIDConnectProvider', { Url, Tags: [{ Key: 'a', Value: 'b' }] })
    expect(plain(reply.result)).toMatchObject({ Tags: [{ Key: 'a', Value: 'b' }] })
    expect(await shown()).toMatchObject({ Tags: [{ Key: 'a', Value: 'b' }], ClientIDList: '' })
  })

  it('is one of an account, of each URL', async () => {
    await create()
    expect(await create()).toMatchObject({
      status: 409,
      code: 'EntityAlreadyExists',
      message: `Provider with url ${Url} already exists.`,
    })
    expect(await world.as(otherRootKey)('CreateOpenIDConnectProvider', { Url })).toMatchObject({ status: 200 })
    expect(await world.as(otherRootKey)('GetOpenIDConnectProvider', { OpenIDConnectProviderArn })).toMatchObject({
      status: 404,
    })
  })

  it.each([
    ['http://token.example.com', 'ValidationError'],
    ['http://localhost:8080/realm', 'ValidationError'],
    ['ftp://token.example.com', 'ValidationError'],
    ['token.example.com', 'ValidationError'],
    ['https://token.example.com/?a=b', 'ValidationError'],
    ['https://token.example.com/#a', 'ValidationError'],
    ['https://user@token.example.com', 'ValidationError'],
    [`https://token.example.com/${'x'.repeat(255)}`, 'ValidationError'],
  ])('has no URL %s', async (url, code) => {
    expect(await create({ Url: url })).toMatchObject({ status: 400, code })
  })

  it('may be on this machine without TLS where the deployment says so', async () => {
    Object.assign(world.env, { EDGESHARD_OIDC_ALLOW_HTTP: 'loopback' })
    expect(await create({ Url: 'http://localhost:8080/realms/x' })).toMatchObject({ status: 200 })
    expect(await create({ Url: 'http://token.example.com' })).toMatchObject({ status: 400 })
    expect(await getOidcProvider(world.env, accountId, 'http://localhost:8080/realms/x')).toMatchObject({
      arn: `arn:aws:iam::${accountId}:oidc-provider/localhost:8080/realms/x`,
      url: 'localhost:8080/realms/x',
    })
  })

  it('has a hundred audiences and five thumbprints at most', async () => {
    const ClientIDList = Array.from({ length: 101 }, (_, number) => `client-${number}`)
    expect(await create({ ClientIDList })).toMatchObject({
      status: 409,
      message: 'Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100',
    })
    expect(await create({ ThumbprintList: Array.from({ length: 6 }, () => print) })).toMatchObject({
      status: 400,
      code: 'InvalidInput',
      message: 'Thumbprint list must contain fewer than 5 entries.',
    })
    expect(await create({ ThumbprintList: ['short'] })).toMatchObject({ status: 400, code: 'ValidationError' })
    await create({ ClientIDList: ClientIDList.slice(1) })
    const ClientID = 'client-0'
    expect(
      await world.call('AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID }),
    ).toMatchObject({
      status: 409,
    })
  })

  it('is one of a hundred at most', async () => {
    const insert = world.sqlite.prepare(
      `INSERT INTO oidc_providers (account_id, url, created_ms, client_ids, thumbprints) VALUES (?, ?, 1, '[]', '[]')`,
    )
    for (let number = 0; number < 100; number++) insert.run(accountId, `h${number}`)
    expect(await create()).toMatchObject({
      status: 409,
      message: 'Cannot exceed quota for OpenIDConnectProvidersPerAccount: 100',
    })
  })

  it('gets and loses audiences and thumbprints, twice without harm', async () => {
    await create()
    const change = (action: string, more: Record<string, string | string[]>) =>
      world.ok(action, { OpenIDConnectProviderArn, ...more })
    for (let time = 0; time < 2; time++) await change('AddClientIDToOpenIDConnectProvider', { ClientID: 'second' })
    expect(await shown()).toMatchObject({ ClientIDList: ['sts.amazonaws.com', 'second'] })
    for (let time = 0; time < 2; time++) {
      await change('RemoveClientIDFromOpenIDConnectProvider', { ClientID: 'sts.amazonaws.com' })
    }
    expect(await shown()).toMatchObject({ ClientIDList: ['second'] })
    const other = 'a'.repeat(40)
    await change('UpdateOpenIDConnectProviderThumbprint', { ThumbprintList: [other] })
    expect(await shown()).toMatchObject({ ThumbprintList: [other] })
    expect(await getOidcProvider(world.env, accountId, OpenIDConnectProviderArn)).toMatchObject({
      clientIds: ['second'],
      thumbprints: [other],
    })
    // Somebody else changes the list between reading and writing.
    world.sqlite.exec('CREATE TRIGGER racer BEFORE UPDATE ON oidc_providers BEGIN SELECT RAISE(IGNORE); END')
    const asked = { OpenIDConnectProviderArn, ClientID: 'third' }
    expect(await world.call('AddClientIDToOpenIDConnectProvider', asked)).toMatchObject({
      status: 409,
      code: 'ConcurrentModification',
    })
  })

  it('has an ARN of its kind', async () => {
    const asked = { OpenIDConnectProviderArn: `arn:aws:iam::${accountId}:user/token.example.com` }
    expect(await world.call('GetOpenIDConnectProvider', asked)).toMatchObject({ status: 400, code: 'InvalidInput' })
  })
})
