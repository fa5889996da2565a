// Pieces of the sizes asked for out of pieces of any. No clock.
import type { Pieces } from './pieces.ts'

/** Bytes of a piece that is not the last. */
export interface PieceSizes {
  least: number
  most: number
}

export class Gatherer {
  readonly #pieces: Pick<Pieces, 'next'>
  /** What of the last piece had no room. */
  #rest: Uint8Array = new Uint8Array()
  /** The piece after it, where that was asked for; null: there is none. */
  #ahead: Uint8Array | null | undefined

  constructor(pieces: Pick<Pieces, 'next'>) {
    this.#pieces = pieces
  }

  /**
   * The next bytes where they lie in one piece: as many as `most`, no fewer than `least` unless they are all that are left.
   * Null where they have to be gathered, or at the end.
   */
  async view({ least, most }: PieceSizes): Promise<Uint8Array | null> {
    if (this.#rest.length === 0) this.#rest = (await this.#take()) ?? this.#rest
    if (this.#rest.length < least) {
      if (this.#rest.length === 0) return null
      this.#ahead = await this.#take()
      if (this.#ahead !== null) return null
    }
    const view = this.#rest.subarray(0, most)
    this.#rest = this.#rest.subarray(most)
    return view
  }

  /** The piece after the rest. */
  #take(): Promise<Uint8Array | null> | Uint8Array | null {
    const ahead = this.#ahead
    this.#ahead = undefined
    return ahead === undefined ? this.#pieces.next() : ahead
  }

  /** Copies what comes next into the buffer; returns what of it is filled: all, but less at the end, and null after it. */
  async fill(buffer: Uint8Array): Promise<Uint8Array | null> {
    let length = 0
    while (length < buffer.length) {
      if (this.#rest.length === 0) {
        const piece = await this.#take()
        if (piece === null) break
        this.#rest = piece
      }
      const taken = this.#rest.subarray(0, buffer.length - length)
      buffer.set(taken, length)
      length += taken.length
      this.#rest = this.#rest.subarray(taken.length)
    }
    return length === 0 ? null : buffer.subarray(0, length)
  }
}
