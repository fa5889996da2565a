// A large page of plain values, of which a window lies in kernel memory and moves on with the batches.
import { S3Error } from '../../../errors.ts'
import { encoding } from './encodings.ts'
import { damaged } from './faults.ts'
import { pageBytes } from './page-bytes.ts'
import type { PageBytes } from './page-bytes.ts'
import type { PageHeader } from './page-header.ts'
import { plainWidth } from './plain-values.ts'
import type { RangeCursor } from './read-range.ts'
import type { ScanContext } from './scan-context.ts'
import type { Leaf } from './schema.ts'

export interface StreamFacts {
  header: PageHeader
  codec: string
  cursor: RangeCursor
  /** Bytes of the window at first. */
  windowBytes: number
}

/** Decompressed at once: stays in the cache until it is looked at. */
const stepBytes = 131_072
/** A value may be no longer. */
const windowBytesMax = 16 * 1024 * 1024

export class PageStream {
  /** The page's states: definition levels, unused, and the next byte and the end of values in the window. */
  readonly state: number
  readonly #context: ScanContext
  readonly #leaf: Leaf
  readonly #header: PageHeader
  readonly #facts: StreamFacts
  #bytes: PageBytes | null = null
  #window: number
  #windowBytes: number
  #levels = 0
  /** Where the next decompressed byte goes. */
  #write: number
  /** Bytes of the values' part still to be decompressed. */
  #left = 0

  constructor(context: ScanContext, leaf: Leaf, facts: StreamFacts) {
    this.#context = context
    this.#leaf = leaf
    this.#header = facts.header
    this.#facts = facts
    this.state = context.pool.allocate(96)
    this.#windowBytes = facts.windowBytes
    this.#window = context.pool.allocate(this.#windowBytes)
    this.#write = this.#window
  }

  /** Whether pages like this one can be read piece by piece. */
  static isFor(leaf: Leaf, header: PageHeader): boolean {
    return header.encoding === encoding.plain && leaf.repetitionMax === 0 && leaf.physical !== 'BOOLEAN'
  }

