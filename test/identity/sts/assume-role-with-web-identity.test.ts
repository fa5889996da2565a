import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AccessKey, Session } from '../../../src/auth/identity.ts'
import { keySetRefreshMilliseconds } from '../../../src/limits.ts'
import { keyLookup } from '../../../src/store/tables/access-keys.ts'
import { startIdentityProvider, type IdentityProvider, type Issuer } from '../../support/identity-provider.ts'
import { hmacToken, newKey, unsigned } from '../../support/identity-tokens.ts'
import { allows, StsWorld, type StsAnswer } from './sts-world.ts'

const home = '111111111111'
const audience = 'sts.amazonaws.com'
const world = new StsWorld({ EDGESHARD_OIDC_ALLOW_HTTP: 'loopback' })
let provider: IdentityProvider
let issuers = 0

beforeAll(async () => {
  provider = await startIdentityProvider()
  await world.account(home)
  await world.account('222222222222')
})

afterAll(() => provider.stop())

const providerArn = (issuer: Issuer) => `arn:aws:iam::${home}:oidc-provider/${issuer.host}`

/** A role that trusts a new issuer. */
async function trusted(condition: Record<string, unknown> = {}, action: unknown = 'sts:AssumeRoleWithWebIdentity') {
  issuers += 1
  const issuer = provider.issuer(`issuer${issuers}`)
  await world.provider(home, issuer.url, [audience])
  const equals = Object.entries(condition).map(([key, value]) => [key.replace('ISS', issuer.host), value])
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn(issuer) },
        Action: action,
        Condition: { StringEquals: Object.fromEntries(equals) },
      },
    ],
  })
  const role = await world.role(home, `web${issuers}`, { trust, maxSessionSeconds: 7200 })
  return { issuer, role }
}

function assume(roleArn: string, token: string, more: Record<string, string> = {}): Promise<StsAnswer> {
  const asked = {
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: roleArn,
    RoleSessionName: 'run-1',
    WebIdentityToken: token,
  }
  return world.call({ ...asked, ...more }, null)
}

async function sessionOf(answer: StsAnswer): Promise<Session> {
  const { accessKeyId, sessionToken = '' } = answer.credentials()
  const { identity } = (await keyLookup(world.env)(accessKeyId, sessionToken)) as AccessKey
  if (identity.kind === 'anonymous' || identity.session === null) throw new Error('No session')
  return identity.session
}

const noKey =
  "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements"
const notValidated =
  'The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for requirements.'

