// A part of a query: whole records and how many they are, or what is known of aggregates when the part has been read.
import { outputPieceBytes, selectFlushBytes } from '../../limits.ts'
import type { RecordReader, RecordWriter } from '../batch.ts'
import { AggregateSink } from './aggregate-sink.ts'
import { GroupSink } from './group-sink.ts'
import { startScan } from './open-query.ts'
import type { QueryParts } from './open-query.ts'
import { writePartial } from './partial.ts'
import { RowsSink } from './rows-sink.ts'
import type { Scan } from './scan.ts'

/** What a part has read so far: bytes of the object, and those after decompression. */
export interface PartStats {
  scanned: number
  processed: number
}

export interface PartPiece {
  /** Of whole records. */
  bytes: Uint8Array
  /** Null: nobody knows, since one failed among them, as comes next. */
  records: number | null
}

/** A part that runs. */
export interface PartRun {
  /** Null at the end. Throws S3Error after what came before the fault. */
  next(): Promise<PartPiece | null>
  /** At the end, where a partial result was asked for. */
  partial(): Uint8Array | null
  stats(): PartStats
  /** Stops reading; safe at any time and more than once. */
  close(): Promise<void>
}

/** Whole records, up to LIMIT after OFFSET. */
export class RecordsPart implements PartRun {
  readonly #scan: Scan
  readonly #sink: RowsSink
  readonly #reader: RecordReader
  readonly #writer: RecordWriter
  #more = true
  #fault: { error: unknown } | null = null
  /** Records handed out. */
  #records = 0

  /** Of a query without aggregates, DISTINCT and ORDER BY. */
  constructor(parts: QueryParts) {
    this.#reader = parts.reader
    this.#writer = parts.writer
    this.#sink = new RowsSink(parts.query, parts.writer, parts)
    this.#scan = startScan(parts, this.#sink)
  }

  /**
   * Scans to the first output, or through the first MiB. A fault is thrown; where others came before the part's records, it
   * comes behind what was written before it.
   */
  async begin(isFirst: boolean): Promise<this> {
    while (this.#more && this.#writer.pending === 0 && this.#reader.processed < selectFlushBytes) await this.#step()
    if (this.#fault !== null && (isFirst || this.#writer.pending === 0)) throw this.#fault.error
    return this
  }

  async next(): Promise<PartPiece | null> {
    const from = this.#reader.processed
    while (this.#more && this.#writer.pending < outputPieceBytes) {
      if (this.#writer.pending > 0 && this.#reader.processed - from >= selectFlushBytes) break
      await this.#step()
    }
    if (this.#writer.pending > 0) {
      const records = this.#fault === null ? this.#sink.records - this.#records : null
      this.#records = this.#sink.records
      return { bytes: this.#writer.take(), records }
    }
    if (this.#fault !== null) throw this.#fault.error
    return null
  }

  partial(): null {
    return null
  }

  stats(): PartStats {
    return { scanned: this.#reader.scanned, processed: this.#reader.processed }
  }

  async close(): Promise<void> {
    this.#more = false
    await this.#reader.close()
  }

  async #step(): Promise<void> {
    try {
      this.#more = (await this.#scan.step()) && this.#more
    } catch (error) {
      this.#fault = { error }
      this.#more = false
    }
  }
}

/** The states of a query's aggregates and groups. */
export class AggregatesPart implements PartRun {
  readonly #scan: Scan
  readonly #sink: AggregateSink | GroupSink
  readonly #reader: RecordReader
  #closed = false

  constructor(parts: QueryParts) {
    const { query, reader, writer } = parts
    this.#reader = reader
    this.#sink = query.groupBy === null ? new AggregateSink(query, writer, parts) : new GroupSink(query, writer, parts)
    this.#scan = startScan(parts, this.#sink)
  }

  /** Scans through the first MiB: a fault of so early is thrown. */
  async begin(): Promise<this> {
    while (this.#reader.processed < selectFlushBytes && (await this.#scan.advance()));
    return this
  }

  /** Reads the part; there are no records. */
  async next(): Promise<null> {
    while (!this.#closed && (await this.#scan.advance()));
    return null
  }

  /** UTF-8 of JSON: to be asked for once, after `next`. */
  partial(): Uint8Array {
    return writePartial({ names: this.#reader.names, groups: this.#sink.save() })
  }

  stats(): PartStats {
    return { scanned: this.#reader.scanned, processed: this.#reader.processed }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#reader.close()
  }
}
