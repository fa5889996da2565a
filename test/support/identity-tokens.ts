// Identity tokens as a provider signs them, and as an attacker would. The signatures are node:crypto's, so that they are
// no work of the code that verifies them.
import { constants, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import type { JsonWebKey, KeyObject } from 'node:crypto'

export interface SigningKey {
  keyId: string
  privateKey: KeyObject
  /** The public members alone, with `kid`. */
  jwk: JsonWebKey & { kid: string }
}

export type KeyKind = 'rsa' | 'P-256' | 'P-384' | 'P-521' | 'ed25519'

export function newKey(kind: KeyKind, keyId: string, { modulusLength = 2048 } = {}): SigningKey {
  const { publicKey, privateKey } = pair(kind, modulusLength)
  return { keyId, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid: keyId } }
}

function pair(kind: KeyKind, modulusLength: number): { publicKey: KeyObject; privateKey: KeyObject } {
  if (kind === 'rsa') return generateKeyPairSync('rsa', { modulusLength })
  if (kind === 'ed25519') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('ec', { namedCurve: kind })
}

export interface TokenParts {
  header: Record<string, unknown>
  claims: Record<string, unknown>
}

/** `<header>.<claims>`, what is signed. */
export function unsigned({ header, claims }: TokenParts): string {
  return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
}

/** A token signed by the key with the algorithm that its header names. */
export function signToken(parts: TokenParts, { privateKey }: Pick<SigningKey, 'privateKey'>): string {
  const text = unsigned(parts)
  return `${text}.${signatureOf(String(parts.header['alg']), text, privateKey).toString('base64url')}`
}

/** A token authenticated with a shared secret. */
export function hmacToken(parts: TokenParts, secret: string): string {
  const text = unsigned(parts)
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

function signatureOf(algorithm: string, text: string, key: KeyObject): Buffer {
  const bytes = Buffer.from(text)
  const hash = `sha${algorithm.slice(2)}`
  switch (algorithm.slice(0, 2)) {
    case 'RS':
      return sign(hash, bytes, key)
    case 'PS':
      return sign(hash, bytes, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      })
    case 'ES':
      return sign(hash, bytes, { key, dsaEncoding: 'ieee-p1363' })
    default:
      return sign(null, bytes, key)
  }
}
