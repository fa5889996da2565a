// The functions and aggregates of a plan, as SQLite calls them. No I/O, no clock.
import { compileScalar } from '../scalar/compile.ts'
import type { ScalarSetup } from '../scalar/scalar.ts'
import { createAccumulator } from '../value/accumulators/accumulator.ts'
import type { Accumulator } from '../value/accumulators/accumulator.ts'
import type { Value } from '../value/value.ts'
import type { ArgumentForm, FinishAggregate, FinishFunction } from './finish-plan.ts'
import { fromQuoted, fromSqlValue, toSqlResult } from './sql-values.ts'
import type { SqliteAggregate, SqliteArgument, SqliteFunction } from './sqlite.ts'

/** The function of `parameters` arguments. It throws S3Error as a scan would. */
export function finishFunction({ body, parameters }: FinishFunction, setup: ScalarSetup): SqliteFunction {
  const scalar = compileScalar(body, setup)
  let current: readonly SqliteArgument[] = []
  const row = {
    column: (column: number): Value => valueOf(current[column] ?? null, parameters[column] ?? 'plain'),
    aggregate: (): Value => null,
    key: (): Value => null,
  }
  return (...values) => {
    current = values
    return toSqlResult(scalar(row))
  }
}

function valueOf(argument: SqliteArgument, form: ArgumentForm): Value {
  return form === 'quoted' && typeof argument === 'string' ? fromQuoted(argument) : fromSqlValue(argument)
}

/** The aggregate; a state is one group's. */
export function finishAggregate({ function: name, distinct }: FinishAggregate): SqliteAggregate<Accumulator> {
  return {
    init: () => createAccumulator({ function: name, argument: { op: 'column', column: 0 }, distinct }),
    step: (state, value) => {
      state.add(valueOf(value, 'quoted'))
      return state
    },
    finalize: (state) => toSqlResult(state.result()),
  }
}
