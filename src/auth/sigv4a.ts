// AWS Signature Version 4A (AWS4-ECDSA-P256-SHA256): the key derived from a secret, and signatures as DER. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, "derive a signing key for
// SigV4a": the KDF of NIST SP 800-108 in counter mode, and key pair generation of FIPS 186-4 appendix B.4.2.
import { assert } from '../assert.ts'
import { unhex, utf8 } from './sigv4.ts'

export const asymmetricAlgorithm = 'AWS4-ECDSA-P256-SHA256'

/** The order of the curve P-256, less two. */
const orderLessTwo = unhex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f') ?? new Uint8Array(32)

/** PKCS#8 of a P-256 key up to the private key's 32 bytes: RFC 5208, RFC 5915. */
const pkcs8Start = unhex('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420') ?? new Uint8Array(0)

/** The private key of an access key: 32 bytes, big-endian. */
export async function privateKey(accessKeyId: string, secret: string): Promise<Uint8Array<ArrayBuffer>> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', utf8(`AWS4A${secret}`), hmac, false, ['sign'])
  for (let counter = 1; counter < 255; counter++) {
    const candidate = new Uint8Array(await crypto.subtle.sign('HMAC', key, fixedInput(accessKeyId, counter)))
    if (isAtMost(candidate, orderLessTwo)) return plusOne(candidate)
  }
  // Two to the power of -32 for each attempt.
  throw new Error('No signing key can be derived from this secret')
}

/** The public key, for checking signatures. WebCrypto computes it when the private one is exported. */
export async function verificationKey(accessKeyId: string, secret: string): Promise<CryptoKey> {
  const d = await privateKey(accessKeyId, secret)
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  const pkcs8 = new Uint8Array([...pkcs8Start, ...d])
  const pair = await crypto.subtle.importKey('pkcs8', pkcs8, curve, true, ['sign'])
  const exported = await crypto.subtle.exportKey('jwk', pair)
  assert('x' in exported && 'y' in exported, 'An exported elliptic curve key has its public point')
  const { kty, crv, x, y } = exported
  const point: JsonWebKey = { kty, ...(crv !== undefined && { crv }), ...(x !== undefined && { x }), ...(y && { y }) }
  return crypto.subtle.importKey('jwk', point, curve, false, ['verify'])
}

/** Whether a signature, DER in hex, is the key's. Anything else is simply wrong. */
export async function signatureV4aMatches(key: CryptoKey, toSign: string, provided: string): Promise<boolean> {
  const der = unhex(provided)
  const raw = der === null ? null : rawSignature(der)
  if (raw === null) return false
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, raw, utf8(toSign))
}

/**
 * Whether a region set (`us-east-1`, `us-*,eu-west-1`, `*`) holds a region. Linear in the set.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export function regionSetHolds(regionSet: string, region: string): boolean {
  return regionSet.split(',').some((member) => matchesWildcard(member.trim(), region))
}

/** `sign(x, y)` in hand: r and s of 32 bytes each, of strict DER (X.690): SEQUENCE { INTEGER r, INTEGER s }. */
export function rawSignature(der: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 72) return null
  const r = integerAt(der, 2)
  if (r === null) return null
  const s = integerAt(der, r.end)
  if (s === null || s.end !== der.length) return null
  const raw = new Uint8Array(64)
  raw.set(r.value, 32 - r.value.length)
  raw.set(s.value, 64 - s.value.length)
  return raw
}

function integerAt(der: Uint8Array, at: number): { value: Uint8Array; end: number } | null {
  const length = der[at + 1] ?? 0
  const end = at + 2 + length
  if (der[at] !== 0x02 || length === 0 || end > der.length) return null
  const octets = der.subarray(at + 2, end)
  const [first = 0, second = 0] = octets
  // Positive, and no leading zero but for that.
  if (first >= 0x80 || (first === 0 && length > 1 && second < 0x80)) return null
  const value = first === 0 ? octets.subarray(1) : octets
  return value.length > 32 ? null : { value, end }
}

/** What the KDF's HMAC is of: 0x00000001, the algorithm, 0x00, the access key id, the counter, 0x00000100 (256 bits). */
function fixedInput(accessKeyId: string, counter: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array([0, 0, 0, 1, ...utf8(asymmetricAlgorithm), 0, ...utf8(accessKeyId), counter, 0, 0, 1, 0])
}

/** Compares numbers of the same length, in a time that does not tell where they differ. */
function isAtMost(number: Uint8Array, bound: Uint8Array): boolean {
  let greater = 0
  let equal = 1
  for (let i = 0; i < bound.length; i++) {
    const [a, b] = [number[i] ?? 0, bound[i] ?? 0]
    greater |= ((b - a) >>> 31) & equal
    equal &= ((a ^ b) - 1) >>> 31
  }
  return greater === 0
}

function plusOne(number: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const sum = number.slice()
  let carry = 1
  for (let i = sum.length - 1; i >= 0; i--) {
    const digit = (sum[i] ?? 0) + carry
    sum[i] = digit & 0xff
    carry = digit >> 8
  }
  return sum
}

function matchesWildcard(pattern: string, text: string): boolean {
  const pieces = pattern.split('*')
  const first = pieces.shift() ?? ''
  const last = pieces.pop()
  if (last === undefined) return first === text
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  // The pieces between stars, each at the first place it fits.
  let at = first.length
  for (const piece of pieces) {
    const found = text.indexOf(piece, at)
    if (found === -1) return false
    at = found + piece.length
  }
  return at <= text.length - last.length
}
