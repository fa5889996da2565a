// Extents announced ahead. An announcement must be on the disk before the bytes it is for, and a commit costs the disk the
// same for one row as for many: while uploads follow each other closely, each announcement is made for the next ones too.
// Kept in memory: what is forgotten is collected when its lease runs out.
import type { BulkStoreName } from './rpc.ts'

/** Uploads of a shard that come within this of each other follow closely. */
const closeMilliseconds = 1000
const aheadMax = 16

export class SpareExtents {
  #store: BulkStoreName | null = null
  #names: string[] = []
  /** Milliseconds since 1970 until which what is left of the lease is enough for an upload. */
  #usableUntil = 0
  #lastTaken = 0
  #ahead = 0

  /** So many names that were announced before; null when there are not enough, or they are too old. */
  take(store: BulkStoreName, count: number, now: number): string[] | null {
    this.#ahead = now - this.#lastTaken < closeMilliseconds ? Math.min(this.#ahead * 2 || 1, aheadMax) : 0
    this.#lastTaken = now
    if (this.#store !== store || now > this.#usableUntil || this.#names.length < count) return null
    return this.#names.splice(0, count)
  }

  /** How many are worth announcing beside those that are needed. */
  get worthwhile(): number {
    return this.#ahead
  }

  /** Takes over names that were just announced. */
  keep(store: BulkStoreName, names: string[], usableUntil: number): void {
    this.#store = store
    this.#names = names
    this.#usableUntil = usableUntil
  }

  /** The announcement was undone. */
  forget(): void {
    this.#names = []
  }
}
