// Reads JSON records: windows of the input into kernel memory, records out of them, in order.
import { S3Error } from '../../errors.ts'
import { JsonCursor, JsonFault } from '../../kernels/select/json-cursor.ts'
import { walkRecord } from '../../kernels/select/json-record.ts'
import { jsonFault } from '../../kernels/select/json.ts'
import { jsonBatchRowsMax, jsonCellBytesMax, jsonWindowBytes, selectRecordBytesMax } from '../../limits.ts'
import type { Batch, ByteChunks, Hint, RecordReader } from '../batch.ts'
import type { ColumnRef } from '../bind/bound.ts'
import { JsonBatch, JsonHabits } from './json-batch.ts'
import type { BatchParts } from './json-batch.ts'
import { JsonColumns } from './json-columns.ts'
import { jsonError, withJsonErrors } from './json-fault.ts'
import { JsonKeyFirst } from './json-key-first.ts'
import { JsonLiteral, literalOf } from './json-literal.ts'
import { JsonScan } from './json-scan.ts'
import { JsonWindow } from './json-window.ts'
import type { ReaderSetup } from './open-reader.ts'

const rowsMin = 256
const cellBytes = 9
const newline = 0x0a
const openingBrace = 0x7b

export class JsonReader implements RecordReader {
  readonly names = null
  readonly #setup: ReaderSetup
  readonly #chunks: ByteChunks
  readonly #window: JsonWindow
  #parts: BatchParts | null = null
  #batch: JsonBatch | null = null
  /** Thrown once the records before it were handed out. */
  #failure: S3Error | null = null
  #literal: JsonLiteral | null = null
  #keyFirst: JsonKeyFirst | null = null
  /** The slot that was filled with the last scan. */
  #loaded: number | null = null
  /** The window has records left: the scan stopped for another reason than its end. */
  #hasMore = false
  #closed = false

  constructor(setup: ReaderSetup, chunks: ByteChunks) {
    this.#setup = setup
    this.#chunks = chunks
    this.#window = new JsonWindow(setup.arena, chunks, setup.tuning.windowBytes ?? jsonWindowBytes)
  }

