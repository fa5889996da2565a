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
      return new ReadableStream({
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
