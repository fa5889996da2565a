// A column with repetition levels: its entries (a value or an absence each), row by row.
// https://parquet.apache.org/docs/file-format/nestedencoding/
import type { Value } from '../../value/value.ts'
import type { Dictionary } from './dictionary.ts'
import { damaged } from './faults.ts'
import type { Page } from './page.ts'
import type { PageSource } from './page-source.ts'
import { allocateArrays } from './plain-values.ts'
import type { ValueArrays } from './plain-values.ts'
import type { ScanContext } from './scan-context.ts'
import type { Leaf } from './schema.ts'
import { valueAt } from './typed-value.ts'

/** Values of one page, all decoded. */
interface PageValues {
  page: Page
  /** The number of its first value among those of the row group. */
  base: number
  count: number
  dictionary: Dictionary | null
  arrays: ValueArrays | null
  indices: number
}

/** Where a row's entries lie, and its first value. */
export interface EntrySpan {
  start: number
  end: number
  value: number
}

export class NestedLeaf {
  readonly leaf: Leaf
  /** Levels of entries that are loaded. */
  repetitions = new Uint8Array(0)
  definitions = new Uint8Array(0)
  readonly #context: ScanContext
  #source: PageSource | null = null
  #pages: PageValues[] = []
  /** Runs of pages that were begun: pages between them are left out, so a row is known by how many were loaded before it. */
  #runs: { firstRow: number; loadedBefore: number }[] = []
  /** Loaded rows, entries and values before the next batch. */
  #passed = 0
  #entry = 0
  #value = 0
  /** Rows that begin in what was loaded. */
  #rowsBegun = 0
  #valuesLoaded = 0
  #isAtEnd = false
  #starts = new Uint32Array(0)
  #values = new Uint32Array(0)

  constructor(context: ScanContext, leaf: Leaf) {
    this.leaf = leaf
    this.#context = context
  }

  startRowGroup(source: PageSource): void {
    this.endRowGroup()
    this.#source = source
    this.repetitions = new Uint8Array(0)
    this.definitions = new Uint8Array(0)
    this.#runs = []
    this.#passed = 0
    this.#entry = 0
    this.#value = 0
    this.#rowsBegun = 0
    this.#valuesLoaded = 0
    this.#isAtEnd = false
  }

  endRowGroup(): void {
    for (const values of this.#pages) this.#free(values)
    this.#pages = []
    this.#source?.close()
    this.#source = null
  }

  /** Loads pages so that rows up to `to` are there whole; returns `to`. */
  async load(to: number): Promise<number> {
    while (this.#pages[0] !== undefined && this.#pages[0].base + this.#pages[0].count <= this.#value) {
      const passed = this.#pages.shift()
      if (passed !== undefined) this.#free(passed)
    }
    // A row is whole when the next begins.
    while (!this.#isAtEnd && this.#rowsBegun <= this.#loadedBefore(to - 1) + 1) {
      const next = (await this.#source?.next(0)) ?? null
      if (next === null) this.#isAtEnd = true
      else this.#append(next)
    }
    if (this.#rowsBegun <= this.#loadedBefore(to - 1)) throw damaged(`column ${this.leaf.name} has too few rows`)
    return to
  }

  /** How many rows are loaded before a row once it is loaded itself. */
  #loadedBefore(row: number): number {
    const run = this.#runs.findLast(({ firstRow }) => firstRow <= row)
    return run === undefined ? row : run.loadedBefore + row - run.firstRow
  }

  /** The batch is these rows; they are loaded. */
  begin(from: number, rows: number): void {
    const first = this.#loadedBefore(from)
    this.#pass(first - this.#passed, null)
    this.#passed = first + rows
    this.#starts = new Uint32Array(rows + 1)
    this.#values = new Uint32Array(rows + 1)
    this.#pass(rows, { starts: this.#starts, values: this.#values })
  }

  /** The entries of a row of the batch. */
  span(row: number): EntrySpan {
    return { start: this.#starts[row] ?? 0, end: this.#starts[row + 1] ?? 0, value: this.#values[row] ?? 0 }
  }

  /** A value by its number among those of the row group. */
  valueAt(number: number): Value {
    const page = this.#pages.find(({ base, count }) => number >= base && number < base + count)
    if (page === undefined) throw damaged(`column ${this.leaf.name} has too few values`)
    const { pool } = this.#context
    const index = number - page.base
    if (page.arrays !== null) return valueAt(pool, this.leaf, { arrays: page.arrays, index })
    if (page.dictionary === null) throw damaged('a page without its dictionary')
    const entry = pool.u32[page.indices / 4 + index] ?? 0
    return valueAt(pool, this.leaf, { arrays: page.dictionary.arrays, index: entry })
  }

  /** Passes over rows, noting where each begins. */
  #pass(rows: number, note: { starts: Uint32Array; values: Uint32Array } | null): void {
    const { definitionMax } = this.leaf
    const count = this.definitions.length
    let entry = this.#entry
    let value = this.#value
    for (let row = 0; row < rows; row += 1) {
      if (note !== null) {
        note.starts[row] = entry
        note.values[row] = value
      }
      do {
        if (this.definitions[entry] === definitionMax) value += 1
        entry += 1
      } while (entry < count && this.repetitions[entry] !== 0)
    }
    if (entry > count) throw damaged(`column ${this.leaf.name} has too few rows`)
    if (note !== null) {
      note.starts[rows] = entry
      note.values[rows] = value
    }
    this.#entry = entry
    this.#value = value
  }

  /** Decodes a whole page. */
  #append({ page, firstRow, startsRun }: { page: Page; firstRow: number; startsRun: boolean }): void {
    const { pool, kernels } = this.#context
    if (startsRun) this.#runs.push({ firstRow, loadedBefore: this.#rowsBegun })
    const count = page.values
    page.open()
    const levels = pool.allocate(count * 2)
    page.readLevels(levels, levels + count, count)
    const left = this.definitions.length - this.#entry
    const repetitions = new Uint8Array(left + count)
    const definitions = new Uint8Array(left + count)
    repetitions.set(this.repetitions.subarray(this.#entry))
    definitions.set(this.definitions.subarray(this.#entry))
    repetitions.set(pool.u8.subarray(levels, levels + count), left)
    definitions.set(pool.u8.subarray(levels + count, levels + 2 * count), left)
    if ((left === 0 || startsRun) && count > 0 && repetitions[left] !== 0) throw damaged('a row begins in the middle')
    for (let entry = left; entry < left + count; entry += 1) if (repetitions[entry] === 0) this.#rowsBegun += 1
    const present = kernels.levelsToKinds(levels + count, count, this.leaf.definitionMax, 0)
    pool.free(levels)
    this.repetitions = repetitions
    this.definitions = definitions
    this.#entry = 0
    this.#pages.push(this.#valuesOf(page, present))
    this.#valuesLoaded += present
  }

  #valuesOf(page: Page, count: number): PageValues {
    const { pool } = this.#context
    const { dictionary } = page
    const base = this.#valuesLoaded
    if (dictionary !== null) {
      const indices = pool.allocate(count * 4)
      page.readIndices(indices, count, dictionary.count)
      return { page, base, count, dictionary, arrays: null, indices }
    }
    const arrays = allocateArrays(this.#context, this.leaf, count)
    page.readValues(arrays, 0, count)
    return { page, base, count, dictionary, arrays, indices: 0 }
  }

  #free({ page, arrays, indices }: PageValues): void {
    page.free()
    if (arrays !== null) this.#context.pool.free(arrays.starts)
    if (indices !== 0) this.#context.pool.free(indices)
  }
}
