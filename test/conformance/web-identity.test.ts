// AssumeRoleWithWebIdentity in workerd, against a provider that is asked over HTTP for its keys.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keySetRefreshMilliseconds, oidcFetchMilliseconds } from '../../src/limits.ts'
import { childElement, childText, parseXml } from '../../src/s3/xml.ts'
import { startIdentityProvider, type IdentityProvider, type Issuer } from '../support/identity-provider.ts'
import { hmacToken, newKey, unsigned, type KeyKind } from '../support/identity-tokens.ts'
import { startServer, type TestServer } from '../support/server.ts'

const accountId = '000000000000'
const form = { 'content-type': 'application/x-www-form-urlencoded' }
let server: TestServer
let provider: IdentityProvider
let issuers = 0

/** `null`, or the code and the message of the error. */
type Refusal = { code: string; message: string } | null

async function refusalOf(answer: Response): Promise<Refusal> {
  const error = childElement(parseXml(await answer.text()), 'Error')
  return error === null ? null : { code: childText(error, 'Code') ?? '', message: childText(error, 'Message') ?? '' }
}

async function iam(parameters: Record<string, string>): Promise<void> {
  const body = new URLSearchParams({ Version: '2010-05-08', ...parameters }).toString()
  const refusal = await refusalOf(await server.fetchSigned('POST', '/', { headers: form, body }))
  if (refusal !== null) throw new Error(refusal.message)
}

/** A new issuer that the root account has registered, and a role that trusts it. */
async function trusted(): Promise<Issuer & { assume(token: string): Promise<Refusal> }> {
  issuers += 1
  const issuer = provider.issuer(`issuer${issuers}`)
  await iam({ Action: 'CreateOpenIDConnectProvider', Url: issuer.url, 'ClientIDList.member.1': 'sts.amazonaws.com' })
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${issuer.host}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
  }
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await iam({ Action: 'CreateRole', RoleName: `web${issuers}`, AssumeRolePolicyDocument: trust })
  const RoleArn = `arn:aws:iam::${accountId}:role/web${issuers}`
  return Object.assign(issuer, {
    async assume(WebIdentityToken: string) {
      const asked = { Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleArn, RoleSessionName: 'run-1' }
      const body = new URLSearchParams({ ...asked, WebIdentityToken }).toString()
      return refusalOf(await fetch(server.url, { method: 'POST', headers: form, body }))
    },
  })
}

const claimsOf = (issuer: Issuer) => {
  const now = Math.floor(Date.now() / 1000)
  return { iss: issuer.url, sub: 'x', aud: 'sts.amazonaws.com', iat: now, exp: now + 300 }
}

const noKey = { code: 'InvalidIdentityToken', message: expect.stringMatching(/^Couldn't retrieve verification key/) }
const notValidated = {
  code: 'InvalidIdentityToken',
  message: expect.stringMatching(/^The web identity token provided could not be validated/),
}
const unreachable = { code: 'IDPCommunicationError', message: expect.stringMatching(/could not be reached/) }

beforeAll(async () => {
  server = await startServer({ environment: { EDGESHARD_OIDC_ALLOW_HTTP: 'loopback' } })
  provider = await startIdentityProvider()
})

afterAll(async () => {
  await server.stop()
  provider.stop()
})

describe('a web identity token', () => {
  it.each<[string, KeyKind]>([
    ['RS256', 'rsa'],
    ['RS384', 'rsa'],
    ['RS512', 'rsa'],
    ['PS256', 'rsa'],
    ['PS384', 'rsa'],
    ['PS512', 'rsa'],
    ['ES256', 'P-256'],
    ['ES384', 'P-384'],
    ['ES512', 'P-521'],
    ['EdDSA', 'ed25519'],
  ])('signed by %s counts, and by another key of the kind does not', async (alg, kind) => {
    const issuer = await trusted()
    const key = newKey(kind, 'k')
    issuer.keys = [key]
    expect(await issuer.assume(issuer.token({}, { header: { alg } }))).toBeNull()
    expect(await issuer.assume(issuer.token({}, { header: { alg }, key: newKey(kind, 'k') }))).toEqual(notValidated)
  })

  it('that is not signed, or with a shared secret, is refused', async () => {
    const issuer = await trusted()
    const claims = claimsOf(issuer)
    expect(await issuer.assume(`${unsigned({ header: { alg: 'none' }, claims })}.`)).toEqual(notValidated)
    const secret = JSON.stringify(issuer.keys[0]?.jwk)
    expect(await issuer.assume(hmacToken({ header: { alg: 'HS256', kid: 'first' }, claims }, secret))).toEqual(
      notValidated,
    )
  })

  it('that brings its own key is verified with the keys of its issuer', async () => {
    const issuer = await trusted()
    const own = newKey('rsa', 'own')
    const header = { kid: undefined, jwk: own.jwk, jku: `${issuer.url}/own` }
    expect(await issuer.assume(issuer.token({}, { key: own, header }))).toEqual(notValidated)
  })

  it.each<[string, (issuer: Issuer) => string, string]>([
    ['of another issuer', (issuer) => issuer.token({ iss: `${issuer.url}/x` }), 'InvalidIdentityToken'],
    ['for another audience', (issuer) => issuer.token({ aud: 'x' }), 'InvalidIdentityToken'],
    ['that is over', (issuer) => issuer.token({ exp: 1 }), 'ExpiredTokenException'],
    ['that is none', () => 'a.b.c', 'InvalidIdentityToken'],
  ])('%s is refused', async (_name, tokenOf, code) => {
    const issuer = await trusted()
    expect(await issuer.assume(tokenOf(issuer))).toMatchObject({ code })
    expect(issuer.asked()).toBe(0)
  })
})

describe('the keys of a provider', () => {
  it('are followed when they are rotated, and not asked for over and over', async () => {
    const issuer = await trusted()
    const old = issuer.token()
    expect(await issuer.assume(old)).toBeNull()
    issuer.keys = [newKey('P-256', 'second')]
    const fresh = issuer.token({}, { header: { alg: 'ES256' } })
    for (let i = 0; i < 5; i++) expect(await issuer.assume(fresh)).toEqual(noKey)
    expect(issuer.asked()).toBe(1)
    await sleep(keySetRefreshMilliseconds)
    expect(await issuer.assume(fresh)).toBeNull()
    expect(await issuer.assume(old)).toEqual(noKey)
    expect(issuer.asked()).toBe(2)
  })

  it.each<[Issuer['behaviour'], Refusal]>([
    ['down', unreachable],
    ['huge', noKey],
    ['redirect', noKey],
    ['other-issuer', noKey],
    ['no-json', noKey],
  ])('cannot be had from one that is %s', async (behaviour, refusal) => {
    const issuer = await trusted()
    issuer.behaviour = behaviour
    expect(await issuer.assume(issuer.token())).toEqual(refusal)
  })

  it('are waited for so long and no longer, while others are served', async () => {
    const issuer = await trusted()
    issuer.behaviour = 'silent'
    const started = Date.now()
    const waiting = Promise.all(Array.from({ length: 8 }, () => issuer.assume(issuer.token())))
    expect((await server.fetchSigned('GET', '/')).status).toBe(200)
    expect(Date.now() - started).toBeLessThan(oidcFetchMilliseconds / 2)
    expect(await waiting).toEqual(Array.from({ length: 8 }, () => unreachable))
    expect(Date.now() - started).toBeLessThan(oidcFetchMilliseconds * 1.5)
  })
})
