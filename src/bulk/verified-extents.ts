// Which blocks of which extents this isolate found intact not long ago: their bytes may be passed on without looking at them
// again. No I/O, no clock.
import { blockBytes, verifiedExtentsMax, verifiedMilliseconds } from '../limits.ts'
import type { Span } from './blocks.ts'

/** How the file looked when it was verified. */
export interface FileFacts {
  /** Bytes. */
  size: number
  /** As the disk service writes it: whole seconds. */
  lastModified: string
}

/**
 * A file that changed less than this before it was looked at is not trusted: Last-Modified has whole seconds, so another
 * change in the same second would not show. One second for that, one for the clocks (git's "racily clean" index entries).
 */
const settledMilliseconds = 2000

interface Verified extends FileFacts {
  /** Milliseconds since 1970. */
  until: number
  /** A bit for each block that passed; null: all did. */
  blocks: Uint8Array | null
}

/** A bounded map, least recently used entry dropped first. */
export class VerifiedExtents {
  readonly #extents = new Map<string, Verified>()

  /** How the file looked when these blocks passed; null when one did not, or not for `verifiedMilliseconds` any more. */
  get(extent: string, touched: Span, now: number): FileFacts | null {
    const found = this.#extents.get(extent)
    if (found === undefined) return null
    this.#extents.delete(extent)
    if (found.until <= now) return null
    this.#extents.set(extent, found)
    return found.blocks === null || isMarked(found.blocks, touched) ? found : null
  }

  /**
   * Notes that whole blocks passed. `openedAt`: when the file was opened with these facts. What passed earlier is trusted
   * no longer for it, and this no longer than that, unless it is the whole file.
   */
  add(extent: string, facts: FileFacts, touched: Span, openedAt: number): void {
    const modified = Date.parse(facts.lastModified)
    // NaN, an unreadable date, compares false.
    if (!(openedAt - modified >= settledMilliseconds)) return
    const entry = this.#entry(extent, facts, touched, openedAt)
    if (entry.blocks !== null) mark(entry.blocks, touched)
    this.#extents.delete(extent)
    this.#extents.set(extent, entry)
    if (this.#extents.size <= verifiedExtentsMax) return
    for (const oldest of this.#extents.keys()) {
      this.#extents.delete(oldest)
      return
    }
  }

  delete(extent: string): void {
    this.#extents.delete(extent)
  }

  #entry(extent: string, { size, lastModified }: FileFacts, touched: Span, openedAt: number): Verified {
    const until = openedAt + verifiedMilliseconds
    if (touched.length === size) return { size, lastModified, until, blocks: null }
    const known = this.#extents.get(extent)
    const isSame = known !== undefined && known.size === size && known.lastModified === lastModified
    if (isSame && known.until > openedAt) return known
    return { size, lastModified, until, blocks: new Uint8Array(Math.ceil(size / blockBytes / 8)) }
  }
}

function mark(blocks: Uint8Array, { offset, length }: Span): void {
  for (let at = offset; at < offset + length; at += blockBytes) {
    const block = at / blockBytes
    blocks[block >> 3] = (blocks[block >> 3] ?? 0) | (1 << (block & 7))
  }
}

function isMarked(blocks: Uint8Array, { offset, length }: Span): boolean {
  for (let at = offset; at < offset + length; at += blockBytes) {
    const block = at / blockBytes
    if (((blocks[block >> 3] ?? 0) & (1 << (block & 7))) === 0) return false
  }
  return true
}
