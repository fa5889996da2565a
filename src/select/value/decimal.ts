// Exact decimal numbers of up to 38 digits, as S3 Select's DECIMAL has them. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-data-types.html
import { S3Error } from '../../errors.ts'
import { decimalDigitsMax, decimalExponentMax } from '../../limits.ts'

/** An exact decimal number: unscaled / 10^scale. `lexeme` is how the input wrote it, where it is passed on unchanged. */
export class Decimal {
  readonly unscaled: bigint
  readonly scale: number
  readonly lexeme: string | null

  constructor(unscaled: bigint, scale: number, lexeme: string | null = null) {
    this.unscaled = unscaled
    this.scale = scale
    this.lexeme = lexeme
  }
}

/** Optional sign, digits, fraction, exponent: what counts as a number in text. Groups: sign, whole, fraction, exponent. */
const numberSyntax = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/

const powers: bigint[] = Array.from({ length: 81 }, (_, exponent) => 10n ** BigInt(exponent))

function powerOfTen(exponent: number): bigint {
  return powers[exponent] ?? 10n ** BigInt(exponent)
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
}

function digitCount(value: bigint): number {
  return absolute(value).toString().length
}

/**
 * The number a text is when all of it is one, with the text as lexeme; null otherwise. Digits beyond the 38th are
 * rounded half to even. An exponent too long to be held counts as the largest or smallest.
 */
export function parseDecimal(text: string): Decimal | null {
  const match = numberSyntax.exec(text)
  if (match === null) return null
  const whole = match[2] ?? ''
  const fraction = match[3] ?? match[4] ?? ''
  const exponent = Math.max(-exponentBound, Math.min(exponentBound, Number(match[5] ?? '0')))
  const digits = withoutLeadingZeros(whole + fraction)
  // Two digits more than are kept, and whether anything follows, decide how the rest is rounded; a megabyte of digits is never multiplied out.
  const kept = digits.length <= decimalDigitsMax + 2 ? digits : digits.slice(0, decimalDigitsMax + 2)
  const dropped = digits.length - kept.length
  const sticky = dropped > 0 && !isZeros(digits, kept.length)
  const magnitude = BigInt(kept === '' ? '0' : kept) * (sticky ? 10n : 1n) + (sticky ? 1n : 0n)
  const scale = fraction.length - exponent - dropped + (sticky ? 1 : 0)
  const rounded = toPrecision(match[1] === '-' ? -magnitude : magnitude, scale)
  return new Decimal(rounded.unscaled, rounded.scale, text)
}

/** Beyond any exponent that arithmetic accepts, and far from where sums of exponents are inexact. */
const exponentBound = 1_000_000_000_000

function withoutLeadingZeros(digits: string): string {
  let start = 0
  while (start < digits.length && digits.charCodeAt(start) === 0x30) start++
  return start === 0 ? digits : digits.slice(start)
}

function isZeros(digits: string, from: number): boolean {
  for (let at = from; at < digits.length; at++) if (digits.charCodeAt(at) !== 0x30) return false
  return true
}

export function decimalFromInteger(value: bigint): Decimal {
  return new Decimal(value, 0)
}

/** The shortest decimal that reads as this float. */
export function decimalFromFloat(value: number): Decimal {
  const parsed = parseDecimal(String(value))
  if (parsed === null) throw new S3Error('NumberFormatError', { reason: `${value} is no decimal` })
  return new Decimal(parsed.unscaled, parsed.scale)
}

/** The nearest float; infinite beyond its range. */
export function decimalToFloat({ unscaled, scale }: Decimal): number {
  return Number(`${unscaled}e${-scale}`)
}

/** The whole part, towards zero; IntegerOverflow when it is far beyond 64 bits. */
export function decimalToInteger(value: Decimal): bigint {
  const { unscaled, scale } = value
  if (unscaled === 0n) return 0n
  if (magnitudeOf(value) > 40) throw new S3Error('IntegerOverflow')
  if (scale <= 0) return unscaled * powerOfTen(-scale)
  return magnitudeOf(value) <= 0 ? 0n : unscaled / powerOfTen(scale)
}

