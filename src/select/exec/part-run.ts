// A part of a query: whole records and how many they are, or what is known of aggregates when the part has been read.
import { outputPieceBytes } from '../../limits.ts'
import type { RecordReader, RecordWriter } from '../batch.ts'
import { AggregateSink } from './aggregate-sink.ts'
import { GroupSink } from './group-sink.ts'
import { startScan } from './open-query.ts'
import type { QueryParts } from './open-query.ts'
import { writePartial } from './partial.ts'
import { RowsSink } from './rows-sink.ts'
import type { Scan } from './scan.ts'

/** Whole records, up to LIMIT after OFFSET. */
export class RecordsPart {
  readonly #scan: Scan
  readonly #sink: RowsSink
  readonly #reader: RecordReader
  readonly #writer: RecordWriter
  /** Records in all the bytes given so far. */
  records = 0

  /** Of a query without aggregates, DISTINCT and ORDER BY. */
  constructor(parts: QueryParts) {
    this.#reader = parts.reader
    this.#writer = parts.writer
    this.#sink = new RowsSink(parts.query, parts.writer, parts)
    this.#scan = startScan(parts, this.#sink)
  }

  /** Null at the end. */
  async next(): Promise<Uint8Array | null> {
    const writer = this.#writer
    while (writer.pending < outputPieceBytes && (await this.#scan.step()));
    this.records = this.#sink.records
    return writer.pending > 0 ? writer.take() : null
  }

  partial(): null {
    return null
  }

  stats(): { scanned: number; processed: number } {
    return { scanned: this.#reader.scanned, processed: this.#reader.processed }
  }

  close(): Promise<void> {
    return this.#reader.close()
  }
}

/** The states of a query's aggregates and groups. */
export class AggregatesPart {
  readonly #scan: Scan
  readonly #sink: AggregateSink | GroupSink
  readonly #reader: RecordReader
  readonly records = 0

  constructor(parts: QueryParts) {
    const { query, reader, writer } = parts
    this.#reader = reader
    this.#sink = query.groupBy === null ? new AggregateSink(query, writer, parts) : new GroupSink(query, writer, parts)
    this.#scan = startScan(parts, this.#sink)
  }

  /** Reads the part; there are no records. */
  async next(): Promise<null> {
    while (await this.#scan.advance());
    return null
  }

  /** UTF-8 of JSON: to be asked for once, after `next`. */
  partial(): Uint8Array {
    return writePartial({ names: this.#reader.names, groups: this.#sink.save() })
  }

  stats(): { scanned: number; processed: number } {
    return { scanned: this.#reader.scanned, processed: this.#reader.processed }
  }

  close(): Promise<void> {
    return this.#reader.close()
  }
}
