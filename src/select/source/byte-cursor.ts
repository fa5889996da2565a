import type { Pieces } from './pieces.ts'

/** A place in bytes that come in pieces: for formats that are read byte by byte in some places and in bulk in others. */
export class ByteCursor {
  readonly #pieces: Pieces
  #piece: Uint8Array = new Uint8Array()
  #at = 0

  constructor(pieces: Pieces) {
    this.#pieces = pieces
  }

  /** The next byte, and goes on; -1 at the end. */
  async byte(): Promise<number> {
    const byte = await this.peek()
    this.#at++
    return byte
  }

  /** The next byte; -1 at the end. */
  async peek(): Promise<number> {
    if (this.#at >= this.#piece.length && !(await this.#advance())) return -1
    return this.#piece[this.#at] ?? -1
  }

  /** What is left of the piece, or else the next one; null at the end. */
  async rest(): Promise<Uint8Array | null> {
    if (this.#at >= this.#piece.length && !(await this.#advance())) return null
    const rest = this.#piece.subarray(this.#at)
    this.#at = this.#piece.length
    return rest
  }

  /** Goes back by so many bytes within the piece that `rest` gave last. */
  unread(count: number): void {
    this.#at -= count
  }

  async #advance(): Promise<boolean> {
    const piece = await this.#pieces.next()
    this.#piece = piece ?? new Uint8Array()
    this.#at = 0
    return piece !== null
  }
}
