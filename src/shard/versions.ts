// Versions of keys: which is current, what a write displaces, what a delete leaves. Synchronous; every method runs
// inside the caller's transaction and appends what the catalogue must hear.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
import type { CatalogueMutation } from '../store/tables/catalogue.ts'
import type { Contents } from './contents.ts'
import type { Extents } from './extents.ts'
import type { Outbox } from './outbox.ts'
import { factsJson, toCatalogueRow, VERSION_COLUMNS, versionRow, type VersionCells, type VersionRow } from './rows.ts'
import type { BucketRef, ObjectFacts, Versioning } from './rpc.ts'
import type { Sequence } from './sequence.ts'
import { makeVersionId, NULL_VERSION, sequenceOf } from './version-id.ts'

/** Everything the transactions of a shard work on. */
export interface ShardState {
  sql: SqlStorage
  sequence: Sequence
  extents: Extents
  contents: Contents
  outbox: Outbox
  /** Milliseconds since 1970. */
  now(): number
}

export interface NewVersion {
  object: ObjectFacts
  /** Content id of its segments; '' when inline. */
  content: string
  /** Parts of a multipart upload; 0 for one write. */
  parts: number
  inline: Uint8Array | null
}

export interface WriteAt extends BucketRef {
  key: string
  versioning: Versioning
  writeId: string
}

export interface Inserted {
  seq: number
  versionId: string
  modified: number
}

const MARKER_FACTS: ObjectFacts = {
  etag: '',
  size: 0,
  headers: {},
  tags: {},
  checksum: null,
  storageClass: 'STANDARD',
  owner: '',
}

export class Versions {
  readonly #state: ShardState

  constructor(state: ShardState) {
    this.#state = state
  }

  /** The newest version of a key, object or delete marker. */
  latest(key: string, columns = VERSION_COLUMNS): VersionRow | null {
    // CAST: SQLite compiles a statement anew each time, where it orders by an index of which a bare parameter is a column.
    // Cells, not an object: naming eleven columns costs more than finding them.
    const { value } = this.#state.sql
      .exec(`SELECT ${columns} FROM versions WHERE key = CAST(? AS TEXT) ORDER BY seq DESC LIMIT 1`, key)
      .raw()
      .next()
    return value === undefined ? null : versionRow(value as VersionCells)
  }

  named(key: string, versionId: string, columns = VERSION_COLUMNS): VersionRow | null {
    const { sql } = this.#state
    if (versionId === NULL_VERSION) {
      return (
        sql
          .exec<VersionRow>(`SELECT ${columns} FROM versions WHERE key = ? AND version_id = 'null' LIMIT 1`, key)
          .toArray()[0] ?? null
      )
    }
    const seq = sequenceOf(versionId)
    if (seq === null) return null
    return (
      sql
        .exec<VersionRow>(
          `SELECT ${columns} FROM versions WHERE seq = ? AND key = ? AND version_id = ?`,
          seq,
          key,
          versionId,
        )
        .toArray()[0] ?? null
    )
  }

  inline(seq: number): Uint8Array {
    const { inline } = this.#state.sql
      .exec<{ inline: ArrayBuffer | null }>('SELECT inline FROM versions WHERE seq = ?', seq)
      .one()
    return inline === null ? new Uint8Array(0) : new Uint8Array(inline)
  }

  /** Makes a new current version; what it displaces moves to the noncurrent ones or goes. */
  insert(at: WriteAt, version: NewVersion): Inserted {
    const seq = this.#state.sequence.next()
    const mutation: CatalogueMutation = { seq, key: at.key }
    this.#displace(at, mutation)
    const versionId = at.versioning === 'enabled' ? makeVersionId(seq) : NULL_VERSION
    const { object } = version
    const row: VersionRow = {
      seq,
      key: at.key,
      version_id: versionId,
      write_id: at.writeId,
      marker: 0,
      etag: object.etag,
      size: object.size,
      modified: this.#state.now(),
      facts: factsJson(object),
      content: version.content,
      parts: version.parts,
    }
    this.#write(row, version.inline)
    mutation.object = toCatalogueRow(row, true)
    this.#state.outbox.append(at, mutation)
    return { seq, versionId, modified: row.modified }
  }

