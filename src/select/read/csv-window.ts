// The bytes of a CSV file in kernel memory: what was read and is not used up yet, in one piece.
import { S3Error } from '../../errors.ts'
import type { Arena } from '../../kernels/select/arena.ts'
import { selectRecordBytesMax } from '../../limits.ts'
import type { ByteChunks } from '../batch.ts'

/** Kernels look at up to three bytes before a window, and at blocks and literals beyond its end. */
const roomBefore = 64
const roomBehind = 256

export interface CsvWindowSetup {
  arena: Arena
  chunks: ByteChunks
  /** Where in the input the chunks begin. */
  offset: number
  /** Bytes taken in at once; more while no record ends in them. */
  windowBytes: number
  /** Written behind the last byte of the input, so that the last record ends as all others do. */
  recordDelimiter: Uint8Array
}

export class CsvWindow {
  /** The address of the first byte not used up, set by whoever uses it up, and of the first one not read yet. */
  at: number
  end: number
  /** All was read; a record delimiter stands at the end of what is left, if anything is. */
  atEnd = false
  readonly #setup: CsvWindowSetup
  readonly #base: number
  readonly #capacity: number
  #chunk: Uint8Array = new Uint8Array(0)
  #taken = 0
  /** The offset in the input of the byte at `end`. */
  #offset: number

  constructor(setup: CsvWindowSetup) {
    this.#setup = setup
    this.#offset = setup.offset
    this.#capacity = selectRecordBytesMax + Math.max(setup.windowBytes, 64)
    this.#base = setup.arena.allocate(roomBefore + this.#capacity + roomBehind) + roomBefore
    this.at = this.#base
    this.end = this.#base
  }

  /** Where in the input the byte at an address lies. */
  offsetOf(address: number): number {
    return this.#offset - (this.end - address)
  }

  /** The address of a byte of the input, which may be beyond the window. */
  addressOf(offset: number): number {
    return this.end - (this.#offset - offset)
  }

  /** Bytes are at hand that `take` adds without waiting. */
  get loaded(): boolean {
    return this.#taken < this.#chunk.length
  }

  /** Adds bytes of the input behind those left; false at its end. Throws OverMaxRecordSize: what is left is one record. */
  async more(): Promise<boolean> {
    while (!this.loaded) {
      if (this.atEnd) return false
      const chunk = await this.#setup.chunks.next()
      if (chunk === null) return this.#finish()
      this.#chunk = chunk
      this.#taken = 0
    }
    this.take()
    return true
  }

  /** Adds bytes at hand. */
  take(): void {
    const { arena, windowBytes } = this.#setup
    const left = this.end - this.at
    // 1. What is left goes to the front. A record without an end makes each window twice as large as the last.
    if (left > selectRecordBytesMax) throw new S3Error('OverMaxRecordSize')
    const memory = arena.u8
    if (left > 0 && this.at !== this.#base) memory.copyWithin(this.#base, this.at, this.end)
    // 2. New bytes follow.
    const length = Math.min(this.#chunk.length - this.#taken, this.#capacity - left, Math.max(windowBytes, left))
    const piece = this.#chunk.subarray(this.#taken, this.#taken + length)
    memory.set(piece, this.#base + left)
    this.#taken += length
    this.at = this.#base
    this.end = this.#base + left + length
    this.#offset += length
  }

  #finish(): boolean {
    this.atEnd = true
    if (this.at === this.end) return false
    const { arena, recordDelimiter } = this.#setup
    if (this.end - this.at > selectRecordBytesMax) throw new S3Error('OverMaxRecordSize')
    arena.u8.set(recordDelimiter, this.end)
    this.end += recordDelimiter.length
    this.#offset += recordDelimiter.length
    return true
  }
}
