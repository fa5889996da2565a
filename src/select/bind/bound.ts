// A statement whose names are settled: columns and aggregates are numbers, functions are known and have their arguments.
import type { Value } from '../value/value.ts'

/** A step into a nested value. A key written without quotes matches whatever its case. */
export type PathStep =
  | { step: 'key'; name: string; caseSensitive: boolean }
  | { step: 'index'; index: number }
  /** `[*]` and `.*`: every element, every value. Only in FROM. */
  | { step: 'elements' }
  | { step: 'values' }
  /** The elements of a list; what is no list, itself. Last in FROM, in the lenient dialect. */
  | { step: 'spread' }

/** What a statement reads of each record. */
export type ColumnRef =
  /** 0-based: `_1` is 0. */
  | { by: 'position'; index: number }
  /** Names in order from the record down; JSON, and Parquet's nested columns. Never empty. */
  | { by: 'path'; steps: PathStep[] }
  /** The whole record: a Struct (or a bare value, in JSON). */
  | { by: 'record' }
  /** Columns of Select over many objects: `_key`, the key the record came from. */
  | { by: 'key' }

export type CastType = 'BOOL' | 'INT' | 'FLOAT' | 'DECIMAL' | 'STRING' | 'TIMESTAMP'

export type CompareOperator = '=' | '<>' | '<' | '<=' | '>' | '>='

/** `^` (power) in the lenient dialect alone. */
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | '||'

export type DatePart =
  | 'YEAR'
  | 'MONTH'
  | 'DAY'
  | 'HOUR'
  | 'MINUTE'
  | 'SECOND'
  | 'TIMEZONE_HOUR'
  | 'TIMEZONE_MINUTE'
  /** The lenient and the extended dialect. */
  | 'WEEK'
  | 'YEARDAY'

export type ScalarFunction =
  | 'CHAR_LENGTH'
  | 'COALESCE'
  | 'DATE_ADD'
  | 'DATE_DIFF'
  | 'EXTRACT'
  | 'LOWER'
  | 'NULLIF'
  | 'SUBSTRING'
  | 'TO_STRING'
  | 'TO_TIMESTAMP'
  | 'TRIM'
  | 'UPPER'
  | 'UTCNOW'
  /** Extended dialect. */
  | 'ABS'
  | 'ROUND'
  | 'FLOOR'
  | 'CEIL'
  | 'SIZE'
  /** Lenient dialect. */
  | 'VERSION'

/**
 * Argument order: SUBSTRING(s, start[, length]); DATE_ADD(n, ts) and DATE_DIFF(a, b) and EXTRACT(ts) with `part`;
 * TRIM(s[, characters]) with `side`.
 */
export type Bound =
  | { op: 'literal'; value: Value }
  | { op: 'column'; column: number }
  /** The result of an aggregate of the query, by number. */
  | { op: 'aggregate'; aggregate: number }
  /** A GROUP BY key, by number. */
  | { op: 'key'; key: number }
  | { op: 'and'; operands: Bound[] }
  | { op: 'or'; operands: Bound[] }
  | { op: 'not'; operand: Bound }
  | { op: 'negate'; operand: Bound }
  | { op: 'compare'; operator: CompareOperator; left: Bound; right: Bound }
  | { op: 'arithmetic'; operator: ArithmeticOperator; left: Bound; right: Bound }
  | { op: 'between'; operand: Bound; low: Bound; high: Bound; negated: boolean }
  /** `options` is one Bound for each value of a written list, or a single one that evaluates to a list. */
  | { op: 'in'; operand: Bound; options: Bound[] | Bound; negated: boolean }
  | { op: 'like'; operand: Bound; pattern: Bound; escape: Bound | null; negated: boolean; ranges: boolean }
  | { op: 'is'; operand: Bound; what: 'null' | 'missing'; negated: boolean }
  | { op: 'cast'; operand: Bound; type: CastType }
  | { op: 'case'; branches: { when: Bound; then: Bound }[]; otherwise: Bound }
  | { op: 'list'; items: Bound[] }
  | {
      op: 'call'
      function: ScalarFunction
      arguments: Bound[]
      part?: DatePart
      side?: 'LEADING' | 'TRAILING' | 'BOTH'
    }
  /** A step into a computed struct or list. */
  | { op: 'path'; operand: Bound; steps: PathStep[] }

export interface Aggregate {
  function: 'AVG' | 'COUNT' | 'MAX' | 'MIN' | 'SUM'
  /** Null for COUNT(*). */
  argument: Bound | null
  distinct: boolean
}

export interface Projection {
  /** Of the output: alias, last path component, or `_N`. */
  name: string
  value: Bound
}

/** One source, one pass: what the scan does by itself. Joins, unions, subqueries and windows are made of several. */
export interface BoundQuery {
  columns: ColumnRef[]
  /** `star`: the record as it is; then `columns[starColumn]` is `{ by: 'record' }`. */
  output: { kind: 'star'; column: number } | { kind: 'list'; projections: Projection[] }
  where: Bound | null
  aggregates: Aggregate[]
  /** Null: no GROUP BY. Aggregates without it make one row. */
  groupBy: Bound[] | null
  /** Over aggregates and keys. */
  having: Bound | null
  distinct: boolean
  /** Over columns, or over aggregates and keys where there are any. */
  orderBy: { value: Bound; descending: boolean; nulls: 'first' | 'last' }[]
  limit: number | null
  offset: number
}
