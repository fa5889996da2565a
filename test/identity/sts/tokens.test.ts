// GetSessionToken, GetFederationToken, GetAccessKeyInfo and DecodeAuthorizationMessage, and what becomes of sessions.
import { beforeAll, describe, expect, it } from 'vitest'
import type { AccessKey, Identity } from '../../../src/auth/identity.ts'
import { keyLookup } from '../../../src/store/tables/access-keys.ts'
import { updateAccount } from '../../../src/store/tables/accounts.ts'
import { createServiceAccount } from '../../../src/store/tables/service-accounts.ts'
import { allows, StsWorld, trusts, type Credentials, type Signer, type StsAnswer } from './sts-world.ts'

const home = '111111111111'
const world = new StsWorld()
let account: Signer
let alice: Signer
let bob: Signer

beforeAll(async () => {
  account = await world.account(home)
  alice = await world.user(home, 'alice')
  bob = await world.user(home, 'bob', allows('sts:*', 'iam:GetUser'))
})

async function identityOf(answer: StsAnswer): Promise<Extract<Identity, { kind: 'account' }>> {
  const { accessKeyId, sessionToken = '' } = answer.credentials()
  const key = (await keyLookup(world.env)(accessKeyId, sessionToken)) as AccessKey
  return key.identity as Extract<Identity, { kind: 'account' }>
}

const seconds = ({ session }: Extract<Identity, { kind: 'account' }>) =>
  ((session?.expires ?? 0) - (session?.issued ?? 0)) / 1000

/** A key that a service account of alice has, with a policy of its own and an end. */
async function serviceAccount(
  accessKeyId: string,
  policy: string | null,
  expires: number | null,
): Promise<Credentials> {
  const facts = { accountId: home, userId: alice.userId, name: accessKeyId, description: '', created: 1 }
  const key = { ...facts, accessKeyId, secret: 'its secret', policy, expires }
  await createServiceAccount(world.env, key, { countMax: 10 })
  return { accessKeyId, secretAccessKey: 'its secret' }
}

const begin = (by: Credentials, more: Record<string, string> = {}) =>
  world.call({ Action: 'GetSessionToken', ...more }, by)

describe('GetSessionToken', () => {
  it('makes a session of the user, who needs no permission for it', async () => {
    const identity = await identityOf(await begin(alice))
    expect(identity.principal).toMatchObject({ type: 'User', username: 'alice', arn: alice.arn, userId: alice.userId })
    expect(identity.session).toMatchObject({ policies: [], tags: {} })
    expect(seconds(identity)).toBe(43_200)
    expect(seconds(await identityOf(await begin(alice, { DurationSeconds: '900' })))).toBe(900)
  })

  it('makes one of the account, for an hour at most', async () => {
    const identity = await identityOf(await begin(account, { DurationSeconds: '129600' }))
    expect(identity.principal.type).toBe('Account')
    expect(seconds(identity)).toBe(3600)
  })

  it('keeps what bounds a service account, and its end', async () => {
    const policy = allows('s3:GetObject')
    const end = Date.now() + 1_000_000
    const identity = await identityOf(await begin(await serviceAccount('SERVICEACCOUNT01', policy, end)))
    expect(identity.session).toMatchObject({ policies: [policy], expires: end })
    expect(identity.session?.issued).not.toBeNull()
    const own = await world.call(
      { Action: 'AssumeRole', Policy: allows('s3:*') },
      await serviceAccount('SERVICEACCOUNT02', policy, null),
    )
    expect(own.error).toMatchObject({ code: 'AccessDenied', message: expect.stringMatching(/policy of its own/) })
    const free = await begin(await serviceAccount('SERVICEACCOUNT03', null, null))
    expect((await identityOf(free)).session?.policies).toEqual([])
  })

  it('is refused to a session, whose credentials are good for little', async () => {
    const session = (await begin(bob)).credentials()
    expect((await begin(session)).error).toEqual({
      code: 'AccessDenied',
      message: 'Cannot call GetSessionToken with session credentials',
    })
    expect((await world.call({ Action: 'GetUser', Version: '2010-05-08' }, session)).error).toEqual({
      code: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid',
    })
    expect((await world.call({ Action: 'GetCallerIdentity' }, session)).text('Arn')).toBe(bob.arn)
    const role = await world.role(home, 'by-session', { trust: trusts({ AWS: bob.arn }) })
    const assumed = await world.call({ Action: 'AssumeRole', RoleArn: role.arn, RoleSessionName: 'x1' }, session)
    expect(assumed.error).toBeNull()
  })

  it('knows no devices', async () => {
    expect((await begin(alice, { SerialNumber: 'GAHT12345678', TokenCode: '123456' })).error?.message).toMatch(
      /^MultiFactorAuthentication failed/,
    )
  })
})

