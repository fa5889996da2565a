import type { Batch, RecordWriter } from '../batch.ts'
import type { Selection } from '../../kernels/select/cells.ts'
import type { Value } from '../value/value.ts'

/** A writer that knows how many records wait in it; of a call that throws none counts. */
export class CountingWriter implements RecordWriter {
  readonly #writer: RecordWriter
  #count = 0

  constructor(writer: RecordWriter) {
    this.#writer = writer
  }

  columns(batch: Batch, columns: readonly number[], selection: Selection): void {
    this.#writer.columns(batch, columns, selection)
    this.#count += selection.count
  }

  records(batch: Batch, column: number, selection: Selection): void {
    this.#writer.records(batch, column, selection)
    this.#count += selection.count
  }

  values(values: readonly Value[]): void {
    this.#writer.values(values)
    this.#count++
  }

  get pending(): number {
    return this.#writer.pending
  }

  /** Records written since it was asked last. */
  takeCount(): number {
    const count = this.#count
    this.#count = 0
    return count
  }

  take(): Uint8Array {
    return this.#writer.take()
  }
}
