// Extents: leases before the bytes, owner sets after the commit, collection when nobody owns them any more.
// All methods are synchronous and run inside the caller's transaction; the alarm does the I/O.
import { blockBytes, collectionsPerGrace, fileGraceMilliseconds } from '../limits.ts'
import type { BulkStoreName, LentSegment, NewExtent, Segment } from './rpc.ts'
import { SpareExtents } from './spare-extents.ts'

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  leaseMilliseconds: number
  graceMilliseconds: number
}

type ExtentRow = {
  extent: string
  store: string
  size: number
  crcs: ArrayBuffer
  home: string
  token: string
  owner: string
  state: string
}

/** An extent to be removed from its store, or given back to its home. */
export interface Collectable {
  extent: string
  store: BulkStoreName | 'shard'
  size: number
}

const NO_CRCS = new Uint8Array(0)

/** Bytes of an extent. */
interface Run {
  extent: string
  offset: number
  length: number
}

/** Where in a content a segment stands. */
interface Place {
  content: string
  part: number
  n: number
}

/** What the row of an extent says to a read. Where there is no row `state` is null, and the rest means nothing. */
export interface SegmentFacts {
  extent: string
  store: string
  state: string | null
  /** Bytes. */
  extentSize: number
  /** Of all blocks. */
  crcs: ArrayBuffer
}

export class Extents {
  readonly #sql: SqlStorage
  readonly #clock: Clock
  readonly #spares = new SpareExtents()

  constructor(sql: SqlStorage, clock: Clock) {
    this.#sql = sql
    this.#clock = clock
  }

  /** Announces extents: until `adopt` they are provisional, and collected when the lease runs out. Gives their names. */
  reserve(store: BulkStoreName, count: number): string[] {
    if (count === 0) return []
    const now = this.#clock.now()
    const announced = this.#spares.take(store, count, now)
    if (announced !== null) return announced
    const { leaseMilliseconds } = this.#clock
    const names = Array.from({ length: count + this.#spares.worthwhile }, () => crypto.randomUUID())
    for (const extent of names) {
      this.#sql.exec(
        "INSERT INTO extents VALUES (?, ?, 0, ?, '', '', '', 'provisional', ?)",
        extent,
        store,
        NO_CRCS,
        now + leaseMilliseconds,
      )
    }
    // An upload renews its leases when a third has gone by since it got them.
    this.#spares.keep(store, names.splice(count), now + leaseMilliseconds / 3)
    return names
  }

  /** The transaction of the last `reserve` was rolled back. */
  rolledBack(): void {
    this.#spares.forget()
  }

  /** Begins leases anew. False when one is lost: its bytes may be gone, so it is not announced again. */
  renew(extents: string[]): boolean {
    const due = this.#clock.now() + this.#clock.leaseMilliseconds
    return extents.every(
      (extent) =>
        this.#sql.exec("UPDATE extents SET due = ? WHERE extent = ? AND state = 'provisional'", due, extent)
          .rowsWritten > 0,
    )
  }

  /** Makes a content the owner of extents it reserved. False when a lease was lost: the caller rolls back. */
  adopt(content: string, part: number, extents: NewExtent[], from = 0): boolean {
    let n = from
    for (const { extent, size, crcs } of extents) {
      const taken = this.#sql.exec(
        "UPDATE extents SET size = ?, crcs = ?, owner = ?, state = 'live', due = 0 WHERE extent = ? AND state = 'provisional'",
        size,
        crcs,
        content,
        extent,
      )
      if (taken.rowsWritten === 0) return false
      this.#segment({ content, part, n: n++ }, { extent, offset: 0, length: size })
    }
    return true
  }

