// What readers hand to the engine, whatever the format: records in batches, columns as vectors in kernel memory.
import type { Selection, Vector } from '../kernels/select/cells.ts'
import type { Bound, ColumnRef } from './bind/bound.ts'
import type { Value } from './value/value.ts'

/** Some records, in order. Valid until the reader's next batch. */
export interface Batch {
  readonly rows: number
  /** The column's vector, holding at least the selected records. Column numbers as given to `RecordReader.start`. */
  vector(column: number, selection: Selection): Vector
  /** The column's value in one record; for `{ by: 'record' }` a Struct, or a bare JSON value. */
  value(column: number, row: number): Value
  /**
   * The bytes of whole records without their delimiter, as `starts` and `ends` by record; null where the format has no
   * bytes that stand for a record (Parquet). Only `text` and `nested` kinds.
   */
  records(selection: Selection): Vector | null
}

/** A condition every wanted record fulfils, for readers that can skip without reading: a conjunct of WHERE. */
export type Hint =
  /** The record's bytes hold this literal, unless the record has escapes: scan for it first. */
  | { hint: 'literal'; bytes: Uint8Array }
  /** For pruning by statistics: the conjunct itself, over columns and literals. */
  | { hint: 'condition'; condition: Bound }

export interface RecordReader {
  /** The columns' names in order; null where the format does not say (JSON; CSV without a header). */
  readonly names: readonly string[] | null
  /** Once, before the first batch. */
  start(columns: readonly ColumnRef[], hints: readonly Hint[]): void
  /** Null at the end. Throws S3Error where the bytes are no records of the format. */
  next(): Promise<Batch | null>
  /** Stops reading; safe at any time and more than once. */
  close(): Promise<void>
  /** So far: bytes read of the object, and those after decompression. */
  readonly scanned: number
  readonly processed: number
}

/** One version of an object: every read gives bytes of the same. */
export interface ObjectSource {
  readonly size: number
  read(offset: number, length: number): Promise<ReadableStream<Uint8Array>>
}

/** Bytes of a text format after decompression, in large pieces. */
export interface ByteChunks {
  /** The next piece, 256 KiB or more unless the input ends; null at the end. It is the caller's until the next call. */
  next(): Promise<Uint8Array | null>
  /** From now on pieces may be as large as this: for who answers only at the end. */
  enlarge?(pieceBytes: number): void
  close(): Promise<void>
  readonly scanned: number
  readonly processed: number
}

/** Makes output bytes. */
export interface RecordWriter {
  /** Plain columns of the selected records, in output order; the bytes come from kernel memory. */
  columns(batch: Batch, columns: readonly number[], selection: Selection): void
  /** Whole records, for `SELECT *`. */
  records(batch: Batch, column: number, selection: Selection): void
  /** One record of computed values. */
  values(values: readonly Value[]): void
  /** Bytes not yet taken. */
  readonly pending: number
  /** Takes what is pending: a copy that stays valid. */
  take(): Uint8Array
}
