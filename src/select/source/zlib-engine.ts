// Bytes through a decompressing stream of node:zlib, which is the native decoder in Node and in workerd alike.
import type { Transform } from 'node:stream'
import { createInflateRaw, createZstdDecompress, constants } from 'node:zlib'
import { S3Error } from '../../errors.ts'
import { inflateChunkBytes, zstdWindowLogMax } from '../../limits.ts'
import type { ByteCursor } from './byte-cursor.ts'

/** A decoder of one raw DEFLATE stream. https://www.rfc-editor.org/rfc/rfc1951 */
export function inflateEngine(): Engine {
  return createInflateRaw({ chunkSize: inflateChunkBytes })
}

/** A decoder of ZSTD frames, one after the other. https://www.rfc-editor.org/rfc/rfc8878 */
export function zstdEngine(): Engine {
  return createZstdDecompress({
    chunkSize: inflateChunkBytes,
    params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLogMax },
  })
}

/** A decompressing stream. */
export type Engine = Transform & { readonly bytesWritten: number }

/**
 * What the engine makes of the bytes from the cursor on, in its own chunks, each valid until the next one is asked for; what
 * is made and not yet asked for is one chunk. Where the engine ends by itself the cursor is behind the last byte it took. Throws TruncatedInput where it
 * refuses the bytes.
 */
export async function* throughEngine(engine: Engine, cursor: ByteCursor): AsyncGenerator<Uint8Array, void> {
  const feeder = new Feeder(engine, cursor)
  const feeding = feeder.run()
  try {
    for await (const chunk of engine) {
      yield chunk as Uint8Array
      free(chunk as Uint8Array)
    }
  } catch (error) {
    // The engine's own errors have other names in workerd than in Node.
    throw error === feeder.fault ? error : new S3Error('TruncatedInput', { cause: error })
  } finally {
    feeder.stop()
    engine.destroy()
    await feeding
  }
}

/**
 * Gives the memory of a chunk back at once, which garbage collection does only after tens of MB. An engine writes its chunks
 * into one buffer until that is full, and then takes another one.
 */
function free({ buffer, byteOffset, byteLength }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== inflateChunkBytes) return
  if (byteOffset + byteLength === inflateChunkBytes) buffer.transfer(0)
}

/** Writes pieces into an engine, each when the one before is done with. */
class Feeder {
  readonly #engine: Engine
  readonly #cursor: ByteCursor
  #stopped = false
  #wake: () => void = () => {}
  #fault: Error | null = null

  constructor(engine: Engine, cursor: ByteCursor) {
    this.#engine = engine
    this.#cursor = cursor
  }

  /** What reading the pieces failed with. */
  get fault(): Error | null {
    return this.#fault
  }

  /** Never rejects: whoever reads the engine sees what went wrong. */
  async run(): Promise<void> {
    try {
      let given = 0
      while (!this.#stopped) {
        const piece = await this.#cursor.rest()
        if (this.#stopped) return
        if (piece === null) {
          this.#engine.end()
          return
        }
        given += piece.length
        await this.#write(piece)
        // An engine that left bytes has ended.
        const left = given - this.#engine.bytesWritten
        if (left > 0) {
          this.#cursor.unread(left)
          return
        }
      }
    } catch (error) {
      this.#fault = error instanceof Error ? error : new Error(String(error))
      this.#engine.destroy(this.#fault)
    }
  }

  stop(): void {
    this.#stopped = true
    this.#wake()
  }

  /** Resolves when the engine has done with the piece, or nobody wants more. */
  #write(piece: Uint8Array): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    this.#engine.write(piece, () => resolve())
    return promise
  }
}
