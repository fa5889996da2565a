// Runs plans over records given as JavaScript, so that translations can be tested without readers.
import type { BoundQuery, ColumnRef } from '../../../src/select/bind/bound.ts'
import { finishAggregate, finishFunction } from '../../../src/select/finish/finish-function.ts'
import type { FinishPlan } from '../../../src/select/finish/finish-plan.ts'
import { Sqlite } from '../../../src/select/finish/sqlite.ts'
import { SqliteImage } from '../../../src/select/finish/sqlite-image.ts'
import { rowCounter, tickName } from '../../../src/select/finish/tick.ts'
import { fromSqlValue, toSqlValue } from '../../../src/select/finish/sql-values.ts'
import { compileCondition, compileScalar } from '../../../src/select/scalar/compile.ts'
import { createAccumulator } from '../../../src/select/value/accumulators/accumulator.ts'
import { canonicalKey, orderValues } from '../../../src/select/value/compare.ts'
import { stepInto } from '../../../src/select/value/path.ts'
import { Timestamp } from '../../../src/select/value/timestamp.ts'
import type { Struct, Value } from '../../../src/select/value/value.ts'

const setup = {
  now: new Timestamp({ nanoseconds: 0n, precision: 'second', offsetMinutes: 0 }),
  lenient: false,
}

const none = () => null

function columnOf(record: Struct, reference: ColumnRef): Value {
  if (reference.by === 'position') return record.values[reference.index]
  return reference.by === 'path' ? stepInto(record, reference.steps) : record
}

/** What a scan gives for the records, slowly. */
export function scan(query: BoundQuery, records: readonly Struct[]): Value[][] {
  const rowOf = (record: Struct) => ({
    column: (column: number) => columnOf(record, query.columns[column] ?? { by: 'record' }),
    aggregate: none,
    key: none,
  })
  const where = query.where === null ? () => true : compileCondition(query.where, setup)
  const rows = records.map(rowOf).filter(where)
  const isGrouped = query.groupBy !== null || query.aggregates.length > 0
  const sources = isGrouped ? groupsOf(query, rows) : rows
  const having = query.having === null ? () => true : compileCondition(query.having, setup)
  const order = query.orderBy.map(({ value, ...how }) => ({ scalar: compileScalar(value, setup), ...how }))
  const projections = query.output.kind === 'list' ? query.output.projections : []
  const scalars = projections.map(({ value }) => compileScalar(value, setup))
  let results = sources.filter(having)
  results.sort((a, b) => {
    for (const { scalar, descending } of order) {
      const compared = orderValues(scalar(a), scalar(b))
      if (compared !== 0) return descending ? -compared : compared
    }
    return 0
  })
  if (query.distinct) {
    const seen = new Set<string>()
    results = results.filter((row) => {
      const key = scalars.map((scalar) => canonicalKey(scalar(row))).join(' ')
      return !seen.has(key) && seen.add(key)
    })
  }
  return results
    .slice(query.offset, query.limit === null ? undefined : query.offset + query.limit)
    .map((row) => scalars.map((scalar) => scalar(row)))
}

type Row = Parameters<ReturnType<typeof compileScalar>>[0]

function groupsOf(query: BoundQuery, rows: readonly Row[]): Row[] {
  const keys = (query.groupBy ?? []).map((key) => compileScalar(key, setup))
  const groups = new Map<string, { keys: Value[]; rows: Row[] }>()
  if (query.groupBy === null) groups.set('', { keys: [], rows: [] })
  for (const row of rows) {
    const values = keys.map((key) => key(row))
    const name = values.map(canonicalKey).join(' ')
    const group = groups.get(name) ?? { keys: values, rows: [] }
    group.rows.push(row)
    groups.set(name, group)
  }
  return [...groups.values()].map((group) => {
    const results = query.aggregates.map((aggregate) => {
      const state = createAccumulator(aggregate)
      const scalar = aggregate.argument === null ? () => 1n : compileScalar(aggregate.argument, setup)
      for (const row of group.rows) state.add(scalar(row))
      return state.result()
    })
    return { column: () => null, aggregate: (index) => results[index], key: (index) => group.keys[index] }
  })
}

/** The rows of the answer; `records` are those of each leaf. */
export async function runPlan(plan: FinishPlan, records: readonly (readonly Struct[])[]): Promise<Value[][]> {
  if (plan.sql === null) return scan(plan.leaves[0]!.query, records[0] ?? [])
  const image = new SqliteImage(1 << 24)
  for (const [index, { query }] of plan.leaves.entries()) {
    const width = query.output.kind === 'list' ? query.output.projections.length : 0
    const table = image.table(
      `t${index}`,
      Array.from({ length: width }, (_, column) => `c${column}`),
    )
    for (const row of scan(query, records[index] ?? [])) table.add(row.map(toSqlValue))
  }
  const sqlite = await Sqlite.open(image.finish())
  try {
    for (const wanted of plan.functions)
      sqlite.define(wanted.name, wanted.parameters.length, finishFunction(wanted, setup))
    plan.indexes.forEach((column, number) => sqlite.index(`i${number}`, column))
    sqlite.define(tickName, 1, rowCounter(1_000_000))
    for (const wanted of plan.aggregates) sqlite.defineAggregate(wanted.name, finishAggregate(wanted))
    return [...sqlite.rows(plan.sql)].map((row) => row.map(fromSqlValue))
  } finally {
    sqlite.close()
  }
}
