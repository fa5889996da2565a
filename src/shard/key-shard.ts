// The truth of its keys: versions, conditions, multipart state, small bodies, leases and owners of extents.
// One writer per key: every write is one synchronous transaction, answered once the catalogue has heard of it, or will
// (./write-behind.ts).
import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import { graceMilliseconds, leaseMilliseconds } from '../limits.ts'
import { describeError, logFault } from '../log.ts'
import { outboxAge, outboxDepth } from '../metrics.ts'
import { catalogDatabase } from '../store/tables/catalogue.ts'
import { Collector } from './collector.ts'
import { Contents } from './contents.ts'
import { Copies } from './copies.ts'
import { Extents } from './extents.ts'
import { Multipart } from './multipart.ts'
import { Outbox, type FlushResult } from './outbox.ts'
import { Reads } from './reads.ts'
import { Rollback } from './rollback.ts'
import type * as rpc from './rpc.ts'
import { upgradeSchema } from './schema.ts'
import { Sequence } from './sequence.ts'
import { Turnstile } from './turnstile.ts'
import { Versions, type ShardState } from './versions.ts'
import { Writes, type Decided } from './writes.ts'

/** A crash between commit and flush is noticed by the alarm this much later. */
const ALARM_MILLISECONDS = 5_000
/** Outcomes of recent commands by write id: a replay gets the same answer and changes nothing. */
const REPLAYS_MAX = 4_096

