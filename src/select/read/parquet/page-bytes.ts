// The decompressed bytes of a page too large to be held whole, piece by piece.
import { Readable, pipeline } from 'node:stream'
import * as zlib from 'node:zlib'
import { S3Error } from '../../../errors.ts'
import { codecStateBytes, codecStatus } from '../../../kernels/select/codec.ts'
import { snappyLength } from './decompress.ts'
import { damaged } from './faults.ts'
import type { RangeCursor } from './read-range.ts'
import type { ScanContext } from './scan-context.ts'

export interface PageBytes {
  /** How far back decompression may copy from what it wrote: so many bytes must stay before the next. */
  readonly historyBytes: number
  /** Writes up to `room` bytes to `target`; bytes from `lowest` on are what it wrote before. Returns how many; 0 at the end. */
  produce(target: number, room: number, lowest: number): Promise<number>
  /** Passes over what is left, so that the cursor stands behind the page. */
  finish(): Promise<void>
  close(): void
}

export interface CompressedStretch {
  codec: string
  cursor: RangeCursor
  compressedBytes: number
  expectedBytes: number
}

/** Throws ParquetUnsupportedCompressionCodec. */
export function pageBytes(context: ScanContext, stretch: CompressedStretch): PageBytes {
  switch (stretch.codec) {
    case 'UNCOMPRESSED':
      return new StoredBytes(context, stretch)
    case 'SNAPPY':
    case 'LZ4_RAW':
      return new BlockBytes(context, stretch)
    default:
      return new ZlibBytes(context, stretch)
  }
}

class StoredBytes implements PageBytes {
  readonly historyBytes = 0
  readonly #context: ScanContext
  readonly #cursor: RangeCursor
  #left: number

  constructor(context: ScanContext, { cursor, compressedBytes }: CompressedStretch) {
    this.#context = context
    this.#cursor = cursor
    this.#left = compressedBytes
  }

  async produce(target: number, room: number): Promise<number> {
    const bytes = Math.min(room, this.#left)
    this.#left -= bytes
    let at = target
    await this.#cursor.take(bytes, (piece) => {
      this.#context.pool.u8.set(piece, at)
      at += piece.length
    })
    return bytes
  }

  async finish(): Promise<void> {
    this.#cursor.skip(this.#left)
    this.#left = 0
  }

  close(): void {}
}

/** Input of a block decoder that lies in kernel memory at once. */
const inputBytes = 65_536

class BlockBytes implements PageBytes {
  readonly historyBytes = 65_536
  readonly #context: ScanContext
  readonly #stretch: CompressedStretch
  readonly #state: number
  readonly #input: number
  #left: number
  #isStarted = false

  constructor(context: ScanContext, stretch: CompressedStretch) {
    this.#context = context
    this.#stretch = stretch
    this.#left = stretch.compressedBytes
    this.#state = context.pool.allocate(codecStateBytes)
    this.#input = context.pool.allocate(inputBytes)
    context.pool.u32.fill(0, this.#state / 4, this.#state / 4 + 10)
  }

  async produce(target: number, room: number, lowest: number): Promise<number> {
    const { kernels, pool } = this.#context
    const state = this.#state / 4
    if (!this.#isStarted) await this.#start()
    pool.u32.set([target, target + room, lowest], state + 2)
    while (true) {
      const status =
        this.#stretch.codec === 'SNAPPY' ? kernels.snappyDecode(this.#state) : kernels.lz4Decode(this.#state)
      const written = (pool.u32[state + 2] ?? target) - target
      if (status === codecStatus.corrupt) throw damaged('a page does not decompress')
      if (status === codecStatus.full || written > 0) return written
      if (this.#left === 0) return 0
      await this.#refill()
    }
  }

  async finish(): Promise<void> {
    this.#stretch.cursor.skip(this.#left)
    this.#left = 0
  }

  close(): void {
    this.#context.pool.free(this.#state)
    this.#context.pool.free(this.#input)
  }

  async #start(): Promise<void> {
    this.#isStarted = true
    const { pool } = this.#context
    const state = this.#state / 4
    pool.u32.set([this.#input, this.#input], state)
    await this.#refill()
    if (this.#stretch.codec !== 'SNAPPY') return
    const length = snappyLength(pool.u8.subarray(this.#input, Math.min(pool.u32[state + 1] ?? 0, this.#input + 5)))
    if (length.length !== this.#stretch.expectedBytes) throw damaged('a page decompresses to another size than it says')
    pool.u32[state] = this.#input + length.bytes
  }

  /** Moves what is left of the input to the front and reads on. */
  async #refill(): Promise<void> {
    const { pool } = this.#context
    const state = this.#state / 4
    const at = pool.u32[state] ?? 0
    const end = pool.u32[state + 1] ?? 0
    pool.u8.copyWithin(this.#input, at, end)
    let write = this.#input + end - at
    const bytes = Math.min(this.#left, inputBytes - (end - at))
    if (bytes === 0) throw damaged('a page does not decompress')
    this.#left -= bytes
    await this.#stretch.cursor.take(bytes, (piece) => {
      pool.u8.set(piece, write)
      write += piece.length
    })
    pool.u32.set([this.#input, write], state)
  }
}

class ZlibBytes implements PageBytes {
  readonly historyBytes = 0
  readonly #context: ScanContext
  readonly #pieces: AsyncIterator<Uint8Array>
  readonly #engine: zlib.Gunzip | zlib.BrotliDecompress | zlib.ZstdDecompress
  #piece: Uint8Array = new Uint8Array(0)

  constructor(context: ScanContext, stretch: CompressedStretch) {
    this.#context = context
    this.#engine = engineOf(stretch.codec)
    // What goes wrong comes out of the iterator.
    pipeline(Readable.from(compressedPieces(stretch)), this.#engine, () => {})
    this.#pieces = this.#engine[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  }

  async produce(target: number, room: number): Promise<number> {
    while (this.#piece.length === 0) {
      const next = await this.#next()
      if (next === null) return 0
      this.#piece = next
    }
    const some = this.#piece.subarray(0, room)
    this.#context.pool.u8.set(some, target)
    this.#piece = this.#piece.subarray(some.length)
    return some.length
  }

  async finish(): Promise<void> {
    while ((await this.#next()) !== null);
  }

  close(): void {
    this.#engine.destroy()
  }

  async #next(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.#pieces.next()
      return done === true ? null : value
    } catch (error) {
      throw error instanceof S3Error ? error : damaged('a page does not decompress', error)
    }
  }
}

async function* compressedPieces({ cursor, compressedBytes }: CompressedStretch): AsyncGenerator<Uint8Array> {
  for (let left = compressedBytes; left > 0;) {
    const pieces: Uint8Array[] = []
    const bytes = Math.min(left, inputBytes)
    await cursor.take(bytes, (piece) => pieces.push(piece))
    left -= bytes
    yield* pieces
  }
}

function engineOf(codec: string) {
  switch (codec) {
    case 'GZIP':
      return zlib.createGunzip()
    case 'BROTLI':
      return zlib.createBrotliDecompress()
    case 'ZSTD':
      if (typeof zlib.createZstdDecompress === 'function') return zlib.createZstdDecompress()
  }
  throw new S3Error('ParquetUnsupportedCompressionCodec', { reason: codec })
}
