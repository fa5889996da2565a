// Functions of the language as closures over their arguments. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-sql-functions.html
import { S3Error } from '../../errors.ts'
import type { Bound, DatePart, ScalarFunction } from '../bind/bound.ts'
import { equalValues, isNumeric, numericOf, toDecimal } from '../value/compare.ts'
import type { Numeric } from '../value/compare.ts'
import { dateAdd, dateDiff, extractPart } from '../value/date-functions.ts'
import { decimalToInteger } from '../value/decimal.ts'
import { formatText } from '../value/format.ts'
import { absoluteValue, roundNumber } from '../value/number-functions.ts'
import { charLength, substring, trimText } from '../value/text-functions.ts'
import { parseTimestamp, Timestamp } from '../value/timestamp.ts'
import { compileToString } from '../value/to-string.ts'
import { compileToTimestamp } from '../value/to-timestamp.ts'
import { Struct } from '../value/value.ts'
import type { Value } from '../value/value.ts'
import type { Scalar, ScalarSetup } from './scalar.ts'

type Call = Extract<Bound, { op: 'call' }>

/** How many arguments each function takes. */
const argumentCounts: Record<ScalarFunction, readonly [least: number, most: number]> = {
  ABS: [1, 1],
  CEIL: [1, 1],
  CHAR_LENGTH: [1, 1],
  COALESCE: [1, Number.POSITIVE_INFINITY],
  DATE_ADD: [2, 2],
  DATE_DIFF: [2, 2],
  EXTRACT: [1, 1],
  FLOOR: [1, 1],
  LOWER: [1, 1],
  NULLIF: [2, 2],
  ROUND: [1, 2],
  SIZE: [1, 1],
  SUBSTRING: [2, 3],
  TO_STRING: [2, 2],
  TO_TIMESTAMP: [1, 2],
  TRIM: [1, 2],
  UPPER: [1, 1],
  UTCNOW: [0, 0],
  VERSION: [0, 0],
}

/** What Ceph's S3 Select answers to VERSION(); its tests expect it of the lenient dialect. */
const cephVersion = '41.a'

/**
 * The closure of a call. EvaluatorInvalidArguments for a wrong number of arguments, and the faults of constant patterns,
 * are thrown here. NULL and MISSING arguments make NULL, but for COALESCE and NULLIF.
 */
export function compileCall(call: Call, scalars: readonly Scalar[], setup: ScalarSetup): Scalar {
  const [least, most] = argumentCounts[call.function]
  if (scalars.length < least || scalars.length > most) throw new S3Error('EvaluatorInvalidArguments')
  const { function: name } = call
  if (name === 'COALESCE') return coalesce(scalars)
  if (name === 'NULLIF') return nullIf(scalars)
  if (name === 'UTCNOW') return () => setup.now
  if (name === 'VERSION') return () => cephVersion
  return ofKnown(scalars, compileFunction(name, call, setup))
}

/** A function of arguments that are neither NULL nor MISSING. */
type Known = (first: Value, second: Value, third: Value) => Value

function ofKnown(scalars: readonly Scalar[], known: Known): Scalar {
  const [first, second, third] = scalars
  return (row) => {
    const one = first?.(row)
    if (one === null || one === undefined) return null
    const two = second?.(row)
    if (second !== undefined && (two === null || two === undefined)) return null
    const three = third?.(row)
    if (third !== undefined && (three === null || three === undefined)) return null
    return known(one, two, three)
  }
}

function coalesce(scalars: readonly Scalar[]): Scalar {
  return (row) => {
    for (const scalar of scalars) {
      const value = scalar(row)
      if (value !== null && value !== undefined) return value
    }
    return null
  }
}

/** Text is no number here: `NULLIF(1, '1')` is 1, as AWS documents. */
function nullIf([first, second]: readonly Scalar[]): Scalar {
  return (row) => {
    const value = first?.(row)
    const other = second?.(row)
    if (value === null || value === undefined) return null
    if (isNumeric(value) !== isNumeric(other)) return value
    return equalValues(value, other) === true ? null : value
  }
}

type DateFunction = 'DATE_ADD' | 'DATE_DIFF' | 'EXTRACT' | 'TO_STRING' | 'TO_TIMESTAMP'
type KnownFunction = Exclude<ScalarFunction, 'COALESCE' | 'NULLIF' | 'UTCNOW' | 'VERSION'>

