import { describe, expect, it } from 'vitest'
import { parseJsonWebToken, type JsonWebToken } from '../../../src/identity/oidc/json-web-token.ts'
import {
  candidateKeys,
  isSignedBy,
  isSupportedAlgorithm,
  parseKeySet,
} from '../../../src/identity/oidc/verification-keys.ts'
import { webKeysMax } from '../../../src/limits.ts'
import { hmacToken, newKey, signToken, unsigned, type KeyKind, type SigningKey } from '../../support/identity-tokens.ts'

const keys = {
  rsa: newKey('rsa', 'rsa'),
  'P-256': newKey('P-256', 'p256'),
  'P-384': newKey('P-384', 'p384'),
  'P-521': newKey('P-521', 'p521'),
  ed25519: newKey('ed25519', 'ed'),
} satisfies Record<KeyKind, SigningKey>

const algorithms: [algorithm: string, kind: KeyKind][] = [
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
  ['Ed25519', 'ed25519'],
]

const claims = { iss: 'https://token.example.com', sub: 'x' }

function parsed(text: string): JsonWebToken {
  const result = parseJsonWebToken(text)
  if (result.outcome === 'refused') throw new Error(result.problem.problem)
  return result.token
}

function keySet(...jwks: unknown[]) {
  const set = parseKeySet({ keys: jwks })
  if (set === null) throw new Error('No key set')
  return set
}

const everyKey = keySet(...Object.values(keys).map(({ jwk }) => jwk))

describe('isSignedBy()', () => {
  it.each(algorithms)('verifies %s', async (alg, kind) => {
    const text = signToken({ header: { alg, kid: keys[kind].keyId }, claims }, keys[kind])
    const token = parsed(text)
    expect(isSupportedAlgorithm(alg)).toBe(true)
    expect(await isSignedBy(token, candidateKeys(everyKey, token))).toBe(true)
    // Any other claims, any other signature.
    const [, , signature = ''] = text.split('.')
    const other = parsed(
      `${unsigned({ header: { alg, kid: keys[kind].keyId }, claims: { ...claims, sub: 'y' } })}.${signature}`,
    )
    expect(await isSignedBy(other, candidateKeys(everyKey, other))).toBe(false)
    for (const at of [0, token.signature.length - 1]) {
      const changed = Uint8Array.from(token.signature)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(await isSignedBy({ ...token, signature: changed }, candidateKeys(everyKey, token))).toBe(false)
    }
    expect(await isSignedBy({ ...token, signature: new Uint8Array(0) }, candidateKeys(everyKey, token))).toBe(false)
  })

  it.each(algorithms)('refuses %s by another key of the same kind', async (alg, kind) => {
    const stranger = newKey(kind, keys[kind].keyId)
    const token = parsed(signToken({ header: { alg, kid: stranger.keyId }, claims }, stranger))
    expect(await isSignedBy(token, candidateKeys(everyKey, token))).toBe(false)
  })

  it('refuses a signature in the wrong encoding: ECDSA as DER', async () => {
    const { sign } = await import('node:crypto')
    const text = unsigned({ header: { alg: 'ES256' }, claims })
    const der = sign('sha256', Buffer.from(text), keys['P-256'].privateKey).toString('base64url')
    expect(await isSignedBy(parsed(`${text}.${der}`), everyKey)).toBe(false)
  })

  it('goes on to the next key when one cannot be used', async () => {
    const broken = { ...keys['P-256'].jwk, x: keys['P-256'].jwk.y, kid: 'broken' }
    const token = parsed(signToken({ header: { alg: 'ES256' }, claims }, keys['P-256']))
    const set = keySet(broken, keys['P-256'].jwk)
    expect(set).toHaveLength(2)
    expect(await isSignedBy(token, candidateKeys(set, token))).toBe(true)
    expect(await isSignedBy(token, candidateKeys(keySet(broken), token))).toBe(false)
  })
})

/** Of the keys that fit the algorithm. */
const ids = (algorithm: string) => candidateKeys(everyKey, { algorithm, keyId: null }).map(({ keyId }) => keyId)

