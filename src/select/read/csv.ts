/**
 * Reads CSV: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CSVInput.html
 *
 * Empty lines and comments are no records. Where record delimiters may not be quoted, every one ends its record; one inside
 * quotes is CSVEscapingRecordDelimiter, and quotes left open at the end are CSVUnescapedQuote. Such faults, and bytes that
 * are no UTF-8, are found in what a statement reads: COUNT(*) alone counts delimiters and looks at no quotes, unless
 * delimiters may be quoted.
 */
import { S3Error } from '../../errors.ts'
import { csvStatus } from '../../kernels/select/csv.ts'
import { csvBatchRowsMax, csvBatchRowsMin, csvCellsBytesMax } from '../../limits.ts'
import type { Batch, ByteChunks, Hint, RecordReader } from '../batch.ts'
import type { ColumnRef } from '../bind/bound.ts'
import { CountedBatch, CsvBatch } from './csv-batch.ts'
import type { CsvIndex } from './csv-index.ts'
import { CandidateShare, chooseLiteral, literalRegionBytes, writeLiteral } from './csv-literal.ts'
import type { CsvWindow } from './csv-window.ts'

/** Bytes of input in a batch that only counts. */
const countedBytes = 1 << 20
const bytesPerCell = 9

export interface CsvReaderSetup {
  index: CsvIndex
  window: CsvWindow
  chunks: ByteChunks
  names: readonly string[] | null
  /** Offset in the input of the last byte a wanted record may begin at. */
  lastStart: number
  literalFirst: boolean
}

export class CsvReader implements RecordReader {
  readonly names: readonly string[] | null
  readonly #setup: CsvReaderSetup
  readonly #index: CsvIndex
  readonly #window: CsvWindow
  #batch: CsvBatch | null = null
  /** The address of the literal to look for first; null: none. */
  #literal: number | null = null
  readonly #share = new CandidateShare()
  /** No record is whole in what the window has: it needs more. */
  #drained = true
  #done = false

  constructor(setup: CsvReaderSetup) {
    this.#setup = setup
    this.#index = setup.index
    this.#window = setup.window
    this.names = setup.names
    this.#drained = setup.window.at === setup.window.end
  }

  get scanned(): number {
    return this.#setup.chunks.scanned
  }

  get processed(): number {
    return this.#setup.chunks.processed
  }

  start(columns: readonly ColumnRef[], hints: readonly Hint[]): void {
    const { arena, symbols } = this.#index
    if (columns.length === 0) return
    const rows = Math.floor(csvCellsBytesMax / (bytesPerCell * (columns.length + 1)))
    this.#index.limitRows(Math.min(Math.max(rows, csvBatchRowsMin), csvBatchRowsMax))
    this.#batch = new CsvBatch(this.#index, columns, this.names)
    const literal = this.#setup.literalFirst && symbols.plain ? chooseLiteral(hints) : null
    if (literal === null) return
    this.#literal = arena.allocate(literalRegionBytes)
    writeLiteral(arena.u8, this.#literal, literal)
  }

  async next(): Promise<Batch | null> {
    while (!this.#done) {
      if (this.#drained && !this.#window.loaded && !(await this.#window.more())) break
      const batch = this.#batch === null ? this.#counted() : this.#indexed(this.#batch)
      if (batch !== null) return batch
    }
    return null
  }

  async close(): Promise<void> {
    this.#done = true
    await this.#setup.chunks.close()
  }

  /** The next records of the bytes at hand; null where they hold no more. */
  #indexed(batch: CsvBatch): Batch | null {
    while (this.#prepare()) {
      const rows = this.#scan()
      if (rows === 0) continue
      batch.rows = rows
      return batch
    }
    return null
  }

  #counted(): Batch | null {
    let rows = 0
    let bytes = 0
    while (bytes < countedBytes && this.#prepare()) {
      const { at } = this.#window
      rows += this.#count()
      bytes += this.#window.at - at
    }
    return rows === 0 ? null : new CountedBatch(rows)
  }

  /** Whether the window has bytes that may hold whole records, taking in those at hand. */
  #prepare(): boolean {
    if (this.#done) return false
    if (!this.#drained) return true
    if (!this.#window.loaded) return false
    this.#window.take()
    this.#drained = false
    return true
  }
}
