// One algorithm with one key: what checks a request's signature, and then those of its chunks.
import { sha1Key, signatureV2Matches } from './sigv2.ts'
import { asymmetricAlgorithm, signatureV4aMatches, verificationKey } from './sigv4a.ts'
import { signatureMatches, signingKey } from './sigv4.ts'
import type { CredentialScope } from './sigv4.ts'

export const hmacAlgorithm = 'AWS4-HMAC-SHA256'

export interface Verifier {
  /** The first line of what is signed: `AWS4-HMAC-SHA256`. Empty for Signature Version 2, which has none. */
  readonly algorithm: string
  /** What a chunk's signature looks like; the first group is the signature without its padding. */
  readonly chunkSignature: RegExp
  /** In constant time. Whatever is no signature at all is simply wrong. */
  matches(toSign: string, provided: string): boolean | Promise<boolean>
}

/** Signature Version 4: the key of a secret on a day, in a region, for a service. */
export function hmacVerifier(secret: string, scope: CredentialScope): Verifier {
  const key = signingKey(secret, scope)
  return {
    algorithm: hmacAlgorithm,
    chunkSignature: /^([0-9a-fA-F]{64})$/,
    matches: (toSign, provided) => signatureMatches(key, toSign, provided),
  }
}

/** Signature Version 4A: the public key of a secret, on any day and everywhere. */
export async function ecdsaVerifier(accessKeyId: string, secret: string): Promise<Verifier> {
  const key = await verificationKey(accessKeyId, secret)
  return {
    algorithm: asymmetricAlgorithm,
    // DER has several lengths and chunk headers have one: padded with `*` to 144 characters.
    chunkSignature: /^([0-9a-fA-F]{16,144})\*{0,128}$/,
    matches: (toSign, provided) => signatureV4aMatches(key, toSign, provided),
  }
}

/** Signature Version 2: the secret is the key. */
export async function sha1Verifier(secret: string): Promise<Verifier> {
  const key = await sha1Key(secret)
  return {
    algorithm: '',
    // It signs no chunks.
    chunkSignature: /^(?!)()/,
    matches: (toSign, provided) => signatureV2Matches(key, toSign, provided),
  }
}