function compileFunction(name: KnownFunction, call: Call, setup: ScalarSetup): Known {
  const text = (value: Value) => textArgument(value, setup)
  switch (name) {
    case 'CHAR_LENGTH':
      return (value) => BigInt(charLength(text(value)))
    case 'LOWER':
      return (value) => text(value).toLowerCase()
    case 'UPPER':
      return (value) => text(value).toUpperCase()
    case 'SUBSTRING':
      return (value, start, length) => {
        return substring(text(value), countArgument(start), length === undefined ? null : countArgument(length))
      }
    case 'TRIM': {
      const side = call.side ?? 'BOTH'
      return (value, characters) => trimText(text(value), side, characters === undefined ? ' ' : text(characters))
    }
    case 'ABS':
      return (value) => absoluteValue(numberArgument(value))
    case 'ROUND':
      return (value, digits) => {
        return roundNumber(numberArgument(value), digits === undefined ? 0 : digitsArgument(digits), 'half-up')
      }
    case 'FLOOR':
      return (value) => roundNumber(numberArgument(value), 0, 'floor')
    case 'CEIL':
      return (value) => roundNumber(numberArgument(value), 0, 'ceiling')
    case 'SIZE':
      return sizeOf
    case 'DATE_ADD':
    case 'DATE_DIFF':
    case 'EXTRACT':
    case 'TO_STRING':
    case 'TO_TIMESTAMP':
      return compileDateFunction(name, call, setup)
  }
}

function compileDateFunction(name: DateFunction, call: Call, setup: ScalarSetup): Known {
  switch (name) {
    case 'DATE_ADD': {
      const part = partOf(call)
      return (quantity, value) => dateAdd(part, integerArgument(quantity), timestampArgument(value))
    }
    case 'DATE_DIFF': {
      const part = partOf(call)
      return (from, to) => dateDiff(part, timestampArgument(from), timestampArgument(to))
    }
    case 'EXTRACT': {
      const part = partOf(call)
      return (value) => extractPart(part, timestampArgument(value))
    }
    case 'TO_STRING': {
      const formatOf = lastOf(compileToString, constantText(call.arguments[1]))
      return (value, pattern) => formatOf(textArgument(pattern, setup))(timestampArgument(value))
    }
    case 'TO_TIMESTAMP': {
      const readerOf = lastOf(compileToTimestamp, constantText(call.arguments[1]))
      return (value, pattern) => {
        if (value instanceof Timestamp) return value
        const text = textArgument(value, setup)
        return pattern === undefined ? timestampOfText(text) : readerOf(textArgument(pattern, setup))(text)
      }
    }
  }
}

function constantText(bound: Bound | undefined): string | null {
  return bound?.op === 'literal' && typeof bound.value === 'string' ? bound.value : null
}

/** Keeps what the last pattern was compiled to: mostly it is the only one. A constant one is compiled at once. */
function lastOf<T>(compile: (pattern: string) => T, constant: string | null): (pattern: string) => T {
  let last = constant === null ? null : { pattern: constant, compiled: compile(constant) }
  return (pattern) => {
    if (last === null || last.pattern !== pattern) last = { pattern, compiled: compile(pattern) }
    return last.compiled
  }
}

function partOf({ part }: Call): DatePart {
  if (part === undefined) throw new S3Error('ParseExpectedDatePart')
  return part
}

function wrongType(expected: string): S3Error {
  return new S3Error('IncorrectSqlFunctionArgumentType', { reason: `the argument must be ${expected}` })
}

function textArgument(value: Value, { lenient }: ScalarSetup): string {
  if (typeof value === 'string') return value
  if (lenient) return formatText(value)
  throw wrongType('text')
}

function numberArgument(value: Value): Numeric {
  const number = numericOf(value)
  if (number === null) throw wrongType('a number')
  return number
}

/** A whole number, also of text or with a fraction of zeros. */
function integerArgument(value: Value): bigint {
  const number = numberArgument(value)
  if (typeof number === 'bigint') return number
  if (typeof number === 'number' && !Number.isFinite(number)) throw wrongType('a whole number')
  const decimal = toDecimal(number)
  const whole = decimalToInteger(decimal)
  if (equalValues(whole, decimal) !== true) throw wrongType('a whole number')
  return whole
}

/** Far beyond the characters of any text. */
const countMax = 2n ** 40n

function countArgument(value: Value): number {
  const integer = integerArgument(value)
  return Number(integer > countMax ? countMax : integer < -countMax ? -countMax : integer)
}

/** Beyond the digits of any number. */
const roundingDigitsMax = 7000

function digitsArgument(value: Value): number {
  return Math.max(-roundingDigitsMax, Math.min(roundingDigitsMax, countArgument(value)))
}

/** Text that is a timestamp counts as one. */
function timestampArgument(value: Value): Timestamp {
  if (value instanceof Timestamp) return value
  const parsed = typeof value === 'string' ? parseTimestamp(value) : null
  if (parsed === null) throw wrongType('a timestamp')
  return parsed
}

function timestampOfText(text: string): Timestamp {
  const parsed = parseTimestamp(text)
  if (parsed === null) throw new S3Error('ValueParseFailure')
  return parsed
}

function sizeOf(value: Value): bigint {
  if (value instanceof Struct) return BigInt(value.names.length)
  if (Array.isArray(value)) return BigInt(value.length)
  throw wrongType('a list or a struct')
}
