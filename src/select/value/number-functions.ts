// ABS, ROUND, FLOOR and CEIL, of the extended dialect. No I/O, no clock.
import { S3Error } from '../../errors.ts'
import type { Numeric } from './compare.ts'
import {
  Decimal,
  decimalFromFloat,
  decimalFromInteger,
  decimalToFloat,
  negateDecimal,
  roundDecimal,
} from './decimal.ts'
import type { Rounding } from './decimal.ts'
import { isInt64 } from './number.ts'

export function absoluteValue(value: Numeric): Numeric {
  if (typeof value === 'number') return Math.abs(value)
  if (typeof value === 'bigint') return int64(value < 0n ? -value : value)
  return value.unscaled < 0n ? negateDecimal(value) : new Decimal(value.unscaled, value.scale)
}

/**
 * To so many digits after the point; before it when negative. INT and float stay what they are; a DECIMAL without digits
 * after the point becomes INT where 64 bits hold it. `half-up` is away from zero.
 */
export function roundNumber(value: Numeric, digits: number, rounding: Rounding): Numeric {
  if (typeof value === 'bigint') {
    if (digits >= 0) return value
    const { unscaled, scale } = roundDecimal(decimalFromInteger(value), digits, rounding)
    return int64(scale < 0 ? unscaled * 10n ** BigInt(-scale) : unscaled)
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? decimalToFloat(roundDecimal(decimalFromFloat(value), digits, rounding)) : value
  }
  const rounded = roundDecimal(value, digits, rounding)
  const isWhole = rounded.scale === 0 && digits === 0
  return isWhole && isInt64(rounded.unscaled) ? rounded.unscaled : rounded
}

function int64(value: bigint): bigint {
  if (!isInt64(value)) throw new S3Error('IntegerOverflow')
  return value
}
