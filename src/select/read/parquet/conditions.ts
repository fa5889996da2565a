// What statistics say of a condition: that no record can fulfil it, or nothing. In doubt nothing. No I/O, no clock.
import type { Bound, CompareOperator } from '../../bind/bound.ts'
import { Decimal } from '../../value/decimal.ts'
import { Timestamp } from '../../value/timestamp.ts'
import type { Value } from '../../value/value.ts'
import type { Leaf } from './schema.ts'

/** A value as it is compared: numbers with what rounding may have done to them. */
export type Comparable =
  | { type: 'number'; low: number; high: number }
  | { type: 'bytes'; bytes: Uint8Array }
  | { type: 'moment'; nanoseconds: bigint }

/** What is known of a column in some stretch of rows. */
export interface ColumnFacts {
  /** Null when not known, or when there are no values. */
  min: Comparable | null
  max: Comparable | null
  hasNulls: 'yes' | 'no' | 'unknown'
  hasValues: 'yes' | 'no' | 'unknown'
}

/** What may be true of rows: a test of one column, given what is known of it. */
export interface ColumnTest {
  column: number
  mayHold(facts: ColumnFacts): boolean
  /** Values of which one must be there. Null when others may be. */
  equals: Value[] | null
}

/** Conditions of rows, of which nothing else is known. */
export type Prunable =
  | { op: 'and' | 'or'; operands: Prunable[] }
  | { op: 'test'; test: ColumnTest }
  /** Nothing can be said. */
  | { op: 'unknown' }

const utf8 = new TextEncoder()

/** A condition in so far as statistics can refute it. */
export function prunable(condition: Bound): Prunable {
  switch (condition.op) {
    case 'and':
    case 'or':
      return { op: condition.op, operands: condition.operands.map(prunable) }
    case 'compare':
      return comparison(condition.operator, condition.left, condition.right)
    case 'between': {
      if (condition.negated) return { op: 'unknown' }
      const { operand, low, high } = condition
      return { op: 'and', operands: [comparison('>=', operand, low), comparison('<=', operand, high)] }
    }
    case 'in': {
      const { operand, options, negated } = condition
      if (negated || operand.op !== 'column' || !Array.isArray(options)) return { op: 'unknown' }
      const values = options.map((option: Bound) => (option.op === 'literal' ? option.value : null))
      return values.includes(null) ? { op: 'unknown' } : oneOf(operand.column, values)
    }
    case 'is': {
      const { operand, what, negated } = condition
      if (operand.op !== 'column' || what !== 'null') return { op: 'unknown' }
      const test = (facts: ColumnFacts) => (negated ? facts.hasValues !== 'no' : facts.hasNulls !== 'no')
      return { op: 'test', test: { column: operand.column, mayHold: test, equals: null } }
    }
    case 'aggregate':
    case 'arithmetic':
    case 'call':
    case 'case':
    case 'cast':
    case 'column':
    case 'key':
    case 'like':
    case 'list':
    case 'literal':
    case 'negate':
    case 'not':
    case 'path':
      return { op: 'unknown' }
  }
}

/** Whether rows of which this is known may fulfil the condition. */
export function mayHold(condition: Prunable, test: (test: ColumnTest) => boolean): boolean {
  switch (condition.op) {
    case 'and':
      return condition.operands.every((operand) => mayHold(operand, test))
    case 'or':
      return condition.operands.some((operand) => mayHold(operand, test))
    case 'test':
      return test(condition.test)
    case 'unknown':
      return true
  }
}

/** All tests of a condition. */
export function testsOf(condition: Prunable): ColumnTest[] {
  if (condition.op === 'test') return [condition.test]
  return condition.op === 'unknown' ? [] : condition.operands.flatMap(testsOf)
}

const flipped = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

function comparison(operator: CompareOperator, left: Bound, right: Bound): Prunable {
  if (left.op === 'literal' && right.op === 'column') return comparison(flipped[operator], right, left)
  if (left.op !== 'column' || right.op !== 'literal' || operator === '<>') return { op: 'unknown' }
  if (operator === '=') return oneOf(left.column, [right.value])
  const literal = comparableOf(right.value)
  if (literal === null) return { op: 'unknown' }
  const mayHoldFor = ({ min, max, hasValues }: ColumnFacts): boolean => {
    if (hasValues === 'no') return false
    switch (operator) {
      case '<':
        return min === null || !isCertain(literal, '<=', min)
      case '<=':
        return min === null || !isCertain(literal, '<', min)
      case '>':
        return max === null || !isCertain(max, '<=', literal)
      case '>=':
        return max === null || !isCertain(max, '<', literal)
    }
  }
  return { op: 'test', test: { column: left.column, mayHold: mayHoldFor, equals: null } }
}

