// The bytes of an object as its records are written in them: read in large pieces and decompressed.
import { assert } from '../../assert.ts'
import { scanPieceBytes } from '../../limits.ts'
import type { ByteChunks, ObjectSource } from '../batch.ts'
import type { Compression } from '../request.ts'
import { bunzip2 } from './bunzip2.ts'
import { Gatherer } from './gatherer.ts'
import { gunzip } from './gunzip.ts'
import { ObjectPieces } from './object-pieces.ts'
import type { Pieces } from './pieces.ts'
import { unzstd } from './unzstd.ts'

export interface ChunkOptions {
  /** Bytes of the object before the first one read. 0 where the object is compressed. */
  offset: number
  /** Bytes read; by default up to the object's end. */
  length?: number
  compression: Compression
}

/**
 * Nothing is read before the first `next()`; from then on one piece ahead. Decompressed bytes are made as they are asked
 * for, so that what expands enormously takes no more memory than what does not. `next()` throws InvalidCompressionFormat
 * or TruncatedInput where the bytes are not what `compression` says.
 */
export function openChunks(source: ObjectSource, { offset, length, compression }: ChunkOptions): ByteChunks {
  assert(offset >= 0 && offset <= source.size, 'Reading begins within the object')
  const stored = new ObjectPieces(source, offset, Math.min(length ?? Infinity, source.size - offset))
  const decompress = decompressors[compression]
  const chunks = decompress === null ? stored : new GatheredPieces(decompress(stored))
  let processed = 0
  let closed = false
  return {
    async next() {
      if (closed) return null
      try {
        const chunk = await chunks.next()
        processed += chunk?.length ?? 0
        return chunk
      } catch (error) {
        if (closed) return null
        throw error
      }
    },
    enlarge(pieceBytes) {
      if (chunks === stored) stored.enlarge(pieceBytes)
    },
    async close() {
      closed = true
      // What waits for stored bytes ends with these.
      await stored.close()
      if (chunks !== stored) await chunks.close()
    },
    get scanned() {
      return stored.taken
    },
    get processed() {
      return processed
    },
  }
}

const decompressors: Record<Compression, ((stored: Pieces) => AsyncGenerator<Uint8Array, void>) | null> = {
  NONE: null,
  GZIP: gunzip,
  BZIP2: bunzip2,
  ZSTD: unzstd,
}

/** What a generator makes, in large pieces of one buffer. */
class GatheredPieces implements Pieces {
  readonly #generator: AsyncGenerator<Uint8Array, void>
  readonly #gatherer: Gatherer
  readonly #buffer = new Uint8Array(scanPieceBytes)

  constructor(generator: AsyncGenerator<Uint8Array, void>) {
    this.#generator = generator
    this.#gatherer = new Gatherer({ next: async () => (await generator.next()).value ?? null })
  }

  next(): Promise<Uint8Array | null> {
    return this.#gatherer.fill(this.#buffer)
  }

  async close(): Promise<void> {
    await this.#generator.return()
  }
}
