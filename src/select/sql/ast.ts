// What a statement of S3 Select says, before any name in it has a meaning. Positions are offsets into the statement's text.
import type { ArithmeticOperator, CastType, CompareOperator, DatePart, PathStep } from '../bind/bound.ts'

/** A name as written; quoted names keep their case. */
export interface Name {
  text: string
  quoted: boolean
  position: number
}

export type AggregateFunction = 'AVG' | 'COUNT' | 'MAX' | 'MIN' | 'SUM'

export type Expression = { position: number } & ExpressionForm

export type ExpressionForm =
  /** `undefined` is MISSING. */
  | { kind: 'constant'; value: null | undefined | boolean | string }
  /** As written, without a sign. */
  | { kind: 'number'; text: string }
  /** An Ion timestamp, as written between the backticks. */
  | { kind: 'timestamp'; text: string }
  /** A column, or a table's alias and a column, and what lies below it. Wildcards only at the right of IN. */
  | { kind: 'path'; root: Name; steps: PathStep[] }
  /** Steps into something computed. */
  | { kind: 'access'; operand: Expression; steps: PathStep[] }
  | { kind: 'and'; operands: Expression[] }
  | { kind: 'or'; operands: Expression[] }
  | { kind: 'not'; operand: Expression }
  | { kind: 'negate'; operand: Expression }
  | { kind: 'compare'; operator: CompareOperator; left: Expression; right: Expression }
  | { kind: 'arithmetic'; operator: ArithmeticOperator; left: Expression; right: Expression }
  | { kind: 'between'; operand: Expression; low: Expression; high: Expression; negated: boolean }
  /** `options`: the values of a written list, or one expression that is a list. */
  | { kind: 'in'; operand: Expression; options: Expression[] | Expression; negated: boolean }
  | { kind: 'in-query'; operand: Expression; query: Query; negated: boolean }
  | { kind: 'like'; operand: Expression; pattern: Expression; escape: Expression | null; negated: boolean }
  | { kind: 'is'; operand: Expression; what: 'null' | 'missing'; negated: boolean }
  | { kind: 'cast'; operand: Expression; type: CastType }
  /** `subject` of the form CASE x WHEN. */
  | {
      kind: 'case'
      subject: Expression | null
      branches: { when: Expression; result: Expression }[]
      otherwise: Expression | null
    }
  | { kind: 'list'; items: Expression[] }
  /** `name` in capitals; the arguments in the order of bound.ts. */
  | {
      kind: 'call'
      name: string
      arguments: Expression[]
      part?: DatePart
      side?: 'LEADING' | 'TRAILING' | 'BOTH'
    }
  /** `argument` null: COUNT(*). */
  | { kind: 'aggregate'; function: AggregateFunction; argument: Expression | null; distinct: boolean }
  | { kind: 'window'; name: string; arguments: Expression[]; distinct: boolean; star: boolean; over: Window }
  | { kind: 'subquery'; query: Query }
  | { kind: 'exists'; query: Query }

export interface Window {
  partitionBy: Expression[]
  orderBy: OrderItem[]
  frame: WindowFrame | null
}

export interface WindowFrame {
  unit: 'ROWS' | 'RANGE' | 'GROUPS'
  start: FrameBound
  end: FrameBound | null
}

/** `rows` with PRECEDING and FOLLOWING; null is UNBOUNDED. */
export type FrameBound = { edge: 'CURRENT ROW' } | { edge: 'PRECEDING' | 'FOLLOWING'; rows: number | null }

export interface OrderItem {
  value: Expression
  descending: boolean
  nulls: 'first' | 'last' | null
}

export type SelectItem =
  | { item: 'star'; position: number }
  /** `alias.*` */
  | { item: 'star-of'; table: Name }
  | { item: 'value'; value: Expression; alias: Name | null }

export type Source =
  /** `object` null: the one the request names. `path` begins below the record. */
  | {
      source: 'object'
      object: { bucket: string; key: string } | null
      path: PathStep[]
      alias: Name | null
      position: number
    }
  /** A query of WITH. */
  | { source: 'named'; name: Name; alias: Name | null; position: number }
  | { source: 'query'; query: Query; alias: Name | null; position: number }
  | { source: 'join'; join: JoinKind; left: Source; right: Source; on: Expression | null; position: number }

export type JoinKind = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS'

export interface Select {
  body: 'select'
  distinct: boolean
  items: SelectItem[]
  from: Source
  where: Expression | null
  /** Null: none was written. */
  groupBy: Expression[] | null
  having: Expression | null
  position: number
}

export type Body =
  | Select
  | { body: 'set'; operator: 'UNION' | 'INTERSECT' | 'EXCEPT'; all: boolean; left: Body; right: Body; position: number }
  /** A query in parentheses, with an order or limit of its own. */
  | { body: 'query'; query: Query; position: number }

export interface Query {
  with: { name: Name; query: Query }[]
  body: Body
  orderBy: OrderItem[]
  limit: number | null
  offset: number
}

/** A whole statement; `text` is what positions count in. */
export interface Statement extends Query {
  text: string
}
