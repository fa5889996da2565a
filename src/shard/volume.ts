// A plain byte store: extents of large bodies as rows of `volumeRowBytes`. Who owns an extent, and whether it may
// go, is known by the KeyShard that reserved it; nothing here expires by itself.
import { DurableObject } from 'cloudflare:workers'
import { assert } from '../assert.ts'
import { isWellFormed, touchedBlocks } from '../bulk/blocks.ts'
import type { Span } from '../bulk/blocks.ts'
import { DamagedExtent } from '../bulk/bulk-store.ts'
import { pumpedStream } from '../bulk/streams.ts'
import { verifiedBytes } from '../bulk/verified-run.ts'
import type { Env } from '../env.ts'
import { blockBytes, volumeCommitBytes, volumeExtentBytesMax, volumeRowBytes } from '../limits.ts'

/** The piece `index` of the extent `number` has the row id `number * idsPerExtent + index`. Stored: never changes. */
const idsPerExtent = 2 ** 20

/** A run of an extent, and the checksums of the blocks it touches. */
export interface ExtentRun {
  extent: string
  offset: number
  length: number
  extentSize: number
  crcs: Uint8Array
}

export type RunOutcome = { outcome: 'found'; bytes: Uint8Array } | { outcome: 'damaged'; offset: number }

interface StoredExtent {
  number: number
  /** Null until the last piece is there. */
  size: number | null
  /** Bytes of each piece but the last. */
  pieceSize: number
}

