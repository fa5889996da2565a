// x-amz-content-sha256 as a union: how the bytes of the body are vouched for. Pure.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
import { asymmetricAlgorithm } from './sigv4a.ts'
import { hmacAlgorithm } from './verifier.ts'
import type { Algorithm } from './credential.ts'
import type { Refusal } from './refusal.ts'

export type Payload =
  /** The hash of the whole body, lower-case hex. */
  | { kind: 'hashed'; sha256: string }
  | { kind: 'unsigned' }
  /** aws-chunked framing; `algorithm`: of every chunk's signature, null for none; `trailer`: headers follow the last. */
  | { kind: 'chunked'; algorithm: Algorithm | null; trailer: boolean }

/** The header's value as a payload, or why it cannot be one. */
export function parsePayload(value: string): Payload | Refusal {
  switch (value) {
    case 'UNSIGNED-PAYLOAD':
      return { kind: 'unsigned' }
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return { kind: 'chunked', algorithm: null, trailer: true }
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
      return { kind: 'chunked', algorithm: hmacAlgorithm, trailer: false }
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return { kind: 'chunked', algorithm: hmacAlgorithm, trailer: true }
    case 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD':
      return { kind: 'chunked', algorithm: asymmetricAlgorithm, trailer: false }
    case 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER':
      return { kind: 'chunked', algorithm: asymmetricAlgorithm, trailer: true }
    default:
      return /^[0-9a-fA-F]{64}$/.test(value)
        ? { kind: 'hashed', sha256: value.toLowerCase() }
        : { reason: 'payload-invalid', value }
  }
}
