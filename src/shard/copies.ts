// Copies by reference: the destination shares the source's extents, within the shard or borrowed from another one.
import type { Decided } from './writes.ts'
import { currentFault, failedCondition } from './writes.ts'
import { findVersion } from './reads.ts'
import { copyVerdict } from './copy-facts.ts'
import { toVersion, type VersionRow } from './rows.ts'
import type {
  CopyCommand,
  CopyContent,
  CopyOutcome,
  CopyWithinCommand,
  ExportCommand,
  ExportOutcome,
  LentSegment,
  ObjectFacts,
  PutOutcome,
  RenameCommand,
} from './rpc.ts'
import type { Reads } from './reads.ts'
import type { ShardState, Versions, WriteAt } from './versions.ts'

type Written = Exclude<PutOutcome, { outcome: 'bucket-gone' | 'catalog-unavailable' }>

/** Asks the home of an extent this shard borrowed itself to enter another borrower. */
export type Relay = (home: string, extents: string[], borrower: string) => Promise<boolean>

export class Copies {
  readonly #state: ShardState
  readonly #versions: Versions
  readonly #reads: Reads
  readonly #self: string

  constructor(state: ShardState, versions: Versions, reads: Reads, self: string) {
    this.#state = state
    this.#versions = versions
    this.#reads = reads
    this.#self = self
  }