  /** DeleteObject without a version id. */
  deleteCurrent(at: WriteAt): { seq: number; versionId: string | null; marker: boolean } | null {
    const latest = this.latest(at.key)
    if (at.versioning === 'unversioned') {
      if (latest === null) return null
      return { seq: this.#removeRow(at, latest), versionId: null, marker: false }
    }
    const seq = this.#state.sequence.next()
    const mutation: CatalogueMutation = { seq, key: at.key, object: null }
    this.#displace(at, mutation)
    const row: VersionRow = {
      seq,
      key: at.key,
      version_id: at.versioning === 'enabled' ? makeVersionId(seq) : NULL_VERSION,
      write_id: at.writeId,
      marker: 1,
      etag: '',
      size: 0,
      modified: this.#state.now(),
      facts: factsJson(MARKER_FACTS),
      content: '',
      parts: 0,
    }
    this.#write(row, null)
    mutation.versions = [...(mutation.versions ?? []), toCatalogueRow(row, true)]
    this.#state.outbox.append(at, mutation)
    return { seq, versionId: row.version_id, marker: true }
  }

  /** DeleteObject with a version id: the version is gone for good. */
  deleteNamed(at: WriteAt, row: VersionRow): number {
    return this.#removeRow(at, row)
  }

  setFacts(row: VersionRow, object: ObjectFacts): void {
    this.#state.sql.exec('UPDATE versions SET facts = ? WHERE seq = ?', factsJson(object), row.seq)
  }

  #write(row: VersionRow, inline: Uint8Array | null): void {
    this.#state.sql.exec(
      'INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      row.seq,
      row.key,
      row.version_id,
      row.write_id,
      row.marker,
      row.etag,
      row.size,
      row.modified,
      row.facts,
      row.content,
      row.parts,
      inline,
    )
  }

  /** Makes room for a new current version of the key. */
  #displace(at: WriteAt, mutation: CatalogueMutation): void {
    const latest = this.latest(at.key)
    if (latest === null) return
    const removed: number[] = []
    let displaced: VersionRow | null = latest
    if (at.versioning !== 'enabled') {
      const old = latest.version_id === NULL_VERSION ? latest : this.named(at.key, NULL_VERSION)
      if (old !== null) {
        this.#drop(old)
        if (old.seq !== latest.seq || old.marker === 1) removed.push(old.seq)
        if (old.seq === latest.seq) displaced = null
      }
    }
    if (displaced !== null) mutation.versions = [toCatalogueRow(displaced, false)]
    if (removed.length > 0) mutation.removedVersions = removed
  }

  /** Removes one version and says what is current now. */
  #removeRow(at: WriteAt, row: VersionRow): number {
    const seq = this.#state.sequence.next()
    const mutation: CatalogueMutation = { seq, key: row.key }
    const wasLatest = this.latest(row.key)?.seq === row.seq
    this.#drop(row)
    const removed = wasLatest && row.marker === 0 ? [] : [row.seq]
    if (wasLatest) {
      const next = this.latest(row.key)
      if (next === null || next.marker === 1) mutation.object = null
      if (next?.marker === 1) mutation.versions = [toCatalogueRow(next, true)]
      if (next?.marker === 0) {
        mutation.object = toCatalogueRow(next, true)
        removed.push(next.seq)
      }
    }
    if (removed.length > 0) mutation.removedVersions = removed
    this.#state.outbox.append(at, mutation)
    return seq
  }

  #drop(row: VersionRow): void {
    const { sql, extents, contents } = this.#state
    sql.exec('DELETE FROM versions WHERE seq = ?', row.seq)
    if (row.content === '') return
    extents.release(row.content)
    contents.forget(row.content)
    if (row.parts > 0) {
      sql.exec('DELETE FROM parts WHERE content = ?', row.content)
      sql.exec('DELETE FROM uploads WHERE upload_id = ?', row.content)
    }
  }
}
