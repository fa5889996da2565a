// JSON Web Tokens in their compact form (RFC 7515, RFC 7519), taken to pieces; nothing of them is verified here.
// No I/O, no clock.
import { Buffer } from 'node:buffer'
import type { IdentityTokenProblem } from './identity-token-problem.ts'

export interface JsonWebToken {
  /** As the header names it. */
  algorithm: string
  /** Which of the issuer's keys signed it; null where the token does not say. */
  keyId: string | null
  claims: Readonly<Record<string, unknown>>
  /** What the signature is of. */
  signed: Uint8Array<ArrayBuffer>
  signature: Uint8Array<ArrayBuffer>
}

/**
 * Reads a token. Other ways to name a key that a header knows (`jwk`, `jku`, `x5u`, `x5c`) are ignored: they would let a
 * token choose what it is verified with (RFC 8725 section 3.5).
 */
export function parseJsonWebToken(
  text: string,
): { outcome: 'parsed'; token: JsonWebToken } | { outcome: 'refused'; problem: IdentityTokenProblem } {
  const parts = text.split('.')
  const [headerText = '', claimsText = '', signatureText = ''] = parts
  const header = jsonObject(headerText)
  const claims = jsonObject(claimsText)
  const signature = base64url(signatureText)
  // An encrypted token has five parts (RFC 7516).
  if (parts.length !== 3 || header === null || claims === null || signature === null)
    return refused({ problem: 'malformed' })
  const { alg, kid, crit } = header
  if (typeof alg !== 'string') return refused({ problem: 'malformed' })
  if (kid !== undefined && typeof kid !== 'string') return refused({ problem: 'malformed' })
  if (crit !== undefined) return refused({ problem: 'header-not-understood', name: 'crit' })
  const signed = Uint8Array.from(Buffer.from(`${headerText}.${claimsText}`))
  return { outcome: 'parsed', token: { algorithm: alg, keyId: kid ?? null, claims, signed, signature } }
}

function refused(problem: IdentityTokenProblem) {
  return { outcome: 'refused' as const, problem }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function jsonObject(text: string): Record<string, unknown> | null {
  const bytes = base64url(text)
  if (bytes === null || bytes.length === 0) return null
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes))
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

/** Bytes of unpadded Base64 for URLs (RFC 7515 section 2) in its only spelling; null for anything else. */
export function base64url(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? Uint8Array.from(bytes) : null
}

/** Whether it is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
