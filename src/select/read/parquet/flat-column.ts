// A column of at most one value a row: from its pages to vectors by row, as late as can be.
import { cellKind } from '../../../kernels/select/cells.ts'
import type { DictionaryVector, Vector } from '../../../kernels/select/cells.ts'
import { S3Error } from '../../../errors.ts'
import type { Value } from '../../value/value.ts'
import type { Dictionary } from './dictionary.ts'
import { damaged } from './faults.ts'
import type { Page } from './page.ts'
import type { PageSource } from './page-source.ts'
import { allocateArrays, presentKind } from './plain-values.ts'
import type { ValueArrays } from './plain-values.ts'
import type { ScanContext } from './scan-context.ts'
import type { Leaf } from './schema.ts'
import { valueAt } from './typed-value.ts'

interface PlacedPage {
  page: Page
  firstRow: number
}

/** Rows passed over at once in a page that is read piece by piece. */
const skippedRows = 4096

export class FlatColumn {
  readonly leaf: Leaf
  readonly #context: ScanContext
  readonly #kinds: number
  readonly #indices: number
  readonly #arrays: ValueArrays
  /** Rows of `#kinds` that all say "present" since they were last written. */
  #cleanKinds = 0
  #source: PageSource | null = null
  #pages: PlacedPage[] = []
  /** The row up to which pages are loaded. */
  #loadedTo = 0
  /** The dictionary whose texts are known to be text. */
  #checkedDictionary = 0
  #batch = { from: 0, rows: 0 }
  /** What the batch's rows were decoded to; null until asked for. */
  #decoded: { dictionary: Dictionary | null } | null = null

