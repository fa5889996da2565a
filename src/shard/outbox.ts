// The outbox: what the catalogue still has to hear. One statement in flight; the next batch gathers meanwhile.
import { assert } from '../assert.ts'
import { aheadGatherMilliseconds, flushAttemptMilliseconds, flushWaitMilliseconds } from '../limits.ts'
import { describeError, logFault } from '../log.ts'
import { flushedMutations, flushes } from '../metrics.ts'
import { countFlushable, flushStatement, type CatalogueMutation } from '../store/tables/catalogue.ts'
import type { BucketRef } from './rpc.ts'
import { WriteBehind } from './write-behind.ts'

export type FlushResult = 'applied' | 'bucket-gone' | 'unavailable'

interface Waiter {
  seq: number
  /** Milliseconds since 1970 when it is answered at the latest. */
  until: number
  resolve(result: FlushResult): void
}

interface Entry {
  mutation: CatalogueMutation
  /** Milliseconds since 1970 when it was queued. */
  at: number
}

/** First wait after a failed flush; doubles up to the second figure. Below it the alarm is the net. */
const RETRY_MILLISECONDS = 25
const RETRY_MILLISECONDS_MAX = 1_000

export interface OutboxOptions {
  shardId: string
  bucket: BucketRef | null
  database(catalog: string): D1Database
  now(): number
  /** The catalogue says the bucket was deleted. */
  onGone(): void
}

export class Outbox {
  readonly #sql: SqlStorage
  readonly #options: OutboxOptions
  /** Not yet acknowledged, in order of seq; the table holds the same and perhaps some acknowledged rows. */
  readonly #pending: Entry[]
  /** Appended by the transaction under way. */
  #staged: Entry[] = []
  #waiters: Waiter[] = []
  #timer: ReturnType<typeof setTimeout> | null = null
  /** The statement under way. */
  #sending: Promise<void> | null = null
  #bucket: BucketRef | null
  /** Rows up to here are acknowledged; they are deleted with a later transaction, for nobody waits for that. */
  #acknowledged = 0
  #deleted = 0
  #running = false
  readonly #behind = new WriteBehind()
  /** A timer is set for what was answered ahead of the catalogue. */
  #isGathering = false

