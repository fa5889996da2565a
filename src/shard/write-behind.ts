// When a shard may answer its clients before the catalogue has heard of their writes. No I/O; times are given.
//
// The catalogue says of each shard whether it may be ahead (`shards.ahead`), and whoever lists or deletes a bucket asks
// the shards that are (src/store/ahead.ts). So a shard first has the catalogue say so, by mutations that announce it, and
// a mutation that does not announce takes it back: from then on answers wait again. infra/decisions/0010-write-behind.md
import {
  aheadAfterWrites,
  aheadHoldMilliseconds,
  aheadMillisecondsMax,
  aheadMutationsMax,
  aheadPauseMilliseconds,
} from '../limits.ts'

/** Entries that the catalogue has not acknowledged: how many, and when the oldest was queued (ms; null for none). */
export interface Backlog {
  depth: number
  oldest: number | null
}

/** Of a mutation: its place among the shard's, and whether it announces. */
export interface Announcement {
  seq: number
  ahead?: true
}

export class WriteBehind {
  /** Writes without a longer pause between two of them, and when the last one was. */
  #streak = 0
  #last = Number.NEGATIVE_INFINITY
  #heldUntil = Number.NEGATIVE_INFINITY
  /** The last mutation that did not announce, and the last that did and is acknowledged. */
  #plain = 0
  #acknowledged = 0
  #newest: boolean | null = null

  /** Whether the newest mutation announces; null while none is known, since the shard was started. */
  get announced(): boolean | null {
    return this.#newest
  }

  /** Whether a write of this moment is one of a stream, so that its mutation announces. */
  announces(now: number): boolean {
    this.#streak = now - this.#last < aheadPauseMilliseconds ? this.#streak + 1 : 1
    this.#last = now
    return this.#streak >= aheadAfterWrites && now >= this.#heldUntil
  }

  /** A mutation was queued, by a transaction that is committed. */
  queued({ seq, ahead }: Announcement): void {
    this.#newest = ahead === true
    if (!this.#newest) this.#plain = seq
  }

  /** The catalogue has a batch that ends with this mutation. */
  acknowledged({ seq, ahead }: Announcement): void {
    if (ahead === true) this.#acknowledged = seq
  }

  /** May a client be answered that wrote what the backlog ends with? */
  mayAnswer(now: number, { depth, oldest }: Backlog): boolean {
    // A batch that announces and reached the catalogue stands as long as nothing behind it takes it back.
    if (this.#acknowledged <= this.#plain) return false
    return depth <= aheadMutationsMax && (oldest === null || now - oldest <= aheadMillisecondsMax)
  }

  /** Somebody needs the catalogue to be whole: nothing announces for a while. */
  hold(now: number): void {
    this.#heldUntil = now + aheadHoldMilliseconds
  }

  /** Nothing was written for so long that being ahead is of no use. */
  isIdle(now: number): boolean {
    return now - this.#last >= aheadPauseMilliseconds
  }
}
