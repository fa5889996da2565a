// Small pieces put together. No clock.
import type { Pieces } from './pieces.ts'

/** The next `sizeBytes` or more out of `pieces`, less at their end; null after it. Copies only what comes in small pieces. */
export async function gather(pieces: Pieces, sizeBytes: number): Promise<Uint8Array | null> {
  const first = await pieces.next()
  if (first === null || first.length >= sizeBytes) return first
  const gathered = [first]
  let length = first.length
  while (length < sizeBytes) {
    const piece = await pieces.next()
    if (piece === null) break
    gathered.push(piece)
    length += piece.length
  }
  return joined(gathered, length)
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = pieces
  if (only !== undefined && pieces.length === 1) return only
  const bytes = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
