// Where CSV kernels leave what they find, and the reading of it: fields and records of the batch in hand.
import { S3Error } from '../../errors.ts'
import type { Arena } from '../../kernels/select/arena.ts'
import type { CellVector, Selection } from '../../kernels/select/cells.ts'
import { csvFlag, csvSetup, csvStatus } from '../../kernels/select/csv.ts'
import type { CsvKernels } from '../../kernels/select/csv.ts'
import { csvFieldsMax } from '../../limits.ts'
import { fieldText } from './csv-field.ts'
import { withoutQuotes, writeSymbols } from './csv-symbols.ts'
import type { CsvSymbols } from './csv-symbols.ts'

/** Entries a kernel may write beyond a limit. */
const roomEntries = 192

export class CsvIndex {
  readonly setup: number
  readonly arena: Arena
  readonly kernels: CsvKernels
  symbols: CsvSymbols
  readonly #positions: number
  readonly #firsts: number
  readonly #lastsRegion: number
  readonly #rowsRoom: number
  #rowsMax: number
  #wordsView: Uint32Array = new Uint32Array(0)

  /** `rowsMax`: records indexed at once. */
  constructor(arena: Arena, kernels: CsvKernels, symbols: CsvSymbols, rowsMax: number) {
    this.arena = arena
    this.kernels = kernels
    this.symbols = symbols
    this.#rowsRoom = rowsMax + roomEntries
    this.setup = arena.allocate(csvSetup.bytes)
    // The entry before the first is written too.
    this.#positions = arena.allocate(4 * (csvFieldsMax + roomEntries) + 64) + 64
    this.#firsts = arena.allocate(4 * this.#rowsRoom)
    this.#lastsRegion = arena.allocate(4 * this.#rowsRoom)
    this.#rowsMax = rowsMax
    this.#writeSetup()
  }

  #writeSetup(): void {
    writeSymbols(this.arena.u8, this.setup, this.symbols)
    this.#set(csvSetup.positions, this.#positions)
    this.#set(csvSetup.positionsMax, csvFieldsMax)
    this.#set(csvSetup.firsts, this.#firsts)
    this.#set(csvSetup.lastsRegion, this.#lastsRegion)
    this.#set(csvSetup.rowsMax, this.#rowsMax)
  }

  /** All of memory as u32. Asking memory for its buffer is slow; a view has no length once the memory has grown. */
  get #words(): Uint32Array {
    if (this.#wordsView.length === 0) this.#wordsView = this.arena.u32
    return this.#wordsView
  }

  #set(offset: number, value: number): void {
    this.#words[(this.setup + offset) / 4] = value
  }

  #get(address: number): number {
    return this.#words[address / 4] ?? 0
  }

  /** Indexes at most so many records at once: no more than at first. */
  limitRows(rowsMax: number): void {
    this.#rowsMax = rowsMax
    this.#set(csvSetup.rowsMax, rowsMax)
  }

  /** From now on quotes are bytes like others. */
  ignoreQuotes(): void {
    this.symbols = withoutQuotes(this.symbols)
    this.#writeSetup()
  }

  /** Room for the cells of one column. */
  allocateCells(): CellVector {
    const { arena } = this
    return {
      type: 'cells',
      starts: arena.allocate(4 * this.#rowsRoom),
      ends: arena.allocate(4 * this.#rowsRoom),
      kinds: arena.allocate(this.#rowsRoom),
    }
  }

  get #lasts(): number {
    return this.#get(this.setup + csvSetup.lasts)
  }

  get consumed(): number {
    return this.#get(this.setup + csvSetup.consumed)
  }

  get status(): number {
    return this.#get(this.setup + csvSetup.status)
  }

  /** How many bytes the candidates of the last search have. */
  get candidateBytes(): number {
    return this.#get(this.setup + csvSetup.candidateBytes)
  }

  /** The fault the walk met at the first record it left, if any. */
  fault(): S3Error | null {
    if ((this.status & csvStatus.quotedDelimiter) !== 0) return new S3Error('CSVEscapingRecordDelimiter')
    if ((this.status & csvStatus.openQuote) !== 0) return new S3Error('CSVUnescapedQuote')
    if ((this.status & csvStatus.full) !== 0) return new S3Error('OverMaxColumn')
    return null
  }

  cells(field: number, selection: Selection, into: CellVector): void {
    const { pointer, count } = selection
    this.kernels.csvCells(this.setup, field, pointer, count, into.starts, into.ends, into.kinds)
  }

  recordBounds(selection: Selection, into: CellVector): void {
    this.kernels.csvRecords(this.setup, selection.pointer, selection.count, into.starts, into.ends, into.kinds)
  }

  startOf(row: number): number {
    return this.#get(this.#positions + 4 * (this.#get(this.#firsts + 4 * row) - 1)) + 1
  }

  /** The address after a record's delimiter. */
  endOf(row: number): number {
    return this.#get(this.#positions + 4 * (this.#get(this.#lasts + 4 * row) - 1)) + 1
  }

  fieldCount(row: number): number {
    return this.#get(this.#lasts + 4 * row) - this.#get(this.#firsts + 4 * row)
  }

  /** A field's text; null for an empty one in the lenient dialect, undefined (MISSING) beyond the record's last. */
  text(row: number, field: number): string | null | undefined {
    const count = this.fieldCount(row)
    if (field >= count) return undefined
    const position = this.#positions + 4 * (this.#get(this.#firsts + 4 * row) + field)
    const start = this.#get(position - 4) + 1
    const { recordDelimiter, fieldDelimiter, flags } = this.symbols
    const memory = this.arena.u8
    let end = this.#get(position) + 1 - fieldDelimiter.length
    if (field + 1 === count) {
      end = this.#get(position) + 1 - recordDelimiter.length
      if ((flags & csvFlag.stripReturn) !== 0 && end > start && memory[end - 1] === 13) end--
    }
    return fieldText(memory, start, end, this.symbols)
  }

  /** How many of the first `rows` records come before one with too many fields: kernels make room for some more. */
  rowsWithinFields(rows: number): number {
    const fields = rows === 0 ? 0 : this.#get(this.#lasts + 4 * (rows - 1))
    if (fields <= csvFieldsMax) return rows
    for (let row = 0; row < rows; row++) if (this.fieldCount(row) > csvFieldsMax) return row
    return rows
  }

  /** How many of the first `rows` records begin at an address or before it. */
  rowsUpTo(rows: number, address: number): number {
    let [low, high] = [0, rows]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.startOf(middle) <= address) low = middle + 1
      else high = middle
    }
    return low
  }
}