describe('AssumeRoleWithWebIdentity', () => {
  it('makes a session for whom the provider vouches', async () => {
    const { issuer, role } = await trusted({ 'ISS:aud': audience, 'ISS:sub': 'repo:octo/app:ref:refs/heads/main' })
    const answer = await assume(role.arn, issuer.token(), { DurationSeconds: '7200', Policy: allows('s3:GetObject') })
    expect(answer.error).toBeNull()
    const arn = `arn:aws:sts::${home}:assumed-role/web${issuers}/run-1`
    const text = (...path: string[]) => answer.text(...path)
    expect(text('AssumedRoleUser', 'Arn')).toBe(arn)
    expect(text('SubjectFromWebIdentityToken')).toBe('repo:octo/app:ref:refs/heads/main')
    expect(text('Audience')).toBe(audience)
    expect(text('Provider')).toBe(issuer.url)
    const session = await sessionOf(answer)
    expect(session.federatedProvider).toBe(providerArn(issuer))
    expect(session.expires - (session.issued ?? 0)).toBe(7_200_000)
    expect(session.policies).toEqual([allows('s3:GetObject')])
    expect(session.webIdentity).toEqual({
      [`${issuer.host}:sub`]: ['repo:octo/app:ref:refs/heads/main'],
      [`${issuer.host}:aud`]: [audience],
    })
    const who = await world.call({ Action: 'GetCallerIdentity' }, answer.credentials())
    expect(who.text('Arn')).toBe(arn)
  })

  it.each([
    ['RS256', 'rsa'],
    ['PS384', 'rsa'],
    ['ES256', 'P-256'],
    ['ES384', 'P-384'],
    ['EdDSA', 'ed25519'],
  ] as const)('takes a token signed by %s', async (alg, kind) => {
    const { issuer, role } = await trusted()
    const key = newKey(kind, `key of ${alg}`)
    issuer.keys.push(key)
    expect((await assume(role.arn, issuer.token({}, { header: { alg }, key }))).error).toBeNull()
  })

  it.each<[string, Record<string, unknown>, Record<string, unknown>, boolean]>([
    ['another subject', { 'ISS:sub': 'repo:octo/app:ref:refs/heads/main' }, { sub: 'repo:octo/other' }, false],
    ['a claim of its own', { 'ISS:repository': 'octo/app' }, { repository: 'octo/app' }, true],
    ['a claim that is not there', { 'ISS:repository': 'octo/app' }, {}, false],
    ['an authorized party', { 'ISS:aud': audience, 'ISS:oaud': 'x' }, { aud: 'x', azp: audience }, true],
    ['one of several audiences', { 'ISS:aud': audience }, { aud: ['x', audience] }, true],
    ['the session name', { 'sts:RoleSessionName': 'run-1' }, {}, true],
    ['the provider', { 'aws:FederatedProvider': 'arn:aws:iam::1:oidc-provider/x' }, {}, false],
  ])('hears a condition on %s', async (_name, condition, claims, isAllowed) => {
    const { issuer, role } = await trusted(condition)
    const refusal = { code: 'AccessDenied', message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' }
    expect((await assume(role.arn, issuer.token(claims))).error).toEqual(isAllowed ? null : refusal)
  })

  it.each<[string, (issuer: Issuer) => string, string, string | RegExp]>([
    ['no token at all', () => 'x', 'InvalidIdentityToken', /^The ID Token provided is not a valid JWT/],
    [
      'a token that nobody signed',
      (issuer) => `${unsigned({ header: { alg: 'none' }, claims: claimsOf(issuer) })}.`,
      'InvalidIdentityToken',
      notValidated,
    ],
    [
      'a token authenticated with the public key',
      (issuer) =>
        hmacToken(
          { header: { alg: 'HS256', kid: 'first' }, claims: claimsOf(issuer) },
          JSON.stringify(issuer.keys[0]?.jwk),
        ),
      'InvalidIdentityToken',
      notValidated,
    ],
    [
      "a stranger's token with the issuer's key id",
      (issuer) => issuer.token({}, { key: newKey('rsa', 'first') }),
      'InvalidIdentityToken',
      notValidated,
    ],
    [
      "a stranger's token with a key of its own",
      (issuer) => issuer.token({}, { key: newKey('rsa', 'own') }),
      'InvalidIdentityToken',
      noKey,
    ],
    [
      'a token of an issuer that nobody registered',
      (issuer) => issuer.token({ iss: 'https://evil.example.com' }),
      'InvalidIdentityToken',
      'No OpenIDConnect provider found in your account for https://evil.example.com',
    ],
    [
      'a token of the same issuer by another scheme',
      (issuer) => issuer.token({ iss: issuer.url.replace('http:', 'https:') }),
      'InvalidIdentityToken',
      /^No OpenIDConnect provider found in your account for https:/,
    ],
    [
      'a token for somebody else',
      (issuer) => issuer.token({ aud: 'else' }),
      'InvalidIdentityToken',
      'Incorrect token audience',
    ],
    [
      'a token without a subject',
      (issuer) => issuer.token({ sub: undefined }),
      'InvalidIdentityToken',
      'Missing a required claim: sub',
    ],
    [
      'a token that is over',
      (issuer) => issuer.token({ exp: Math.floor(Date.now() / 1000) - 301 }),
      'ExpiredTokenException',
      /^Token expired: current date\/time \d+ must be before the expiration date\/time \d+$/,
    ],
    [
      'a token that is not yet valid',
      (issuer) => issuer.token({ nbf: Math.floor(Date.now() / 1000) + 400 }),
      'InvalidIdentityToken',
      /^Token not yet valid/,
    ],
    [
      'tags that are none',
      (issuer) => issuer.token({ 'https://aws.amazon.com/tags': 'x' }),
      'IDPRejectedClaim',
      'The claim https://aws.amazon.com/tags of the token is not usable',
    ],
    ['a token that is too long', () => 'x'.repeat(20_001), 'ValidationError', /'webIdentityToken' .* 20000/],
  ])('refuses %s', async (_name, tokenOf, code, message) => {
    const { issuer, role } = await trusted()
    const { error, status } = await assume(role.arn, tokenOf(issuer))
    expect(error).toEqual({ code, message: message instanceof RegExp ? expect.stringMatching(message) : message })
    expect(status).toBe(code === 'IDPRejectedClaim' ? 403 : 400)
  })

  it('asks nobody for keys of a token that cannot count', async () => {
    const { issuer, role } = await trusted()
    await assume(role.arn, issuer.token({ aud: 'else' }))
    await assume(role.arn, issuer.token({ exp: 1 }))
    await assume(role.arn, `${unsigned({ header: { alg: 'none' }, claims: claimsOf(issuer) })}.`)
    expect(issuer.asked()).toBe(0)
    await assume(role.arn, issuer.token())
    await assume(role.arn, issuer.token())
    expect(issuer.asked()).toBe(1)
  })

  it.each<[Issuer['behaviour'], string, string]>([
    [
      'down',
      'IDPCommunicationError',
      'The identity provider that was asked to verify the incoming identity token could not be reached.',
    ],
    [
      'silent',
      'IDPCommunicationError',
      'The identity provider that was asked to verify the incoming identity token could not be reached.',
    ],
    ['huge', 'InvalidIdentityToken', noKey],
    ['redirect', 'InvalidIdentityToken', noKey],
    ['other-issuer', 'InvalidIdentityToken', noKey],
    ['no-json', 'InvalidIdentityToken', noKey],
  ])('says what is wrong with a provider that is %s', async (behaviour, code, message) => {
    const { issuer, role } = await trusted()
    issuer.behaviour = behaviour
    expect((await assume(role.arn, issuer.token())).error).toEqual({ code, message })
  })

  it('follows the rotation of keys', async () => {
    const { issuer, role } = await trusted()
    const old = issuer.token()
    expect((await assume(role.arn, old)).error).toBeNull()
    issuer.keys = [newKey('P-256', 'second')]
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + keySetRefreshMilliseconds })
    try {
      expect((await assume(role.arn, issuer.token({}, { header: { alg: 'ES256' } }))).error).toBeNull()
      expect((await assume(role.arn, old)).error).toMatchObject({ message: noKey })
    } finally {
      vi.useRealTimers()
    }
  })

  it('asks only providers that the account of the role has registered', async () => {
    const { issuer } = await trusted()
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Federated: providerArn(issuer) }, Action: 'sts:AssumeRoleWithWebIdentity' },
      ],
    })
    const foreign = await world.role('222222222222', `foreign${issuers}`, { trust })
    expect((await assume(foreign.arn, issuer.token())).error).toMatchObject({
      message: `No OpenIDConnect provider found in your account for ${issuer.url}`,
    })
    expect(issuer.asked()).toBe(0)
  })

  it('tells a role that is not there like one that may not be assumed', async () => {
    const { issuer } = await trusted()
    expect((await assume(`arn:aws:iam::${home}:role/nowhere`, issuer.token())).error).toEqual({
      code: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    })
    const { role } = await trusted()
    expect((await assume(role.arn, issuer.token())).error?.code).toBe('AccessDenied')
  })

  it('takes tags and a source identity from the token, where the role allows it', async () => {
    const brought = {
      'https://aws.amazon.com/tags': { principal_tags: { Team: ['a'] }, transitive_tag_keys: ['Team'] },
      'https://aws.amazon.com/source_identity': 'octo',
    }
    const plain = await trusted()
    expect((await assume(plain.role.arn, plain.issuer.token(brought))).error).toEqual({
      code: 'AccessDenied',
      message: 'Not authorized to perform sts:TagSession',
    })
    const actions = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity']
    const { issuer, role } = await trusted({ 'aws:RequestTag/Team': 'a', 'sts:SourceIdentity': 'octo' }, actions)
    const answer = await assume(role.arn, issuer.token(brought))
    expect(answer.error).toBeNull()
    expect(answer.text('SourceIdentity')).toBe('octo')
    expect(await sessionOf(answer)).toMatchObject({
      tags: { Team: 'a' },
      transitiveTagKeys: ['Team'],
      sourceIdentity: 'octo',
    })
  })

  it('lasts no longer than the role allows, and knows no providers of access tokens', async () => {
    const { issuer, role } = await trusted()
    expect((await assume(role.arn, issuer.token(), { DurationSeconds: '7201' })).error?.message).toMatch(
      /MaxSessionDuration/,
    )
    const other = await assume(role.arn, issuer.token(), { ProviderId: 'graph.facebook.com' })
    expect(other.error?.code).toBe('ValidationError')
  })

  it('speaks plain HTTP to nobody unless it is told to', async () => {
    const strict = new StsWorld()
    await strict.account(home)
    const issuer = provider.issuer('strict')
    await strict.provider(home, issuer.url, [audience])
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Federated: providerArn(issuer) }, Action: 'sts:AssumeRoleWithWebIdentity' },
      ],
    })
    const { arn } = await strict.role(home, 'strict', { trust })
    const asked = { Action: 'AssumeRoleWithWebIdentity', RoleArn: arn, RoleSessionName: 'run-1' }
    const answer = await strict.call({ ...asked, WebIdentityToken: issuer.token() }, null)
    expect(answer.error?.message).toBe(`No OpenIDConnect provider found in your account for ${issuer.url}`)
    expect(issuer.asked()).toBe(0)
  })
})

function claimsOf(issuer: Issuer): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000)
  return { iss: issuer.url, sub: 'x', aud: audience, iat: now, exp: now + 300 }
}
