// Ids and keys made here, from the runtime's cryptographic generator.
import { Buffer } from 'node:buffer'
import type { KeyInput } from './fields.ts'

/** Upper-case Base32 of RFC 4648: 32 characters, so that five bits of a byte choose without bias. */
const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** AWS's ids start with AKIA; ours tell whose they are. */
const idPrefix = 'EDGE'

/** An access key: an id of 20 characters and a secret of 40, as AWS's are. */
export function generateKey(): KeyInput {
  const id = Array.from(randomBytes(16), (byte) => idAlphabet[byte & 31])
  return { accessKeyId: idPrefix + id.join(''), secretAccessKey: Buffer.from(randomBytes(30)).toString('base64') }
}

/** Twelve digits, the first one not 0. */
export function generateAccountId(): string {
  const [random = 0n] = crypto.getRandomValues(new BigUint64Array(1))
  return String(100_000_000_000n + (random % 900_000_000_000n))
}

/** 64 hex digits, as AWS's are. */
export function generateCanonicalId(): string {
  return Buffer.from(randomBytes(32)).toString('hex')
}

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count))
}
