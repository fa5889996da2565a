// The arithmetic of the language. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-operators.html
import { S3Error } from '../../errors.ts'
import type { ArithmeticOperator } from '../bind/bound.ts'
import { isNumeric, toDecimal, toFloat } from './compare.ts'
import type { Numeric } from './compare.ts'
import {
  addDecimals,
  divideDecimals,
  multiplyDecimals,
  negateDecimal,
  remainderOfDecimals,
  subtractDecimals,
} from './decimal.ts'
import type { Decimal } from './decimal.ts'
import { formatText } from './format.ts'
import { isInt64, parseNumber } from './number.ts'
import { Struct } from './value.ts'
import type { Value } from './value.ts'

type NumberOperator = Exclude<ArithmeticOperator, '||'>

/**
 * NULL when an operand is NULL or MISSING. Text counts as a number when it is one, else CastFailed; InvalidDataType for
 * other types. INT with INT is INT, IntegerOverflow beyond 64 bits; a float makes floats; all else is DECIMAL.
 */
export function arithmetic(operator: ArithmeticOperator, left: Value, right: Value): Value {
  if (left === null || left === undefined || right === null || right === undefined) return null
  if (operator === '||') return textOperand(left) + textOperand(right)
  return combine(operator, numberOperand(left), numberOperand(right))
}

/** The number with its sign turned; NULL of NULL and MISSING. */
export function negate(value: Value): Value {
  if (value === null || value === undefined) return null
  const operand = numberOperand(value)
  if (typeof operand === 'number') return -operand
  if (typeof operand === 'bigint') return int64(-operand)
  // 9223372036854775808 is too large for INT until it is negated.
  if (operand.scale === 0 && operand.unscaled === 2n ** 63n) return -operand.unscaled
  return negateDecimal(operand)
}

/** What arithmetic takes a value for. */
export function numberOperand(value: Value): Numeric {
  if (isNumeric(value)) return value
  if (typeof value !== 'string') throw new S3Error('InvalidDataType', { reason: 'arithmetic needs numbers' })
  const parsed = parseNumber(value)
  if (parsed === null) throw new S3Error('CastFailed', { reason: 'the text is no number' })
  return parsed
}

function textOperand(value: Value): string {
  if (value instanceof Struct || Array.isArray(value)) {
    throw new S3Error('InvalidDataType', { reason: '|| joins text, not lists and structs' })
  }
  return formatText(value)
}

function combine(operator: NumberOperator, left: Numeric, right: Numeric): Value {
  if (operator === '^') return power(left, right)
  if (typeof left === 'bigint' && typeof right === 'bigint') return int64(combineIntegers(operator, left, right))
  if (typeof left === 'number' || typeof right === 'number') {
    return finite(combineFloats(operator, toFloat(left), toFloat(right)))
  }
  return combineDecimals(operator, toDecimal(left), toDecimal(right))
}

function combineIntegers(operator: Exclude<NumberOperator, '^'>, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      if (right === 0n) throw divisionByZero()
      return left / right
    case '%':
      if (right === 0n) throw divisionByZero()
      return left % right
  }
}

function combineFloats(operator: Exclude<NumberOperator, '^'>, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      if (right === 0) throw divisionByZero()
      return left / right
    case '%':
      if (right === 0) throw divisionByZero()
      return left % right
  }
}

function combineDecimals(operator: Exclude<NumberOperator, '^'>, left: Decimal, right: Decimal): Decimal {
  switch (operator) {
    case '+':
      return addDecimals(left, right)
    case '-':
      return subtractDecimals(left, right)
    case '*':
      return multiplyDecimals(left, right)
    case '/':
      if (right.unscaled === 0n) throw divisionByZero()
      return divideDecimals(left, right)
    case '%':
      if (right.unscaled === 0n) throw divisionByZero()
      return remainderOfDecimals(left, right)
  }
}

/** Of whole numbers exact while 64 bits hold it; else a float. */
function power(base: Numeric, exponent: Numeric): Value {
  if (typeof base === 'bigint' && typeof exponent === 'bigint' && exponent >= 0n) {
    if (base >= -1n && base <= 1n) return base === -1n && exponent % 2n === 0n ? 1n : exponent === 0n ? 1n : base
    if (exponent > 63n) throw new S3Error('IntegerOverflow')
    return int64(base ** exponent)
  }
  return finite(toFloat(base) ** toFloat(exponent))
}

function int64(value: bigint): bigint {
  if (!isInt64(value)) throw new S3Error('IntegerOverflow')
  return value
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new S3Error('NumberFormatError', { reason: 'beyond the range of floats' })
  return value
}

function divisionByZero(): S3Error {
  return new S3Error('ExternalEvalException', { message: 'Division by zero' })
}
