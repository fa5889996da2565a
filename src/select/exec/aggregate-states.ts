// The states of one aggregate, for all records or for each group: in kernel memory where kernels can add, and as accumulators
// for the values they leave.
import { numberFlag } from '../../kernels/select/number.ts'
import type { Vector } from '../../kernels/select/cells.ts'
import { createAccumulator } from '../value/accumulators/accumulator.ts'
import type { Accumulator } from '../value/accumulators/accumulator.ts'
import { CountAccumulator } from '../value/accumulators/count.ts'
import type { Aggregate } from '../bind/bound.ts'
import type { NumberCast } from '../plan/shape.ts'
import { RowCounts } from './row-counts.ts'
import type { Cursor, Evaluate } from './cursor.ts'
import type { List, Scratch } from './scratch.ts'

/** Selected records and the group of each; `groups` is 0 where there is but one. */
export interface Members {
  rows: List
  count: number
  groups: List
  /** Groups there are: states are reserved for so many. */
  groupCount: number
  vector(column: number): Vector
}

/** Adds vectors by kernels. Returns false for vectors it is not made for. */
export interface KernelStates {
  reserve(groups: number): void
  /** Positions that are left go to `unsettled`, count first. `rows` are rows of the vector. */
  add(vector: Exclude<Vector, { type: 'dictionary' | 'opaque' }>, members: Members, unsettled: List): boolean
  /** What the kernels added to a group, given to its accumulator. */
  drain(group: number, accumulator: Accumulator): void
}

export class AggregateStates {
  readonly #aggregate: Aggregate
  readonly #cursor: Cursor
  readonly #scratch: Scratch
  readonly #evaluate: Evaluate | null
  readonly #column: number | null
  readonly #kernels: KernelStates | null
  readonly #accumulators = new Map<number, Accumulator>()
  /** COUNT(*). */
  readonly #rowCounts: RowCounts | null

  constructor(
    aggregate: Aggregate,
    kernels: KernelStates | null,
    { scratch, cursor, groups }: { scratch: Scratch; cursor: Cursor; groups: number },
  ) {
    this.#rowCounts = aggregate.argument === null ? new RowCounts(scratch, groups) : null
    this.#aggregate = aggregate
    this.#kernels = kernels
    this.#cursor = cursor
    this.#scratch = scratch
    this.#evaluate = aggregate.argument === null ? null : cursor.compile(aggregate.argument)
    this.#column = aggregate.argument === null ? null : (columnOf(aggregate)?.column ?? null)
  }

  add(members: Members): void {
    if (this.#rowCounts !== null) {
      if (members.groups === 0) this.addRows(0, members.count)
      else this.#rowCounts.add(members)
      return
    }
    const states = this.#kernels
    if (states === null || this.#column === null) {
      this.#addEach(members, null)
      return
    }
    states.reserve(members.groupCount)
    const vector = members.vector(this.#column)
    const unsettled = this.#scratch.takeList()
    let understood = false
    if (vector.type === 'dictionary') understood = this.#addEntries(states, vector, members, unsettled)
    else if (vector.type !== 'opaque') understood = states.add(vector, members, unsettled)
    this.#addEach(members, understood ? unsettled : null)
    this.#scratch.giveList(unsettled)
  }

  /** Entries of the dictionary, as if they were a vector of their own. */
  #addEntries(
    states: KernelStates,
    vector: Extract<Vector, { type: 'dictionary' }>,
    members: Members,
    unsettled: List,
  ): boolean {
    const { kernels, arena } = this.#scratch
    const [entries, groups, positions] = [this.#scratch.takeList(), this.#scratch.takeList(), this.#scratch.takeList()]
    const count = kernels.presentEntries(
      vector.indices,
      vector.kinds,
      members.rows,
      members.count,
      members.groups,
      entries,
      groups,
      positions,
    )
    const present = { ...members, rows: entries, count, groups: members.groups === 0 ? 0 : groups }
    const understood = states.add(vector.entries, present, unsettled)
    if (understood) {
      const { u32 } = arena
      const odd = unsettled / 4
      for (let i = 1; i <= (u32[odd] ?? 0); i++) u32[odd + i] = u32[positions / 4 + (u32[odd + i] ?? 0)] ?? 0
    }
    for (const list of [entries, groups, positions]) this.#scratch.giveList(list)
    return understood
  }

  /** Evaluates the argument at the positions listed, or at all. */
  #addEach({ rows, count, groups }: Members, positions: List | null): void {
    const { arena } = this.#scratch
    const total = positions === null ? count : this.#scratch.u32(positions)
    for (let i = 0; i < total; i++) {
      const position = positions === null ? i : (arena.u32[positions / 4 + 1 + i] ?? 0)
      this.#cursor.row = arena.u32[rows / 4 + position] ?? 0
      const group = groups === 0 ? 0 : (arena.u32[groups / 4 + position] ?? 0)
      this.accumulator(group).add(this.#evaluate?.())
    }
  }

  /** Records of a group, of COUNT(*). */
  addRows(group: number, count: number): void {
    this.#rowCounts?.addCount(group, count)
  }

  /** Of a group, without what is still with the kernels. */
  accumulator(group: number): Accumulator {
    let accumulator = this.#accumulators.get(group)
    if (accumulator === undefined) {
      accumulator = createAccumulator(this.#aggregate)
      this.#accumulators.set(group, accumulator)
    }
    return accumulator
  }

  /** Of a group, with everything: to be asked once. */
  total(group: number): Accumulator {
    const accumulator = this.accumulator(group)
    this.#accumulators.delete(group)
    this.#kernels?.drain(group, accumulator)
    if (this.#rowCounts !== null && accumulator instanceof CountAccumulator) {
      accumulator.addCount(this.#rowCounts.count(group))
    }
    return accumulator
  }

  /** Throws what the argument of the record at the cursor throws, alone or as the only value of the aggregate. */
  probe(): void {
    createAccumulator(this.#aggregate).add(this.#evaluate?.())
  }
}

/** The column an aggregate is of, and the cast to a number around it. */
export function columnOf({ argument }: Aggregate): { column: number; cast: NumberCast | null } | null {
  if (argument === null) return null
  if (argument.op === 'column') return { column: argument.column, cast: null }
  if (argument.op !== 'cast' || argument.operand.op !== 'column') return null
  const { type } = argument
  if (type !== 'INT' && type !== 'FLOAT' && type !== 'DECIMAL') return null
  return { column: argument.operand.column, cast: type }
}

/** Flags for reading cells by a cast. */
export function castFlags(cast: NumberCast | null): number {
  return cast === null ? 0 : numberFlag.cast | (cast === 'INT' ? numberFlag.wholeOnly : 0)
}
