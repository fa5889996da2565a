import type { VerifiedBody } from '../auth/body.ts'
import { S3Error } from '../errors.ts'
import { pieceBytes, xmlBodyBytesMax } from '../limits.ts'

/**
 * The whole body as text, verified. Throws MaxMessageLengthExceeded beyond `xmlBodyBytesMax`, MalformedXML where it is
 * not UTF-8, and whatever `verify` finds.
 */
export async function readText(body: VerifiedBody): Promise<string> {
  if ((body.length ?? 0) > xmlBodyBytesMax) throw tooLong()
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  let text = ''
  let bytes = 0
  for (let piece = await body.read(pieceBytes); piece !== null; piece = await body.read(pieceBytes)) {
    bytes += piece.length
    if (bytes > xmlBodyBytesMax) throw tooLong()
    text += decode(decoder, piece)
  }
  text += decode(decoder, null)
  await body.verify()
  return text
}

/** Null ends the text. */
function decode(decoder: TextDecoder, piece: Uint8Array | null): string {
  try {
    return piece === null ? decoder.decode() : decoder.decode(piece, { stream: true })
  } catch (cause) {
    throw new S3Error('MalformedXML', { reason: 'The body is not UTF-8', cause })
  }
}

function tooLong(): S3Error {
  return new S3Error('MaxMessageLengthExceeded', { fields: { MaxMessageLengthBytes: String(xmlBodyBytesMax) } })
}
