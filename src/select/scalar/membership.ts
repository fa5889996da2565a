// IN with a list of known values: text and exact numbers are looked up, whatever the list's length. No I/O, no clock.
import { canonicalKey, equalValues } from '../value/compare.ts'
import { Decimal } from '../value/decimal.ts'
import { parseNumber } from '../value/number.ts'
import type { Value } from '../value/value.ts'

/**
 * Whether a value equals one of the list. Null, unknown, when it equals none and one of the comparisons is unknown.
 * Nothing is in an empty list.
 */
export function membershipOf(options: readonly Value[]): (value: Value) => boolean | null {
  const texts = new Set<string>()
  /** Of numbers, and of texts that are one: what text is compared with numbers by. */
  const numbers = new Set<string>()
  const textNumbers = new Set<string>()
  const others: Value[] = []
  let plainTexts = false
  for (const option of options) {
    if (typeof option === 'string') {
      texts.add(option)
      const parsed = parseNumber(option)
      if (parsed === null) plainTexts = true
      else textNumbers.add(canonicalKey(parsed))
    } else if (isExact(option)) numbers.add(canonicalKey(option))
    else others.push(option)
  }
  return (value) => {
    if (typeof value === 'string') {
      if (texts.has(value)) return true
      const parsed = numbers.size === 0 ? null : parseNumber(value)
      if (parsed !== null && numbers.has(canonicalKey(parsed))) return true
      return among(value, others, numbers.size > 0 && parsed === null)
    }
    if (isExact(value)) {
      const key = canonicalKey(value)
      if (numbers.has(key) || textNumbers.has(key)) return true
      return among(value, others, plainTexts)
    }
    return among(value, options, false)
  }
}

/** Compares with one after another; `unknown`: a comparison already was. */
function among(value: Value, options: readonly Value[], unknown: boolean): boolean | null {
  let isUnknown = unknown
  for (const option of options) {
    const equal = equalValues(value, option)
    if (equal === true) return true
    if (equal === null) isUnknown = true
  }
  return isUnknown ? null : false
}

/** Equal exactly when their canonical keys are the same; floats are not. */
function isExact(value: Value): value is bigint | Decimal {
  return typeof value === 'bigint' || value instanceof Decimal
}