export class KeyShard extends DurableObject<Env> {
  readonly #name: string
  readonly #outbox: Outbox
  readonly #turnstile: Turnstile
  readonly #extents: Extents
  readonly #collector: Collector
  readonly #reads: Reads
  readonly #writes: Writes
  readonly #copies: Copies
  readonly #multipart: Multipart
  readonly #state: ShardState
  readonly #replays = new Map<string, unknown>()
  #bucket: rpc.BucketRef | null
  #gone: boolean
  #alarmAt: number | null = null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const { sql } = ctx.storage
    upgradeSchema(ctx.storage)
    this.#name = ctx.id.name ?? ctx.id.toString()
    const bucket = this.#meta('bucket')
    this.#bucket = bucket === null ? null : (JSON.parse(bucket) as rpc.BucketRef)
    this.#gone = this.#meta('gone') !== null
    const { now } = Date
    this.#extents = new Extents(sql, {
      now,
      leaseMilliseconds: Number(env.EDGESHARD_LEASE_MS ?? leaseMilliseconds),
      graceMilliseconds: Number(env.EDGESHARD_GRACE_MS ?? graceMilliseconds),
    })
    this.#outbox = new Outbox(sql, {
      shardId: this.#name,
      bucket: this.#bucket,
      database: (catalog) => catalogDatabase(env, catalog),
      now,
      onGone: () => this.#forgetBucket(),
    })
    this.#turnstile = new Turnstile(() => this.#outbox.idle())
    const contents = new Contents(sql, this.#extents)
    this.#state = { sql, sequence: new Sequence(sql), extents: this.#extents, contents, outbox: this.#outbox, now }
    const versions = new Versions(this.#state)
    this.#reads = new Reads(this.#state, versions)
    this.#writes = new Writes(this.#state, versions)
    this.#copies = new Copies(this.#state, versions, this.#reads, this.#name)
    this.#multipart = new Multipart(this.#state, { versions, reads: this.#reads, copies: this.#copies })
    this.#collector = new Collector(env, sql, this.#extents, now)
    // A crash after a commit: what the catalogue has not heard goes out without waiting for the next write.
    if (this.#outbox.state.depth > 0) this.#wake(Date.now())
  }

  // ── reads ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  read(command: rpc.ReadCommand): rpc.ReadOutcome {
    return this.#reads.read(command)
  }

  readMore(command: rpc.ReadMoreCommand): { segments: rpc.Segment[]; more: boolean } | null {
    return this.#reads.more(command)
  }

  attributes(command: rpc.PartsOfVersion): rpc.AttributesOutcome {
    return this.#reads.attributes(command)
  }

  facts(command: { key: string; versionId: string | null }): rpc.FactsOutcome {
    return this.#reads.facts(command)
  }

  listParts(command: rpc.ListPartsCommand): rpc.ListPartsOutcome {
    return this.#multipart.listParts(command)
  }

  // ── writes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  reserve(command: rpc.ReserveCommand): rpc.ReserveOutcome {
    if (this.#gone) return { outcome: 'bucket-gone' }
    const upload = command.uploadId === undefined ? null : this.#multipart.upload(command.key, command.uploadId)
    if (command.uploadId !== undefined && upload === null) return { outcome: 'no-such-upload' }
    const reserved = this.#transact(command, () => this.#writes.reserve(command))
    if (reserved.outcome === 'reserved') this.#wake(this.#extents.nextDue())
    return reserved.outcome === 'reserved' ? { ...reserved, upload } : reserved
  }

  put(command: rpc.PutCommand): Promise<rpc.PutOutcome> {
    return this.#write(command, () => this.#writes.put(command))
  }

  delete(command: rpc.DeleteCommand): Promise<rpc.DeleteOutcome> {
    return this.#write(command, () => this.#writes.delete(command))
  }

  deleteMany(command: rpc.DeleteManyCommand): Promise<rpc.DeleteOutcome[]> {
    const { bucketId, catalog, versioning } = command
    return Promise.all(command.deletes.map((entry) => this.delete({ bucketId, catalog, versioning, ...entry })))
  }

  setTags(command: rpc.TagsCommand): rpc.TagsOutcome {
    if (this.#gone) return { outcome: 'bucket-gone' }
    return this.#once(command, () => this.#transact(command, () => this.#writes.setTags(command)))
  }

  setAcl(command: rpc.AclCommand): rpc.AclOutcome {
    if (this.#gone) return { outcome: 'bucket-gone' }
    return this.#once(command, () => this.#transact(command, () => this.#writes.setAcl(command)))
  }

  copyWithin(command: rpc.CopyWithinCommand): Promise<rpc.CopyOutcome | rpc.WriteFault> {
    return this.#write<rpc.CopyOutcome>(command, () => this.#copies.copyWithin(command))
  }

  adoptCopy(command: rpc.CopyCommand): Promise<rpc.PutOutcome> {
    return this.#write(command, () => this.#copies.adoptCopy(command))
  }

  rename(command: rpc.RenameCommand): Promise<rpc.RenameOutcome> {
    return this.#write<rpc.RenameOutcome>(command, () => this.#copies.rename(command))
  }

  // ── multipart ──────────────────────────────────────────────────────────────────────────────────────────────────────

  createUpload(command: rpc.CreateUploadCommand): Promise<rpc.CreateUploadOutcome> {
    return this.#write<rpc.CreateUploadOutcome>(command, () => ({
      outcome: { outcome: 'created' },
      seq: this.#multipart.create(command),
    }))
  }

  putPart(command: rpc.PutPartCommand): rpc.PutPartOutcome {
    return this.#once(command, () => this.#transact(command, () => this.#multipart.putPart(command)))
  }

  copyPartWithin(command: rpc.PartCopyWithinCommand): rpc.PartCopyOutcome {
    return this.#once(command, () => this.#transact(command, () => this.#multipart.copyPartWithin(command)))
  }

  async completeUpload(command: rpc.CompleteCommand): Promise<rpc.CompleteOutcome> {
    for (;;) {
      const before = this.#multipart.completed(command)
      if (before !== null) return this.#write<rpc.CompleteOutcome>(command, () => before)
      const assembly = await this.#multipart.assemble(command)
      if ('outcome' in assembly) return assembly
      const outcome = await this.#write<rpc.CompleteOutcome | { outcome: 'changed' }>(command, () => {
        const decided = this.#multipart.complete(command, assembly)
        if (decided === null) throw new Rollback({ outcome: 'changed' })
        return decided
      })
      if (outcome.outcome !== 'changed') return outcome
      this.#replays.delete(command.writeId)
    }
  }

  abortUpload(command: rpc.AbortCommand): Promise<rpc.AbortOutcome> {
    return this.#write<rpc.AbortOutcome>(command, () => this.#multipart.abort(command))
  }

  // ── loans between shards ───────────────────────────────────────────────────────────────────────────────────────────

  /** Lends an object's extents to another shard. */
  async exportObject(command: rpc.ExportCommand): Promise<rpc.ExportOutcome> {
    const outcome = await this.#copies.lend(command, (home, extents, borrower) =>
      this.env.KEY_SHARD.getByName(home).lend(extents, borrower),
    )
    this.#wake(this.#extents.nextDue())
    return outcome
  }

  /** Enters a borrower for extents whose home this is; false when one is gone. */
  lend(extents: string[], borrower: string): boolean {
    const lent = this.ctx.storage.transactionSync(() => extents.every((extent) => this.#extents.lend(extent, borrower)))
    this.#wake(this.#extents.nextDue())
    return lent
  }

  /** Does this shard hold a borrowed extent under this token? */
  holds(extent: string, token: string): boolean {
    return this.#extents.holds(extent, token)
  }

  /** A borrower gives an extent back. */
  takeBack(extent: string, borrower: string): void {
    this.ctx.storage.transactionSync(() => this.#extents.takeBack(extent, borrower))
    this.#wake(this.#extents.nextDue())
  }

  /**
   * True once the catalogue has everything this shard acknowledged; false when it did not take it in time. For a while from
   * here on the shard is not ahead of it.
   */
  async standBack(): Promise<boolean> {
    this.#outbox.hold()
    return this.#bucket === null || (await this.#stepBack(this.#bucket)) !== 'unavailable'
  }

  /** The bucket was deleted. What its uploads hold goes, and nothing is taken any more. */
  forgetBucket(): void {
    // A shard that was never written to has nothing to forget, and hears of the deletion with its first write.
    if (this.#bucket !== null) this.#forgetBucket()
  }

  // ── the alarm ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** At least once, in any state: everything here may be repeated. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null
    const flushed = this.#outbox.state.depth === 0 || (await this.#outbox.drain())
    this.#outbox.tidy()
    if (this.#bucket !== null && this.#outbox.isIdleAhead) await this.#stepBack(this.#bucket)
    else if (this.#outbox.announced === true) this.#wake(Date.now() + ALARM_MILLISECONDS)
    const worked = await this.#collect()
    if (!flushed || !worked) this.#wake(Date.now() + ALARM_MILLISECONDS)
    // What failed is still due: woken for it at once, the alarm would fail in an endless loop.
    if (worked) {
      this.#wake(this.#extents.nextDue())
      this.#wake(this.#collector.nextScrub())
    }
    const { depth, oldest } = this.#outbox.state
    outboxDepth.set(depth, this.#name)
    outboxAge.set(oldest === null ? 0 : (Date.now() - oldest) / 1000, this.#name)
  }

  /** False when some of it failed. */
  async #collect(): Promise<boolean> {
    try {
      await this.#collector.collect()
      await this.#collector.settleLoans()
      await this.#collector.returnLoans(this.#name)
      await this.#collector.scrub()
      return true
    } catch (error) {
      logFault('Shard alarm failed', { shard: this.#name, ...describeError(error) })
      return false
    }
  }

  /** Brings the catalogue up to date, and tells it that the shard is not ahead of it. */
  async #stepBack(bucket: rpc.BucketRef): Promise<FlushResult> {
    if (this.#outbox.announced !== false) {
      this.#transact(bucket, () => this.#outbox.stepBack(bucket, this.#state.sequence.next()))
      this.#wake(Date.now() + ALARM_MILLISECONDS)
    }
    const { newest } = this.#outbox
    return newest === null ? 'applied' : this.#outbox.flushed(newest)
  }

  // ── transactions ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** A transaction, its flush, and the answer. */
  #write<Outcome>(
    command: rpc.BucketRef & { writeId: string },
    work: () => Decided<Exclude<Outcome, rpc.WriteFault> | Outcome>,
  ): Promise<Outcome | rpc.WriteFault> {
    return this.#once(command, () => this.#commit(command, work))
  }

  /** Does it, unless a command of this id was done since the shard was started: then its answer again. */
  #once<Answer>({ writeId }: { writeId: string }, work: () => Answer): Answer {
    if (this.#replays.has(writeId)) return this.#replays.get(writeId) as Answer
    const answer = work()
    if (this.#replays.size >= REPLAYS_MAX) {
      const oldest = this.#replays.keys().next().value
      if (oldest !== undefined) this.#replays.delete(oldest)
    }
    this.#replays.set(writeId, answer)
    return answer
  }

  async #commit<Outcome>(command: rpc.BucketRef, work: () => Decided<Outcome>): Promise<Outcome | rpc.WriteFault> {
    const { outcome, flush } = await this.#turnstile.pass(() => {
      // In its turn, for the statement it waited for may have told of the end.
      if (this.#gone) return { outcome: { outcome: 'bucket-gone' as const }, flush: null }
      const decided = this.#transact(command, work, (fault) => ({ outcome: fault, seq: null }))
      if (decided.seq === null) return { outcome: decided.outcome, flush: null }
      this.#wake(Date.now() + ALARM_MILLISECONDS)
      return { outcome: decided.outcome, flush: this.#outbox.acknowledgement(decided.seq) }
    })
    if (flush === null) return outcome
    const flushed = await flush
    if (flushed === 'applied') return outcome
    return { outcome: flushed === 'bucket-gone' ? 'bucket-gone' : 'catalog-unavailable' }
  }

  #transact<Result>(
    bucket: rpc.BucketRef,
    work: () => Result,
    undone: (outcome: never) => Result = (outcome) => outcome,
  ): Result {
    try {
      this.#remember(bucket)
      const result = this.ctx.storage.transactionSync(work)
      this.#outbox.settle('committed')
      return result
    } catch (error) {
      this.#outbox.settle('rolled-back')
      this.#state.sequence.rolledBack()
      this.#extents.rolledBack()
      if (error instanceof Rollback) return undone(error.outcome as never)
      throw error
    }
  }

  #remember({ bucketId, catalog }: rpc.BucketRef): void {
    if (this.#bucket !== null) return
    this.#bucket = { bucketId, catalog }
    this.#setMeta('bucket', JSON.stringify(this.#bucket))
  }

  /** The bucket was deleted: what is here was never acknowledged. Extents lent to other buckets stay. */
  #forgetBucket(): void {
    if (this.#gone) return
    this.#gone = true
    const { sql } = this.ctx.storage
    this.ctx.storage.transactionSync(() => {
      this.#setMeta('gone', '1')
      const contents = sql.exec<{ content: string }>('SELECT DISTINCT content FROM segments').toArray()
      for (const { content } of contents) this.#extents.release(content)
      sql.exec('DELETE FROM versions')
      sql.exec('DELETE FROM parts')
      sql.exec('DELETE FROM uploads')
    })
    this.#wake(this.#extents.nextDue())
  }

  /** Makes sure the alarm goes off no later than `due`. */
  #wake(due: number | null): void {
    if (due === null || (this.#alarmAt !== null && this.#alarmAt <= due)) return
    this.#alarmAt = due
    this.ctx.waitUntil(this.ctx.storage.setAlarm(due))
  }

  #meta(name: string): string | null {
    const { sql } = this.ctx.storage
    return sql.exec<{ value: string }>('SELECT value FROM meta WHERE name = ?', name).toArray()[0]?.value ?? null
  }

  #setMeta(name: string, value: string): void {
    this.ctx.storage.sql.exec('INSERT OR REPLACE INTO meta VALUES (?, ?)', name, value)
  }
}
