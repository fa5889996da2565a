// Rows made of groups: HAVING, ORDER BY, DISTINCT, OFFSET, LIMIT and the select list over keys and results of aggregates.
import type { RecordWriter } from '../batch.ts'
import type { BoundQuery } from '../bind/bound.ts'
import { compileCondition, compileScalar } from '../scalar/compile.ts'
import type { Row, Scalar, ScalarSetup } from '../scalar/scalar.ts'
import { canonicalKey } from '../value/compare.ts'
import { MISSING } from '../value/value.ts'
import type { Value } from '../value/value.ts'
import { orderOf } from './order.ts'

export interface Group {
  keys: readonly Value[]
  results: readonly Value[]
}

/** A group as expressions see it. */
class GroupRow implements Row {
  group: Group = { keys: [], results: [] }

  column(): Value {
    return MISSING
  }

  aggregate(aggregate: number): Value {
    return this.group.results[aggregate]
  }

  key(key: number): Value {
    return this.group.keys[key]
  }
}

export class GroupRows {
  readonly #query: BoundQuery
  readonly #writer: RecordWriter
  readonly #row = new GroupRow()
  readonly #having: ((row: Row) => boolean) | null
  readonly #projections: Scalar[]
  readonly #order: Scalar[]
  readonly #seen: Set<string> | null
  #skip: number
  #left: number

  constructor(query: BoundQuery, writer: RecordWriter, setup: ScalarSetup) {
    this.#query = query
    this.#writer = writer
    this.#having = query.having === null ? null : compileCondition(query.having, setup)
    const { output } = query
    this.#projections = output.kind === 'star' ? [] : output.projections.map(({ value }) => compileScalar(value, setup))
    this.#order = query.orderBy.map(({ value }) => compileScalar(value, setup))
    this.#seen = query.distinct ? new Set() : null
    this.#skip = query.offset
    this.#left = query.limit ?? Number.POSITIVE_INFINITY
  }

  /** Nothing more is wanted. */
  get full(): boolean {
    return this.#left <= 0
  }

  writeAll(groups: readonly Group[]): void {
    for (const group of this.sorted(groups)) this.write(group)
  }

  /** The groups that HAVING keeps, in the order of the answer. */
  sorted<G extends Group>(groups: readonly G[]): G[] {
    const kept = groups.filter((group) => this.#keeps(group))
    if (this.#order.length === 0) return kept
    const compare = orderOf(this.#query.orderBy)
    const keyed = kept.map((group) => ({ group, values: this.#valuesOf(group, this.#order) }))
    return keyed.sort((a, b) => compare(a.values, b.values)).map(({ group }) => group)
  }

  #keeps(group: Group): boolean {
    this.#row.group = group
    return this.#having === null || this.#having(this.#row)
  }

  #valuesOf(group: Group, scalars: readonly Scalar[]): Value[] {
    this.#row.group = group
    return scalars.map((scalar) => scalar(this.#row))
  }

  write(group: Group): void {
    if (this.full) return
    const values = this.#valuesOf(group, this.#projections)
    if (this.#seen !== null) {
      const key = canonicalKey(values)
      if (this.#seen.has(key)) return
      this.#seen.add(key)
    }
    if (this.#skip > 0) {
      this.#skip--
      return
    }
    this.#left--
    this.#writer.values(values)
  }
}
