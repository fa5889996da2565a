// Records as they come, computed or copied, up to LIMIT.
import type { Batch, RecordWriter } from '../batch.ts'
import type { BoundQuery } from '../bind/bound.ts'
import type { Cursor } from './cursor.ts'
import type { List, Scratch } from './scratch.ts'
import type { Sink } from './sink.ts'

type Write = (batch: Batch, rows: List, count: number) => void

export class RowsSink implements Sink {
  readonly takeCount = null
  readonly #write: Write
  #skip: number
  #left: number
  /** Given to the writer. */
  records = 0

  constructor(query: BoundQuery, writer: RecordWriter, { scratch, cursor }: { scratch: Scratch; cursor: Cursor }) {
    this.#write = rowsWriter(query.output, writer, { scratch, cursor })
    this.#skip = query.offset
    this.#left = query.limit ?? Number.POSITIVE_INFINITY
  }

  get full(): boolean {
    return this.#left <= 0
  }

  take(batch: Batch, rows: List, count: number): void {
    const skipped = Math.min(this.#skip, count)
    this.#skip -= skipped
    const taken = Math.min(this.#left, count - skipped)
    if (taken <= 0) return
    this.#left -= taken
    this.records += taken
    this.#write(batch, rows + 4 * skipped, taken)
  }

  finish(): boolean {
    return false
  }
}

/** Writes records of a batch: whole, or columns as they are, or what is computed of each. */
export function rowsWriter(
  output: BoundQuery['output'],
  writer: RecordWriter,
  { scratch, cursor }: { scratch: Scratch; cursor: Cursor },
): Write {
  if (output.kind === 'star') {
    return (batch, rows, count) => writer.records(batch, output.column, { pointer: rows, count })
  }
  const columns = output.projections.flatMap(({ value }) => (value.op === 'column' ? [value.column] : []))
  if (columns.length === output.projections.length) {
    return (batch, rows, count) => writer.columns(batch, columns, { pointer: rows, count })
  }
  const values = output.projections.map(({ value }) => cursor.compile(value))
  return (batch, rows, count) => {
    cursor.batch = batch
    for (let i = 0; i < count; i++) {
      cursor.row = scratch.u32(rows + 4 * i)
      writer.values(values.map((evaluate) => evaluate()))
    }
  }
}
