import type { ObjectSource } from '../../src/select/batch.ts'

export interface ResidentObject extends ObjectSource {
  /** Bytes handed out so far. */
  readonly bytesRead: number
  /** Ranges asked for, in order. */
  readonly reads: readonly { offset: number; length: number }[]
}

/** An object whose bytes are in memory, read in pieces of `pieceBytes`. */
export function residentObject(bytes: Uint8Array, pieceBytes = 1024 * 1024): ResidentObject {
  const reads: { offset: number; length: number }[] = []
  let bytesRead = 0
  return {
    size: bytes.length,
    get bytesRead() {
      return bytesRead
    },
    reads,
    async read(offset, length) {
      reads.push({ offset, length })
      let at = offset
      const end = Math.min(offset + length, bytes.length)
      return new ChunkStream({
        pull(controller) {
          if (at >= end) return controller.close()
          const piece = bytes.subarray(at, Math.min(at + pieceBytes, end))
          at += piece.length
          bytesRead += piece.length
          controller.enqueue(piece)
        },
      })
    },
  }
}

const noBytes = new TypeError('This is no byte stream')

/** Says so without the stack that Node makes each time, which takes longer than a small query: streams of workerd are byte streams. */
class ChunkStream extends ReadableStream<Uint8Array> {
  override getReader(options?: { mode?: undefined }): ReadableStreamDefaultReader<Uint8Array>
  override getReader(options: { mode: 'byob' }): ReadableStreamBYOBReader
  override getReader(options?: {
    mode?: 'byob' | undefined
  }): ReadableStreamDefaultReader<Uint8Array> | ReadableStreamBYOBReader {
    if (options?.mode === 'byob') throw noBytes
    return super.getReader()
  }
}
