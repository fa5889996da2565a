/**
 * Values of the language in SQLite. INT is INTEGER; FLOAT, and DECIMAL that a double holds, REAL; text is TEXT; NULL and MISSING
 * are NULL. What SQLite has no type for is a BLOB that begins with a tag. No I/O, no clock.
 */
import { assert } from '../../assert.ts'
import { jsonValue } from '../read/json-value.ts'
import { Decimal, formatDecimal, parseDecimal } from '../value/decimal.ts'
import { formatFloat, formatText, jsonText } from '../value/format.ts'
import { Timestamp, parseTimestamp } from '../value/timestamp.ts'
import type { Value } from '../value/value.ts'
import type { SqliteValue } from './sqlite-record.ts'

/** FALSE comes before TRUE, and moments in the order of time: BLOBs are compared byte by byte. */
const tag = { false: 0, true: 1, timestamp: 2, nested: 3, decimal: 4 }

/** Makes the nanoseconds of every year positive; 21 digits hold them. */
const timestampBias = 100_000_000_000_000_000_000n
const timestampDigits = 21

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** TRUE and FALSE as SQL writes them. */
export const sqlTrue = "x'01'"
export const sqlFalse = "x'00'"

export function toSqlValue(value: Value): SqliteValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'string') return value
  if (typeof value === 'boolean') return Uint8Array.of(value ? tag.true : tag.false)
  if (value instanceof Decimal) return decimalToSql(value)
  if (value instanceof Timestamp) {
    const instant = String(value.nanoseconds + timestampBias).padStart(timestampDigits, '0')
    return tagged(tag.timestamp, `${instant}${formatText(value)}`)
  }
  return tagged(tag.nested, jsonText(value))
}

/** A double where its shortest text says the same number; else the digits, which SQLite then cannot compare. */
function decimalToSql(value: Decimal): SqliteValue {
  const text = formatDecimal(value)
  const float = Number(text)
  const shortest = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return Number.isFinite(float) && formatFloat(float) === shortest ? float : tagged(tag.decimal, text)
}

function tagged(first: number, text: string): Uint8Array {
  const bytes = encoder.encode(text)
  const blob = new Uint8Array(bytes.length + 1)
  blob[0] = first
  blob.set(bytes, 1)
  return blob
}

/** The value again: a DECIMAL that went as a double comes back as FLOAT. A BLOB of digits is an INT: see `toSqlResult`. */
export function fromSqlValue(value: SqliteValue): Value {
  if (!(value instanceof Uint8Array)) return value
  const [first] = value
  if (first === tag.false || first === tag.true) return first === tag.true
  const text = decoder.decode(value.subarray(1))
  if (first === tag.timestamp) return parseTimestamp(text.slice(timestampDigits))
  if (first === tag.decimal) return parseDecimal(text)
  if (first === tag.nested) return jsonValue(value, { start: 1, end: value.length })
  return BigInt(decoder.decode(value))
}

/**
 * A value as SQLite's quote() writes it, which tells INTEGER from REAL: functions get both as doubles otherwise.
 * https://www.sqlite.org/lang_corefunc.html#quote
 */
export function fromQuoted(text: string): Value {
  if (text === 'NULL') return null
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'")
  if (text.startsWith('X')) return fromSqlValue(bytesOfHex(text.slice(2, -1)))
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text)
}

function bytesOfHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2)
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16)
  return bytes
}

/** What a function gives back: sql.js takes no bigint. Integers beyond 2^53 are a BLOB of their digits. */
export function toSqlResult(value: Value): Exclude<SqliteValue, bigint> {
  const encoded = toSqlValue(value)
  if (typeof encoded !== 'bigint') return encoded
  const number = Number(encoded)
  return Number.isSafeInteger(number) ? number : encoder.encode(String(encoded))
}

/** A value as SQL writes it. */
export function sqlLiteral(value: Value): string {
  const encoded = toSqlValue(value)
  if (encoded === null) return 'NULL'
  if (typeof encoded === 'bigint') return integerLiteral(encoded)
  if (typeof encoded === 'number') {
    assert(Number.isFinite(encoded), 'No FLOAT is infinite')
    const text = String(encoded)
    return /[.e]/.test(text) ? text : `${text}.0`
  }
  if (typeof encoded === 'string') {
    // SQL text ends at a NUL, so such texts are written as bytes.
    if (!encoded.includes('\0')) return `'${encoded.replaceAll("'", "''")}'`
    return `CAST(${blobLiteral(encoder.encode(encoded))} AS TEXT)`
  }
  return blobLiteral(encoded)
}

/** The least integer cannot be written: its digits alone are too large for one. */
function integerLiteral(value: bigint): string {
  return value === -(2n ** 63n) ? '(-9223372036854775807 - 1)' : String(value)
}

function blobLiteral(bytes: Uint8Array): string {
  return `x'${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}'`
}
