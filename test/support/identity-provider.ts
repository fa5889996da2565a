// An OpenID Connect provider on this machine: real HTTP, keys of its own, and every way to misbehave.
import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newKey, signToken, type SigningKey } from './identity-tokens.ts'

/** How an issuer answers when it is asked for its keys. */
export type Behaviour = 'well' | 'down' | 'silent' | 'huge' | 'redirect' | 'other-issuer' | 'no-json'

export interface Issuer {
  /** `http://127.0.0.1:…/<name>`. */
  url: string
  /** Without its scheme, as condition keys begin. */
  host: string
  /** What its key set has; the first signs. */
  keys: SigningKey[]
  behaviour: Behaviour
  /** How often its key set was asked for. */
  asked(): number
  /** A token as it signs them; claims and header replace those it would have. Undefined claims are left out. */
  token(claims?: Record<string, unknown>, options?: { header?: Record<string, unknown>; key?: SigningKey }): string
}

export interface IdentityProvider {
  /** A new issuer of this provider, with an RSA key. */
  issuer(name: string): Issuer
  stop(): void
}

/** Bytes of a key set that nobody should read to its end. */
const hugeBytes = 8 * 1024 * 1024

export async function startIdentityProvider(): Promise<IdentityProvider> {
  const issuers = new Map<string, { issuer: Issuer; counts: { asked: number } }>()
  const server = createServer((request, response) => {
    const [, name = '', ...rest] = (request.url ?? '').split('/')
    const found = issuers.get(name)
    if (found === undefined) return void response.writeHead(404).end()
    if (rest.join('/') === 'jwks') found.counts.asked += 1
    answer(found.issuer, rest.join('/'), response)
  })
  const origin = await listen(server)
  return {
    issuer(name) {
      const counts = { asked: 0 }
      const issuer = newIssuer(`${origin}/${name}`, () => counts.asked)
      issuers.set(name, { issuer, counts })
      return issuer
    },
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function newIssuer(url: string, asked: () => number): Issuer {
  const issuer: Issuer = {
    url,
    host: url.replace('http://', ''),
    keys: [newKey('rsa', 'first')],
    behaviour: 'well',
    asked,
    token(claims = {}, { header = {}, key = issuer.keys[0] } = {}) {
      if (key === undefined) throw new Error('The issuer has no key')
      const now = Math.floor(Date.now() / 1000)
      const usual = {
        iss: url,
        sub: 'repo:octo/app:ref:refs/heads/main',
        aud: 'sts.amazonaws.com',
        iat: now,
        exp: now + 300,
      }
      return signToken(
        { header: { alg: 'RS256', kid: key.keyId, typ: 'JWT', ...header }, claims: { ...usual, ...claims } },
        key,
      )
    },
  }
  return issuer
}

function answer({ url, keys, behaviour }: Issuer, path: string, response: ServerResponse): void {
  const json = (document: unknown) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
  if (behaviour === 'down') return void response.writeHead(503).end()
  if (behaviour === 'silent') return
  if (behaviour === 'no-json') return void response.end('<html>')
  if (behaviour === 'redirect') return void response.writeHead(302, { location: `${url}/elsewhere` }).end()
  if (path === '.well-known/openid-configuration') {
    return void json({ issuer: behaviour === 'other-issuer' ? `${url}/x` : url, jwks_uri: `${url}/jwks` })
  }
  const set = { keys: keys.map(({ jwk }) => jwk) }
  json(behaviour === 'huge' ? { ...set, filler: 'x'.repeat(hugeBytes) } : set)
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
