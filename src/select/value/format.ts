// Values as text: a CSV field or STRING, and JSON. No I/O, no clock.
import { Decimal, formatDecimal } from './decimal.ts'
import { formatTimestamp, Timestamp } from './timestamp.ts'
import { Struct } from './value.ts'
import type { Value } from './value.ts'

/** A value as CSV writes it and as CAST AS STRING gives it. NULL and MISSING are empty: callers that tell them apart do so before. */
export function formatText(value: Value): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  if (typeof value === 'bigint' || typeof value === 'boolean') return value.toString()
  if (typeof value === 'number') return formatFloat(value)
  if (value instanceof Decimal) return value.lexeme ?? formatDecimal(value)
  if (value instanceof Timestamp) return formatTimestamp(value)
  return jsonText(value)
}

/** The shortest text that reads as the same float; zero has no sign. */
export function formatFloat(value: number): string {
  return String(value)
}

/**
 * Compact JSON. Numbers keep the text the input gave them; timestamps are strings; a MISSING member is left out and a
 * MISSING element is null, as is a float that is no number.
 */
export function jsonText(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number') return Number.isFinite(value) ? formatFloat(value) : 'null'
  if (typeof value === 'bigint' || typeof value === 'boolean') return value.toString()
  if (value instanceof Decimal) return decimalJson(value)
  if (value instanceof Timestamp) return `"${formatTimestamp(value)}"`
  if (value instanceof Struct) {
    const members: string[] = []
    for (const [index, name] of value.names.entries()) {
      const member = value.values[index]
      if (member !== undefined) members.push(`${JSON.stringify(name)}:${jsonText(member)}`)
    }
    return `{${members.join(',')}}`
  }
  return `[${value.map(jsonText).join(',')}]`
}

/** A lexeme of SQL or CSV such as `+.5` is no JSON number (RFC 8259, section 6). */
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function decimalJson(value: Decimal): string {
  return value.lexeme !== null && jsonNumber.test(value.lexeme) ? value.lexeme : formatDecimal(value)
}
