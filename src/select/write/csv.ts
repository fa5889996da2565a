/**
 * Records as CSV: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CSVOutput.html
 *
 * Plain text is copied from where it lies; whole records are too, where they are to be written as they were.
 */
import { S3Error } from '../../errors.ts'
import type { Arena } from '../../kernels/select/arena.ts'
import type { CellVector, Selection, Vector } from '../../kernels/select/cells.ts'
import type { SelectKernels } from '../../kernels/select/kernels.ts'
import { csvFormat, csvWriteStatus } from '../../kernels/select/write-csv.ts'
import { selectRecordBytesMax } from '../../limits.ts'
import type { Batch, RecordWriter } from '../batch.ts'
import type { CsvOutput, Dialect, InputFormat } from '../request.ts'
import { Struct } from '../value/value.ts'
import type { Value } from '../value/value.ts'
import { writeCsvFormat } from './csv-format.ts'
import { CsvRow } from './csv-row.ts'

export interface CsvWriterSetup {
  kernels: SelectKernels
  arena: Arena
  dialect: Dialect
  input: InputFormat
  output: CsvOutput
}

/** Any record fits an empty region, with an escape character before each byte. */
const regionBytes = 2 * selectRecordBytesMax + 65_536
/** Columns written without a detour over values; more are written value by value. */
const columnsMax = 1024
const wordsPerColumn = 3

/** Its methods throw OverMaxRecordSize, OverMaxColumn, and InvalidTextEncoding for bytes of the input that are no UTF-8. */
export function csvWriter(setup: CsvWriterSetup): RecordWriter {
  return new CsvWriter(setup)
}

class CsvWriter implements RecordWriter {
  readonly #arena: Arena
  readonly #kernels: SelectKernels
  readonly #format: number
  readonly #table: number
  readonly #row: CsvRow
  /** Records of the input are written as they are. */
  readonly #verbatim: boolean
  readonly #base: number
  /** The end of what the region holds. */
  #next: number
  /** What left the region to make room. */
  #full: Uint8Array[] = []
  #fullBytes = 0

  constructor({ kernels, arena, dialect, input, output }: CsvWriterSetup) {
    this.#arena = arena
    this.#kernels = kernels
    this.#format = writeCsvFormat(arena, output, dialect)
    this.#table = arena.allocate(4 * wordsPerColumn * columnsMax)
    this.#row = new CsvRow(arena)
    this.#verbatim = isVerbatim(input, output)
    this.#base = arena.allocate(regionBytes)
    this.#next = this.#base
  }

  get pending(): number {
    return this.#fullBytes + this.#next - this.#base
  }

  take(): Uint8Array {
    const last = this.#arena.u8.slice(this.#base, this.#next)
    this.#next = this.#base
    if (this.#full.length === 0) return last
    const all = new Uint8Array(this.#fullBytes + last.length)
    let at = 0
    for (const piece of [...this.#full, last]) {
      all.set(piece, at)
      at += piece.length
    }
    this.#full = []
    this.#fullBytes = 0
    return all
  }

  columns(batch: Batch, columns: readonly number[], selection: Selection): void {
    const vectors = columns.map((column) => batch.vector(column, selection))
    if (!this.#takeVectors(vectors)) {
      this.#eachValue(selection, (row) => columns.map((column) => batch.value(column, row)))
      return
    }
    const write = (from: number, count: number) =>
      this.#kernels.csvWriteCells(
        this.#format,
        this.#table,
        columns.length,
        from,
        count,
        this.#next,
        this.#base + regionBytes,
      )
    this.#run(selection, write, (row) => this.values(columns.map((column) => batch.value(column, row))))
  }

  records(batch: Batch, column: number, selection: Selection): void {
    const bounds = this.#verbatim ? batch.records(selection) : null
    if (bounds?.type !== 'cells') {
      this.#eachValue(selection, (row) => {
        const record = batch.value(column, row)
        return record instanceof Struct ? record.values : [record]
      })
      return
    }
    const write = (from: number, count: number) =>
      this.#kernels.csvWriteRecords(
        this.#format,
        bounds.starts,
        bounds.ends,
        from,
        count,
        this.#next,
        this.#base + regionBytes,
      )
    this.#run(selection, write, () => undefined)
  }

  values(values: readonly Value[]): void {
    this.#row.take(values)
    const { selection, columns } = this.#row
    const write = (from: number, count: number) =>
      this.#kernels.csvWriteCells(
        this.#format,
        columns,
        values.length,
        from,
        count,
        this.#next,
        this.#base + regionBytes,
      )
    this.#run({ pointer: selection, count: 1 }, write, () => undefined)
  }

  /** Puts vectors where the kernel finds them; false where it could not read them. */
  #takeVectors(vectors: readonly Vector[]): boolean {
    if (vectors.length > columnsMax) return false
    const cells = vectors.filter((vector): vector is CellVector => vector.type === 'cells')
    if (cells.length < vectors.length) return false
    const words = this.#arena.u32
    for (const [column, { starts, ends, kinds }] of cells.entries()) {
      words.set([starts, ends, kinds], this.#table / 4 + wordsPerColumn * column)
    }
    return true
  }

  #eachValue(selection: Selection, values: (row: number) => readonly Value[]): void {
    for (let index = 0; index < selection.count; index++) this.values(values(this.#rowAt(selection, index)))
  }

  #rowAt({ pointer }: Selection, index: number): number {
    return this.#arena.u32[pointer / 4 + index] ?? 0
  }

  /** Writes all rows by a kernel, those it leaves unsettled by `one`, and makes room as needed. */
  #run(selection: Selection, write: (from: number, count: number) => number, one: (row: number) => void): void {
    for (let done = 0; done < selection.count;) {
      done += write(selection.pointer + 4 * done, selection.count - done)
      const words = this.#arena.u32
      const end = words[(this.#format + csvFormat.end) / 4] ?? 0
      const status = words[(this.#format + csvFormat.status) / 4] ?? 0
      if ((status & csvWriteStatus.highBytes) !== 0 && this.#kernels.validUtf8(this.#next, end) === 0) {
        throw new S3Error('InvalidTextEncoding')
      }
      this.#next = end
      if ((status & csvWriteStatus.unsettled) !== 0) {
        one(this.#rowAt(selection, done))
        done++
      } else if ((status & csvWriteStatus.room) !== 0) {
        this.#makeRoom()
      }
    }
  }

  #makeRoom(): void {
    if (this.#next === this.#base) throw new S3Error('OverMaxRecordSize')
    const piece = this.#arena.u8.slice(this.#base, this.#next)
    this.#full.push(piece)
    this.#fullBytes += piece.length
    this.#next = this.#base
  }
}

/** Whether the bytes of an input record are what the output asks for. */
function isVerbatim(input: InputFormat, output: CsvOutput): boolean {
  return (
    input.format === 'CSV' &&
    output.quoteFields === 'ASNEEDED' &&
    input.recordDelimiter === output.recordDelimiter &&
    input.fieldDelimiter === output.fieldDelimiter &&
    input.quote === output.quote &&
    (input.escape === output.escape || input.quote === '')
  )
}