const federate = (by: Credentials, more: Record<string, string> = {}) =>
  world.call({ Action: 'GetFederationToken', Name: 'mobile', ...more }, by)
const tagged = (value: string) => ({ 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': value })

describe('GetFederationToken', () => {
  const arn = `arn:aws:sts::${home}:federated-user/mobile`

  it('makes a session of somebody the caller names', async () => {
    const policy = allows('s3:GetObject')
    const answer = await federate(bob, { Policy: policy, DurationSeconds: '900' })
    expect(answer.text('FederatedUser', 'Arn')).toBe(arn)
    expect(answer.text('FederatedUser', 'FederatedUserId')).toBe(`${home}:mobile`)
    expect(Number(answer.text('PackedPolicySize'))).toBeGreaterThan(0)
    const identity = await identityOf(answer)
    expect(identity.principal).toEqual({
      type: 'FederatedUser',
      accountId: home,
      arn,
      userId: `${home}:mobile`,
      issuer: { arn: bob.arn, userId: bob.userId },
    })
    expect(identity.session?.policies).toEqual([policy])
    const who = await world.call({ Action: 'GetCallerIdentity' }, answer.credentials())
    expect([who.text('Arn'), who.text('UserId')]).toEqual([arn, `${home}:mobile`])
  })

  it('makes one of the account itself, for an hour at most', async () => {
    const identity = await identityOf(await federate(account))
    expect(identity.principal).toMatchObject({ issuer: { arn: account.arn, userId: home } })
    expect(seconds(identity)).toBe(3600)
  })

  it('needs a permission, and another one for tags', async () => {
    expect((await federate(alice)).error).toEqual({
      code: 'AccessDenied',
      message: `User: ${alice.arn} is not authorized to perform: sts:GetFederationToken on resource: ${arn} because no identity-based policy allows the sts:GetFederationToken action`,
    })
    expect((await identityOf(await federate(bob, tagged('a')))).session?.tags).toEqual({ Team: 'a' })
    const carol = await world.user(home, 'carol', allows('sts:GetFederationToken'))
    expect((await federate(carol)).error).toBeNull()
    expect((await federate(carol, tagged('a'))).error?.message).toMatch(/perform: sts:TagSession/)
  })

  it('may name whom a policy lets it', async () => {
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['sts:GetFederationToken', 'sts:TagSession'],
          Resource: `arn:aws:sts::${home}:federated-user/mobile`,
          Condition: { StringEqualsIfExists: { 'aws:RequestTag/team': 'a' } },
        },
      ],
    })
    const dave = await world.user(home, 'dave', policy)
    expect((await federate(dave, tagged('a'))).error).toBeNull()
    expect((await federate(dave, tagged('b'))).error?.code).toBe('AccessDenied')
    expect((await federate(dave, { Name: 'other' })).error?.code).toBe('AccessDenied')
  })

  it('is refused to sessions, and to a service account with a policy of its own', async () => {
    const session = (await federate(bob)).credentials()
    expect((await federate(session)).error?.message).toBe('Cannot call GetFederationToken with session credentials')
    const assumed = await world.call(
      { Action: 'AssumeRole', RoleArn: `arn:aws:iam::${home}:role/x`, RoleSessionName: 'x1' },
      session,
    )
    expect(assumed.error?.code).toBe('AccessDenied')
    const facts = { accountId: home, userId: bob.userId, name: 's', description: '', created: 1, expires: null }
    const key = { ...facts, accessKeyId: 'SERVICEACCOUNT09', secret: 'its secret', policy: allows('*') }
    await createServiceAccount(world.env, key, { countMax: 10 })
    const bounded = { accessKeyId: 'SERVICEACCOUNT09', secretAccessKey: 'its secret' }
    expect((await federate(bounded)).error?.message).toMatch(/policy of its own/)
  })

  it.each(['x', 'x'.repeat(33), 'a b', ''])('refuses the name %j', async (Name) => {
    expect((await federate(bob, { Name })).error?.code).toBe('ValidationError')
  })
})

