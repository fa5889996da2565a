// Turns the stored bytes of whole blocks into exactly the bytes a segment asks for, each block compared with its CRC32
// before any of its bytes is handed out.
import { blockBytes, readPieceBytes } from '../limits.ts'
import type { Segment } from '../shard/rpc.ts'
import { damagedBlock, touchedBlocks } from './blocks.ts'
import { DamagedExtent } from './bulk-store.ts'
import type { OpenRun } from './bulk-store.ts'
import { bytesStream, nativeRun, pumpedStream } from './streams.ts'

/** What a store found: a Response or an R2 object. */
export interface StoredBytes {
  readonly body: ReadableStream<Uint8Array> | null
  arrayBuffer(): Promise<ArrayBuffer>
}

export type SegmentRun = Omit<Segment, 'store' | 'bytes'>

/**
 * The bytes of a segment out of `stored`, which holds exactly the blocks that the segment touches.
 * The first piece is verified before this resolves: throws DamagedExtent. Later damage breaks the run.
 * `whenVerified` is called once all these blocks passed. Memory: one piece of `readPieceBytes`.
 */
export async function verifiedRun(
  stored: StoredBytes,
  segment: SegmentRun,
  whenVerified: () => void = () => undefined,
): Promise<OpenRun> {
  const { length } = touchedBlocks(segment, segment.extentSize)
  if (stored.body === null) throw new DamagedExtent(segment.extent, segment.offset)
  if (length <= readPieceBytes) {
    const bytes = verifiedBytes(new Uint8Array(await stored.arrayBuffer()), segment)
    whenVerified()
    return nativeRun(bytesStream(bytes))
  }
  const reader = new VerifiedReader(stored.body, segment)
  const first = await reader.next()
  const pumpTo = async (writable: WritableStream<Uint8Array>): Promise<void> => {
    const writer = writable.getWriter()
    try {
      for (let piece = first; piece !== null; piece = await reader.next()) await writer.write(piece)
      whenVerified()
    } finally {
      await reader.cancel()
      writer.releaseLock()
    }
  }
  return { pumpTo, cancel: () => reader.cancel(), stream: () => pumpedStream(segment.length, pumpTo) }
}

/** Cuts a segment out of the blocks it touches. Throws DamagedExtent when one of them is damaged or missing. */
export function verifiedBytes(blocks: Uint8Array, segment: SegmentRun): Uint8Array {
  const touched = touchedBlocks(segment, segment.extentSize)
  const damaged = damagedBlock(blocks, segment.crcs)
  if (damaged !== null) throw new DamagedExtent(segment.extent, touched.offset + damaged)
  if (blocks.byteLength !== touched.length) {
    throw new DamagedExtent(segment.extent, touched.offset + Math.min(blocks.byteLength, touched.length))
  }
  const start = segment.offset - touched.offset
  return blocks.subarray(start, start + segment.length)
}

/** Reads all blocks of a segment and drops them. Throws DamagedExtent. Memory: one piece of `readPieceBytes`. */
export async function verifyStream(stored: StoredBytes, segment: SegmentRun): Promise<void> {
  if (stored.body === null) throw new DamagedExtent(segment.extent, segment.offset)
  const reader = new VerifiedReader(stored.body, segment)
  while ((await reader.next()) !== null);
}

/** Pieces of a segment, in order, each verified. One buffer goes round: a piece is valid until the next is asked for. */
class VerifiedReader {
  readonly #reader: ReadableStreamBYOBReader
  readonly #segment: SegmentRun
  /** Where in the extent the next block starts, and where the touched blocks end. */
  #position: number
  readonly #end: number
  #checked = 0
  #buffer = new ArrayBuffer(readPieceBytes)

  constructor(source: ReadableStream<Uint8Array>, segment: SegmentRun) {
    const touched = touchedBlocks(segment, segment.extentSize)
    this.#reader = source.getReader({ mode: 'byob' })
    this.#segment = segment
    this.#position = touched.offset
    this.#end = touched.offset + touched.length
  }

  /** The wanted bytes of the next blocks; null after the last. Throws DamagedExtent, having cancelled the source. */
  async next(): Promise<Uint8Array | null> {
    const wanted = Math.min(readPieceBytes, this.#end - this.#position)
    if (wanted === 0) {
      await this.cancel()
      return null
    }
    const { value } = await this.#reader.readAtLeast(wanted, new Uint8Array(this.#buffer, 0, wanted))
    const { extent, crcs, offset, length } = this.#segment
    if (value === undefined || value.byteLength < wanted) {
      await this.cancel()
      throw new DamagedExtent(extent, this.#position + (value?.byteLength ?? 0))
    }
    const damaged = damagedBlock(value, crcs.subarray(this.#checked))
    if (damaged !== null) {
      await this.cancel()
      throw new DamagedExtent(extent, this.#position + damaged)
    }
    const piece = value.subarray(Math.max(0, offset - this.#position), offset + length - this.#position)
    this.#checked += Math.ceil(value.byteLength / blockBytes) * 4
    this.#position += value.byteLength
    this.#buffer = value.buffer
    return piece
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined)
  }
}
