// Ids that IAM makes, from the runtime's cryptographic generator.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
import { Buffer } from 'node:buffer'
import type { EntityKind } from '../../iam/arn.ts'

/** Upper-case Base32 of RFC 4648: 32 characters, so that five bits of a byte choose without bias. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function randomId(prefix: string, length: number): string {
  let id = prefix
  for (const byte of crypto.getRandomValues(new Uint8Array(length))) id += alphabet.charAt(byte & 31)
  return id
}

const entityPrefixes: Record<EntityKind, string> = { user: 'AIDA', group: 'AGPA', role: 'AROA' }

/** `AIDA` and 17 characters; groups `AGPA`, roles `AROA`. */
export function newEntityId(kind: EntityKind): string {
  return randomId(entityPrefixes[kind], 17)
}

/** `ANPA` and 17 characters. */
export function newPolicyId(): string {
  return randomId('ANPA', 17)
}

/** An access key of AWS's form: `AKIA` and 16 characters, a secret of 40. */
export function newAccessKey(): { accessKeyId: string; secret: string } {
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(30))).toString('base64')
  return { accessKeyId: randomId('AKIA', 16), secret }
}
