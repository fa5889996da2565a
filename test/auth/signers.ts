// The signers of test/support/signers.ts with the credentials of AWS's worked examples, at their moment.
import * as signers from '../support/signers.ts'
import { accessKeyId, now, secret } from './doubles.ts'
import type { Signed, Signer, ToSign } from '../support/signers.ts'

export type { Signed, ToSign } from '../support/signers.ts'
export { toSignV2 } from '../support/signers.ts'

const example: Signer = { accessKeyId, secretAccessKey: secret, now }
const withSecret = (secretAccessKey: string): Signer => ({ ...example, secretAccessKey })

export const scopeV4a = signers.scopeV4aOf(example)

export function hmacSha1(toSign: string, key = secret): string {
  return signers.hmacSha1(toSign, key)
}

export function signedV2(request: ToSign, key = secret): Signed {
  return signers.signedV2(request, withSecret(key))
}

export function presignedV2(request: ToSign, seconds = 60): Signed {
  return signers.presignedV2(request, example, seconds)
}

export function signedV4a(request: ToSign): Signed {
  return signers.signedV4a(request, example)
}

export function presignedV4a(request: ToSign): Signed {
  return signers.presignedV4a(request, example)
}

export function framedV4a(data: Uint8Array, seed: string, trailers?: string[]): Uint8Array {
  return signers.framedV4a(data, example, seed, trailers)
}

export function policyFields(policy: unknown, version: 2 | 4, key = secret): Record<string, string> {
  return signers.policyFields(policy, version, withSecret(key))
}
