// Reading a version: which one, which range of it, and where the bytes lie. Synchronous, changes nothing.
import { resolveRange, type ByteRange } from '../http/range.ts'
import { evaluateIfRange } from '../http/conditional.ts'
import { BODY_COLUMNS, toPart, toVersion, type PartRow, type VersionRow, VERSION_COLUMNS } from './rows.ts'
import type {
  AttributesOutcome,
  Content,
  FactsOutcome,
  PartFacts,
  PartsOfVersion,
  ReadCommand,
  ReadMoreCommand,
  ReadOutcome,
  Segment,
} from './rpc.ts'
import type { ShardState, Versions } from './versions.ts'

type Found = { outcome: 'row'; row: VersionRow }
type NotFound = Extract<ReadOutcome, { outcome: 'missing' | 'no-such-version' | 'delete-marker' }>

/** The version a request means, or the answer that there is none. */
export function findVersion(
  versions: Versions,
  key: string,
  versionId: string | null,
  columns = VERSION_COLUMNS,
): Found | NotFound {
  const row = versionId === null ? versions.latest(key, columns) : versions.named(key, versionId, columns)
  if (row === null) return { outcome: versionId === null ? 'missing' : 'no-such-version' }
  if (row.marker === 1) {
    return { outcome: 'delete-marker', versionId: row.version_id, modified: row.modified, named: versionId !== null }
  }
  return { outcome: 'row', row }
}

export class Reads {
  readonly #state: ShardState
  readonly #versions: Versions

  constructor(state: ShardState, versions: Versions) {
    this.#state = state
    this.#versions = versions
  }

  read(command: ReadCommand): ReadOutcome {
    const columns = command.body ? BODY_COLUMNS : VERSION_COLUMNS
    const found = findVersion(this.#versions, command.key, command.versionId, columns)
    if (found.outcome !== 'row') return found
    const { row } = found
    const version = toVersion(row)
    let range: ByteRange | null = null
    let part: PartFacts | null = null
    if (command.partNumber !== null) {
      const cut = this.#part(row, command.partNumber)
      if (cut === null) return { outcome: 'part-out-of-range', version }
      range = cut.range
      part = cut.part
    } else if (command.range !== null && (command.ifRange === null || evaluateIfRange(command.ifRange, version))) {
      const resolved = resolveRange(command.range, row.size)
      if (resolved === 'unsatisfiable') return { outcome: 'range-unsatisfiable', version }
      range = resolved
    }
    const content = command.body ? this.#content(row, range ?? { offset: 0, length: row.size }) : null
    return { outcome: 'found', version, range, part, content }
  }

  /** The segments that did not fit the first answer. Null when the version is gone. */
  more(command: ReadMoreCommand): { segments: Segment[]; more: boolean } | null {
    const found = findVersion(this.#versions, command.key, command.versionId)
    if (found.outcome !== 'row' || found.row.etag !== command.etag) return null
    return this.#state.contents.read(found.row, command.offset, command.length)
  }

  attributes(command: PartsOfVersion): AttributesOutcome {
    const found = findVersion(this.#versions, command.key, command.versionId)
    if (found.outcome !== 'row') return found
    const { row } = found
    const page = row.parts === 0 ? [] : this.parts(row.content, command.partNumberMarker, command.maxParts + 1)
    return {
      outcome: 'found',
      version: toVersion(row),
      parts: page.slice(0, command.maxParts),
      isTruncated: page.length > command.maxParts,
    }
  }

  facts({ key, versionId }: { key: string; versionId: string | null }): FactsOutcome {
    const found = findVersion(this.#versions, key, versionId)
    if (found.outcome !== 'row') return found
    const { owner, acl, tags } = toVersion(found.row)
    return { outcome: 'found', owner, acl: acl ?? null, tags, versionId: found.row.version_id, seq: found.row.seq }
  }

  /** Parts of a content with a number above `marker`, at most `limit`. */
  parts(content: string, marker: number, limit: number): PartFacts[] {
    return this.#state.sql
      .exec<PartRow>(
        'SELECT part, etag, size, modified, checksum FROM parts WHERE content = ? AND part > ? ORDER BY part LIMIT ?',
        content,
        marker,
        limit,
      )
      .toArray()
      .map(toPart)
  }

  /** `partNumber` of a read counts the object's parts from 1, whatever numbers the upload gave them. */
  #part(row: VersionRow, partNumber: number): { range: ByteRange; part: PartFacts } | null {
    if (row.parts === 0) {
      if (partNumber !== 1) return null
      const { checksum } = toVersion(row)
      const part = { partNumber: 1, etag: row.etag, size: row.size, modified: row.modified, checksum }
      return { range: { offset: 0, length: row.size }, part }
    }
    const cut = this.#state.contents.part(row.content, partNumber - 1)
    if (cut === null) return null
    const part = this.parts(row.content, cut.partNumber - 1, 1)[0]
    if (part === undefined) return null
    return { range: { offset: cut.offset, length: cut.length }, part }
  }

  #content(row: VersionRow, { offset, length }: ByteRange): Content {
    if (row.content !== '') return { kind: 'segments', ...this.#state.contents.read(row, offset, length) }
    const bytes = new Uint8Array(row.inline ?? new ArrayBuffer(0))
    const whole = offset === 0 && length === bytes.byteLength
    return { kind: 'inline', bytes: whole ? bytes : bytes.slice(offset, offset + length) }
  }
}
