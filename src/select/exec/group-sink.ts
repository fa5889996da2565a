// GROUP BY: groups are found and added to as records come, and written in the end.
import { outputPieceBytes } from '../../limits.ts'
import type { Batch, RecordWriter } from '../batch.ts'
import type { BoundQuery } from '../bind/bound.ts'
import { foldConstants } from '../scalar/fold-constants.ts'
import { saveValue } from '../value/accumulators/saved-value.ts'
import type { Value } from '../value/value.ts'
import { firstFault, statesOf, vectorsOf } from './aggregate-sink.ts'
import type { SinkTools } from './aggregate-sink.ts'
import type { AggregateStates } from './aggregate-states.ts'
import { groupsFirst } from './group-array.ts'
import { GroupKeys } from './group-keys.ts'
import { GroupRows } from './group-rows.ts'
import type { Group } from './group-rows.ts'
import type { SavedGroup } from './saved-group.ts'
import type { List } from './scratch.ts'
import type { Sink } from './sink.ts'

export class GroupSink implements Sink {
  readonly full = false
  readonly takeCount = null
  readonly #tools: SinkTools
  readonly #keys: GroupKeys
  readonly #states: AggregateStates[]
  readonly #groups: List
  readonly #rows: GroupRows
  readonly #writer: RecordWriter
  /** In the order of the answer; null while records come. */
  #answer: Iterator<Group> | null = null

  constructor(query: BoundQuery, writer: RecordWriter, tools: SinkTools) {
    this.#tools = tools
    this.#writer = writer
    this.#keys = new GroupKeys((query.groupBy ?? []).map(foldConstants), tools)
    this.#states = statesOf(query.aggregates, tools, groupsFirst)
    this.#groups = tools.scratch.takeList()
    this.#rows = new GroupRows(query, writer, tools.cursor.setup)
  }

  take(batch: Batch, rows: List, count: number): void {
    const { cursor } = this.#tools
    cursor.batch = batch
    const vector = vectorsOf(batch, rows, count)
    const groups = this.#groups
    try {
      this.#keys.find(rows, count, { groups, vector })
      const members = { rows, count, groups, groupCount: this.#keys.count, vector }
      for (const states of this.#states) states.add(members)
    } catch (error) {
      throw firstFault(error, { rows, count, states: [this.#keys, ...this.#states], tools: this.#tools })
    }
  }

  finish(): boolean {
    if (this.#answer === null) {
      const groups = Array.from({ length: this.#keys.count }, (_, group) => this.#group(group))
      this.#answer = this.#rows.sorted(groups)[Symbol.iterator]()
    }
    while (!this.#rows.full && this.#writer.pending < outputPieceBytes) {
      const next = this.#answer.next()
      if (next.done === true) return false
      this.#rows.write(next.value)
    }
    return !this.#rows.full
  }

  #group(group: number): { keys: Value[]; results: Value[] } {
    return { keys: this.#keys.keyOf(group), results: this.#states.map((states) => states.total(group).result()) }
  }

  /** The groups as plain data, instead of `finish`. */
  save(): SavedGroup[] {
    return Array.from({ length: this.#keys.count }, (_, group) => ({
      keys: this.#keys.keyOf(group).map(saveValue),
      states: this.#states.map((states) => states.total(group).save()),
    }))
  }
}
