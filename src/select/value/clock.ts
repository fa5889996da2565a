import { Timestamp } from './timestamp.ts'

/** What UTCNOW() is: milliseconds since 1970 as a timestamp. */
export function utcTimestamp(milliseconds: number): Timestamp {
  const nanoseconds = BigInt(milliseconds) * 1_000_000n
  return new Timestamp({ nanoseconds, precision: 'fraction', fractionDigits: 3, offsetMinutes: 0 })
}