  /** Stores bytes as an extent of the shard itself. */
  adoptBytes(content: string, part: number, n: number, bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return
    const extent = crypto.randomUUID()
    this.#sql.exec(
      "INSERT INTO extents VALUES (?, 'shard', ?, ?, '', '', ?, 'live', 0)",
      extent,
      bytes.byteLength,
      NO_CRCS,
      content,
    )
    this.#sql.exec('INSERT INTO extent_bytes VALUES (?, ?)', extent, bytes)
    this.#segment({ content, part, n }, { extent, offset: 0, length: bytes.byteLength })
  }

  /** Takes over segments another shard lent, or lent by this very shard (`home` is `self`). */
  adoptLent(at: Place, segment: LentSegment, self: string): void {
    if (segment.home === self) {
      this.#own(segment.extent, at.content)
    } else {
      const held = this.#sql.exec('SELECT 1 FROM extents WHERE extent = ?', segment.extent).toArray().length > 0
      if (held) this.#own(segment.extent, at.content)
      else {
        this.#sql.exec(
          "INSERT INTO extents VALUES (?, ?, ?, ?, ?, ?, ?, 'live', 0)",
          segment.extent,
          segment.store,
          segment.extentSize,
          segment.crcs,
          segment.home,
          segment.token,
          at.content,
        )
      }
    }
    this.#segment(at, segment)
  }

  /** Gives another content a run of an extent (append, ranges of UploadPartCopy). */
  shareRun(run: Run, to: Place): void {
    this.#own(run.extent, to.content)
    this.#segment(to, run)
  }

  /** Gives another content all segments of one (copies within the shard). */
  shareAll(from: string, to: string): void {
    const extents = this.#sql
      .exec<{ extent: string }>('SELECT DISTINCT extent FROM segments WHERE content = ?', from)
      .toArray()
    for (const { extent } of extents) this.#own(extent, to)
    this.#sql.exec(
      'INSERT INTO segments SELECT ?, part, n, extent, offset, length FROM segments WHERE content = ?',
      to,
      from,
    )
  }

  /** Drops a content, or one part of it: its segments go, and extents nobody else owns become collectable. */
  release(content: string, part?: number): void {
    const rows =
      part === undefined
        ? this.#sql
            .exec<{ extent: string }>('DELETE FROM segments WHERE content = ? RETURNING extent', content)
            .toArray()
        : this.#sql
            .exec<{ extent: string }>(
              'DELETE FROM segments WHERE content = ? AND part = ? RETURNING extent',
              content,
              part,
            )
            .toArray()
    for (const extent of new Set(rows.map((row) => row.extent))) {
      if (part !== undefined && this.#stillUsed(content, extent)) continue
      this.#disown(extent, content)
    }
  }

  /** Puts a borrower into the owner set; `due` is when it will be asked whether it kept the copy. */
  lend(extent: string, borrower: string): boolean {
    const row = this.#sql.exec<{ state: string }>('SELECT state FROM extents WHERE extent = ?', extent).toArray()[0]
    if (row === undefined || row.state !== 'live') return false
    const due = this.#clock.now() + this.#clock.leaseMilliseconds
    this.#sql.exec('INSERT OR REPLACE INTO extent_owners VALUES (?, ?, ?)', extent, borrower, due)
    return true
  }

  /** Takes a borrower out of the owner set. */
  takeBack(extent: string, borrower: string): void {
    this.#disown(extent, borrower)
  }

  /** The borrower answered that it keeps the copy. */
  confirm(extent: string, borrower: string): void {
    this.#sql.exec('UPDATE extent_owners SET due = 0 WHERE extent = ? AND owner = ?', extent, borrower)
  }

  /** Does this shard hold a borrowed extent under this token? */
  holds(extent: string, token: string): boolean {
    return this.#sql.exec('SELECT 1 FROM extents WHERE extent = ? AND token = ?', extent, token).toArray().length > 0
  }

  row(extent: string): ExtentRow | undefined {
    return this.#sql
      .exec<ExtentRow>(
        'SELECT extent, store, size, crcs, home, token, owner, state FROM extents WHERE extent = ?',
        extent,
      )
      .toArray()[0]
  }

  bytes(extent: string): Uint8Array {
    const row = this.#sql.exec<{ bytes: ArrayBuffer }>('SELECT bytes FROM extent_bytes WHERE extent = ?', extent).one()
    return new Uint8Array(row.bytes)
  }

  /** A run of an extent as reads need it. */
  segment(facts: SegmentFacts, offset: number, length: number): Segment {
    const { extent, store, state, extentSize } = facts
    if (state === null) throw new Error(`Extent ${extent} has segments but no row`)
    if (state === 'damaged') throw new Error(`Extent ${extent} is damaged`)
    if (store === 'shard') {
      const bytes = this.bytes(extent).slice(offset, offset + length)
      return { store: 'shard', extent, offset, length, extentSize, crcs: NO_CRCS, bytes }
    }
    const first = Math.floor(offset / blockBytes)
    const last = length === 0 ? first : Math.floor((offset + length - 1) / blockBytes)
    const crcs = new Uint8Array(facts.crcs).slice(first * 4, (last + 1) * 4)
    return { store: store as BulkStoreName, extent, offset, length, extentSize, crcs }
  }

  // ── collection ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** When the alarm must look again; null for never. */
  nextDue(): number | null {
    const extents = this.#sql
      .exec<{ due: number | null }>('SELECT min(due) AS due FROM extents WHERE due > 0')
      .one().due
    const owners = this.#sql
      .exec<{ due: number | null }>('SELECT min(due) AS due FROM extent_owners WHERE due > 0')
      .one().due
    const returned = this.#sql.exec('SELECT 1 FROM returns LIMIT 1').toArray().length > 0 ? this.#clock.now() : null
    const all = [extents, owners, returned].filter((due) => due !== null)
    return all.length === 0 ? null : Math.min(...all)
  }

  /** Extents past their lease or grace, at most `limit`. */
  collectable(limit: number): Collectable[] {
    return this.#sql
      .exec<{ extent: string; store: string; size: number }>(
        'SELECT extent, store, size FROM extents WHERE due > 0 AND due <= ? ORDER BY due LIMIT ?',
        this.#clock.now(),
        limit,
      )
      .toArray()
      .map((row) => ({ ...row, store: row.store as Collectable['store'] }))
  }

  /** Something reads them still: they stay for another grace. */
  postpone(extents: string[]): void {
    const due = this.#graceEnd()
    for (const extent of extents) this.#sql.exec('UPDATE extents SET due = ? WHERE extent = ? AND due > 0', due, extent)
  }

  /** The bytes are gone: so is the row. An extent that was adopted meanwhile stays. */
  collected(extents: string[]): void {
    for (const extent of extents) {
      const gone = this.#sql.exec('DELETE FROM extents WHERE extent = ? AND due > 0', extent)
      if (gone.rowsWritten > 0) this.#sql.exec('DELETE FROM extent_bytes WHERE extent = ?', extent)
    }
  }

  /** Keeps an extent from being adopted while its bytes are being removed. */
  condemn(extents: string[]): void {
    for (const extent of extents) {
      this.#sql.exec("UPDATE extents SET state = 'released' WHERE extent = ? AND due > 0", extent)
    }
  }

  /** Borrowers to ask whether they kept their copy. */
  unconfirmed(limit: number): { extent: string; owner: string }[] {
    return this.#sql
      .exec<{ extent: string; owner: string }>(
        'SELECT extent, owner FROM extent_owners WHERE due > 0 AND due <= ? LIMIT ?',
        this.#clock.now(),
        limit,
      )
      .toArray()
  }

  /** Borrowed extents to give back to their homes. */
  returns(limit: number): { extent: string; home: string; token: string }[] {
    return this.#sql
      .exec<{ extent: string; home: string; token: string }>('SELECT extent, home, token FROM returns LIMIT ?', limit)
      .toArray()
  }

  returned(extent: string, token: string): void {
    this.#sql.exec('DELETE FROM returns WHERE extent = ? AND token = ?', extent, token)
  }

  markDamaged(extent: string): void {
    this.#sql.exec("UPDATE extents SET state = 'damaged' WHERE extent = ? AND state = 'live'", extent)
  }

  /** Extents after `extent` in name order whose home this is: the scrubber's next stretch. */
  after(extent: string, limit: number): ExtentRow[] {
    return this.#sql
      .exec<ExtentRow>(
        "SELECT extent, store, size, crcs, home, token, owner, state FROM extents WHERE extent > ? AND home = '' AND state = 'live' AND store <> 'shard' ORDER BY extent LIMIT ?",
        extent,
        limit,
      )
      .toArray()
  }

  /** Rounded up, so that extents released one by one are collected many at a time: each collection costs three commits. */
  #graceEnd(isFile = false): number {
    const { graceMilliseconds } = this.#clock
    const grace = isFile ? Math.min(fileGraceMilliseconds, graceMilliseconds) : graceMilliseconds
    const step = Math.max(Math.floor(grace / collectionsPerGrace), 1)
    return Math.ceil((this.#clock.now() + grace) / step) * step
  }

  // ── the owner set ──────────────────────────────────────────────────────────────────────────────────────────────────

  #segment(at: Place, { extent, offset, length }: Run): void {
    const { content, part, n } = at
    this.#sql.exec('INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?)', content, part, n, extent, offset, length)
  }

  #stillUsed(content: string, extent: string): boolean {
    return (
      this.#sql.exec('SELECT 1 FROM segments WHERE content = ? AND extent = ? LIMIT 1', content, extent).toArray()
        .length > 0
    )
  }

  /** Only what is live can be owned: anything else is about to be collected, and the transaction ends here. */
  #own(extent: string, owner: string): void {
    const state = this.row(extent)?.state
    if (state !== 'live' && state !== 'damaged')
      throw new Error(`Extent ${extent} cannot be shared: ${state ?? 'gone'}`)
    const first = this.#sql.exec(
      "UPDATE extents SET owner = ? WHERE extent = ? AND owner IN ('', ?)",
      owner,
      extent,
      owner,
    )
    if (first.rowsWritten > 0) return
    this.#sql.exec('INSERT OR IGNORE INTO extent_owners VALUES (?, ?, 0)', extent, owner)
  }

  #disown(extent: string, owner: string): void {
    const further = this.#sql.exec('DELETE FROM extent_owners WHERE extent = ? AND owner = ?', extent, owner)
    if (further.rowsWritten === 0) {
      this.#sql.exec("UPDATE extents SET owner = '' WHERE extent = ? AND owner = ?", extent, owner)
    }
    const row = this.row(extent)
    if (row === undefined || row.owner !== '' || row.state === 'provisional') return
    const others = this.#sql.exec('SELECT 1 FROM extent_owners WHERE extent = ? LIMIT 1', extent).toArray().length
    if (others > 0) return
    if (row.home !== '') {
      this.#sql.exec('INSERT OR IGNORE INTO returns VALUES (?, ?, ?)', extent, row.home, row.token)
      this.#sql.exec('DELETE FROM extents WHERE extent = ?', extent)
    } else {
      const due = this.#graceEnd(row.store === 'files')
      this.#sql.exec("UPDATE extents SET state = 'released', due = ? WHERE extent = ?", due, extent)
    }
  }
}
