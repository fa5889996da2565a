// Values as JSON can carry them from one part of a query to another, with their types. No I/O, no clock.
import { Decimal } from '../decimal.ts'
import { Timestamp } from '../timestamp.ts'
import type { TimestampPrecision } from '../timestamp.ts'
import { Struct } from '../value.ts'
import type { Value } from '../value.ts'

export type SavedValue =
  | null
  | boolean
  | string
  | { missing: true }
  | { int: string }
  | { float: string }
  | { decimal: [unscaled: string, scale: number, lexeme: string | null] }
  | { timestamp: [nanoseconds: string, precision: TimestampPrecision, digits: number, offset: number | null] }
  | { struct: [name: string, value: SavedValue][] }
  | { list: SavedValue[] }

export function saveValue(value: Value): SavedValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (value === undefined) return { missing: true }
  if (typeof value === 'bigint') return { int: value.toString() }
  if (typeof value === 'number') return { float: Object.is(value, -0) ? '-0' : String(value) }
  if (value instanceof Decimal) return { decimal: [value.unscaled.toString(), value.scale, value.lexeme] }
  if (value instanceof Timestamp) {
    const { nanoseconds, precision, fractionDigits, offsetMinutes } = value
    return { timestamp: [nanoseconds.toString(), precision, fractionDigits, offsetMinutes] }
  }
  if (value instanceof Struct) {
    return { struct: value.names.map((name, index) => [name, saveValue(value.values[index])]) }
  }
  return { list: value.map(saveValue) }
}

export function restoreValue(saved: SavedValue): Value {
  if (saved === null || typeof saved !== 'object') return saved
  if ('missing' in saved) return undefined
  if ('int' in saved) return BigInt(saved.int)
  if ('float' in saved) return Number(saved.float)
  if ('decimal' in saved) return new Decimal(BigInt(saved.decimal[0]), saved.decimal[1], saved.decimal[2])
  if ('timestamp' in saved) {
    const [nanoseconds, precision, fractionDigits, offsetMinutes] = saved.timestamp
    return new Timestamp({ nanoseconds: BigInt(nanoseconds), precision, fractionDigits, offsetMinutes })
  }
  if ('list' in saved) return saved.list.map(restoreValue)
  return new Struct(
    saved.struct.map(([name]) => name),
    saved.struct.map(([, value]) => restoreValue(value)),
  )
}
