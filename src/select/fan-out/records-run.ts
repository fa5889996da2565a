// The records of all parts, in order, up to LIMIT.
import type { Part } from './part.ts'
import type { Parts } from './parts.ts'

export class RecordsRun {
  readonly #parts: Parts
  #left: number
  #current = 0
  #returned = 0

  /** Of parts that are at work. */
  constructor(parts: Parts, limit: number | null) {
    this.#parts = parts
    this.#left = limit ?? Infinity
  }

  /** Bytes of whole records; null at the end. Throws S3Error. */
  async next(): Promise<Uint8Array | null> {
    try {
      for (;;) {
        const part = this.#parts.parts[this.#current]
        if (part === undefined || this.#left === 0) break
        const bytes = await this.#take(part)
        if (bytes !== null) return bytes
        this.#current++
      }
    } catch (error) {
      await this.close()
      throw error
    }
    await this.close()
    return null
  }

  stats(): { scanned: number; processed: number; returned: number } {
    return { ...this.#parts.stats(), returned: this.#returned }
  }

  close(): Promise<void> {
    return this.#parts.close()
  }

  /** Null at the part's end. */
  async #take(part: Part): Promise<Uint8Array | null> {
    for (;;) {
      const gift = await part.next()
      if (gift.kind !== 'records') return null
      // Where the last record wanted ends only a writer of records knows: a part that was asked for more is asked anew.
      if ((gift.records ?? Infinity) > this.#left && part.limit !== this.#left) {
        await part.restart(gift.records, this.#left)
        continue
      }
      this.#left -= gift.records ?? 0
      this.#returned += gift.bytes.length
      return gift.bytes
    }
  }
}
