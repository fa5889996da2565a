// CAST. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-conversion.html
import { S3Error } from '../../errors.ts'
import type { CastType } from '../bind/bound.ts'
import { toDecimal, toFloat } from './compare.ts'
import { Decimal, decimalToInteger, parseDecimal } from './decimal.ts'
import { formatText } from './format.ts'
import { fewDigitsOfText, isInt64, parseNumber } from './number.ts'
import { parseTimestamp, Timestamp } from './timestamp.ts'
import type { Value } from './value.ts'

/**
 * NULL and MISSING stay as they are. A text that does not read as the type is CastFailed, a type that never becomes the
 * other InvalidCast; whole numbers beyond 64 bits are IntegerOverflow, floats beyond their range NumberFormatError.
 */
export function castValue(value: Value, type: CastType): Value {
  if (value === null || value === undefined) return value
  switch (type) {
    case 'BOOL':
      return castToBool(value)
    case 'INT':
      return castToInteger(value)
    case 'FLOAT':
      return castToFloat(value)
    case 'DECIMAL':
      return castToDecimal(value)
    case 'STRING':
      return value instanceof Decimal ? formatText(withoutLexeme(value)) : formatText(value)
    case 'TIMESTAMP':
      return castToTimestamp(value)
  }
}

/** `true` and `false` in any letter case; of numbers, and of text that is one, all but zero are true. */
function castToBool(value: Value): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string') return !isZero(value)
  const text = value.trim().toLowerCase()
  if (text === 'true' || text === 'false') return text === 'true'
  const number = parseNumber(text)
  if (number === null) throw castFailed('the text is no BOOL')
  return !isZero(number)
}

function isZero(value: Value): boolean {
  if (typeof value === 'bigint') return value === 0n
  if (typeof value === 'number') return value === 0
  if (value instanceof Decimal) return value.unscaled === 0n
  throw new S3Error('InvalidCast')
}

const integerSyntax = /^[+-]?\d+$/

/** Numbers lose their fraction. Text must be a whole number as PartiQL has it: `CAST('1.5' AS INT)` fails; blanks around it do not matter. */
function castToInteger(value: Value): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'string') return integerOfText(value)
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new S3Error('IntegerOverflow')
    return int64(BigInt(Math.trunc(value)))
  }
  if (value instanceof Decimal) return int64(decimalToInteger(value))
  throw new S3Error('InvalidCast')
}

function integerOfText(text: string): bigint {
  const trimmed = text.trim()
  if (!integerSyntax.test(trimmed)) throw castFailed('the text is no INT')
  const parsed = parseNumber(trimmed)
  if (typeof parsed === 'bigint') return parsed
  if (parsed !== null && parsed.unscaled === 0n) return 0n
  throw new S3Error('IntegerOverflow')
}

function int64(value: bigint): bigint {
  if (!isInt64(value)) throw new S3Error('IntegerOverflow')
  return value
}

function castToFloat(value: Value): number {
  const float = floatOf(value)
  if (!Number.isFinite(float) && typeof value !== 'number') throw new S3Error('NumberFormatError')
  return float
}

function floatOf(value: Value): number {
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal) return toFloat(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'string') throw new S3Error('InvalidCast')
  const few = fewDigitsOfText(value)
  if (!Number.isNaN(few)) return few
  const text = value.trim()
  // The platform reads more digits than a DECIMAL has, and rounds once.
  if (parseNumber(text) === null) throw castFailed('the text is no FLOAT')
  return Number(text)
}

/** Precision and scale in the statement are ignored, as AWS does. */
function castToDecimal(value: Value): Decimal {
  if (value instanceof Decimal) return withoutLexeme(value)
  if (typeof value === 'bigint' || typeof value === 'number') return toDecimal(value)
  if (typeof value === 'boolean') return new Decimal(value ? 1n : 0n, 0)
  if (typeof value !== 'string') throw new S3Error('InvalidCast')
  const parsed = parseDecimal(value.trim())
  if (parsed === null) throw castFailed('the text is no DECIMAL')
  return withoutLexeme(parsed)
}

function castToTimestamp(value: Value): Timestamp {
  if (value instanceof Timestamp) return value
  if (typeof value !== 'string') throw new S3Error('InvalidCast')
  const parsed = parseTimestamp(value.trim())
  if (parsed === null) throw castFailed('the text is no TIMESTAMP')
  return parsed
}

function withoutLexeme(value: Decimal): Decimal {
  return value.lexeme === null ? value : new Decimal(value.unscaled, value.scale)
}

function castFailed(reason: string): S3Error {
  return new S3Error('CastFailed', { reason })
}
