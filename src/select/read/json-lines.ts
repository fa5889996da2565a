// The lines of a scan range: those whose first byte lies in it, whole.
import type { ByteChunks, ObjectSource } from '../batch.ts'
import { openChunks } from '../source/open-chunks.ts'
import type { ByteSpan } from './scan-range.ts'

const newline = 0x0a

/** Begins one byte before the range: a line begins with it when that byte is a newline. */
export function linesOfRange(source: ObjectSource, { start, end }: ByteSpan): ByteChunks {
  const offset = Math.max(start - 1, 0)
  const chunks = openChunks(source, { offset, compression: 'NONE' })
  /** Where the next piece lies in the object. */
  let at = offset
  let isWithin = start === 0
  let isOver = false
  return {
    async next() {
      while (!isOver) {
        const piece = await chunks.next()
        if (piece === null) return null
        const pieceAt = at
        at += piece.length
        let from = 0
        if (!isWithin) {
          from = piece.indexOf(newline) + 1
          if (from === 0) continue
          isWithin = true
        }
        // No line begins behind the first newline at `end` or after it.
        const last = piece.indexOf(newline, Math.max(end - pieceAt, from - 1, 0))
        isOver = last >= 0 && pieceAt + last >= end
        const wanted = piece.subarray(from, isOver ? Math.max(last + 1, from) : piece.length)
        if (isOver) await chunks.close()
        if (wanted.length > 0) return wanted
      }
      return null
    },
    close: () => chunks.close(),
    get scanned() {
      return chunks.scanned
    },
    get processed() {
      return chunks.processed
    },
  }
}
