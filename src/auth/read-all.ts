// Small bodies (XML) as a whole.
import { refuse } from './refusal-error.ts'
import type { VerifiedBody } from './body.ts'

// A body of unknown length is gathered in pieces of this size.
const gatherBytes = 64 * 1024

/** All bytes of a body, verified. Throws MaxMessageLengthExceeded when there are more than `bytesMax`. */
export async function readAll(body: VerifiedBody, bytesMax: number): Promise<Uint8Array> {
  const { length } = body
  if (length !== null && length > bytesMax) refuse({ reason: 'message-too-long' })
  const pieces: Uint8Array[] = []
  let size = 0
  for (;;) {
    const piece = await body.read(Math.max(length ?? gatherBytes, 1))
    if (piece === null) break
    size += piece.length
    if (size > bytesMax) refuse({ reason: 'message-too-long' })
    pieces.push(piece)
  }
  await body.verify()
  return joined(pieces, size)
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = pieces
  if (only !== undefined && pieces.length === 1) return only
  const bytes = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
