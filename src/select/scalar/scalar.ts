// What bound expressions are compiled to: one closure that evaluates them for a row. No I/O, no clock.
import type { Timestamp } from '../value/timestamp.ts'
import type { Value } from '../value/value.ts'

/** What an expression is evaluated over: a record, or a group with its keys and aggregates. */
export interface Row {
  /** Of `BoundQuery.columns`. */
  column(column: number): Value
  aggregate(aggregate: number): Value
  key(key: number): Value
}

/** Evaluates an expression. Throws S3Error where the language has no value for it. */
export type Scalar = (row: Row) => Value

export interface ScalarSetup {
  /** What UTCNOW() is, all through the query. */
  now: Timestamp
  /** The lenient dialect: functions of text and LIKE take numbers and other values as their text. */
  lenient: boolean
}

/** WHERE and HAVING keep a row only for TRUE. */
export function isTrue(value: Value): boolean {
  return value === true
}
