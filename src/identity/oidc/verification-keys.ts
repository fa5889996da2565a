// An issuer's public keys (JSON Web Key Set, RFC 7517), and signatures checked with them. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
import { webKeysMax } from '../../limits.ts'
import { base64url, isObject } from './json-web-token.ts'
import type { JsonWebToken } from './json-web-token.ts'

/** A key of the set that can verify signatures. */
export interface VerificationKey {
  /** Null where the set does not say. */
  keyId: string | null
  /** The only algorithm it may be used with; null for any that fits its type. */
  algorithm: string | null
  /** The public members alone. */
  key: { kty: 'RSA'; n: string; e: string } | { kty: 'EC'; crv: string; x: string; y: string } | Ed25519Key
}

interface Ed25519Key {
  kty: 'OKP'
  crv: string
  x: string
}

interface Scheme {
  kty: VerificationKey['key']['kty']
  crv: string | null
  key: SubtleCryptoImportKeyAlgorithm
  verify: SubtleCryptoSignAlgorithm
}

const rsa = (name: string, hash: string, saltLength?: number): Scheme => ({
  kty: 'RSA',
  crv: null,
  key: { name, hash },
  verify: saltLength === undefined ? { name } : { name, saltLength },
})

const ecdsa = (namedCurve: string, hash: string): Scheme => ({
  kty: 'EC',
  crv: namedCurve,
  key: { name: 'ECDSA', namedCurve },
  verify: { name: 'ECDSA', hash },
})

const ed25519: Scheme = { kty: 'OKP', crv: 'Ed25519', key: { name: 'Ed25519' }, verify: { name: 'Ed25519' } }

/**
 * The algorithms a token may be signed by (RFC 7518 section 3, RFC 8037, RFC 9864). `none` and the HMACs are not among
 * them: with an HMAC, whoever knows the public key could sign (RFC 8725 section 2.1).
 */
const schemes = new Map<string, Scheme>([
  ['RS256', rsa('RSASSA-PKCS1-v1_5', 'SHA-256')],
  ['RS384', rsa('RSASSA-PKCS1-v1_5', 'SHA-384')],
  ['RS512', rsa('RSASSA-PKCS1-v1_5', 'SHA-512')],
  ['PS256', rsa('RSA-PSS', 'SHA-256', 32)],
  ['PS384', rsa('RSA-PSS', 'SHA-384', 48)],
  ['PS512', rsa('RSA-PSS', 'SHA-512', 64)],
  ['ES256', ecdsa('P-256', 'SHA-256')],
  ['ES384', ecdsa('P-384', 'SHA-384')],
  ['ES512', ecdsa('P-521', 'SHA-512')],
  ['EdDSA', ed25519],
  ['Ed25519', ed25519],
])

/** Whether a token signed by this algorithm may count at all. */
export function isSupportedAlgorithm(algorithm: string): boolean {
  return schemes.has(algorithm)
}

/**
 * The keys of a JSON Web Key Set that verify signatures; keys of other kinds, and shared ones, are left out. Null for what
 * is no key set, and for one of more than `webKeysMax` keys.
 */
export function parseKeySet(document: unknown): VerificationKey[] | null {
  if (!isObject(document) || !Array.isArray(document['keys'])) return null
  const keys: unknown[] = document['keys']
  if (keys.length > webKeysMax) return null
  return keys.map(verificationKey).filter((key) => key !== null)
}

/** 2048 bits are the least RFC 7518 section 3.3 allows; 8192 are as many as a signature should cost. */
const modulusBytesMin = 256
const modulusBytesMax = 1024

function verificationKey(value: unknown): VerificationKey | null {
  if (!isObject(value)) return null
  const { kty, kid, alg, use, key_ops: operations, n, e, crv, x, y } = value
  if (use !== undefined && use !== 'sig') return null
  if (Array.isArray(operations) && !operations.includes('verify')) return null
  const rest = { keyId: typeof kid === 'string' ? kid : null, algorithm: typeof alg === 'string' ? alg : null }
  if (kty === 'RSA' && typeof n === 'string' && typeof e === 'string') {
    const bytes = base64url(n)?.length ?? 0
    return bytes < modulusBytesMin || bytes > modulusBytesMax ? null : { ...rest, key: { kty, n, e } }
  }
  if (typeof crv !== 'string' || typeof x !== 'string') return null
  if (kty === 'EC' && typeof y === 'string') return { ...rest, key: { kty, crv, x, y } }
  return kty === 'OKP' ? { ...rest, key: { kty, crv, x } } : null
}

/** The keys that may have signed the token: of its key id where both have one, and of its algorithm's type. */
export function candidateKeys(
  keys: readonly VerificationKey[],
  { algorithm, keyId }: Pick<JsonWebToken, 'algorithm' | 'keyId'>,
): VerificationKey[] {
  const scheme = schemes.get(algorithm)
  return keys.filter(
    ({ key, ...is }) =>
      scheme?.kty === key.kty &&
      (key.kty === 'RSA' || key.crv === scheme.crv) &&
      (is.algorithm === null || is.algorithm === algorithm) &&
      (is.keyId === null || keyId === null || is.keyId === keyId),
  )
}

/** Whether one of the keys made the token's signature. */
export async function isSignedBy(
  { algorithm, signed, signature }: JsonWebToken,
  keys: readonly VerificationKey[],
): Promise<boolean> {
  const scheme = schemes.get(algorithm)
  if (scheme === undefined) return false
  for (const { key } of keys) {
    try {
      const imported = await crypto.subtle.importKey('jwk', { ...key }, scheme.key, false, ['verify'])
      if (await crypto.subtle.verify(scheme.verify, imported, signature, signed)) return true
    } catch {
      // A point that is on no curve, a modulus that is none: the set has a key that can verify nothing.
    }
  }
  return false
}
