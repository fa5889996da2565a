// How a statement of several sources is answered: a scan of each source, and SQL over the rows that the scans leave.
import type { Bound, BoundQuery, PathStep } from '../bind/bound.ts'

/** One source: its scan makes table `t0`, `t1`, … in the order of the plan, with columns `c0`, `c1`, … */
export interface FinishLeaf {
  /** Null: the request's own object. */
  object: { bucket: string; key: string } | null
  /** Steps below the records. */
  from: PathStep[]
  query: BoundQuery
}

/** How SQL hands an argument over: as `toSqlValue` makes it, or, where it may be a number, as the text of quote(). */
export type ArgumentForm = 'plain' | 'quoted'

/** A function SQL calls; `{ op: 'column' }` of its body is the argument of that number. */
export interface FinishFunction {
  name: string
  parameters: ArgumentForm[]
  body: Bound
}

/** An aggregate of one argument, quoted, that SQL calls; COUNT is SQLite's own. */
export interface FinishAggregate {
  name: string
  function: 'AVG' | 'MAX' | 'MIN' | 'SUM'
  distinct: boolean
}

export interface FinishPlan {
  leaves: FinishLeaf[]
  /** Null: the answer is what the only leaf's query gives by itself. */
  sql: string | null
  /** Of the columns of the answer; empty where `sql` is null. */
  names: string[]
  functions: FinishFunction[]
  aggregates: FinishAggregate[]
  /** Columns SQL looks rows up by: `t0(c1)`. */
  indexes: string[]
}