function oneOf(column: number, values: Value[]): Prunable {
  const literals = values.map(comparableOf)
  const mayHoldFor = ({ min, max, hasValues }: ColumnFacts): boolean => {
    if (hasValues === 'no') return false
    return literals.some((literal) => {
      if (literal === null || min === null || max === null) return true
      return !isCertain(literal, '<', min) && !isCertain(max, '<', literal)
    })
  }
  return { op: 'test', test: { column, mayHold: mayHoldFor, equals: values } }
}

/** Whether `a` is less than `b` (or as large) without doubt. Values of different types prove nothing. */
function isCertain(a: Comparable, relation: '<' | '<=', b: Comparable): boolean {
  const order = certainOrder(a, b)
  return order !== null && (relation === '<' ? order < 0 : order <= 0)
}

/** Negative, 0, positive; null when it is not certain. */
function certainOrder(a: Comparable, b: Comparable): number | null {
  if (a.type === 'number' && b.type === 'number') {
    if (a.high < b.low) return -1
    if (a.low > b.high) return 1
    return a.low === a.high && b.low === b.high && a.low === b.low ? 0 : null
  }
  if (a.type === 'bytes' && b.type === 'bytes') return orderOfBytes(a.bytes, b.bytes)
  if (a.type === 'moment' && b.type === 'moment') {
    return a.nanoseconds === b.nanoseconds ? 0 : a.nanoseconds < b.nanoseconds ? -1 : 1
  }
  return null
}

/** Text compares by code point, which is the order of its bytes in UTF-8. */
function orderOfBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Far more than rounding does to a double, whoever did it. */
const relativeError = 1e-12

function rounded(value: number): Comparable | null {
  if (!Number.isFinite(value)) return null
  const error = Math.abs(value) * relativeError
  return { type: 'number', low: value - error, high: value + error }
}

/** A literal; null when it is not known how it compares. */
export function comparableOf(value: Value): Comparable | null {
  if (typeof value === 'string') return { type: 'bytes', bytes: utf8.encode(value) }
  if (typeof value === 'bigint') return integer(value)
  // A number compares with decimals as one or the other rounds.
  if (typeof value === 'number') return rounded(value)
  if (value instanceof Decimal) return rounded(Number(value.unscaled) / 10 ** value.scale)
  return value instanceof Timestamp ? { type: 'moment', nanoseconds: value.nanoseconds } : null
}

function integer(value: bigint): Comparable | null {
  const number = Number(value)
  return Number.isSafeInteger(number) ? { type: 'number', low: number, high: number } : rounded(number)
}

/** A bound of a column's statistics, as the footer's parser gives it; null when it is of no use. */
export function statisticOf(value: unknown, leaf: Leaf): Comparable | null {
  const { meaning } = leaf
  switch (meaning.meaning) {
    case 'text':
      return value instanceof Uint8Array && leaf.physical === 'BYTE_ARRAY' ? { type: 'bytes', bytes: value } : null
    case 'integer':
      if (typeof value === 'bigint') return integer(value)
      return typeof value === 'number' && Number.isInteger(value) ? integer(BigInt(value)) : null
    case 'float':
      return typeof value === 'number' && leaf.physical !== 'FIXED_LEN_BYTE_ARRAY' ? rounded(value) : null
    case 'decimal': {
      if (typeof value !== 'bigint' && typeof value !== 'number') return null
      // The parser scales the decimals of the older annotation.
      const isScaled = leaf.element.converted_type === 'DECIMAL'
      if (isScaled && (leaf.element.scale ?? 0) !== meaning.scale) return null
      return rounded(Number(value) / (isScaled ? 1 : 10 ** meaning.scale))
    }
    case 'date':
      return typeof value === 'number' ? { type: 'moment', nanoseconds: BigInt(value) * 86_400_000_000_000n } : null
    case 'timestamp': {
      if (typeof value !== 'bigint') return null
      return { type: 'moment', nanoseconds: value * 10n ** BigInt(9 - meaning.fractionDigits) }
    }
    case 'boolean':
    case 'unsigned':
    case 'uuid':
    case 'unsupported':
      return null
  }
}
