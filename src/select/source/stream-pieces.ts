// A stream in large pieces.
// A default reader hands out 4 KiB at a time in workerd, at a tenth of the speed; `readAtLeast` fills a buffer.
// https://developers.cloudflare.com/workers/runtime-apis/streams/readablestreambyobreader/
import { Gatherer } from './gatherer.ts'
import type { PieceSizes } from './gatherer.ts'

/** Pieces of a stream, each of the largest size asked for unless the stream hands out chunks of its own. */
export interface StreamPieces {
  /** The next piece; null at the end. `used`: an earlier piece that nobody needs any more, whose memory may be used. */
  next(used?: Uint8Array): Promise<Uint8Array | null>
  /** Of the pieces asked for from now on. */
  sizes: PieceSizes
  close(): Promise<void>
}

/** The stream in pieces. */
export function streamPieces(stream: ReadableStream<Uint8Array>, sizes: PieceSizes): StreamPieces {
  const reader = byteReader(stream)
  return reader === null ? new ChunkPieces(stream, sizes) : new BytePieces(reader, sizes)
}

/** Null where the stream hands out chunks of its own. */
function byteReader(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  try {
    return stream.getReader({ mode: 'byob' })
  } catch (error) {
    if (error instanceof TypeError && !stream.locked) return null
    throw error
  }
}

class BytePieces implements StreamPieces {
  sizes: PieceSizes
  readonly #reader: ReadableStreamBYOBReader
  #ended = false

  constructor(reader: ReadableStreamBYOBReader, sizes: PieceSizes) {
    this.#reader = reader
    this.sizes = sizes
  }

  async next(used?: Uint8Array): Promise<Uint8Array | null> {
    if (this.#ended) return null
    const { most } = this.sizes
    const { value } = await readAtLeast(this.#reader, viewOf(used, most))
    if (value === undefined || value.length < most) this.#ended = true
    return value === undefined || value.length === 0 ? null : value
  }

  async close(): Promise<void> {
    this.#ended = true
    await this.#reader.cancel().catch(() => undefined)
  }
}

/** All of a piece's memory, or fresh one. */
function viewOf(used: Uint8Array | undefined, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const buffer = used?.buffer
  const isRoom = buffer instanceof ArrayBuffer && buffer.byteLength === sizeBytes
  return new Uint8Array(isRoom ? buffer : new ArrayBuffer(sizeBytes))
}

interface ReadResult {
  value?: Uint8Array<ArrayBuffer> | undefined
  done: boolean
}

/** Fills the view unless the stream ends. Outside of workerd the standard's `min` does the same. */
export function readAtLeast(reader: ReadableStreamBYOBReader, view: Uint8Array<ArrayBuffer>): Promise<ReadResult> {
  if ('readAtLeast' in reader) return reader.readAtLeast(view.length, view)
  // https://streams.spec.whatwg.org/#byob-reader-read
  const standard = reader as { read(view: Uint8Array<ArrayBuffer>, options: { min: number }): Promise<ReadResult> }
  return standard.read(view, { min: view.length })
}

class ChunkPieces implements StreamPieces {
  sizes: PieceSizes
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #gatherer: Gatherer
  readonly #own = new WeakSet<ArrayBufferLike>()

  constructor(stream: ReadableStream<Uint8Array>, sizes: PieceSizes) {
    const reader = stream.getReader()
    this.#reader = reader
    this.sizes = sizes
    this.#gatherer = new Gatherer({ next: () => nextChunk(reader) })
  }

  async next(used?: Uint8Array): Promise<Uint8Array | null> {
    const view = await this.#gatherer.view(this.sizes)
    if (view !== null) return view
    // Only memory of our own is used again: chunks are whoever's who made the stream.
    const isOurs = used !== undefined && this.#own.has(used.buffer)
    const buffer = viewOf(isOurs ? used : undefined, this.sizes.most)
    this.#own.add(buffer.buffer)
    return this.#gatherer.fill(buffer)
  }

  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined)
  }
}

async function nextChunk(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | null> {
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return null
    if (value.length > 0) return value
  }
}
