// PutObject, append, delete, tags: one synchronous transaction each, conditions evaluated against the truth.
import { createHash } from 'node:crypto'
import { evaluateWriteConditions, type WriteConditions } from '../http/conditional.ts'
import { basisHolds } from '../iam/basis.ts'
import { inlineBytesMax, objectBytesMax } from '../limits.ts'
import { combineAppended } from './checksums.ts'
import { findVersion } from './reads.ts'
import { Rollback } from './rollback.ts'
import { toVersion, type VersionRow } from './rows.ts'
import type {
  AclCommand,
  AclOutcome,
  ConditionFault,
  DeleteCommand,
  DeleteOutcome,
  NewContent,
  ObjectFacts,
  PutCommand,
  PutOutcome,
  ReserveCommand,
  ReserveOutcome,
  TagsCommand,
  TagsOutcome,
} from './rpc.ts'
import type { ShardState, Versions } from './versions.ts'

/** What a transaction decided, and the sequence number up to which the catalogue has to hear of it. */
export interface Decided<Outcome> {
  outcome: Outcome
  /** Null when nothing was written. */
  seq: number | null
}

type Done<Outcome> = Exclude<Outcome, { outcome: 'bucket-gone' | 'catalog-unavailable' }>

/** Holds conditions against the current object; null when they are met. */
export function failedCondition(conditions: WriteConditions | null, latest: VersionRow | null): ConditionFault | null {
  if (conditions === null) return null
  const current = latest === null || latest.marker === 1 ? null : latest
  const verdict = evaluateWriteConditions(conditions, current)
  if (verdict === 'ok') return null
  if (verdict === 'missing') return { outcome: 'missing' }
  return { outcome: 'precondition-failed', condition: verdict.failed }
}

/** The same against the key's current object, which is looked up only when there is something to hold against it. */
export function currentFault(
  versions: Versions,
  { conditions, key }: { conditions: WriteConditions | null; key: string },
): ConditionFault | null {
  return conditions === null ? null : failedCondition(conditions, versions.latest(key))
}

export class Writes {
  readonly #state: ShardState
  readonly #versions: Versions

  constructor(state: ShardState, versions: Versions) {
    this.#state = state
    this.#versions = versions
  }

