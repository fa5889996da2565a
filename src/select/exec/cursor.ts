// Where the scalar evaluation stands: one record of one batch.
import type { Batch } from '../batch.ts'
import type { Bound } from '../bind/bound.ts'
import { compileScalar } from '../scalar/compile.ts'
import type { Row, ScalarSetup } from '../scalar/scalar.ts'
import { MISSING } from '../value/value.ts'
import type { Value } from '../value/value.ts'

/** A compiled expression: its value for the record the cursor is at. */
export type Evaluate = () => Value

export interface CursorSetup extends ScalarSetup {
  /** Kernels may be used. */
  vectorised: boolean
}

/** Compiles expressions once; they then read the record at `row` of `batch`. */
export class Cursor implements Row {
  batch: Batch = nothing
  row = 0
  readonly vectorised: boolean
  readonly setup: ScalarSetup

  constructor({ vectorised, ...setup }: CursorSetup) {
    this.vectorised = vectorised
    this.setup = setup
  }

  column(column: number): Value {
    return this.batch.value(column, this.row)
  }

  aggregate(): Value {
    return MISSING
  }

  key(): Value {
    return MISSING
  }

  compile(bound: Bound): Evaluate {
    const scalar = compileScalar(bound, this.setup)
    return () => scalar(this)
  }
}

const nothing: Batch = { rows: 0, vector: () => ({ type: 'opaque' }), value: () => MISSING, records: () => null }