  constructor(sql: SqlStorage, options: OutboxOptions) {
    this.#sql = sql
    this.#options = options
    this.#bucket = options.bucket
    this.#pending = sql
      .exec<{ mutation: string }>('SELECT mutation FROM outbox ORDER BY seq')
      .toArray()
      .map((row) => ({ mutation: JSON.parse(row.mutation) as CatalogueMutation, at: options.now() }))
    for (const { mutation } of this.#pending) this.#behind.queued(mutation)
  }

  /** Entries waiting, and when the oldest was queued (ms since 1970; null when empty). */
  get state(): { depth: number; oldest: number | null } {
    return { depth: this.#pending.length, oldest: this.#pending[0]?.at ?? null }
  }

  /**
   * The last entry about a key that the catalogue has not acknowledged; null for none. A write that finds its work done
   * already waits for it, so that a listing after its answer shows what it says.
   */
  waiting(key: string): number | null {
    return this.#pending.findLast(({ mutation }) => mutation.key === key)?.mutation.seq ?? null
  }

  /** Appends inside a transaction; `settle` must follow. */
  append(bucket: BucketRef, mutation: CatalogueMutation): void {
    const now = this.#options.now()
    this.#stage(bucket, this.#behind.announces(now) ? { ...mutation, ahead: true } : mutation, now)
  }

  /** As append, a mutation that changes nothing and says that the shard is not ahead. */
  stepBack(bucket: BucketRef, seq: number): void {
    this.#stage(bucket, { seq, key: '' }, this.#options.now())
  }

  #stage(bucket: BucketRef, mutation: CatalogueMutation, at: number): void {
    this.#bucket = bucket
    this.tidy()
    this.#sql.exec('INSERT INTO outbox VALUES (?, ?)', mutation.seq, JSON.stringify(mutation))
    this.#staged.push({ mutation, at })
  }

  /** The transaction was committed, or rolled back. */
  settle(end: 'committed' | 'rolled-back'): void {
    if (end === 'committed') {
      this.#pending.push(...this.#staged)
      for (const { mutation } of this.#staged) this.#behind.queued(mutation)
    }
    this.#staged = []
  }

  /** Deletes acknowledged rows. */
  tidy(): void {
    if (this.#acknowledged === this.#deleted) return
    this.#sql.exec('DELETE FROM outbox WHERE seq <= ?', this.#acknowledged)
    this.#deleted = this.#acknowledged
  }

  /**
   * What the writer of `seq` waits for. Null: nothing, for the catalogue knows that this shard is ahead of it, and hears of
   * the write soon.
   */
  acknowledgement(seq: number): Promise<FlushResult> | null {
    if (!this.#behind.mayAnswer(this.#options.now(), this.state)) return this.flushed(seq)
    this.#gather()
    return null
  }

  /** Resolves once the catalogue has everything up to `seq`, or says why not within `flushWaitMilliseconds`. */
  flushed(seq: number): Promise<FlushResult> {
    return new Promise<FlushResult>((resolve) => {
      this.#waiters.push({ seq, until: this.#options.now() + flushWaitMilliseconds, resolve })
      // One timer for all who wait: it is rarely needed, and a timer for each write costs more than its row.
      if (this.#timer === null) this.#timer = setTimeout(() => this.#giveUp(), flushWaitMilliseconds)
      this.#run()
    })
  }

  /** Whether the newest mutation told the catalogue that the shard is ahead; null while that is not known. */
  get announced(): boolean | null {
    return this.#behind.announced
  }

  /** Sequence number of the newest mutation that the catalogue has not acknowledged; null for none. */
  get newest(): number | null {
    return this.#pending.at(-1)?.mutation.seq ?? null
  }

  /** Writers wait for the catalogue from here on, for a while, once `stepBack` has told it so. */
  hold(): void {
    this.#behind.hold(this.#options.now())
  }

  /** The shard is ahead of the catalogue and has no use for it any more. */
  get isIdleAhead(): boolean {
    return this.#behind.announced === true && this.#behind.isIdle(this.#options.now())
  }

  /** Resolves when the statement that writers wait for has ended; null when there is none. */
  idle(): Promise<void> | null {
    return this.#waiters.length > 0 ? this.#sending : null
  }

  /** Has what is there sent when a while has passed. */
  #gather(): void {
    if (this.#isGathering) return
    this.#isGathering = true
    setTimeout(() => {
      this.#isGathering = false
      void this.#sendGathered()
    }, aheadGatherMilliseconds)
  }

  /** One statement for which nobody waits. What fails is sent with the next write, or by the alarm. */
  async #sendGathered(): Promise<void> {
    if (this.#running || this.#pending.length === 0) return
    this.#running = true
    const sent = await this.#send()
    this.#running = false
    if (this.#waiters.length > 0) this.#run()
    else if (sent && this.#pending.length > 0) this.#gather()
  }

  /** Answers those who have waited too long; the rest get a timer of their own. */
  #giveUp(): void {
    this.#timer = null
    const now = this.#options.now()
    const late = this.#waiters.filter((waiter) => waiter.until <= now)
    this.#waiters = this.#waiters.filter((waiter) => waiter.until > now)
    for (const waiter of late) waiter.resolve('unavailable')
    const next = this.#waiters[0]
    if (next !== undefined) this.#timer = setTimeout(() => this.#giveUp(), next.until - now)
  }

  /** For the alarm: tries until the outbox is empty or an attempt fails. True when it is empty. */
  async drain(): Promise<boolean> {
    if (this.#running) return false
    this.#running = true
    try {
      while (this.#pending.length > 0) if (!(await this.#send())) return false
      return true
    } finally {
      this.#running = false
      // Writes that came meanwhile left the sending to us.
      if (this.#waiters.length > 0) this.#run()
    }
  }

  #run(): void {
    if (this.#running) return
    this.#running = true
    // Behind the turn of commands under way: all it wrote goes out in one statement.
    void Promise.resolve().then(() => this.#loop())
  }

  /** Runs while somebody waits; what is left when nobody does is the alarm's. Never throws. */
  async #loop(): Promise<void> {
    let pause = RETRY_MILLISECONDS
    while (this.#pending.length > 0 && this.#waiters.length > 0) {
      if (await this.#send()) {
        pause = RETRY_MILLISECONDS
        continue
      }
      await scheduler.wait(pause)
      pause = Math.min(pause * 2, RETRY_MILLISECONDS_MAX)
    }
    this.#running = false
    // Left by writers who did not wait.
    if (this.#pending.length > 0 && this.#behind.announced === true) this.#gather()
  }

  /** One statement, known to `idle`. */
  async #send(): Promise<boolean> {
    const batch = this.#sendBatch()
    this.#sending = batch.then(() => {
      this.#sending = null
    })
    return batch
  }

  /** False when the catalogue could not be reached. */
  async #sendBatch(): Promise<boolean> {
    const bucket = this.#bucket
    if (bucket === null) throw new Error('An outbox with entries knows its bucket')
    const queued = this.#pending.map((entry) => entry.mutation)
    const batch = queued.slice(0, countFlushable(queued))
    let result: 'applied' | 'bucket-gone'
    try {
      result = await withinTime(
        flushStatement(
          this.#options.database(bucket.catalog),
          { shardId: this.#options.shardId, bucketId: bucket.bucketId },
          batch,
        ),
      )
    } catch (error) {
      flushes.add(1, 'failed')
      logFault('Catalogue flush failed', { shard: this.#options.shardId, ...describeError(error) })
      return false
    }
    flushes.add(1, result)
    flushedMutations.add(batch.length)
    this.#pending.splice(0, batch.length)
    const last = batch.at(-1)
    assert(last !== undefined, 'A batch has a mutation')
    this.#acknowledged = last.seq
    this.#behind.acknowledged(last)
    if (result === 'bucket-gone') this.#options.onGone()
    this.#answer(last.seq, result)
    return true
  }

  #answer(upTo: number, result: FlushResult): void {
    const answered = this.#waiters.filter((waiter) => waiter.seq <= upTo)
    this.#waiters = this.#waiters.filter((waiter) => waiter.seq > upTo)
    for (const waiter of answered) waiter.resolve(result)
  }
}

/** Rejects when the catalogue does not answer at all. Should the statement still arrive, the watermark makes it harmless. */
async function withinTime<Result>(statement: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The catalogue did not answer in time')), flushAttemptMilliseconds)
  })
  try {
    return await Promise.race([statement, late])
  } finally {
    clearTimeout(timer)
  }
}
