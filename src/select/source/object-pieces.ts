// The stored bytes of an object, read while what came before is worked on.
import { scanPieceBytes } from '../../limits.ts'
import type { ObjectSource } from '../batch.ts'
import type { PieceSizes } from './gatherer.ts'
import type { Pieces } from './pieces.ts'
import { streamPieces } from './stream-pieces.ts'
import type { StreamPieces } from './stream-pieces.ts'

export class ObjectPieces implements Pieces {
  readonly #source: ObjectSource
  readonly #offset: number
  readonly #length: number
  #opening: Promise<StreamPieces> | null = null
  #opened: StreamPieces | null = null
  /** The piece after the one handed out last, on its way. */
  #ahead: Promise<Uint8Array | null> | null = null
  /** The one handed out last: its memory is used again. */
  #given: Uint8Array | undefined
  #closed = false
  #pieceBytes = scanPieceBytes
  #taken = 0

  constructor(source: ObjectSource, offset: number, length: number) {
    this.#source = source
    this.#offset = offset
    this.#length = length
  }

  /** Bytes handed out. */
  get taken(): number {
    return this.#taken
  }

  async next(): Promise<Uint8Array | null> {
    if (this.#closed || this.#taken >= this.#length) return null
    const piece = await (this.#ahead ?? this.#read())
    this.#ahead = null
    // A shorter body than was announced is a fault of the store, not a property of the object.
    if (piece === null && !this.#closed)
      throw new Error(`The object ended after ${this.#taken} of ${this.#length} bytes`)
    if (piece === null) return null
    this.#taken += piece.length
    if (this.#taken < this.#length) this.#readAhead()
    this.#given = piece
    return piece
  }

  /** Pieces asked for from now on have this size. */
  enlarge(pieceBytes: number): void {
    this.#pieceBytes = pieceBytes
    if (this.#opened !== null) this.#opened.sizes = sizesOf(pieceBytes)
  }

  async close(): Promise<void> {
    this.#closed = true
    const opened = await this.#opening?.catch(() => null)
    await opened?.close()
  }

  #readAhead(): void {
    this.#ahead = this.#read()
    // Whoever asks for the piece sees the failure; until then it must not count as unhandled.
    this.#ahead.catch(() => undefined)
  }

  #read(): Promise<Uint8Array | null> {
    return this.#opened === null ? this.#readFirst() : this.#opened.next(this.#given)
  }

  async #readFirst(): Promise<Uint8Array | null> {
    this.#opening ??= this.#open()
    this.#opened = await this.#opening
    this.#opened.sizes = sizesOf(this.#pieceBytes)
    return this.#closed ? null : this.#opened.next()
  }

  async #open(): Promise<StreamPieces> {
    return streamPieces(await this.#source.read(this.#offset, this.#length), sizesOf(this.#pieceBytes))
  }
}

/** What lies in one chunk is not copied for less than twice its bytes. */
function sizesOf(pieceBytes: number): PieceSizes {
  return { least: pieceBytes / 2, most: pieceBytes }
}
