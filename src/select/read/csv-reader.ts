// Hands out the records of a CSV file in batches, window by window.
import { S3Error } from '../../errors.ts'
import { csvFlag, csvStatus } from '../../kernels/select/csv.ts'
import {
  countPieceBytes,
  csvBatchRowsMax,
  csvBatchRowsMin,
  csvCellsBytesMax,
  selectRecordBytesMax,
} from '../../limits.ts'
import type { Batch, ByteChunks, Hint, RecordReader } from '../batch.ts'
import type { ColumnRef } from '../bind/bound.ts'
import { CountedBatch, CsvBatch } from './csv-batch.ts'
import type { CsvIndex } from './csv-index.ts'
import { CandidateShare, chooseLiteral, literalRegionBytes, writeLiteral } from './csv-literal.ts'
import type { CsvWindow } from './csv-window.ts'

/** Bytes of input in a batch that only counts. */
const countedBytes = 1 << 20
/** A start, an end and a kind. */
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
  /** Null: only the number of records is asked for. */
  #batch: CsvBatch | null = null
  /** The address of the literal to look for first; null: none. */
  #literal: number | null = null
  readonly #share = new CandidateShare()
  /** No record in the window is whole: it needs more. */
  #drained: boolean
  #done = false
  /** What ended the counting. */
  #fault: { error: unknown } | null = null

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
    if (columns.length === 0) {
      // Where every delimiter ends a record, quotes change nothing in the number of records.
      if ((symbols.flags & csvFlag.quotedDelimiters) === 0) this.#index.ignoreQuotes()
      // A piece takes longer to ask for than to count.
      this.#setup.chunks.enlarge?.(countPieceBytes)
      return
    }
    const rows = Math.floor(csvCellsBytesMax / (bytesPerCell * (columns.length + 1)))
    this.#index.limitRows(Math.min(Math.max(rows, csvBatchRowsMin), csvBatchRowsMax))
    this.#batch = new CsvBatch(this.#index, columns, this.names)
    const literal = this.#setup.literalFirst && symbols.plain ? chooseLiteral(hints) : null
    if (literal === null) return
    this.#literal = arena.allocate(literalRegionBytes)
    writeLiteral(arena.u8, this.#literal, literal)
  }

  async next(): Promise<Batch | null> {
    if (this.#batch === null) return await this.#counted()
    while (!this.#done) {
      if (!this.#prepare()) {
        if (!(await this.#window.more())) break
        this.#drained = false
      }
      const batch = this.#indexed(this.#batch)
      if (batch !== null) return batch
    }
    this.#done = true
    return null
  }

  async close(): Promise<void> {
    this.#done = true
    await this.#setup.chunks.close()
  }

  /** Whether the window has bytes that may hold whole records, after it took in those at hand. */
  #prepare(): boolean {
    if (this.#done) return false
    if (!this.#drained) return true
    if (!this.#window.loaded) return false
    this.#window.take()
    this.#drained = false
    return true
  }

  /** The next records of the bytes at hand; null where they hold no more. */
  #indexed(batch: CsvBatch): Batch | null {
    while (this.#prepare()) {
      batch.rows = this.#scan()
      if (batch.rows > 0) return batch
    }
    return null
  }

  /** The number of records in about a mebibyte; null where there are none left. A fault comes after what came before it. */
  async #counted(): Promise<Batch | null> {
    if (this.#fault !== null) throw this.#fault.error
    let rows = 0
    try {
      for (let bytes = 0; !this.#done && (bytes < countedBytes || rows === 0);) {
        if (!this.#prepare()) {
          if (!(await this.#window.more())) break
          this.#drained = false
        }
        const { at, end } = this.#window
        rows += this.#count(at, end)
        bytes += end - at
      }
    } catch (error) {
      if (rows === 0) throw error
      this.#fault = { error }
    }
    if (rows === 0) this.#done = true
    return rows === 0 ? null : new CountedBatch(rows)
  }

  #count(at: number, end: number): number {
    const { symbols, kernels, setup } = this.#index
    const across = (symbols.flags & csvFlag.quotedDelimiters) !== 0
    const countable = symbols.plain && (!across || symbols.escape.length === 0)
    if (!countable || end - at > selectRecordBytesMax || end - 1 > this.#lastStart) return this.#scan()
    const rows = kernels.csvCount(setup, at, end)
    if (this.#index.status !== 0 || (this.#window.atEnd && this.#index.consumed === at)) return this.#scan()
    this.#use(this.#index.consumed)
    return rows
  }

  /** The address of the last byte a wanted record may begin at, which may lie beyond the window. */
  get #lastStart(): number {
    return this.#window.addressOf(this.#setup.lastStart)
  }

  /** Indexes the window's records and uses up their bytes; gives how many are wanted. */
  #scan(): number {
    const { at, end } = this.#window
    if (at > this.#lastStart) {
      this.#done = true
      return 0
    }
    const found = this.#find(at, end)
    if (found > 0 && this.#index.endOf(0) - at > selectRecordBytesMax) throw new S3Error('OverMaxRecordSize')
    const rows = this.#index.rowsWithinFields(found)
    const consumed = rows < found ? this.#index.startOf(rows) : this.#index.consumed
    if (consumed > this.#lastStart) {
      this.#done = true
      return this.#index.rowsUpTo(rows, this.#lastStart)
    }
    if (rows === 0 && found > 0) throw new S3Error('OverMaxColumn')
    const fault = rows === 0 && consumed === at ? this.#index.fault() : null
    if (fault !== null) throw fault
    this.#use(consumed)
    // What has too many fields is met again, as the first.
    if (rows < found) this.#drained = false
    return rows
  }

  #use(consumed: number): void {
    const { end, atEnd } = this.#window
    this.#window.at = consumed
    // What ended early goes on from here; so does the last record of all, for which there is nothing more to read.
    this.#drained = consumed === end || (this.#index.status === 0 && !atEnd)
  }

  /** Fills the index by masks where they can tell, else by the walk. */
  #find(at: number, end: number): number {
    const { kernels, setup, symbols } = this.#index
    const { atEnd } = this.#window
    this.#index.freeSpare()
    if (symbols.plain) {
      const literal = this.#share.pays && end - at <= selectRecordBytesMax ? this.#literal : null
      const rows = literal === null ? kernels.csvIndex(setup, at, end) : kernels.csvCandidates(setup, at, end, literal)
      const { status, consumed } = this.#index
      if (literal !== null) this.#share.add(consumed - at, this.#index.candidateBytes)
      const stuck = rows === 0 && consumed === at && (atEnd || (literal !== null && (status & csvStatus.full) !== 0))
      if ((status & csvStatus.anomaly) === 0 && !stuck) return rows
    }
    return kernels.csvWalk(setup, at, end, atEnd ? 1 : 0)
  }
}
