// Records gathered into batches in one isolate, in bounded memory and for a bounded time.
import {
  auditBatchBytesMax,
  auditBatchesMax,
  auditBatchMilliseconds,
  auditBatchPatienceMilliseconds,
} from '../limits.ts'

/** Writes one batch. Never rejects. */
export type WriteBatch = (records: readonly string[]) => Promise<void>

export interface Gathering {
  write: WriteBatch
  /** Keeps work alive after the answer. */
  waitUntil: (work: Promise<unknown>) => void
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  wait(milliseconds: number): Promise<unknown>
}

const realClock: Clock = { now: () => Date.now(), wait: (milliseconds) => scheduler.wait(milliseconds) }

/**
 * No promise is shared between requests, which workerd forbids: the request with the first record of a batch waits for its
 * time in the background and writes it, the one that fills it writes it at once.
 */
export class Batches {
  readonly #clock: Clock
  #gathered: string[] = []
  #chars = 0
  #since = 0
  /** When each batch on its way set out. One whose request was torn down never comes back: it counts for a while only. */
  #inFlight: number[] = []

  constructor(clock: Clock = realClock) {
    this.#clock = clock
  }

  /** False: there is no room, because batches are not written as fast as records come. */
  add(record: string, { write, waitUntil }: Gathering): boolean {
    const now = this.#clock.now()
    if (this.#chars >= auditBatchBytesMax && !this.#hasRoom(now)) return false
    this.#gathered.push(record)
    this.#chars += record.length
    if (this.#gathered.length === 1) {
      this.#since = now
      waitUntil(this.#clock.wait(auditBatchMilliseconds).then(() => this.flush(write)))
    } else if (this.#isDue(now)) waitUntil(this.flush(write))
    return true
  }

  /** Writes what is gathered, and what was gathered meanwhile when that is due. */
  async flush(write: WriteBatch): Promise<void> {
    const since = this.#clock.now()
    // Those on their way take what is gathered when they are done.
    if (!this.#hasRoom(since)) return
    this.#inFlight.push(since)
    do {
      const records = this.#gathered
      this.#gathered = []
      this.#chars = 0
      if (records.length > 0) await write(records)
    } while (this.#isDue(this.#clock.now()))
    const at = this.#inFlight.indexOf(since)
    if (at >= 0) this.#inFlight.splice(at, 1)
  }

  /** Full, or gathered so long ago that the request that was to write it must have been torn down. */
  #isDue(now: number): boolean {
    if (this.#gathered.length === 0) return false
    return this.#chars >= auditBatchBytesMax || now - this.#since > 2 * auditBatchMilliseconds
  }

  #hasRoom(now: number): boolean {
    this.#inFlight = this.#inFlight.filter((since) => now - since < auditBatchPatienceMilliseconds)
    return this.#inFlight.length < auditBatchesMax
  }
}