  put(command: PutCommand): Decided<Done<PutOutcome>> {
    const fault = currentFault(this.#versions, command)
    if (fault !== null) return { outcome: fault, seq: null }
    if (command.appendAt !== undefined) return this.#append(command, command.appendAt)
    const stored = this.#store(command.writeId, command.content)
    return this.#insert(command, command.object, stored)
  }

  /** Announces extents, and checks early what the commit will check again. */
  reserve(command: ReserveCommand): Exclude<ReserveOutcome, { outcome: 'no-such-upload' }> {
    const fault = currentFault(this.#versions, command)
    if (fault !== null) return fault
    if (!this.#state.extents.renew(command.renew ?? [])) return { outcome: 'lease-lost' }
    const extents = this.#state.extents.reserve(command.store, command.extents)
    return { outcome: 'reserved', extents, upload: null }
  }

  delete(command: DeleteCommand): Decided<Done<DeleteOutcome>> {
    // Nothing is left to delete, but the catalogue may not know yet.
    const waiting = this.#state.outbox.waiting(command.key)
    if (command.versionId === null) {
      const fault = currentFault(this.#versions, command)
      if (fault !== null) return { outcome: fault, seq: null }
      const gone = this.#versions.deleteCurrent(command)
      if (gone === null) return { outcome: { outcome: 'deleted', versionId: null, marker: false }, seq: waiting }
      return { outcome: { outcome: 'deleted', versionId: gone.versionId, marker: gone.marker }, seq: gone.seq }
    }
    const row = this.#versions.named(command.key, command.versionId)
    const fault = failedCondition(command.conditions, row)
    if (fault !== null) return { outcome: fault, seq: null }
    const marker = row?.marker === 1
    const seq = row === null ? waiting : this.#versions.deleteNamed(command, row)
    return { outcome: { outcome: 'deleted', versionId: command.versionId, marker }, seq }
  }

  setTags(command: TagsCommand): Done<TagsOutcome> {
    const found = findVersion(this.#versions, command.key, command.versionId)
    if (found.outcome !== 'row') return found
    const version = toVersion(found.row)
    if (!basisHolds(command.basis, version)) return { outcome: 'changed' }
    this.#versions.setFacts(found.row, { ...version, tags: command.tags ?? {} })
    return { outcome: 'written', versionId: found.row.version_id }
  }

  setAcl(command: AclCommand): Done<AclOutcome> {
    const found = findVersion(this.#versions, command.key, command.versionId)
    if (found.outcome !== 'row') return found
    if (found.row.seq !== command.seq) return { outcome: 'changed' }
    const { acl: _, ...facts } = toVersion(found.row)
    this.#versions.setFacts(found.row, command.acl === null ? facts : { ...facts, acl: command.acl })
    return { outcome: 'written', versionId: found.row.version_id }
  }

  /** A new version out of what `#store` kept. */
  #insert(
    command: PutCommand,
    object: ObjectFacts,
    stored: { content: string; inline: Uint8Array | null; parts?: number },
  ): Decided<Done<PutOutcome>> {
    const version = { object, content: stored.content, parts: stored.parts ?? 0, inline: stored.inline }
    const { seq, versionId, modified } = this.#versions.insert(command, version)
    const { etag, size, checksum } = object
    return { outcome: { outcome: 'written', versionId, etag, size, modified, checksum }, seq }
  }

  #store(content: string, body: NewContent): { content: string; inline: Uint8Array | null } {
    if (body.kind === 'inline') return { content: '', inline: body.bytes }
    if (!this.#state.extents.adopt(content, 1, body.extents)) throw new Rollback({ outcome: 'lease-lost' })
    return { content, inline: null }
  }

  /** The bytes go behind those already there; the version they make shares the old extents. */
  #append(command: PutCommand, appendAt: number): Decided<Done<PutOutcome>> {
    const latest = this.#versions.latest(command.key)
    const old = latest === null || latest.marker === 1 ? null : latest
    const oldSize = old?.size ?? 0
    if (appendAt !== oldSize) return { outcome: { outcome: 'offset-mismatch', size: oldSize }, seq: null }
    if (old === null) return this.#insert(command, command.object, this.#store(command.writeId, command.content))
    const size = oldSize + command.object.size
    if (size > objectBytesMax) return { outcome: { outcome: 'too-large' }, seq: null }
    const before = toVersion(old)
    const object: ObjectFacts = {
      ...before,
      etag: appendedETag(before.etag, command.object.etag),
      size,
      checksum: combineAppended([before.checksum, oldSize], [command.object.checksum, command.object.size]),
    }
    if (old.content === '' && command.content.kind === 'inline' && size <= inlineBytesMax) {
      const inline = new Uint8Array(size)
      inline.set(this.#versions.inline(old.seq))
      inline.set(command.content.bytes, oldSize)
      return this.#insert(command, object, { content: '', inline })
    }
    return this.#insert(command, object, this.#appendSegments(command, old))
  }

  #appendSegments(command: PutCommand, old: VersionRow): { content: string; inline: null; parts: number } {
    const { extents, contents } = this.#state
    const content = command.writeId
    let n = 0
    if (old.content === '') extents.adoptBytes(content, 1, n++, this.#versions.inline(old.seq))
    else {
      for (const run of contents.positions(old, 0, old.size)) {
        extents.shareRun(run, { content, part: 1, n: n++ })
      }
    }
    if (command.content.kind === 'inline') extents.adoptBytes(content, 1, n, command.content.bytes)
    else if (!extents.adopt(content, 1, command.content.extents, n)) throw new Rollback({ outcome: 'lease-lost' })
    return { content, inline: null, parts: 0 }
  }
}

/** AWS says of an appended object only that its ETag is no MD5 of the data; the suffix tells clients so. */
function appendedETag(before: string, added: string): string {
  const count = Number(before.split('-')[1] ?? 1) + 1
  return `${createHash('md5').update(before).update(added).digest('hex')}-${count}`
}