describe('key confusion', () => {
  it.each([
    'none',
    'None',
    'NONE',
    '',
    'HS256',
    'HS384',
    'HS512',
    'RS1',
    'ES256K',
    'rs256',
    'RSA-OAEP',
    'dir',
    'toString',
  ])('knows no algorithm %s', (alg) => {
    expect(isSupportedAlgorithm(alg)).toBe(false)
    expect(candidateKeys(everyKey, { algorithm: alg, keyId: null })).toEqual([])
  })

  it('verifies nothing with an HMAC under a public key', async () => {
    const secret = JSON.stringify(keys.rsa.jwk)
    const token = parsed(hmacToken({ header: { alg: 'HS256', kid: 'rsa' }, claims }, secret))
    expect(await isSignedBy(token, everyKey)).toBe(false)
  })

  it('uses a key for its own type, curve and algorithm only', () => {
    expect(ids('RS256')).toEqual(['rsa'])
    expect(ids('ES256')).toEqual(['p256'])
    expect(ids('ES384')).toEqual(['p384'])
    expect(ids('EdDSA')).toEqual(['ed'])
    const onlyRs256 = keySet({ ...keys.rsa.jwk, alg: 'RS256' })
    expect(candidateKeys(onlyRs256, { algorithm: 'RS256', keyId: null })).toHaveLength(1)
    expect(candidateKeys(onlyRs256, { algorithm: 'RS512', keyId: null })).toEqual([])
    expect(candidateKeys(onlyRs256, { algorithm: 'PS256', keyId: null })).toEqual([])
  })

  it('takes the key that the token names, or any of its type when it names none', () => {
    const set = keySet({ ...keys.rsa.jwk, kid: 'a' }, { ...keys.rsa.jwk, kid: 'b' })
    const named = (keyId: string | null) => candidateKeys(set, { algorithm: 'RS256', keyId }).map((key) => key.keyId)
    expect(named('b')).toEqual(['b'])
    expect(named('c')).toEqual([])
    expect(named(null)).toEqual(['a', 'b'])
    const { kid: _kid, ...nameless } = keys.rsa.jwk
    expect(candidateKeys(keySet(nameless), { algorithm: 'RS256', keyId: 'c' })).toHaveLength(1)
  })
})

describe('parseKeySet()', () => {
  it.each<[string, unknown]>([
    ['a text', 'keys'],
    ['null', null],
    ['an object without keys', {}],
    ['keys that are no list', { keys: {} }],
    ['a list', [keys.rsa.jwk]],
    ['too many keys', { keys: Array.from({ length: webKeysMax + 1 }, () => keys.rsa.jwk) }],
  ])('knows %s for no key set', (_name, document) => {
    expect(parseKeySet(document)).toBeNull()
  })

  it('takes as many keys as allowed, and none as none', () => {
    expect(parseKeySet({ keys: Array.from({ length: webKeysMax }, () => keys.rsa.jwk) })).toHaveLength(webKeysMax)
    expect(parseKeySet({ keys: [] })).toEqual([])
  })

  it.each<[string, unknown]>([
    ['for encryption', { ...keys.rsa.jwk, use: 'enc' }],
    ['for signing alone', { ...keys.rsa.jwk, key_ops: ['sign'] }],
    ['shared', { kty: 'oct', k: 'c2VjcmV0', kid: 'x', alg: 'HS256' }],
    ['of another kind', { kty: 'AKP', pub: 'x' }],
    ['of RSA and too small', newKey('rsa', 'small', { modulusLength: 1024 }).jwk],
    ['of RSA and too large', { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(1025, 1).toString('base64url') }],
    ['of RSA without a modulus', { kty: 'RSA', e: 'AQAB' }],
    ['of a curve without a point', { kty: 'EC', crv: 'P-256', x: 'AA' }],
    ['no object', 'key'],
  ])('leaves out a key that is %s', (_name, jwk) => {
    expect(keySet(jwk, keys.ed25519.jwk).map(({ keyId }) => keyId)).toEqual(['ed'])
  })

  it('keeps the public members alone', () => {
    const leaked = { ...keys.rsa.privateKey.export({ format: 'jwk' }), kid: 'rsa', ext: false, key_ops: ['verify'] }
    expect(keySet(leaked)).toEqual([
      { keyId: 'rsa', algorithm: null, key: { kty: 'RSA', n: keys.rsa.jwk.n, e: keys.rsa.jwk.e } },
    ])
  })
})
