// The functions and aggregates of a plan, as SQLite calls them. No I/O, no clock.
import { compileScalar } from '../scalar/compile.ts'
import type { ScalarSetup } from '../scalar/scalar.ts'
import { createAccumulator } from '../value/accumulators/accumulator.ts'
import type { Value } from '../value/value.ts'
import type { FinishAggregate, FinishFunction } from './finish-plan.ts'
import { fromSqlValue, toSqlResult } from './sql-values.ts'
import type { SqliteValue } from './sqlite-record.ts'

type Argument = Exclude<SqliteValue, bigint>

/** The function of `parameters` arguments. It throws S3Error as a scan would. */
export function finishFunction({ body }: FinishFunction, setup: ScalarSetup): (...values: Argument[]) => Argument {
  const scalar = compileScalar(body, setup)
  let current: readonly Argument[] = []
  const row = {
    column: (column: number): Value => fromSqlValue(current[column] ?? null),
    aggregate: (): Value => null,
    key: (): Value => null,
  }
  return (...values) => {
    current = values
    return toSqlResult(scalar(row))
  }
}

/** An aggregate in the three parts that sql.js asks for; a state is one group's. */
export function finishAggregate({ function: name }: FinishAggregate) {
  const empty = () => createAccumulator({ function: name, argument: { op: 'column', column: 0 }, distinct: false })
  type State = ReturnType<typeof empty>
  return {
    init: empty,
    step: (state: State | null, value: Argument): State => {
      const next = state ?? empty()
      next.add(fromSqlValue(value))
      return next
    },
    finalize: (state: State | null): Argument => toSqlResult((state ?? empty()).result()),
  }
}
