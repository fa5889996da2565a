// DISTINCT: of equal rows only the first goes on.
import type { Batch } from '../batch.ts'
import type { Bound, BoundQuery } from '../bind/bound.ts'
import { vectorsOf } from './aggregate-sink.ts'
import type { SinkTools } from './aggregate-sink.ts'
import { GroupKeys } from './group-keys.ts'
import type { List } from './scratch.ts'
import type { Sink } from './sink.ts'

export class DistinctSink implements Sink {
  readonly takeCount = null
  readonly #next: Sink
  readonly #tools: SinkTools
  readonly #keys: GroupKeys
  readonly #groups: List
  readonly #fresh: List

  constructor({ output }: BoundQuery, next: Sink, tools: SinkTools) {
    const star: Bound[] = output.kind === 'star' ? [{ op: 'column', column: output.column }] : []
    const keys = output.kind === 'star' ? star : output.projections.map(({ value }) => value)
    this.#next = next
    this.#tools = tools
    this.#keys = new GroupKeys(keys, tools)
    this.#groups = tools.scratch.takeList()
    this.#fresh = tools.scratch.takeList()
  }

  get full(): boolean {
    return this.#next.full
  }

  take(batch: Batch, rows: List, count: number): void {
    const { cursor, scratch } = this.#tools
    cursor.batch = batch
    let known = this.#keys.count
    this.#keys.find(rows, count, { groups: this.#groups, vector: vectorsOf(batch, rows, count) })
    if (this.#keys.count === known) return
    const { u32 } = scratch.arena
    let fresh = 0
    for (let i = 0; i < count; i++) {
      // Groups are numbered as they first appear.
      if (u32[this.#groups / 4 + i] !== known) continue
      u32[this.#fresh / 4 + fresh++] = u32[rows / 4 + i] ?? 0
      known++
    }
    this.#next.take(batch, this.#fresh, fresh)
  }

  finish(): boolean {
    return this.#next.finish()
  }
}
