// What a shard does on its own: finish flushes, collect extents nobody owns, confirm borrowers, scrub. Alarm work only.
import { bulkStore } from '../bulk/choose.ts'
import type { Env } from '../env.ts'
import { scrubMilliseconds, scrubRestStretches } from '../limits.ts'
import { logFault } from '../log.ts'
import { collectedExtents, scrubbedBytes, scrubbedExtents } from '../metrics.ts'
import type { Collectable, Extents } from './extents.ts'
import type { BulkStoreName } from './rpc.ts'

/** Extents and borrowers handled in one alarm; the rest follows in the next. */
const BATCH = 200
/** Extents verified in one alarm. */
const SCRUB_BATCH = 16

export class Collector {
  readonly #env: Env
  readonly #sql: SqlStorage
  readonly #extents: Extents
  readonly #now: () => number
  readonly #scrubEvery: number

  constructor(env: Env, sql: SqlStorage, extents: Extents, now: () => number) {
    this.#env = env
    this.#sql = sql
    this.#extents = extents
    this.#now = now
    this.#scrubEvery = Number(env.EDGESHARD_SCRUB_MS ?? scrubMilliseconds)
  }

  /** Removes the bytes of extents past their lease or grace, then their rows. */
  async collect(): Promise<void> {
    const [wanted, due] = partition(this.#extents.collectable(BATCH), (entry) => this.#isWanted(entry))
    this.#extents.postpone(wanted.map((entry) => entry.extent))
    if (due.length === 0) return
    this.#extents.condemn(due.map((entry) => entry.extent))
    for (const [store, entries] of byStore(due)) {
      if (store !== 'shard') {
        // A provisional extent's size is unknown here: the store looks for all it may have.
        await bulkStore(this.#env, store).remove(
          entries.map(({ extent, size }) => ({ extent, size: size === 0 ? null : size })),
        )
      }
      this.#extents.collected(entries.map((entry) => entry.extent))
      collectedExtents.add(entries.length, store)
    }
  }

  #isWanted({ store, extent }: Collectable): boolean {
    return store !== 'shard' && bulkStore(this.#env, store).isWanted?.(extent) === true
  }

  /** Asks borrowers past their lease whether they kept the copy; gives back what this shard borrowed. */
  async settleLoans(): Promise<void> {
    for (const { extent, owner } of this.#extents.unconfirmed(BATCH)) {
      const [borrower = '', token = ''] = owner.split('|')
      const holds = await this.#env.KEY_SHARD.getByName(borrower).holds(extent, token)
      if (holds) this.#extents.confirm(extent, owner)
      else this.#extents.takeBack(extent, owner)
    }
  }

  async returnLoans(self: string): Promise<void> {
    for (const { extent, home, token } of this.#extents.returns(BATCH)) {
      await this.#env.KEY_SHARD.getByName(home).takeBack(extent, `${self}|${token}`)
      this.#extents.returned(extent, token)
    }
  }

  /**
   * When the scrubber wants the alarm; null when there is nothing to scrub. Kept in the database: an idle shard is
   * evicted between two alarms, and one that counted anew each time would never get to scrub.
   */
  nextScrub(): number | null {
    if (this.#extents.after('', 1).length === 0) return null
    const known = this.#meta('scrub_at')
    if (known !== null) return Number(known)
    const first = this.#now() + this.#scrubEvery
    this.#setMeta('scrub_at', String(first))
    return first
  }

  /** Verifies the next few extents against their checksums. Damage is reported, and reads of it fail from then on. */
  async scrub(): Promise<void> {
    const due = this.nextScrub()
    if (due === null || this.#now() < due) return
    const from = this.#meta('scrub_after') ?? ''
    const stretch = this.#extents.after(from, SCRUB_BATCH)
    for (const row of stretch) {
      const extent = { extent: row.extent, size: row.size, crcs: new Uint8Array(row.crcs) }
      const verdict = await bulkStore(this.#env, row.store as BulkStoreName).verify(extent)
      scrubbedExtents.add(1, verdict)
      scrubbedBytes.add(row.size)
      if (verdict === 'intact' || this.#extents.row(row.extent)?.state !== 'live') continue
      logFault('Extent damaged', { extent: row.extent, store: row.store, verdict })
      this.#extents.markDamaged(row.extent)
    }
    const last = stretch[stretch.length - 1]
    const done = stretch.length < SCRUB_BATCH || last === undefined
    this.#setMeta('scrub_after', done ? '' : last.extent)
    this.#setMeta('scrub_at', String(this.#now() + this.#scrubEvery * (done ? scrubRestStretches : 1)))
  }

  #setMeta(name: string, value: string): void {
    this.#sql.exec('INSERT OR REPLACE INTO meta VALUES (?, ?)', name, value)
  }

  #meta(name: string): string | null {
    return this.#sql.exec<{ value: string }>('SELECT value FROM meta WHERE name = ?', name).toArray()[0]?.value ?? null
  }
}

function partition<T>(all: T[], test: (one: T) => boolean): [passed: T[], failed: T[]] {
  const { true: passed = [], false: failed = [] } = Object.groupBy(all, (one) => (test(one) ? 'true' : 'false'))
  return [passed, failed]
}

function byStore(due: Collectable[]): Map<Collectable['store'], Collectable[]> {
  const groups = new Map<Collectable['store'], Collectable[]>()
  for (const entry of due) groups.set(entry.store, [...(groups.get(entry.store) ?? []), entry])
  return groups
}