  /** Reads the levels. Throws ParquetParsingError. */
  async begin(): Promise<void> {
    const { pool } = this.#context
    const { header, codec, cursor } = this.#facts
    const { definitionMax } = this.#leaf
    const width = 32 - Math.clz32(definitionMax)
    const isV2 = header.type === 'data-v2'
    const levelBytes = header.definitionBytes + header.repetitionBytes
    if (isV2) {
      if (levelBytes > Math.min(header.compressedBytes, header.uncompressedBytes)) {
        throw damaged('levels longer than their page')
      }
      this.#levels = pool.allocate(levelBytes)
      let at = this.#levels
      await cursor.take(levelBytes, (piece) => {
        pool.u8.set(piece, at)
        at += piece.length
      })
    }
    this.#left = header.uncompressedBytes - levelBytes
    this.#bytes = pageBytes(this.#context, {
      codec: header.compressed ? codec : 'UNCOMPRESSED',
      cursor,
      compressedBytes: header.compressedBytes - levelBytes,
      expectedBytes: this.#left,
    })
    if ((codec === 'UNCOMPRESSED' || !header.compressed) && header.compressedBytes !== header.uncompressedBytes) {
      throw damaged('the sizes of an uncompressed page differ')
    }
    let bytes = header.definitionBytes
    let values = this.#window
    if (!isV2 && definitionMax > 0) {
      if (header.definitionEncoding !== encoding.rle) throw damaged(`levels in encoding ${header.definitionEncoding}`)
      bytes = await this.#copyLevels()
      values = this.#window + 4 + bytes
    }
    const from = this.#levels + (isV2 ? header.repetitionBytes : 0)
    pool.u32.set([from, from + bytes, width, 0, 0, 0, 0, 0], this.state / 4)
    pool.u32.set([values, this.#write], this.state / 4 + 16)
  }

  /** Copies the levels at the start of the page to a place of their own; returns their length. */
  async #copyLevels(): Promise<number> {
    const { pool } = this.#context
    await this.#produceTo(4)
    const bytes = new DataView(pool.u8.buffer).getUint32(this.#window, true)
    if (bytes > this.#header.uncompressedBytes - 4) throw damaged('a page ends in its levels')
    await this.#produceTo(4 + bytes)
    this.#levels = pool.allocate(bytes)
    pool.u8.copyWithin(this.#levels, this.#window + 4, this.#window + 4 + bytes)
    return bytes
  }

  /**
   * Moves the window so that the next `count` values are in it, or as many as fit (one at least). Cells of values before
   * it are no longer valid. Returns how many are there. Throws ParquetParsingError, OverMaxRecordSize.
   */
  async fill(count: number): Promise<number> {
    const { pool } = this.#context
    this.#compact()
    let found = this.#whole(count)
    while (found < count) {
      if (this.#left === 0) throw damaged('a page has too few values')
      if (this.#write === this.#window + this.#windowBytes) {
        if (found > 0) break
        this.#grow()
      }
      await this.#produce()
      found = this.#whole(count)
    }
    pool.u32[this.state / 4 + 17] = this.#write
    return found
  }

  /** Passes over what of the page was not read. */
  async finish(): Promise<void> {
    await this.#bytes?.finish()
  }

  close(): void {
    const { pool } = this.#context
    this.#bytes?.close()
    pool.free(this.state)
    pool.free(this.#window)
    if (this.#levels !== 0) pool.free(this.#levels)
  }

  get #next(): number {
    return this.#context.pool.u32[this.state / 4 + 16] ?? 0
  }

  /** How many of the next `count` values lie in the window whole. */
  #whole(count: number): number {
    const { kernels, pool, state } = this.#context
    const width = plainWidth(this.#leaf)
    if (width > 0) return Math.min(count, Math.floor((this.#write - this.#next) / width))
    pool.u32.set([this.#next, this.#write], state / 4)
    return kernels.plainSkip(state, count)
  }

  /** Drops what neither values nor decompression need, when less than half of the window is free. */
  #compact(): void {
    const { pool } = this.#context
    const history = this.#bytes?.historyBytes ?? 0
    const keep = Math.max(this.#window, Math.min(this.#next, this.#write - history))
    const free = this.#window + this.#windowBytes - this.#write
    if (keep === this.#window || free > this.#windowBytes / 2) return
    pool.u8.copyWithin(this.#window, keep, this.#write)
    this.#moved(this.#window - keep)
  }

  #moved(distance: number): void {
    this.#write += distance
    this.#context.pool.u32[this.state / 4 + 16] = this.#next + distance
  }

  #grow(): void {
    const { pool } = this.#context
    if (this.#windowBytes >= windowBytesMax) throw new S3Error('OverMaxRecordSize')
    const window = pool.allocate(this.#windowBytes * 2)
    pool.u8.copyWithin(window, this.#window, this.#write)
    this.#moved(window - this.#window)
    pool.free(this.#window)
    this.#window = window
    this.#windowBytes *= 2
  }

  async #produce(): Promise<void> {
    const room = Math.min(this.#window + this.#windowBytes - this.#write, this.#left, stepBytes)
    const bytes = (await this.#bytes?.produce(this.#write, room, this.#window)) ?? 0
    if (bytes === 0) throw damaged('a page does not decompress')
    this.#write += bytes
    this.#left -= bytes
  }

  /** Decompresses until the page's first `bytes` bytes are there. */
  async #produceTo(bytes: number): Promise<void> {
    while (this.#write - this.#window < bytes) {
      if (this.#left === 0) throw damaged('a page ends in its levels')
      if (this.#write === this.#window + this.#windowBytes) this.#grow()
      await this.#produce()
    }
  }
}
