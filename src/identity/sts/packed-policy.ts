// How much of a session token its policies and tags take. No I/O, no clock.
import { deflateRawSync } from 'node:zlib'
import { packedPolicyBytesMax } from '../../limits.ts'
import { QueryError } from '../query-error.ts'

/**
 * PackedPolicySize: the share of the room that policies and tags take when they are packed, in percent, rounded up; null
 * where there are none. Throws PackedPolicyTooLarge above 100.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_ResponseElements
 */
export function packedPolicySize(policies: readonly string[], tags: Readonly<Record<string, string>>): number | null {
  if (policies.length === 0 && Object.keys(tags).length === 0) return null
  const packed = deflateRawSync(JSON.stringify([policies, tags])).length
  const percent = Math.ceil((packed / packedPolicyBytesMax) * 100)
  if (percent <= 100) return percent
  throw new QueryError(
    'PackedPolicyTooLarge',
    policies.length === 0
      ? `Packed size of session tags consumes ${percent}% of allotted space.`
      : `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  )
}