const keyInfo = (AccessKeyId: string, by: Credentials = bob) =>
  world.call({ Action: 'GetAccessKeyInfo', AccessKeyId }, by)

describe('GetAccessKeyInfo', () => {
  it('tells whose a key is: lasting, temporary, or of the deployment', async () => {
    expect((await keyInfo(alice.accessKeyId)).text('Account')).toBe(home)
    const temporary = (await world.call({ Action: 'GetSessionToken' }, alice)).credentials()
    expect((await keyInfo(temporary.accessKeyId)).text('Account')).toBe(home)
    expect((await keyInfo(world.env.ROOT_ACCESS_KEY_ID)).text('Account')).toBe('000000000000')
  })

  it('knows no others, and needs a permission', async () => {
    expect((await keyInfo('AKIAIOSFODNN7EXAMPLE')).error?.code).toBe('ValidationError')
    expect((await keyInfo('x')).error?.code).toBe('ValidationError')
    expect((await keyInfo(alice.accessKeyId, alice)).error?.code).toBe('AccessDenied')
  })
})

describe('DecodeAuthorizationMessage', () => {
  it('says that no message is one of its own', async () => {
    const asked = { Action: 'DecodeAuthorizationMessage', EncodedMessage: 'AAAA' }
    expect((await world.call(asked, bob)).error?.code).toBe('InvalidAuthorizationMessageException')
    expect((await world.call(asked, alice)).error?.code).toBe('AccessDenied')
  })
})

describe('a session', () => {
  it('ends with its account', async () => {
    const closing = '333333333333'
    const root = await world.account(closing)
    const role = await world.role(closing, 'r', { trust: trusts({ AWS: root.arn }), policy: allows('sts:*') })
    const assumed = await world.call({ Action: 'AssumeRole', RoleArn: role.arn, RoleSessionName: 'x1' }, root)
    const own = await world.call({ Action: 'AssumeRole' }, root)
    const info = { Action: 'GetAccessKeyInfo', AccessKeyId: root.accessKeyId }
    expect((await world.call(info, assumed.credentials())).error).toBeNull()
    await updateAccount(world.env, closing, { isDisabled: true })
    expect((await world.call(info, assumed.credentials())).error?.code).toBe('AccessDenied')
    const again = { Action: 'AssumeRole', RoleArn: role.arn, RoleSessionName: 'x1' }
    expect((await world.call(again, own.credentials())).error?.code).toBe('AccessDenied')
  })

  it('is nothing without its token, with a changed one, or with that of another session', async () => {
    const [one, two] = [
      await world.call({ Action: 'GetSessionToken' }, bob),
      await world.call({ Action: 'GetSessionToken' }, bob),
    ]
    const { accessKeyId, secretAccessKey, sessionToken = '' } = one.credentials()
    const who = (credentials: Credentials) => world.call({ Action: 'GetCallerIdentity' }, credentials)
    const invalid = { code: 'InvalidClientTokenId', message: 'The security token included in the request is invalid.' }
    expect((await who({ accessKeyId, secretAccessKey })).error).toEqual(invalid)
    const changed = {
      accessKeyId,
      secretAccessKey,
      sessionToken: `${sessionToken.slice(0, -1)}${sessionToken.endsWith('A') ? 'B' : 'A'}`,
    }
    expect((await who(changed)).error).toEqual(invalid)
    expect((await who({ ...two.credentials(), accessKeyId, secretAccessKey })).error).toEqual(invalid)
    expect((await who({ ...one.credentials(), secretAccessKey: 'x' })).error?.code).toBe('SignatureDoesNotMatch')
    expect((await who(one.credentials())).error).toBeNull()
  })
})
