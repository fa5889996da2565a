// Rows by their order; the first so many, when no more are wanted. No I/O, no clock.
import type { Value } from '../value/value.ts'
import type { Compare } from './order.ts'

export interface OrderedRow {
  order: Value[]
  output: Value[]
  /** Of rows that are equal in order the earlier comes first. */
  sequence: number
}

export class OrderedRows {
  readonly #compare: (left: OrderedRow, right: OrderedRow) => number
  readonly #wanted: number
  /** A heap with the last row on top, once `wanted` are there; before, in no order. */
  #rows: OrderedRow[] = []
  #isHeap = false

  constructor(compare: Compare, wanted: number) {
    this.#compare = (left, right) => compare(left.order, right.order) || left.sequence - right.sequence
    this.#wanted = wanted
  }

  get length(): number {
    return this.#rows.length
  }

  /** Adds a row unless `wanted` others come before it; then one of them goes. */
  add(row: OrderedRow): { added: boolean; removed: OrderedRow | null } {
    if (this.#rows.length < this.#wanted) {
      this.#rows.push(row)
      return { added: true, removed: null }
    }
    if (!this.#isHeap) {
      // A descending list is a heap.
      this.#rows.sort((left, right) => this.#compare(right, left))
      this.#isHeap = true
    }
    const [last] = this.#rows
    if (last === undefined || this.#compare(row, last) >= 0) return { added: false, removed: null }
    this.#sink(row)
    return { added: true, removed: last }
  }

  /** Puts the row on top of the heap and lets it sink to its place. */
  #sink(row: OrderedRow): void {
    const rows = this.#rows
    let at = 0
    for (;;) {
      const left = rows[2 * at + 1]
      const right = rows[2 * at + 2]
      if (left === undefined) break
      const isRight = right !== undefined && this.#compare(right, left) > 0
      const child = isRight ? right : left
      if (this.#compare(child, row) <= 0) break
      rows[at] = child
      at = 2 * at + (isRight ? 2 : 1)
    }
    rows[at] = row
  }

  sorted(): OrderedRow[] {
    this.#isHeap = false
    return this.#rows.sort(this.#compare)
  }
}