export class Volume extends DurableObject<Env> {
  readonly #sql: SqlStorage

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.#sql = state.storage.sql
    // WITHOUT ROWID would carry the bytes in inner pages; an integer key alone is one row written for a piece.
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS extents (
        number INTEGER PRIMARY KEY, extent TEXT NOT NULL UNIQUE, size INTEGER, piece_size INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE IF NOT EXISTS pieces (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
    `)
  }

  /** `PUT /extent` stores the body; `POST /extent?offset=&length=&size=` with the checksums as body reads a run. */
  override async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const extent = pathname.slice(1)
    if (request.method === 'PUT') {
      await this.#write(extent, request.body)
      return new Response(null, { status: 204 })
    }
    const crcs = new Uint8Array(await request.arrayBuffer())
    const [offset, length, extentSize] = ['offset', 'length', 'size'].map((name) => Number(searchParams.get(name)))
    assert(offset !== undefined && length !== undefined && extentSize !== undefined, 'A run has three numbers')
    return this.#stream({ extent, offset, length, extentSize, crcs })
  }

  /** A run of at most a few MiB, verified. */
  readRun(run: ExtentRun): RunOutcome {
    try {
      const bytes = this.#read(run, run)
      // A view would be sent with all of the buffer under it.
      return { outcome: 'found', bytes: bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice() }
    } catch (error) {
      if (error instanceof DamagedExtent) return { outcome: 'damaged', offset: error.offset }
      throw error
    }
  }

  /** Removes extents, whole or half written; unknown names are fine. */
  remove(extents: string[]): void {
    for (const extent of extents) {
      this.ctx.storage.transactionSync(() => {
        // Which number did this name have?
        const [row] = this.#sql.exec('DELETE FROM extents WHERE extent = ? RETURNING number', extent).toArray()
        if (row === undefined) return
        const first = Number(row.number) * idsPerExtent
        this.#sql.exec('DELETE FROM pieces WHERE id >= ? AND id < ?', first, first + idsPerExtent)
      })
    }
  }

  /** Compares every block; one piece in memory at a time. */
  verify({ extent, size, crcs }: { extent: string; size: number; crcs: Uint8Array }): 'intact' | 'damaged' | 'missing' {
    const stored = this.#extent(extent)
    if (stored === null || stored.size === null) return 'missing'
    const run = { extent, offset: 0, length: size, extentSize: size, crcs }
    if (!isWellFormed(run)) return 'damaged'
    try {
      for (const part of pieceRuns(run, stored.pieceSize)) this.#read(run, part)
      return stored.size === size ? 'intact' : 'damaged'
    } catch (error) {
      if (error instanceof DamagedExtent) return 'damaged'
      throw error
    }
  }

  /** Puts the body row by row, several to a transaction; the size, which makes the extent whole, with the last. */
  async #write(extent: string, body: ReadableStream<Uint8Array> | null): Promise<void> {
    const reader = body?.getReader({ mode: 'byob' })
    // Rows that are put are in the database: their buffers go round.
    const buffers = Array.from({ length: volumeCommitBytes / volumeRowBytes }, () => new ArrayBuffer(volumeRowBytes))
    let number: number | null = null
    let stored = 0
    try {
      let ended = false
      do {
        const rows: Uint8Array[] = []
        for (let free = buffers.pop(); free !== undefined && !ended; free = buffers.pop()) {
          const { value } = (await reader?.readAtLeast(volumeRowBytes, new Uint8Array(free))) ?? {}
          if (value !== undefined && value.byteLength > 0) rows.push(value)
          ended = (value?.byteLength ?? 0) < volumeRowBytes
        }
        number = this.#put({ extent, number, at: stored }, rows, ended)
        stored += rows.reduce((sum, row) => sum + row.byteLength, 0)
        buffers.push(...rows.map((row) => row.buffer as ArrayBuffer))
      } while (!ended)
    } catch (error) {
      if (number !== null) this.remove([extent])
      throw error
    }
  }

  /** One transaction. `number` is null before the first; `at` bytes are there already. Gives the extent's number. */
  #put(extent: { extent: string; number: number | null; at: number }, pieces: Uint8Array[], ended: boolean): number {
    const { extent: name, at } = extent
    const size = at + pieces.reduce((sum, piece) => sum + piece.byteLength, 0)
    assert(size <= volumeExtentBytesMax, 'An extent is not larger than a Volume allows')
    return this.ctx.storage.transactionSync(() => {
      let number = extent.number
      if (number === null) {
        const insert = 'INSERT INTO extents (extent, piece_size) VALUES (?, ?) RETURNING number'
        number = Number(this.#sql.exec(insert, name, volumeRowBytes).one().number)
      } else {
        // Its lease may have run out meanwhile, and the number been given to another.
        assert(this.#extent(name)?.number === number, 'An extent is not removed while it is written')
      }
      const first = number * idsPerExtent + at / volumeRowBytes
      for (const [index, piece] of pieces.entries()) {
        this.#sql.exec('INSERT INTO pieces (id, bytes) VALUES (?, ?)', first + index, piece)
      }
      if (ended) this.#sql.exec('UPDATE extents SET size = ? WHERE number = ?', size, number)
      return number
    })
  }

  /** A response with the verified bytes of a run, piece by piece; 410 with the position when the first is damaged. */
  #stream(run: ExtentRun): Response {
    const parts = pieceRuns(run, this.#extent(run.extent)?.pieceSize ?? volumeRowBytes)
    const first = parts[0]
    assert(first !== undefined && isWellFormed(run), 'A streamed run has bytes and their checksums')
    try {
      const bytes = this.#read(run, first)
      const rest = parts.slice(1)
      return new Response(pumpedStream(run.length, (writable) => this.#pump(run, { bytes, rest }, writable)))
    } catch (error) {
      if (error instanceof DamagedExtent) return new Response(String(error.offset), { status: 410 })
      throw error
    }
  }

  async #pump(
    run: ExtentRun,
    { bytes, rest }: { bytes: Uint8Array; rest: Span[] },
    writable: WritableStream<Uint8Array>,
  ): Promise<void> {
    const writer = writable.getWriter()
    try {
      await writer.write(bytes)
      for (const part of rest) await writer.write(this.#read(run, part))
    } finally {
      writer.releaseLock()
    }
  }

  /** The bytes of a part of a run, verified. Throws DamagedExtent: also when the extent is missing or has another size. */
  #read(run: ExtentRun, part: Span): Uint8Array {
    const { extent, extentSize } = run
    const stored = this.#extent(extent)
    if (stored === null || stored.size !== extentSize) throw new DamagedExtent(extent, part.offset)
    const touched = touchedBlocks(part, extentSize)
    const skipped = (touched.offset - touchedBlocks(run, extentSize).offset) / blockBytes
    const crcs = run.crcs.subarray(skipped * 4, (skipped + Math.ceil(touched.length / blockBytes)) * 4)
    const found = pieceRuns(touched, stored.pieceSize).map((span) => this.#readPiece(stored, span))
    const blocks = found.length === 1 && found[0] !== undefined ? found[0] : concatenate(found)
    return verifiedBytes(blocks, { extent, offset: part.offset, length: part.length, extentSize, crcs })
  }

  /** The bytes of a span within one piece; fewer when the row is missing or short. */
  #readPiece({ number, pieceSize }: StoredExtent, { offset, length }: Span): Uint8Array {
    const id = number * idsPerExtent + Math.floor(offset / pieceSize)
    const start = offset % pieceSize
    // substr() counts from 1.
    const row = this.#sql.exec('SELECT substr(bytes, ?, ?) AS run FROM pieces WHERE id = ?', start + 1, length, id)
    const [found] = row.toArray()
    return found?.run instanceof ArrayBuffer ? new Uint8Array(found.run) : new Uint8Array()
  }

  #extent(extent: string): StoredExtent | null {
    const rows = this.#sql.exec('SELECT number, size, piece_size FROM extents WHERE extent = ?', extent).toArray()
    const row = rows[0]
    if (row === undefined) return null
    const size = row.size === null ? null : Number(row.size)
    return { number: Number(row.number), size, pieceSize: Number(row.piece_size) }
  }
}

/** Cuts a run at the bounds of pieces. */
function pieceRuns({ offset, length }: Span, pieceSize: number): Span[] {
  const runs: Span[] = []
  for (let at = offset; at < offset + length;) {
    const end = Math.min(offset + length, at - (at % pieceSize) + pieceSize)
    runs.push({ offset: at, length: end - at })
    at = end
  }
  return runs
}

function concatenate(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}
