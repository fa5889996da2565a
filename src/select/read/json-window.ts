// The part of a JSON input that lies in kernel memory: what is not yet used moves to the front, and more comes behind it.
import type { Arena } from '../../kernels/select/arena.ts'
import { selectRecordBytesMax } from '../../limits.ts'
import type { ByteChunks } from '../batch.ts'

/** Holds any record that is not too large, and something behind it that shows its end. */
const largeBytes = selectRecordBytesMax + 64 * 1024

export class JsonWindow {
  readonly #arena: Arena
  readonly #chunks: Pick<ByteChunks, 'next'>
  readonly #bytes: number
  #base: number
  #capacity: number
  #chunk: Uint8Array | null = null
  #ended = false
  /** The first byte not used yet. */
  at: number
  /** Behind the last byte. */
  end: number

  /** `bytes`: how many are there at once as long as records are smaller. */
  constructor(arena: Arena, chunks: Pick<ByteChunks, 'next'>, bytes: number) {
    this.#arena = arena
    this.#chunks = chunks
    this.#bytes = bytes
    this.#capacity = bytes
    this.#base = arena.allocate(bytes)
    this.at = this.#base
    this.end = this.#base
  }

  /** Bytes there is room for. */
  get capacity(): number {
    return this.#capacity
  }

  get length(): number {
    return this.end - this.at
  }

  /** The last byte of the input is in the window. */
  get ended(): boolean {
    return this.#ended
  }

  /** Adds bytes; false when there are no more. Addresses change. After the last byte of the input comes a newline. */
  async fill(): Promise<boolean> {
    if (this.#ended) return false
    this.#settle()
    const goal = this.#base + Math.min(Math.max(this.#bytes, this.length * 2), this.#capacity)
    const before = this.end
    while (this.end < goal) {
      this.#chunk ??= await this.#chunks.next()
      if (this.#chunk === null) {
        this.#ended = true
        this.#arena.u8[this.end] = 0x0a
        this.end++
        break
      }
      const part = this.#chunk.subarray(0, goal - this.end)
      this.#arena.u8.set(part, this.end)
      this.end += part.length
      this.#chunk = part.length === this.#chunk.length ? null : this.#chunk.subarray(part.length)
    }
    return this.end > before
  }

  /** Moves what is left to the front, of a larger region when it fills this one. */
  #settle(): void {
    const { length } = this
    const from = this.at
    if (length * 2 > this.#capacity && this.#capacity < largeBytes) {
      this.#capacity = largeBytes
      this.#base = this.#arena.allocate(largeBytes)
    }
    this.#arena.u8.copyWithin(this.#base, from, this.end)
    this.at = this.#base
    this.end = this.#base + length
  }
}
