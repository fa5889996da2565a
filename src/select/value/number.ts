// When a text is a number, and which. No I/O, no clock.
import { Decimal, parseDecimal } from './decimal.ts'

const int64Min = -(2n ** 63n)
const int64Max = 2n ** 63n - 1n

/** Whether an INT can hold it: 64 bits with a sign. */
export function isInt64(value: bigint): boolean {
  return value >= int64Min && value <= int64Max
}

/**
 * The number that the whole of a text is: optional sign, digits, fraction, exponent, no blanks; null when it is none.
 * Digits alone are an INT where 64 bits hold them, all else a Decimal that keeps the text as lexeme. `-0` is a Decimal
 * too, so that JSON's `-0` is passed on as it came.
 */
export function parseNumber(text: string): bigint | Decimal | null {
  const { length } = text
  if (length === 0) return null
  const first = text.charCodeAt(0)
  const signed = first === 0x2d || first === 0x2b
  let at = signed ? 1 : 0
  while (at < length && isDigit(text.charCodeAt(at))) at++
  if (at < length || (signed && length === 1)) return parseDecimal(text)
  if (length <= 15) {
    const small = Number(text)
    return small === 0 && first === 0x2d ? new Decimal(0n, 0, text) : BigInt(small)
  }
  // 19 digits may fit; leading zeros take no room.
  const digits = text.slice(signed ? 1 : 0).replace(/^0+(?=\d)/, '')
  if (digits.length <= 19) {
    const value = first === 0x2d ? -BigInt(digits) : BigInt(digits)
    if (isInt64(value)) return value
  }
  return parseDecimal(text)
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
