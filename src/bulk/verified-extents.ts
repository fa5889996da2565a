// Which extents this isolate found intact not long ago: their bytes may be passed on without looking at them again.
// No I/O, no clock.
import { verifiedExtentsMax, verifiedMilliseconds } from '../limits.ts'

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

/** A bounded map, least recently used entry dropped first. */
export class VerifiedExtents {
  readonly #facts = new Map<string, FileFacts & { until: number }>()

  /** What is known of an extent; null when nothing, or not for `verifiedMilliseconds` any more. */
  get(extent: string, now: number): FileFacts | null {
    const fact = this.#facts.get(extent)
    if (fact === undefined) return null
    this.#facts.delete(extent)
    if (fact.until <= now) return null
    this.#facts.set(extent, fact)
    return fact
  }

  /** Notes that every block passed. `openedAt`: when the file was opened with these facts. */
  add(extent: string, facts: FileFacts, openedAt: number): void {
    const modified = Date.parse(facts.lastModified)
    // NaN, an unreadable date, compares false.
    if (!(openedAt - modified >= settledMilliseconds)) return
    this.#facts.delete(extent)
    this.#facts.set(extent, { ...facts, until: openedAt + verifiedMilliseconds })
    if (this.#facts.size <= verifiedExtentsMax) return
    for (const oldest of this.#facts.keys()) {
      this.#facts.delete(oldest)
      return
    }
  }

  delete(extent: string): void {
    this.#facts.delete(extent)
  }
}
