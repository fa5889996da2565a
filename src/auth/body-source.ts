// The raw bytes of a request, in pieces as large as asked for.
// A default reader of a request body hands out 4 KiB at a time in workerd (50 MB/s); `readAtLeast` fills the buffer.
import { S3Error } from '../errors.ts'

// Buffer that a refused upload is read into, over and over.
const drainPieceBytes = 256 * 1024

/** Where bytes come from, in pieces as large as asked for. */
export interface ByteSource {
  /** Exactly `sizeBytes`, or less at the end; null after it. The buffer is the caller's. */
  read(sizeBytes: number, used?: Uint8Array): Promise<Uint8Array<ArrayBuffer> | null>
  /** Reads and drops what is left of the request, within these bounds. Never throws. */
  drain(limitBytes: number, limitMilliseconds: number): Promise<void>
}

export class BodySource implements ByteSource {
  readonly #stream: ReadableStream<Uint8Array> | null
  #reader: ReadableStreamBYOBReader | null = null
  #ended: boolean

  constructor(stream: ReadableStream<Uint8Array> | null) {
    this.#stream = stream
    this.#ended = stream === null
  }

  /** Every byte has been handed out. Only known after a read came up short. */
  get ended(): boolean {
    return this.#ended
  }

  /** Exactly `sizeBytes`, or less at the end; null after it. The buffer is the caller's. */
  async read(sizeBytes: number, used?: Uint8Array): Promise<Uint8Array<ArrayBuffer> | null> {
    const piece = await this.readInto(roomFor(sizeBytes, used))
    return piece.length === 0 ? null : piece
  }

  /**
   * Fills a view, or as much of it as there is; empty at the end. The view's buffer is detached: go on with the
   * buffer of the one returned, which is the same memory.
   */
  async readInto(view: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#ended || this.#stream === null) return view.subarray(0, 0)
    this.#reader ??= this.#stream.getReader({ mode: 'byob' })
    const wanted = view.length
    const { value, done } = await readAtLeast(this.#reader, view)
    if (done || value === undefined || value.length < wanted) this.#ended = true
    return value ?? new Uint8Array(0)
  }

  /**
   * Reads and drops what is left, so that a client that sends before it reads sees the answer and not a reset.
   * Gives up after so many bytes or milliseconds. Never throws.
   */
  async drain(limitBytes: number, limitMilliseconds: number): Promise<void> {
    if (this.#ended || this.#stream === null) return
    let left = limitBytes
    const timer = setTimeout(() => {
      // A pending read ends with this.
      this.#reader?.cancel().catch(() => {})
    }, limitMilliseconds)
    try {
      let buffer = new ArrayBuffer(drainPieceBytes)
      while (!this.#ended && left > 0) {
        const piece = await this.readInto(new Uint8Array(buffer))
        left -= piece.length
        buffer = piece.buffer
      }
    } catch {
      // The client has gone: nobody is left to answer.
    } finally {
      clearTimeout(timer)
    }
  }
}

/** A view of so many bytes: of the memory of `used` where that is large enough. */
export function roomFor(sizeBytes: number, used: Uint8Array | undefined): Uint8Array<ArrayBuffer> {
  const buffer = used?.buffer
  return buffer instanceof ArrayBuffer && buffer.byteLength >= sizeBytes
    ? new Uint8Array(buffer, 0, sizeBytes)
    : new Uint8Array(sizeBytes)
}

async function readAtLeast(
  reader: ReadableStreamBYOBReader,
  view: Uint8Array<ArrayBuffer>,
): Promise<{ value?: Uint8Array<ArrayBuffer> | undefined; done: boolean }> {
  try {
    // Outside workerd the standard's `min` does the same (https://streams.spec.whatwg.org/#byob-reader-read).
    return await ('readAtLeast' in reader ? reader.readAtLeast(view.length, view) : standardRead(reader, view))
  } catch (cause) {
    throw new S3Error('IncompleteBody', { reason: 'the connection broke while the body was read', cause })
  }
}

function standardRead(
  reader: { read(view: Uint8Array<ArrayBuffer>, options: { min: number }): Promise<ReadResult> },
  view: Uint8Array<ArrayBuffer>,
): Promise<ReadResult> {
  return reader.read(view, { min: view.length })
}

interface ReadResult {
  value?: Uint8Array<ArrayBuffer> | undefined
  done: boolean
}
