// Values of the literals of a statement. No I/O, no clock.
import { parseDecimal } from '../value/decimal.ts'
import { parseTimestamp } from '../value/timestamp.ts'
import type { Timestamp } from '../value/timestamp.ts'
import type { Value } from '../value/value.ts'

const integerMin = -(2n ** 63n)
const integerMax = 2n ** 63n - 1n

/** INT where it fits 64 bits, otherwise DECIMAL; null when it is out of DECIMAL's range. */
export function numberLiteral(text: string): Value {
  if (/^-?\d{1,19}$/.test(text)) {
    const value = BigInt(text)
    if (value >= integerMin && value <= integerMax) return value
  }
  // `1.` and `1.e3` are the language's, not the decimal syntax's.
  return parseDecimal(text.replace(/\.(?=e|$)/i, ''))
}

/** Null when no calendar has the moment. */
export function timestampLiteral(text: string): Timestamp | null {
  return parseTimestamp(text)
}