/** Digits before the point; zero or less when the number is below one. Of a number that is not zero. */
function magnitudeOf({ unscaled, scale }: Decimal): number {
  return digitCount(unscaled) - scale
}

/** Plain notation, without exponent and with every digit of the scale. NumberFormatError when it has thousands of digits. */
export function formatDecimal(value: Decimal): string {
  const { unscaled, scale } = value
  const sign = unscaled < 0n ? '-' : ''
  const digits = absolute(unscaled).toString()
  if (scale <= 0) {
    if (unscaled === 0n) return '0'
    if (-scale > decimalExponentMax) throw new S3Error('NumberFormatError', { reason: 'decimal beyond its range' })
    return sign + digits + '0'.repeat(-scale)
  }
  if (scale > decimalExponentMax + decimalDigitsMax) {
    if (unscaled === 0n) return '0'
    throw new S3Error('NumberFormatError', { reason: 'decimal beyond its range' })
  }
  const padded = digits.padStart(scale + 1, '0')
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

/** Less than zero when left is less, zero when equal, whatever their scales. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  if (left.scale === right.scale) return compareIntegers(left.unscaled, right.unscaled)
  const signs = signOf(left.unscaled) - signOf(right.unscaled)
  if (signs !== 0) return signs
  if (left.unscaled === 0n) return 0
  if (Math.abs(left.scale - right.scale) <= decimalDigitsMax) return compareAligned(left, right)
  const sign = signOf(left.unscaled)
  const magnitudes = magnitudeOf(left) - magnitudeOf(right)
  if (magnitudes !== 0) return magnitudes > 0 ? sign : -sign
  return compareAligned(left, right)
}

function compareAligned(left: Decimal, right: Decimal): number {
  return left.scale < right.scale
    ? compareIntegers(left.unscaled * powerOfTen(right.scale - left.scale), right.unscaled)
    : compareIntegers(left.unscaled, right.unscaled * powerOfTen(left.scale - right.scale))
}

function compareIntegers(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function signOf(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0
}

/** To 38 digits, half to even. */
export function addDecimals(left: Decimal, right: Decimal): Decimal {
  if (right.unscaled === 0n && right.scale <= left.scale) return inRange(toPrecision(left.unscaled, left.scale))
  if (left.unscaled === 0n && left.scale <= right.scale) return inRange(toPrecision(right.unscaled, right.scale))
  const [coarse, fine] = left.scale <= right.scale ? [left, right] : [right, left]
  const distance = fine.scale - coarse.scale
  if (distance <= farApart) {
    return inRange(toPrecision(coarse.unscaled * powerOfTen(distance) + fine.unscaled, fine.scale))
  }
  if (coarse.unscaled === 0n) return inRange(toPrecision(fine.unscaled, fine.scale))
  // The fine one is below every digit that is kept: it can only tip a tie.
  const widened = coarse.unscaled * powerOfTen(farApart / 2) + BigInt(signOf(fine.unscaled))
  return inRange(toPrecision(widened, coarse.scale + farApart / 2))
}

/** Scales further apart than this have no digit in common among 38. */
const farApart = 160

export function subtractDecimals(left: Decimal, right: Decimal): Decimal {
  return addDecimals(left, negateDecimal(right))
}

export function negateDecimal(value: Decimal): Decimal {
  return new Decimal(-value.unscaled, value.scale)
}

/** To 38 digits, half to even. */
export function multiplyDecimals(left: Decimal, right: Decimal): Decimal {
  return inRange(toPrecision(left.unscaled * right.unscaled, left.scale + right.scale))
}

/** To 38 digits, half to even, without trailing zeros after the point. The divisor is not zero. */
export function divideDecimals(left: Decimal, right: Decimal): Decimal {
  if (left.unscaled === 0n) return new Decimal(0n, 0)
  const shift = Math.max(0, decimalDigitsMax + 1 + digitCount(right.unscaled) - digitCount(left.unscaled))
  const dividend = left.unscaled * powerOfTen(shift)
  const quotient = dividend / right.unscaled
  const exact = quotient * right.unscaled === dividend
  const negative = left.unscaled < 0n !== right.unscaled < 0n
  // One more digit tells a tie from what is just above it.
  const sticky = exact ? 0n : negative ? -1n : 1n
  const rounded = toPrecision(quotient * 10n + sticky, left.scale - right.scale + shift + 1)
  return trimDecimal(inRange(rounded))
}

/** What is left of truncated division: it has the dividend's sign. The divisor is not zero. */
export function remainderOfDecimals(left: Decimal, right: Decimal): Decimal {
  const scale = Math.max(left.scale, right.scale)
  if (scale - Math.min(left.scale, right.scale) > 2 * decimalExponentMax) throw new S3Error('NumberFormatError')
  const dividend = left.unscaled * powerOfTen(scale - left.scale)
  const divisor = right.unscaled * powerOfTen(scale - right.scale)
  return inRange(toPrecision(dividend % divisor, scale))
}

export type Rounding = 'half-even' | 'half-up' | 'floor' | 'ceiling'

/** Rounded to `scale` digits after the point, when it has more; `half-up` is away from zero. */
export function roundDecimal(value: Decimal, scale: number, rounding: Rounding): Decimal {
  const drop = value.scale - scale
  if (drop <= 0) return new Decimal(value.unscaled, value.scale)
  if (value.unscaled !== 0n && magnitudeOf(value) < -scale - 1) {
    // All of it is below half of the last digit kept.
    const up = rounding === 'ceiling' && value.unscaled > 0n
    const down = rounding === 'floor' && value.unscaled < 0n
    return new Decimal(up ? 1n : down ? -1n : 0n, scale)
  }
  return new Decimal(divideRounded(value.unscaled, powerOfTen(Math.min(drop, farApart)), rounding), scale)
}

/** Without trailing zeros after the point, and without a lexeme. */
export function trimDecimal({ unscaled, scale }: Decimal): Decimal {
  if (unscaled === 0n) return new Decimal(0n, 0)
  let trimmed = unscaled
  let left = scale
  while (left > 0 && trimmed % 10n === 0n) {
    trimmed /= 10n
    left--
  }
  return new Decimal(trimmed, left)
}

/** A number of any length to 38 digits, half to even. */
export function toPrecision(unscaled: bigint, scale: number): Decimal {
  const limit = powerOfTen(decimalDigitsMax)
  if (unscaled < limit && unscaled > -limit) return new Decimal(unscaled, scale)
  const drop = digitCount(unscaled) - decimalDigitsMax
  const rounded = divideRounded(unscaled, powerOfTen(drop), 'half-even')
  // 99…9.5 became a one with 38 zeros.
  if (rounded >= limit || rounded <= -limit) return new Decimal(rounded / 10n, scale - drop - 1)
  return new Decimal(rounded, scale - drop)
}

/** Results of arithmetic stay where decimal numbers can be written out. */
function inRange(value: Decimal): Decimal {
  if (value.unscaled === 0n) return value
  if (Math.abs(magnitudeOf(value)) <= decimalExponentMax) return value
  throw new S3Error('NumberFormatError', { reason: 'decimal beyond its range' })
}

function divideRounded(value: bigint, divisor: bigint, rounding: Rounding): bigint {
  const quotient = value / divisor
  const remainder = value % divisor
  if (remainder === 0n) return quotient
  const away = value < 0n ? quotient - 1n : quotient + 1n
  if (rounding === 'floor') return value < 0n ? away : quotient
  if (rounding === 'ceiling') return value < 0n ? quotient : away
  const doubled = absolute(remainder) * 2n
  if (doubled !== divisor) return doubled > divisor ? away : quotient
  return rounding === 'half-up' || quotient % 2n !== 0n ? away : quotient
}
