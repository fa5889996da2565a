// One pass over an object: batches through WHERE into a sink, until the input or the answer ends.
import { ArenaFull } from '../../kernels/select/arena.ts'
import { S3Error } from '../../errors.ts'
import { isTrueForAll } from '../plan/condition.ts'
import type { Batch, RecordReader } from '../batch.ts'
import type { Bound } from '../bind/bound.ts'
import type { Cursor } from './cursor.ts'
import { Filter } from './filter.ts'
import { sliceRows } from './scratch.ts'
import type { List, Scratch } from './scratch.ts'
import type { Sink } from './sink.ts'

export interface ScanParts {
  reader: RecordReader
  where: Bound | null
  sink: Sink
  scratch: Scratch
  cursor: Cursor
}

export class Scan {
  readonly #parts: ScanParts
  readonly #filter: Filter | null
  readonly #rows: List
  #ended = false

  constructor(parts: ScanParts) {
    this.#parts = parts
    const { where, scratch, cursor } = parts
    this.#filter = where === null || isTrueForAll(where) ? null : new Filter(where, scratch, cursor)
    this.#rows = scratch.takeList()
  }

  /** Works on one batch, or finishes. False when the answer is whole. */
  async step(): Promise<boolean> {
    if (await this.advance()) return true
    try {
      return this.#parts.sink.finish()
    } catch (error) {
      throw faultOf(error)
    }
  }

  /** Works on one batch. False when there is none left, or none is wanted; then the reader is closed. */
  async advance(): Promise<boolean> {
    const { reader, sink } = this.#parts
    if (this.#ended) return false
    try {
      const batch = sink.full ? null : await reader.next()
      if (batch !== null) {
        this.#work(batch)
        return true
      }
      this.#ended = true
      await reader.close()
      return false
    } catch (error) {
      throw faultOf(error)
    }
  }

  #work(batch: Batch): void {
    const { sink, scratch } = this.#parts
    if (this.#filter === null && sink.takeCount !== null) {
      sink.takeCount(batch.rows)
      return
    }
    for (let from = 0; from < batch.rows && !sink.full; from += sliceRows) {
      const count = Math.min(sliceRows, batch.rows - from)
      scratch.kernels.selectRange(this.#rows, from, count)
      this.#slice(batch, from, count)
    }
  }

  #slice(batch: Batch, from: number, count: number): void {
    const { sink, cursor } = this.#parts
    if (!cursor.vectorised) {
      this.#oneByOne(batch, from, count)
      return
    }
    let kept = count
    try {
      if (this.#filter !== null) kept = this.#filter.narrow(batch, this.#rows, count)
    } catch (error) {
      // A later conjunct may fail for an earlier record, or one that LIMIT leaves out: only the order of records tells.
      if (!(error instanceof S3Error)) throw error
      this.#oneByOne(batch, from, count)
      return
    }
    if (kept > 0) sink.take(batch, this.#rows, kept)
  }

  /** Every record by itself, as the language describes it. */
  #oneByOne(batch: Batch, from: number, count: number): void {
    const { sink, cursor, scratch } = this.#parts
    for (let row = from; row < from + count && !sink.full; row++) {
      cursor.batch = batch
      cursor.row = row
      if (this.#filter !== null && !this.#filter.holds()) continue
      scratch.arena.u32[this.#rows / 4] = row
      sink.take(batch, this.#rows, 1)
    }
  }
}

/** What exhausts the memory of a query, or breaks a kernel, as the client is told of it. */
export function faultOf(error: unknown): unknown {
  if (error instanceof ArenaFull) {
    return new S3Error('UnsupportedSqlOperation', {
      message: `The query needs more memory than a query may take: ${error.message}.`,
      cause: error,
    })
  }
  if (error instanceof WebAssembly.RuntimeError) {
    return new S3Error('InternalError', { reason: `a kernel failed: ${error.message}`, cause: error })
  }
  return error
}
