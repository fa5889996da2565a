// Aggregates over all records: one row in the end.
import { S3Error } from '../../errors.ts'
import type { Vector } from '../../kernels/select/cells.ts'
import type { Batch, RecordWriter } from '../batch.ts'
import type { Aggregate, BoundQuery } from '../bind/bound.ts'
import { AggregateStates, columnOf } from './aggregate-states.ts'
import type { KernelStates, Members } from './aggregate-states.ts'
import { countStates } from './count-states.ts'
import type { Cursor } from './cursor.ts'
import { extremePair, extremeStates } from './extreme-states.ts'
import { GroupRows } from './group-rows.ts'
import type { SavedGroup } from './saved-group.ts'
import type { List, Scratch } from './scratch.ts'
import type { Sink } from './sink.ts'
import { sumStates } from './sum-states.ts'

export interface SinkTools {
  scratch: Scratch
  cursor: Cursor
}

/** The states of a query's aggregates for so many groups. */
export function statesOf(aggregates: readonly Aggregate[], tools: SinkTools, groups: number): AggregateStates[] {
  const pairs = new Map<string, ReturnType<typeof extremePair>>()
  return aggregates.map((aggregate) => {
    const kernels = kernelStates(aggregate, { tools, groups, aggregates, pairs })
    return new AggregateStates(aggregate, kernels, { ...tools, groups })
  })
}

interface StatesContext {
  tools: SinkTools
  groups: number
  aggregates: readonly Aggregate[]
  /** MIN and MAX of the same, by what they are of. */
  pairs: Map<string, ReturnType<typeof extremePair>>
}

function kernelStates(aggregate: Aggregate, context: StatesContext): KernelStates | null {
  const { scratch, cursor } = context.tools
  const { groups } = context
  const subject = columnOf(aggregate)
  if (!cursor.vectorised || aggregate.distinct || subject === null) return null
  switch (aggregate.function) {
    case 'COUNT':
      return subject.cast === null ? countStates(scratch, groups) : null
    case 'SUM':
    case 'AVG':
      return sumStates(subject.cast, scratch, groups)
    case 'MIN':
    case 'MAX':
      return extremesOf(aggregate.function, subject, context)
  }
}

type Subject = NonNullable<ReturnType<typeof columnOf>>

function extremesOf(name: 'MAX' | 'MIN', { column, cast }: Subject, context: StatesContext): KernelStates {
  const { tools, groups, aggregates, pairs } = context
  const { scratch } = tools
  const other = name === 'MIN' ? 'MAX' : 'MIN'
  const isPair = aggregates.some((aggregate) => {
    const subject = columnOf(aggregate)
    return aggregate.function === other && !aggregate.distinct && subject?.column === column && subject.cast === cast
  })
  if (!isPair) return extremeStates(name, cast, { scratch, groups })
  const key = `${column} ${cast}`
  const pair = pairs.get(key) ?? extremePair(cast, { scratch, groups })
  pairs.set(key, pair)
  return pair[name]
}

/** The vectors of a batch for some rows, each asked for once. */
export function vectorsOf(batch: Batch, rows: List, count: number): (column: number) => Vector {
  const vectors = new Map<number, Vector>()
  return (column) => {
    let vector = vectors.get(column)
    if (vector === undefined) {
      vector = batch.vector(column, { pointer: rows, count })
      vectors.set(column, vector)
    }
    return vector
  }
}

export class AggregateSink implements Sink {
  readonly full = false
  readonly takeCount: ((rows: number) => void) | null
  readonly #query: BoundQuery
  readonly #writer: RecordWriter
  readonly #tools: SinkTools
  readonly #states: AggregateStates[]
  #finished = false

  constructor(query: BoundQuery, writer: RecordWriter, tools: SinkTools) {
    this.#query = query
    this.#writer = writer
    this.#tools = tools
    this.#states = statesOf(query.aggregates, tools, 1)
    const onlyRows = query.aggregates.every(({ argument }) => argument === null)
    this.takeCount = onlyRows ? (rows) => this.#states.forEach((states) => states.addRows(0, rows)) : null
  }

  take(batch: Batch, rows: List, count: number): void {
    const { cursor } = this.#tools
    cursor.batch = batch
    const members: Members = { rows, count, groups: 0, groupCount: 1, vector: vectorsOf(batch, rows, count) }
    try {
      for (const states of this.#states) states.add(members)
    } catch (error) {
      throw firstFault(error, { rows, count, states: this.#states, tools: this.#tools })
    }
  }

  finish(): boolean {
    if (this.#finished) return false
    this.#finished = true
    const results = this.#states.map((states) => states.total(0).result())
    new GroupRows(this.#query, this.#writer, this.#tools.cursor.setup).writeAll([{ keys: [], results }])
    return false
  }

  /** The states as plain data, instead of `finish`. */
  save(): SavedGroup[] {
    return [{ keys: [], states: this.#states.map((states) => states.total(0).save()) }]
  }
}

/**
 * What fails first when record follows record, where vectors were added one after the other; `fallback` when no record by
 * itself fails.
 */
export function firstFault(
  fallback: unknown,
  { rows, count, states, tools }: { rows: List; count: number; states: readonly { probe(): void }[]; tools: SinkTools },
): unknown {
  if (!(fallback instanceof S3Error)) return fallback
  const { scratch, cursor } = tools
  try {
    for (let i = 0; i < count; i++) {
      cursor.row = scratch.u32(rows + 4 * i)
      for (const each of states) each.probe()
    }
  } catch (error) {
    return error
  }
  return fallback
}