  start(columns: readonly ColumnRef[], hints: readonly Hint[]): void {
    const { arena } = this.#setup
    const room = Math.floor(jsonCellBytesMax / (cellBytes * Math.max(columns.length, 1)))
    const scan = new JsonScan(this.#setup, Math.max(Math.min(room, jsonBatchRowsMax), rowsMin))
    const literal = this.#setup.tuning.literalFirst === false ? null : literalOf(hints)
    // With a path in FROM a line may be many records: only those that hold the literal, which no line tells.
    if (literal !== null && this.#setup.from.length === 0) {
      this.#literal = new JsonLiteral(this.#setup, literal, this.#window.capacity)
    }
    const parts = { arena, scan, columns: new JsonColumns(columns, this.#setup, scan), habits: new JsonHabits() }
    this.#parts = parts
    if (this.#setup.tuning.literalFirst !== false && this.#setup.from.length === 0) {
      this.#keyFirst = new JsonKeyFirst(parts.columns, parts.habits)
    }
  }

  async next(): Promise<Batch | null> {
    const parts = this.#parts
    if (parts === null) throw new Error('next() comes after start()')
    this.#batch?.finish()
    this.#batch = null
    while (!this.#closed) {
      if (this.#failure !== null) throw this.#failure
      if (!this.#hasMore && !(await this.#window.fill())) return this.#end(parts.scan)
      this.#loaded = null
      const rows = this.#scanCandidates(parts.scan) ?? this.#scanKey(parts.scan) ?? this.#scanWindow(parts.scan)
      if (rows > 0) {
        this.#batch = new JsonBatch(rows, parts, this.#loaded)
        return this.#batch
      }
    }
    return null
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#chunks.close()
  }

  get scanned(): number {
    return this.#chunks.scanned
  }

  get processed(): number {
    return this.#chunks.processed
  }

  /** The records of the window's whole lines that may hold the literal; null when every record has to be read. */
  #scanCandidates(scan: JsonScan): number | null {
    const literal = this.#literal
    if (literal === null || !literal.isOn || this.#hasMore || !scan.isBetween) return null
    const { at, capacity } = this.#window
    const after = this.#linesEnd()
    if (after === null) return null
    const count = literal.candidates(at, after)
    if (count === null || count > scan.rowsMax) return null
    const rows = count === 0 ? 0 : scan.runLines(literal.lines, count, capacity)
    if (rows === null) literal.fail()
    else this.#pass(after)
    return rows
  }

  /** The records of the window's whole lines, with the values of the key all of them are asked for; null when they have to be scanned. */
  #scanKey(scan: JsonScan): number | null {
    const slot = this.#keyFirst?.slot ?? null
    if (this.#keyFirst === null || slot === null || this.#hasMore || !scan.isBetween) return null
    const { at, length, capacity } = this.#window
    const after = length > selectRecordBytesMax ? null : this.#linesEnd()
    if (after === null) return null
    const rows = this.#keyFirst.scan(slot, { from: at, to: after, capacity })
    if (rows === null) return null
    this.#loaded = slot
    this.#pass(scan.get('consumed'))
    return rows
  }

  /** Goes on at `after`: what is behind it at the input's end is left in the window. */
  #pass(after: number): void {
    this.#window.at = after
    this.#hasMore = this.#window.ended && this.#window.length > 0
  }

  /** Behind the window's last line that another record follows; null when there is none. */
  #linesEnd(): number | null {
    const { u8 } = this.#setup.arena
    const { at, end } = this.#window
    const after = u8.subarray(at, end - 1).lastIndexOf(newline) + 1 + at
    return after > at && u8[after] === openingBrace ? after : null
  }

  /** The records of the window, or of a part of it. */
  #scanWindow(scan: JsonScan): number {
    const window = this.#window
    const found = scan.run(window.at, window.end, window.capacity)
    const rows = this.#withinLimit(scan, found)
    window.at = scan.get('consumed')
    this.#hasMore = found === scan.rowsMax || scan.isUndecided
    if (scan.isUndecided) withJsonErrors(() => scan.decide(window.end))
    else if (scan.get('fault') !== jsonFault.none) {
      this.#failure ??= jsonError(scan.get('fault') === jsonFault.ambiguous ? 'ambiguous' : 'syntax')
    } else if (!this.#hasMore && window.length > selectRecordBytesMax) this.#failure ??= this.#tooLong()
    return rows
  }

  /** How many records come before the first that is too long. */
  #withinLimit(scan: JsonScan, rows: number): number {
    if (this.#window.length <= selectRecordBytesMax) return rows
    const { u32 } = this.#setup.arena
    const starts = scan.get('starts') >> 2
    const ends = scan.get('ends') >> 2
    for (let row = 0; row < rows; row++) {
      if ((u32[ends + row] ?? 0) - (u32[starts + row] ?? 0) <= selectRecordBytesMax) continue
      this.#failure = new S3Error('OverMaxRecordSize')
      return row
    }
    return rows
  }

  /** What the window begins with does not end in it: a record too long, or something broken that looks like one. */
  #tooLong(): S3Error {
    const { at, end } = this.#window
    const cursor = new JsonCursor(this.#setup.arena.u8, at, end)
    cursor.skipBlanks()
    try {
      walkRecord(cursor.bytes, { start: cursor.at, end }, { slot: null, keys: [], indices: [] }, () => {})
    } catch (error) {
      if (error instanceof JsonFault && error.at < end - utf8BytesMax) return jsonError(error.reason, error)
    }
    return new S3Error('OverMaxRecordSize')
  }

  #end(scan: JsonScan): null {
    if (!scan.isBetween || this.#window.length > 0) throw jsonError('syntax')
    return null
  }
}

/** A fault this near to the end of what is known may be one of the cut. */
const utf8BytesMax = 8
