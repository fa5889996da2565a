// Where the scalar evaluation stands: one record of one batch.
import type { Batch } from '../batch.ts'
import type { Bound } from '../bind/bound.ts'
import type { Value } from '../value/value.ts'

/** A compiled expression: its value for the record the cursor is at. */
export type Evaluate = () => Value

/** Compiles expressions once; they then read the record at `row` of `batch`. */
export interface Cursor {
  batch: Batch
  row: number
  /** Kernels may be used. */
  readonly vectorised: boolean
  compile(bound: Bound): Evaluate
}
