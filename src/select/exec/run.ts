// A query that is pulled: scans as far as the next piece of its answer.
import type { RecordReader, RecordWriter } from '../batch.ts'
import { outputPieceBytes, selectFlushBytes } from '../../limits.ts'
import type { Scan } from './scan.ts'

export interface RunStats {
  /** Bytes read of the object, those after decompression, and those of the answer so far. */
  scanned: number
  processed: number
  returned: number
}

export interface SelectRun {
  /** Up to 128 KiB of the answer; null at its end. Throws S3Error after what came before the fault. */
  next(): Promise<Uint8Array | null>
  stats(): RunStats
  /** Stops reading; safe at any time and more than once. */
  close(): Promise<void>
}

export class QueryRun implements SelectRun {
  readonly #scan: Scan
  readonly #reader: RecordReader
  readonly #writer: RecordWriter
  /** What was taken from the writer and not handed out yet. */
  #piece: Uint8Array = new Uint8Array()
  #returned = 0
  /** `processed` when bytes were last handed out. */
  #flushedAt = 0
  #more = true
  #fault: { error: unknown } | null = null
  #closed = false

  constructor({ scan, reader, writer }: { scan: Scan; reader: RecordReader; writer: RecordWriter }) {
    this.#scan = scan
    this.#reader = reader
    this.#writer = writer
  }

  /** Scans to the first output, or through the first MiB: what fails so early is thrown before any answer. */
  async begin(): Promise<this> {
    try {
      while (this.#more && this.#writer.pending === 0 && this.#reader.processed < selectFlushBytes) {
        this.#more = await this.#scan.step()
      }
    } catch (error) {
      await this.close()
      throw error
    }
    return this
  }

  async next(): Promise<Uint8Array | null> {
    if (this.#piece.length === 0) {
      await this.#advance()
      if (this.#writer.pending > 0) this.#piece = this.#writer.take()
      this.#flushedAt = this.#reader.processed
    }
    if (this.#piece.length === 0) {
      await this.close()
      if (this.#fault !== null) throw this.#fault.error
      return null
    }
    const piece = this.#piece.subarray(0, outputPieceBytes)
    this.#piece = this.#piece.subarray(outputPieceBytes)
    this.#returned += piece.length
    return piece
  }

  /** Until a piece is full, or there is one and enough was read, or the end. */
  async #advance(): Promise<void> {
    const writer = this.#writer
    while (this.#more && !this.#closed && writer.pending < outputPieceBytes) {
      if (writer.pending > 0 && this.#reader.processed - this.#flushedAt >= selectFlushBytes) return
      try {
        this.#more = await this.#scan.step()
      } catch (error) {
        this.#fault = { error }
        this.#more = false
      }
    }
  }

  stats(): RunStats {
    return { scanned: this.#reader.scanned, processed: this.#reader.processed, returned: this.#returned }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#reader.close()
  }
}
