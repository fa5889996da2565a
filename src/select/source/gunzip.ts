// GZIP, as gzip(1) reads it: one member after the other, and what follows the last and begins none is ignored.
// https://www.rfc-editor.org/rfc/rfc1952
import { crc32 } from '../../kernels/crc32.ts'
import { S3Error } from '../../errors.ts'
import { ByteCursor } from './byte-cursor.ts'
import type { Pieces } from './pieces.ts'
import { inflateEngine, throughEngine } from './zlib-engine.ts'

const magic = [0x1f, 0x8b] as const
const deflated = 8
const flags = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const

/** The bytes of all members. Throws InvalidCompressionFormat where there is none, TruncatedInput where one is damaged. */
export async function* gunzip(pieces: Pieces): AsyncGenerator<Uint8Array, void> {
  const cursor = new ByteCursor(pieces)
  if (!(await beginsMember(cursor))) {
    throw new S3Error('InvalidCompressionFormat', { reason: 'no GZIP member begins there' })
  }
  do {
    await skipHeader(cursor)
    yield* inflateMember(cursor)
  } while (await beginsMember(cursor))
}

/** Whether the two bytes that begin a member come next; goes past them. */
async function beginsMember(cursor: ByteCursor): Promise<boolean> {
  return (await cursor.byte()) === magic[0] && (await cursor.byte()) === magic[1]
}

/** RFC 1952 section 2.3, after the magic. */
async function skipHeader(cursor: ByteCursor): Promise<void> {
  if ((await mustByte(cursor)) !== deflated) throw damaged('a GZIP member is compressed by an unknown method')
  const given = await mustByte(cursor)
  if ((given & flags.reserved) !== 0) throw damaged('a GZIP header has reserved flags')
  // Its time, its level, its system.
  await skip(cursor, 6)
  if ((given & flags.extra) !== 0) await skip(cursor, (await mustByte(cursor)) | ((await mustByte(cursor)) << 8))
  if ((given & flags.name) !== 0) await skipText(cursor)
  if ((given & flags.comment) !== 0) await skipText(cursor)
  if ((given & flags.headerCrc) !== 0) await skip(cursor, 2)
}

async function* inflateMember(cursor: ByteCursor): AsyncGenerator<Uint8Array, void> {
  let crc = 0
  let size = 0
  for await (const chunk of throughEngine(inflateEngine(), cursor)) {
    crc = crc32(chunk, crc)
    size = (size + chunk.length) >>> 0
    yield chunk
  }
  if ((await mustWord(cursor)) !== crc) throw damaged('the CRC32 of a GZIP member is another one')
  if ((await mustWord(cursor)) !== size) throw damaged('a GZIP member has another length')
}

async function mustByte(cursor: ByteCursor): Promise<number> {
  const byte = await cursor.byte()
  if (byte < 0) throw damaged('the object ends within a GZIP member')
  return byte
}

async function mustWord(cursor: ByteCursor): Promise<number> {
  let word = 0
  for (let shift = 0; shift < 32; shift += 8) word |= (await mustByte(cursor)) << shift
  return word >>> 0
}

async function skip(cursor: ByteCursor, count: number): Promise<void> {
  for (let left = count; left > 0; left--) await mustByte(cursor)
}

/** Past the zero that ends it. */
async function skipText(cursor: ByteCursor): Promise<void> {
  while ((await mustByte(cursor)) !== 0);
}

function damaged(reason: string): S3Error {
  return new S3Error('TruncatedInput', { reason })
}
