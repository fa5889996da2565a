// Objects in memory, as S3 Select reads them, with what was read of them counted.
import type { ObjectSource } from '../../src/select/batch.ts'

export interface CountedSource extends ObjectSource {
  /** Bytes that left the source. */
  given: number
  /** Streams that were cancelled. */
  cancelled: number
}

export interface SourceOptions {
  /** Bytes enqueued at once. Default 100,000. */
  chunkBytes?: number
  /** A stream of bytes, or one of chunks. Default bytes. */
  type?: 'bytes' | 'chunks'
  /** Each stream breaks after so many bytes. */
  breaksAfter?: number
  /** Each stream ends after so many bytes, as if there were no more. */
  endsAfter?: number
}

interface Controller {
  enqueue(bytes: Uint8Array): void
  close(): void
  error(reason: unknown): void
  readonly byobRequest?: { respond(count: number): void } | null
}

export function memorySource(bytes: Uint8Array, options: SourceOptions = {}): CountedSource {
  return generatedSource(bytes.length, (offset, length) => bytes.subarray(offset, offset + length), options)
}

/** An object of `size` bytes, made when they are read. */
export function generatedSource(
  size: number,
  make: (offset: number, length: number) => Uint8Array,
  options: SourceOptions = {},
): CountedSource {
  const { chunkBytes = 100_000, type = 'bytes', breaksAfter = Infinity, endsAfter = Infinity } = options
  const cancel = () => {
    source.cancelled++
  }
  const source: CountedSource = {
    size,
    given: 0,
    cancelled: 0,
    read(offset, length) {
      const end = Math.min(length, endsAfter)
      let at = 0
      const chunk = (): Uint8Array => {
        const taken = Math.min(chunkBytes, end - at)
        const bytes = new Uint8Array(make(offset + at, taken))
        at += taken
        source.given += taken
        return bytes
      }
      const pull = (controller: Controller) => {
        if (at >= breaksAfter) controller.error(new Error('The stream broke'))
        else if (at < end) controller.enqueue(chunk())
        else {
          controller.close()
          // A read that waits is only told of the end by this: https://streams.spec.whatwg.org/#rbs-controller-close
          controller.byobRequest?.respond(0)
        }
      }
      const stream =
        type === 'chunks'
          ? new ReadableStream<Uint8Array>({ pull, cancel }, { highWaterMark: 0 })
          : new ReadableStream<Uint8Array>({ type, pull, cancel } as unknown as UnderlyingSource<Uint8Array>)
      return Promise.resolve(stream)
    },
  }
  return source
}

/** All bytes of what `next` gives, and the lengths of the pieces. */
export async function drained(chunks: {
  next(): Promise<Uint8Array | null>
}): Promise<{ bytes: Uint8Array; lengths: number[] }> {
  const pieces: Uint8Array[] = []
  for (let piece = await chunks.next(); piece !== null; piece = await chunks.next()) pieces.push(piece.slice())
  return { bytes: Buffer.concat(pieces), lengths: pieces.map(({ length }) => length) }
}
