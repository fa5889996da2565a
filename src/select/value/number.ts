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

/** Numbers of at most so many digits have nearest floats that differ, in the same order. */
const exactDigits = 15
const exactMax = 10 ** exactDigits

/** The nearest float of a text that is a number in plain notation with few digits; NaN for every other text. */
export function fewDigitsOfText(text: string): number {
  const { length } = text
  const first = text.charCodeAt(0)
  const start = first === 0x2d || first === 0x2b ? 1 : 0
  if (length - start > exactDigits + 1 || length === start) return Number.NaN
  let digits = 0
  let point = -1
  for (let at = start; at < length; at++) {
    const code = text.charCodeAt(at)
    if (isDigit(code)) digits = digits * 10 + (code - 0x30)
    else if (code === 0x2e && point === -1) point = at
    else return Number.NaN
  }
  const places = point === -1 ? 0 : length - point - 1
  if (digits >= exactMax || (point !== -1 && length - start === 1)) return Number.NaN
  const magnitude = digits / 10 ** places
  return first === 0x2d ? -magnitude : magnitude
}

/** The nearest float of an exact number with few digits; NaN for every other one. */
export function fewDigitsOf(value: bigint | Decimal): number {
  if (typeof value === 'bigint') {
    const float = Number(value)
    return float < exactMax && float > -exactMax ? float : Number.NaN
  }
  const { unscaled, scale } = value
  const float = Number(unscaled)
  if (float >= exactMax || float <= -exactMax || scale < 0 || scale > exactDigits) return Number.NaN
  return float / 10 ** scale
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
