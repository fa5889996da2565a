// Bound expressions written shortly.
import type { Bound, DatePart, ScalarFunction } from '../../../src/select/bind/bound.ts'
import { parseTimestamp } from '../../../src/select/value/timestamp.ts'
import type { Timestamp } from '../../../src/select/value/timestamp.ts'
import type { Value } from '../../../src/select/value/value.ts'

export const literal = (value: Value): Bound => ({ op: 'literal', value })
export const column = (number: number): Bound => ({ op: 'column', column: number })

export function call(name: ScalarFunction, ...values: (Value | Bound)[]): Bound {
  return { op: 'call', function: name, arguments: values.map(asBound) }
}

export function dateCall(name: ScalarFunction, part: DatePart, ...values: (Value | Bound)[]): Bound {
  return { op: 'call', function: name, arguments: values.map(asBound), part }
}

/** A value as a literal; an expression as it is. */
export function asBound(value: Value | Bound): Bound {
  return typeof value === 'object' && value !== null && 'op' in value ? value : literal(value)
}

export function timestamp(text: string): Timestamp {
  const parsed = parseTimestamp(text)
  if (parsed === null) throw new Error(`${text} is no timestamp`)
  return parsed
}
