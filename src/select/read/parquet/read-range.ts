// Reading byte ranges of an object whole.
import type { ObjectSource } from '../../batch.ts'
import { streamPieces } from '../../source/stream-pieces.ts'
import { damaged } from './faults.ts'

/** Counts what is read of an object. */
export class RangeReader {
  readonly #source: ObjectSource
  /** Ranges that were read at once for several columns. */
  #kept: { offset: number; bytes: Uint8Array }[] = []
  /** The end of the object, where indexes lie beside the footer. */
  #tail: { offset: number; bytes: Uint8Array } | null = null
  scanned = 0

  constructor(source: ObjectSource) {
    this.#source = source
  }

  get size(): number {
    return this.#source.size
  }

  /** Exactly these bytes; they may be a view of more. Throws ParquetParsingError when the object does not have them. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    if (length === 0) return new Uint8Array(0)
    if (offset < 0 || length < 0 || !(offset + length <= this.size)) {
      throw damaged(`bytes ${offset} to ${offset + length} of a file of ${this.size}`)
    }
    const kept = [...this.#kept, ...(this.#tail === null ? [] : [this.#tail])].find((range) => {
      return range.offset <= offset && range.offset + range.bytes.length >= offset + length
    })
    if (kept !== undefined) return kept.bytes.subarray(offset - kept.offset, offset - kept.offset + length)
    return this.#fetch(offset, length)
  }

  /** Keeps the last bytes of the object for good. */
  keepTail(bytes: Uint8Array): void {
    this.#tail = { offset: this.size - bytes.length, bytes }
  }

  /** Reads ranges that lie near each other together, and keeps them until the next call. */
  async keep(ranges: readonly { offset: number; length: number }[], gapBytesMax: number): Promise<void> {
    this.#kept = []
    const runs: { offset: number; end: number }[] = []
    for (const { offset, length } of [...ranges].sort((a, b) => a.offset - b.offset)) {
      const last = runs.at(-1)
      if (last !== undefined && offset - last.end <= gapBytesMax) last.end = Math.max(last.end, offset + length)
      else runs.push({ offset, end: offset + length })
    }
    const kept: { offset: number; bytes: Uint8Array }[] = []
    for (const { offset, end } of runs) kept.push({ offset, bytes: await this.read(offset, end - offset) })
    this.#kept = kept
  }

  async #fetch(offset: number, length: number): Promise<Uint8Array> {
    const pieces = streamPieces(await this.#source.read(offset, length), { least: length, most: length })
    let bytes: Uint8Array | null
    try {
      bytes = await pieces.next()
    } finally {
      await pieces.close()
    }
    this.scanned += bytes?.length ?? 0
    if (bytes?.length !== length) throw new Error('The object does not have the bytes it should')
    return bytes
  }
}

/** Takes a range of bytes from front to back, in pieces. */
export class RangeCursor {
  readonly #ranges: RangeReader
  readonly #end: number
  readonly #pieceBytes: number
  #offset: number
  #piece: Uint8Array = new Uint8Array(0)

  constructor(ranges: RangeReader, span: { offset: number; end: number }, pieceBytes: number) {
    this.#ranges = ranges
    this.#offset = span.offset
    this.#end = span.end
    this.#pieceBytes = pieceBytes
  }

  /** Bytes left. */
  get left(): number {
    return this.#end - this.#offset + this.#piece.length
  }

  /** The next bytes without taking them: at least `count` unless the range ends. */
  async peek(count: number): Promise<Uint8Array> {
    if (this.#piece.length < count && this.#offset < this.#end) {
      const missing = count - this.#piece.length
      const piece = await this.#more(Math.max(missing, this.#pieceBytes))
      if (this.#piece.length === 0) {
        this.#piece = piece
      } else {
        const joined = new Uint8Array(this.#piece.length + piece.length)
        joined.set(this.#piece)
        joined.set(piece, this.#piece.length)
        this.#piece = joined
      }
    }
    return this.#piece
  }

  /** Takes what was peeked at. */
  advance(count: number): void {
    this.#piece = this.#piece.subarray(count)
  }

  /** Takes exactly `count` bytes and gives them piece by piece. Throws ParquetParsingError when there are fewer. */
  async take(count: number, use: (piece: Uint8Array) => void): Promise<void> {
    if (count > this.left) throw damaged('a page is longer than its column')
    let left = count
    while (left > 0) {
      if (this.#piece.length === 0) this.#piece = await this.#more(this.#pieceBytes)
      const piece = this.#piece.subarray(0, left)
      use(piece)
      this.advance(piece.length)
      left -= piece.length
    }
  }

  /** Passes over bytes; those not read yet are never read. */
  skip(count: number): void {
    if (count > this.left) throw damaged('a page is longer than its column')
    const buffered = Math.min(count, this.#piece.length)
    this.advance(buffered)
    this.#offset += count - buffered
  }

  async #more(wanted: number): Promise<Uint8Array> {
    const length = Math.min(wanted, this.#end - this.#offset)
    const piece = await this.#ranges.read(this.#offset, length)
    this.#offset += length
    return piece
  }
}
