// A batch of JSON records: cells are found when they are asked for, and what was asked for together before is found in one walk.
import type { Arena } from '../../kernels/select/arena.ts'
import type { CellVector, Selection, Vector } from '../../kernels/select/cells.ts'
import { cellKind } from '../../kernels/select/cells.ts'
import type { Batch } from '../batch.ts'
import { MISSING } from '../value/value.ts'
import type { Value } from '../value/value.ts'
import type { JsonColumns } from './json-columns.ts'
import { notLoaded } from './json-columns.ts'
import { withJsonErrors } from './json-fault.ts'
import type { JsonScan } from './json-scan.ts'
import { cellValue } from './json-value.ts'

/** What the batches so far were asked for. */
export class JsonHabits {
  /** Slots of most records, of few records, and of single ones. */
  readonly dense = new Habit()
  readonly sparse = new Habit()
  readonly single = new Habit()
  /** Most records of the last batch were asked for one by one. */
  manySingles = false
}

/** Slots used the same way. What a batch adds counts from the next one on. */
class Habit {
  #slots: readonly number[] = []
  readonly #added = new Set<number>()

  /** What to load when `slot` is wanted. */
  with(slot: number): readonly number[] {
    if (this.#slots.includes(slot)) return this.#slots
    this.#added.add(slot)
    return [slot]
  }

  /** The only slot; null when there are several, or none. */
  get only(): number | null {
    return this.#slots.length === 1 ? (this.#slots[0] ?? null) : null
  }

  learn(): void {
    if (this.#added.size === 0) return
    this.#slots = [...this.#slots, ...this.#added].sort((one, other) => one - other)
    this.#added.clear()
  }
}

export interface BatchParts {
  arena: Arena
  scan: JsonScan
  columns: JsonColumns
  habits: JsonHabits
}

export class JsonBatch implements Batch {
  readonly rows: number
  readonly #parts: BatchParts
  readonly #whole = new Set<number>()
  #singles = 0

  /** `loaded`: the slot whose cells are filled. */
  constructor(rows: number, parts: BatchParts, loaded: number | null) {
    this.rows = rows
    this.#parts = parts
    if (loaded !== null) this.#whole.add(loaded)
    parts.columns.forget(rows, loaded)
  }

  /** At the end of the batch: what it teaches for the next one. */
  finish(): void {
    const { habits } = this.#parts
    habits.dense.learn()
    habits.sparse.learn()
    habits.single.learn()
    habits.manySingles = this.#singles * 4 > this.rows
  }

  vector(column: number, selection: Selection): Vector {
    const { columns, habits } = this.#parts
    const slot = columns.slotOf[column] ?? null
    const addresses = slot === null ? undefined : columns.slots[slot]
    if (slot === null || addresses === undefined) return { type: 'opaque' }
    if (selection.count * 2 >= this.rows) this.#loadWhole(slot, habits.dense.with(slot))
    else if (!this.#has(slot, selection)) columns.load(habits.sparse.with(slot), selection.pointer, selection.count)
    return { type: 'cells', ...addresses }
  }

  value(column: number, row: number): Value {
    const { arena, columns } = this.#parts
    const slot = columns.slotOf[column] ?? null
    const addresses = slot === null ? undefined : columns.slots[slot]
    if (slot === null || addresses === undefined) return MISSING
    if (arena.u8[addresses.kinds + row] === notLoaded) this.#loadSingle(slot, row)
    const { u8, u32 } = arena
    const kind = u8[addresses.kinds + row] ?? cellKind.missing
    const span = { start: u32[(addresses.starts >> 2) + row] ?? 0, end: u32[(addresses.ends >> 2) + row] ?? 0 }
    return withJsonErrors(() => cellValue(u8, kind, span))
  }

  records(_selection: Selection): CellVector {
    const { scan } = this.#parts
    return { type: 'cells', starts: scan.get('starts'), ends: scan.get('ends'), kinds: scan.get('kinds') }
  }

  #loadWhole(slot: number, slots: readonly number[]): void {
    if (this.#whole.has(slot)) return
    const { columns } = this.#parts
    columns.load(slots, columns.allRows, this.rows)
    for (const loaded of slots) this.#whole.add(loaded)
  }

  #loadSingle(slot: number, row: number): void {
    const { columns, habits } = this.#parts
    this.#singles++
    const slots = habits.single.with(slot)
    if (habits.manySingles) this.#loadWhole(slot, slots)
    else columns.load(slots, columns.allRows + row * 4, 1)
  }

  #has(slot: number, { pointer, count }: Selection): boolean {
    if (this.#whole.has(slot)) return true
    const { u8, u32 } = this.#parts.arena
    const kinds = this.#parts.columns.slots[slot]?.kinds ?? 0
    for (let index = 0; index < count; index++) {
      if (u8[kinds + (u32[(pointer >> 2) + index] ?? 0)] === notLoaded) return false
    }
    return true
  }
}
