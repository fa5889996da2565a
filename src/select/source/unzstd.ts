// ZSTD: frames one after the other, skippable ones among them. https://www.rfc-editor.org/rfc/rfc8878
import { S3Error } from '../../errors.ts'
import { ByteCursor } from './byte-cursor.ts'
import type { Pieces } from './pieces.ts'
import { throughEngine, zstdEngine } from './zlib-engine.ts'

/** The bytes of all frames. Throws InvalidCompressionFormat where there is none, TruncatedInput where one is damaged. */
export async function* unzstd(pieces: Pieces): AsyncGenerator<Uint8Array, void> {
  const cursor = new ByteCursor(pieces)
  const start = await cursor.rest()
  if (start === null || !beginsFrame(start)) {
    throw new S3Error('InvalidCompressionFormat', { reason: 'no ZSTD frame begins there' })
  }
  cursor.unread(start.length)
  // A decoder ends with its frame where another one follows in the same piece.
  while ((await cursor.peek()) >= 0) yield* throughEngine(zstdEngine(), cursor)
}

/** RFC 8878 sections 3.1.1 and 3.1.2: 0xFD2FB528, or 0x184D2A50 to 0x184D2A5F. */
function beginsFrame(bytes: Uint8Array): boolean {
  const [a = 0, b, c, d] = bytes
  return (
    (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) || (a >>> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18)
  )
}
