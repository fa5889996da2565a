// How values compare: with three outcomes for conditions, and in one order over all values for ORDER BY. No I/O, no clock.
import type { CompareOperator } from '../bind/bound.ts'
import { compareDecimals, Decimal, decimalFromFloat, decimalFromInteger, decimalToFloat } from './decimal.ts'
import { jsonText } from './format.ts'
import { fewDigitsOf, fewDigitsOfText, parseNumber } from './number.ts'
import { Timestamp } from './timestamp.ts'
import { Struct } from './value.ts'
import type { Value } from './value.ts'

export type Numeric = bigint | number | Decimal

export function isNumeric(value: Value): value is Numeric {
  return typeof value === 'bigint' || typeof value === 'number' || value instanceof Decimal
}

/** Text that is a number counts as one; null for every other value. */
export function numericOf(value: Value): Numeric | null {
  if (typeof value === 'string') return parseNumber(value)
  return isNumeric(value) ? value : null
}

/**
 * Below zero, zero or above: left before, equal to, or after right. Null when that is unknown: NULL, MISSING, values of
 * different types, lists and structs, a float that is no number. Text counts as a number against a number.
 */
export function compareValues(left: Value, right: Value): number | null {
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right)
  if (left === null || left === undefined || right === null || right === undefined) return null
  if (isNumeric(left) || isNumeric(right)) {
    // Most numbers are short, and then their nearest floats tell.
    const difference = fewDigits(left) - fewDigits(right)
    if (!Number.isNaN(difference)) return difference
    const [first, second] = [numericOf(left), numericOf(right)]
    if (first === null || second === null) return null
    const order = compareNumbers(first, second)
    return Number.isNaN(order) ? null : order
  }
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right)
  if (left instanceof Timestamp && right instanceof Timestamp) return compareTimestamps(left, right)
  return null
}

function fewDigits(value: Value): number {
  if (typeof value === 'string') return fewDigitsOfText(value)
  return typeof value === 'bigint' || value instanceof Decimal ? fewDigitsOf(value) : Number.NaN
}

/** Whether two values are the same, lists and structs included; null when that is unknown. */
export function equalValues(left: Value, right: Value): boolean | null {
  if (left === null || left === undefined || right === null || right === undefined) return null
  if ((left instanceof Struct && right instanceof Struct) || (Array.isArray(left) && Array.isArray(right))) {
    return canonicalKey(left) === canonicalKey(right)
  }
  const order = compareValues(left, right)
  return order === null ? null : order === 0
}

/** A comparison of the language; null is unknown. */
export function compareBy(operator: CompareOperator, left: Value, right: Value): boolean | null {
  if (operator === '=') return equalValues(left, right)
  if (operator === '<>') {
    const equal = equalValues(left, right)
    return equal === null ? null : !equal
  }
  const order = compareValues(left, right)
  if (order === null) return null
  if (operator === '<') return order < 0
  if (operator === '<=') return order <= 0
  return operator === '>' ? order > 0 : order >= 0
}

/** By code point, which is the order of the bytes in UTF-8. */
export function compareTexts(left: string, right: string): number {
  if (left === right) return 0
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const first = left.charCodeAt(at)
    const second = right.charCodeAt(at)
    if (first === second) continue
    // Halves of surrogate pairs stand for code points above U+FFFF, after U+E000 to U+FFFF.
    if (first >= 0xd800 && second >= 0xd800)
      return (isSurrogate(first) ? 1 : 0) - (isSurrogate(second) ? 1 : 0) || first - second
    return first - second
  }
  return left.length - right.length
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}

/** NaN when a float is no number. A float makes the comparison one of floats; all else is exact. */
export function compareNumbers(left: Numeric, right: Numeric): number {
  if (typeof left === 'bigint' && typeof right === 'bigint') return left < right ? -1 : left > right ? 1 : 0
  if (typeof left === 'number' || typeof right === 'number') {
    const [first, second] = [toFloat(left), toFloat(right)]
    return first === second ? 0 : first - second
  }
  return compareDecimals(toDecimal(left), toDecimal(right))
}

/** The nearest float; infinite beyond the range. */
export function toFloat(value: Numeric): number {
  if (typeof value === 'number') return value
  return typeof value === 'bigint' ? Number(value) : decimalToFloat(value)
}

