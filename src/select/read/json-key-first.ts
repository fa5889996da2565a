// Records found with the values of the one key that all of them are asked for.
import type { JsonHabits } from './json-batch.ts'
import type { JsonColumns } from './json-columns.ts'
import { rarest } from './json-literal.ts'
import type { LinesRange } from './json-scan.ts'

/** Above this share of records that need a closer look, scanning all of them is faster. */
const oddShareMax = 0.25
/** Windows in a row in which it did not pay, or lines are no records. */
const failuresMax = 4
const encoder = new TextEncoder()

export class JsonKeyFirst {
  readonly #columns: JsonColumns
  readonly #habits: JsonHabits
  #failures = 0
  /** Of the slot whose key was looked for last: where its rarest byte is in the key with its quotes; null when it is no plain key. */
  #slot: number | null = null
  #letter: number | null = null

  constructor(columns: JsonColumns, habits: JsonHabits) {
    this.#columns = columns
    this.#habits = habits
  }

  /** The slot to be filled; null when records have to be found first, and their values then. */
  get slot(): number | null {
    const slot = this.#failures < failuresMax ? this.#habits.dense.only : null
    if (slot !== this.#slot) {
      this.#slot = slot
      const name = slot === null ? null : this.#columns.keyOf(slot)
      this.#letter = name === null ? null : rarest(encoder.encode(name))[0] + 1
    }
    return this.#letter === null ? null : slot
  }

  /** How many records the lines are; null when they are none. */
  scan(slot: number, lines: LinesRange): number | null {
    const found = this.#letter === null ? null : this.#columns.scanKey(slot, this.#letter, lines)
    const pays = found !== null && found.odd <= found.rows * oddShareMax
    this.#failures = pays ? 0 : this.#failures + 1
    return found === null ? null : found.rows
  }
}