  constructor(context: ScanContext, leaf: Leaf, rowsMax: number) {
    this.leaf = leaf
    this.#context = context
    const { pool } = context
    this.#kinds = pool.allocate(rowsMax)
    this.#indices = pool.allocate(rowsMax * 4)
    this.#arrays = allocateArrays(context, leaf, rowsMax)
    // Booleans have no text; cells without it are empty ones.
    if (leaf.storage === 'kinds') pool.u32.fill(0, this.#indices / 4, this.#indices / 4 + rowsMax)
  }

  /** Kinds, indices, and cells with a number each at most. */
  static readonly bytesPerRow = 21

  /** Kernel memory a column takes for its vectors. */
  static bytesFor(rowsMax: number): number {
    return rowsMax * FlatColumn.bytesPerRow + 1024
  }

  startRowGroup(source: PageSource): void {
    this.endRowGroup()
    this.#source = source
    this.#loadedTo = 0
  }

  endRowGroup(): void {
    for (const { page } of this.#pages) page.free()
    this.#pages = []
    this.#source?.close()
    this.#source = null
    this.#decoded = null
  }

  /** Whether rows up to `to` are there without waiting; then what rows before `from` needed is given back. */
  isLoaded(from: number, to: number): boolean {
    if (this.#loadedTo < to || this.#pages.some(({ page }) => page.stream !== null)) return false
    this.#decoded = null
    for (let first = this.#pages[0]; first !== undefined && endOf(first) <= from; first = this.#pages[0]) {
      first.page.free()
      this.#pages.shift()
    }
    return true
  }

  /**
   * Gives back what rows before `from` needed, then loads pages so that rows up to `to` are there. Returns the row up to
   * which they are: `to`, or less where they are too long.
   */
  async load(from: number, to: number): Promise<number> {
    this.#decoded = null
    for (let first = this.#pages[0]; first !== undefined && endOf(first) <= from; first = this.#pages[0]) {
      await first.page.stream?.finish()
      first.page.free()
      this.#pages.shift()
    }
    for (let index = 0; ; index += 1) {
      const placed = this.#pages[index] ?? (await this.#nextPage(from))
      const end = Math.min(to, endOf(placed))
      const loaded = await this.#fill(placed, Math.max(from, placed.firstRow), end)
      if (loaded < end || loaded === to) return loaded
      // The next page lies behind this one.
      await placed.page.stream?.finish()
    }
  }

  async #nextPage(from: number): Promise<PlacedPage> {
    const next = (await this.#source?.next(from)) ?? null
    if (next === null || next.firstRow > Math.max(from, this.#loadedTo)) {
      throw damaged(`column ${this.leaf.name} has too few rows`)
    }
    this.#pages.push(next)
    this.#loadedTo = endOf(next)
    return next
  }

  /** Moves the window of a page that is read piece by piece. Returns the row up to which it has values. */
  async #fill(placed: PlacedPage, from: number, to: number): Promise<number> {
    const { page } = placed
    const { stream } = page
    if (stream === null) return to
    const at = from - placed.firstRow
    // Rows nobody asked for.
    while (page.values - page.left < at) {
      const rows = Math.min(at - (page.values - page.left), skippedRows)
      const present = page.presentAhead(rows)
      const found = await stream.fill(present)
      page.skip(found < present ? found : rows)
    }
    const present = page.presentAhead(to - from)
    const found = await stream.fill(present)
    return found < present ? from + found : to
  }

  /** The batch is these rows; they are loaded. */
  begin(from: number, rows: number): void {
    this.#batch = { from, rows }
    this.#decoded = null
  }

  vector(): Vector {
    const { dictionary } = this.#decode()
    if (dictionary === null) {
      this.#checkText(this.#arrays, this.#kinds, this.#batch.rows)
      return this.#plainVector(this.#arrays, this.#kinds)
    }
    if (this.#checkedDictionary !== dictionary.id)
      this.#checkText(dictionary.arrays, dictionary.kinds, dictionary.count)
    this.#checkedDictionary = dictionary.id
    const entries = this.#plainVector(dictionary.arrays, dictionary.kinds)
    if (entries.type === 'opaque' || entries.type === 'dictionary') return { type: 'opaque' }
    const vector: DictionaryVector = {
      type: 'dictionary',
      indices: this.#indices,
      kinds: this.#kinds,
      entries,
      entryCount: dictionary.count,
      id: dictionary.id,
    }
    return vector
  }

  value(row: number): Value {
    const { dictionary } = this.#decode()
    const { pool } = this.#context
    if (pool.u8[this.#kinds + row] === cellKind.null) return null
    if (this.leaf.storage === 'kinds') return pool.u8[this.#kinds + row] === cellKind.true
    if (dictionary === null) return valueAt(pool, this.leaf, { arrays: this.#arrays, index: row })
    return valueAt(pool, this.leaf, { arrays: dictionary.arrays, index: pool.u32[this.#indices / 4 + row] ?? 0 })
  }

  /** Bytes that are not said to be text must be UTF-8 to be given as such. Throws InvalidTextEncoding. */
  #checkText({ starts, ends }: ValueArrays, kinds: number, count: number): void {
    const { meaning, element } = this.leaf
    if (meaning.meaning !== 'text' || element.converted_type !== undefined || element.logical_type !== undefined) return
    const { kernels, pool } = this.#context
    const { u8, u32 } = pool
    for (let index = 0; index < count; index += 1) {
      if (u8[kinds + index] === cellKind.null) continue
      const valid = kernels.isUtf8(u32[starts / 4 + index] ?? 0, u32[ends / 4 + index] ?? 0)
      if (valid === 0) throw new S3Error('InvalidTextEncoding', { reason: `column ${this.leaf.name}` })
    }
  }

  #plainVector(arrays: ValueArrays, kinds: number): Vector {
    const { meaning } = this.leaf
    switch (meaning.meaning) {
      case 'text':
        return { type: 'cells', starts: arrays.starts, ends: arrays.ends, kinds }
      case 'boolean':
        return { type: 'cells', starts: this.#indices, ends: this.#indices, kinds }
      case 'integer':
        return { type: 'int64', values: arrays.values, kinds, scale: 0 }
      case 'float':
        return { type: 'float64', values: arrays.values, kinds }
      case 'decimal':
        if (this.leaf.storage !== 'i64') return { type: 'opaque' }
        return { type: 'int64', values: arrays.values, kinds, scale: meaning.scale }
      case 'date':
      case 'timestamp':
      case 'unsigned':
      case 'unsupported':
      case 'uuid':
        return { type: 'opaque' }
    }
  }

  #decode(): { dictionary: Dictionary | null } {
    if (this.#decoded !== null) return this.#decoded
    const { from, rows } = this.#batch
    this.#seek(from)
    const segments = this.#segments(from, rows)
    const first = segments[0]?.page.dictionary ?? null
    const together = segments.every(({ page }) => page.dictionary === first) ? first : null
    for (const segment of segments) this.#decodeSegment(segment, together)
    this.#decoded = { dictionary: together }
    return this.#decoded
  }

  /** The pages' parts of the batch. */
  #segments(from: number, rows: number) {
    const segments: { page: Page; index: number; count: number }[] = []
    for (const placed of this.#pages) {
      const start = Math.max(from, placed.firstRow)
      const count = Math.min(from + rows, endOf(placed)) - start
      if (count > 0) segments.push({ page: placed.page, index: start - from, count })
    }
    return segments
  }

  /** Passes over the rows of loaded pages before `row`. */
  #seek(row: number): void {
    for (const { page, firstRow } of this.#pages) {
      const skipped = Math.min(row - firstRow, page.values) - (page.values - page.left)
      // A page none of whose rows are wanted is never decompressed.
      if (skipped <= 0 || firstRow + page.values <= row) continue
      page.open()
      page.skip(skipped)
    }
  }

  #decodeSegment(segment: { page: Page; index: number; count: number }, together: Dictionary | null): void {
    const { page, index, count } = segment
    const { kernels } = this.#context
    const kinds = this.#kinds + index
    const indices = this.#indices + index * 4
    page.open()
    const clean = index + count <= this.#cleanKinds
    const present = page.readKinds({ kinds, count, present: presentKind(this.leaf), clean })
    if (present < count) this.#cleanKinds = Math.min(this.#cleanKinds, index)
    else if (index <= this.#cleanKinds) this.#cleanKinds = Math.max(this.#cleanKinds, index + count)
    const { dictionary } = page
    if (dictionary === null) {
      page.readValues(this.#arrays, index, present)
      if (present < count) this.#spread(index, count, present)
      if (this.leaf.storage === 'kinds') this.#settleBooleans(index, count)
      return
    }
    page.readIndices(indices, present, dictionary.count)
    if (present < count) kernels.spread32(indices, kinds, count, present)
    if (together === null) this.#gather(dictionary, index, count)
  }

  #spread(index: number, count: number, present: number): void {
    const { kernels } = this.#context
    const { starts, ends, values } = this.#arrays
    const kinds = this.#kinds + index
    switch (this.leaf.storage) {
      case 'cells':
        kernels.spread32(starts + index * 4, kinds, count, present)
        kernels.spread32(ends + index * 4, kinds, count, present)
        return
      case 'kinds':
        kernels.spread8(values + index, kinds, count, present)
        return
      case 'i64':
      case 'f64':
        kernels.spread64(values + index * 8, kinds, count, present)
    }
  }

  /** A dictionary's entries as values of their own, beside rows that have no dictionary. */
  #gather(dictionary: Dictionary, index: number, count: number): void {
    const { kernels } = this.#context
    const { starts, ends, values } = this.#arrays
    const kinds = this.#kinds + index
    const indices = this.#indices + index * 4
    if (this.leaf.storage === 'cells') {
      kernels.gather32(indices, kinds, count, dictionary.arrays.starts, starts + index * 4)
      kernels.gather32(indices, kinds, count, dictionary.arrays.ends, ends + index * 4)
    } else {
      kernels.gather64(indices, kinds, count, dictionary.arrays.values, values + index * 8)
    }
  }

  /** A boolean's kind is its value. */
  #settleBooleans(index: number, count: number): void {
    const { u8 } = this.#context.pool
    const { values } = this.#arrays
    for (let row = index; row < index + count; row += 1) {
      if (u8[this.#kinds + row] !== cellKind.null) u8[this.#kinds + row] = u8[values + row] ?? cellKind.null
    }
    this.#cleanKinds = Math.min(this.#cleanKinds, index)
  }
}

function endOf({ page, firstRow }: PlacedPage): number {
  return firstRow + page.values
}