/** NumberFormatError for a float that is no number or infinite. */
export function toDecimal(value: Numeric): Decimal {
  if (typeof value === 'bigint') return decimalFromInteger(value)
  return typeof value === 'number' ? decimalFromFloat(value) : value
}

function compareTimestamps(left: Timestamp, right: Timestamp): number {
  return left.nanoseconds < right.nanoseconds ? -1 : left.nanoseconds > right.nanoseconds ? 1 : 0
}

const orderRanks = { boolean: 0, number: 1, timestamp: 2, text: 3, list: 4, struct: 5, nothing: 6 } as const

function orderRank(value: Value): number {
  if (value === null || value === undefined) return orderRanks.nothing
  if (typeof value === 'string') return orderRanks.text
  if (typeof value === 'boolean') return orderRanks.boolean
  if (isNumeric(value)) return orderRanks.number
  if (value instanceof Timestamp) return orderRanks.timestamp
  return value instanceof Struct ? orderRanks.struct : orderRanks.list
}

/**
 * One order over all values, for ORDER BY, MIN and MAX: booleans, numbers, timestamps, text, lists, structs, and NULL and
 * MISSING last. Zero exactly where `canonicalKey` is the same, but for lists and structs of equal JSON.
 */
export function orderValues(left: Value, right: Value): number {
  const rank = orderRank(left)
  const ranks = rank - orderRank(right)
  if (ranks !== 0) return ranks
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right)
  if (isNumeric(left) && isNumeric(right)) return orderNumbers(left, right)
  if (typeof left === 'boolean') return Number(left) - Number(right)
  if (left instanceof Timestamp && right instanceof Timestamp) return compareTimestamps(left, right)
  if (Array.isArray(left) && Array.isArray(right)) return orderLists(left, right)
  return rank === orderRanks.nothing ? 0 : compareTexts(jsonText(left), jsonText(right))
}

function orderLists(left: readonly Value[], right: readonly Value[]): number {
  for (let at = 0; at < left.length && at < right.length; at++) {
    const order = orderValues(left[at], right[at])
    if (order !== 0) return order
  }
  return left.length - right.length
}

/** Floats against exact numbers by their shortest decimal, so that order is transitive; floats that are no number come last. */
function orderNumbers(left: Numeric, right: Numeric): number {
  if (typeof left !== 'number' && typeof right !== 'number') return compareNumbers(left, right)
  if (typeof left === 'number' && typeof right === 'number') {
    if (left < right) return -1
    if (left > right) return 1
    return left === right ? 0 : Number(Number.isNaN(left)) - Number(Number.isNaN(right))
  }
  if (typeof left === 'number')
    return Number.isFinite(left) ? compareDecimals(toDecimal(left), toDecimal(right)) : left < 0 ? -1 : 1
  return -orderNumbers(right, left)
}

/** The same text for values that DISTINCT and GROUP BY take for one: 1 and 1.0, NULL and MISSING, equal moments. */
export function canonicalKey(value: Value): string {
  if (typeof value === 'string') return `s${value}`
  if (value === null || value === undefined) return 'u'
  if (typeof value === 'bigint') return `n${value}`
  if (typeof value === 'boolean') return value ? 'b1' : 'b0'
  if (typeof value === 'number') return Number.isFinite(value) ? decimalKey(decimalFromFloat(value)) : `n${value}`
  if (value instanceof Decimal) return decimalKey(value)
  if (value instanceof Timestamp) return `t${value.nanoseconds}`
  if (value instanceof Struct) {
    return `o${value.names.map((name, index) => partKey(name) + partKey(canonicalKey(value.values[index]))).join('')}`
  }
  return `l${value.map((element) => partKey(canonicalKey(element))).join('')}`
}

/** Says its own length, so that parts joined to one key are told apart. */
function partKey(text: string): string {
  return `${text.length}:${text}`
}

function decimalKey({ unscaled, scale }: Decimal): string {
  if (unscaled === 0n) return 'n0'
  let digits = unscaled
  let left = scale
  while (digits % 10n === 0n) {
    digits /= 10n
    left--
  }
  // Whole numbers that an INT might be are written as one.
  return left <= 0 && left >= -40 ? `n${digits * 10n ** BigInt(-left)}` : `n${digits}e${-left}`
}