  /** CopyObject with source and destination in this shard: one transaction, no bytes moved. */
  copyWithin(command: CopyWithinCommand): Decided<CopyOutcome> {
    const found = findVersion(this.#versions, command.sourceKey, command.sourceVersionId)
    if (found.outcome !== 'row') return { outcome: { outcome: 'source', source: found }, seq: null }
    const source = toVersion(found.row)
    const verdict = copyVerdict(source, command.terms)
    if (verdict.outcome !== 'copy') return { outcome: { outcome: 'refused', source, refusal: verdict }, seq: null }
    const fault = currentFault(this.#versions, command)
    if (fault !== null) return { outcome: { outcome: 'copied', source, result: fault }, seq: null }
    const decided = this.#copyRow(command, found.row, verdict.object)
    return { outcome: { outcome: 'copied', source, result: decided.outcome }, seq: decided.seq }
  }

  /** RenameObject: the copy and the removal of its source in one transaction. */
  rename(command: RenameCommand): { outcome: Written | { outcome: 'source-missing' }; seq: number | null } {
    const row = this.#versions.latest(command.sourceKey)
    if (row === null || row.marker === 1) return { outcome: { outcome: 'source-missing' }, seq: null }
    const fault = failedCondition(command.sourceConditions, row) ?? currentFault(this.#versions, command)
    if (fault !== null) return { outcome: fault, seq: null }
    const decided = this.#copyRow(command, row, toVersion(row))
    const gone = this.#versions.deleteCurrent({ ...command, key: command.sourceKey })
    return { outcome: decided.outcome, seq: gone?.seq ?? decided.seq }
  }

  /** Lends the source to another shard: every extent's owner set gets the borrower before the answer leaves. */
  async lend(command: ExportCommand, relay: Relay): Promise<ExportOutcome> {
    const found = findVersion(this.#versions, command.key, command.versionId)
    if (found.outcome !== 'row') return found
    const fault = failedCondition(command.conditions, found.row)
    if (fault !== null) return fault
    const version = toVersion(found.row)
    const { range } = command
    if (range !== null && range.offset + range.length > version.size) return { outcome: 'range-unsatisfiable', version }
    const content = await this.#lentContent(found.row, command, relay)
    return content === null ? { outcome: 'missing' } : { outcome: 'found', version, content }
  }

  /** Writes a copy whose source another shard lent. */
  adoptCopy(command: CopyCommand): Decided<Written> {
    const fault = currentFault(this.#versions, command)
    if (fault !== null) return { outcome: fault, seq: null }
    const { content } = command
    const stored = this.storeLent(command.writeId, 1, content)
    if (content.kind === 'lent' && content.parts.length > 0) {
      for (const part of content.parts) {
        const checksum = part.checksum === null ? null : JSON.stringify(part.checksum)
        this.#state.sql.exec(
          'INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?)',
          command.writeId,
          part.partNumber,
          part.etag,
          part.size,
          part.modified,
          checksum,
        )
      }
    }
    const parts = content.kind === 'lent' ? content.parts.length : 0
    const version = { object: command.object, content: stored.content, parts, inline: stored.inline }
    const { seq, versionId, modified } = this.#versions.insert(command, version)
    const { etag, size, checksum } = command.object
    return { outcome: { outcome: 'written', versionId, etag, size, modified, checksum }, seq }
  }

  /** Makes `content` own what was lent, from segment 0 of `part` on. Inline bytes come back as they are. */
  storeLent(content: string, part: number, lent: CopyContent): { content: string; inline: Uint8Array | null } {
    if (lent.kind === 'inline') return { content: '', inline: lent.bytes }
    lent.segments.forEach((segment, index) => {
      const at = { content, part: lent.partOf?.[index] ?? part, n: index }
      if ('home' in segment) this.#state.extents.adoptLent(at, segment, this.#self)
      else this.#state.extents.adoptBytes(content, at.part, at.n, segment.bytes)
    })
    return { content, inline: null }
  }

  /** Gives `content` the segments of a range of another content of this shard. */
  share(from: VersionRow, range: { offset: number; length: number }, to: { content: string; part: number }): void {
    const { contents, extents } = this.#state
    let n = 0
    for (const run of contents.positions(from, range.offset, range.length)) {
      extents.shareRun(run, { ...to, n: n++ })
    }
  }

  #copyRow(at: WriteAt, row: VersionRow, object: ObjectFacts): Decided<Written> {
    const content = row.content === '' ? '' : at.writeId
    if (content !== '') {
      this.#state.extents.shareAll(row.content, content)
      if (row.parts > 0) {
        this.#state.sql.exec(
          'INSERT INTO parts SELECT ?, part, etag, size, modified, checksum FROM parts WHERE content = ?',
          content,
          row.content,
        )
      }
    }
    const inline = content === '' ? this.#versions.inline(row.seq) : null
    const { seq, versionId, modified } = this.#versions.insert(at, { object, content, parts: row.parts, inline })
    const { etag, size, checksum } = object
    return { outcome: { outcome: 'written', versionId, etag, size, modified, checksum }, seq }
  }

  async #lentContent(row: VersionRow, command: ExportCommand, relay: Relay): Promise<CopyContent | null> {
    const range = command.range ?? { offset: 0, length: row.size }
    if (row.content === '') {
      return { kind: 'inline', bytes: this.#versions.inline(row.seq).slice(range.offset, range.offset + range.length) }
    }
    const borrower = `${command.borrower}|${command.token}`
    const partOf = [...this.#state.contents.positions(row, range.offset, range.length)].map((run) => run.part)
    const segments: ({ bytes: Uint8Array } | LentSegment)[] = []
    const foreign = new Map<string, string[]>()
    for (const segment of this.#state.contents.lendable(row, range)) {
      if ('bytes' in segment) {
        segments.push(segment)
        continue
      }
      segments.push({ ...segment, home: segment.home === '' ? this.#self : segment.home, token: command.token })
      if (segment.home !== '') foreign.set(segment.home, [...(foreign.get(segment.home) ?? []), segment.extent])
      else if (!this.#state.extents.lend(segment.extent, borrower)) return null
    }
    const parts = command.range === null && row.parts > 0 ? this.#reads.parts(row.content, 0, row.parts) : []
    for (const [home, extents] of foreign) if (!(await relay(home, extents, borrower))) return null
    return { kind: 'lent', segments, partOf, parts }
  }
}
