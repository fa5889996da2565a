// Multipart uploads: parts replace each other, Complete makes them a version without moving a byte.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
import { createHash } from 'node:crypto'
import { objectBytesMax, partBytesMin } from '../limits.ts'
import { completedChecksum } from './checksums.ts'
import { copiedPart } from './copied-part.ts'
import type { Copies } from './copies.ts'
import { copyVerdict } from './copy-facts.ts'
import { findVersion, type Reads } from './reads.ts'
import { Rollback } from './rollback.ts'
import { toVersion } from './rows.ts'
import type {
  AbortCommand,
  AbortOutcome,
  CompleteCommand,
  CompleteOutcome,
  CreateUploadCommand,
  ListPartsCommand,
  ListPartsOutcome,
  ObjectFacts,
  PartCopyOutcome,
  PartCopyWithinCommand,
  PartFacts,
  PutPartCommand,
  PutPartOutcome,
  UploadFacts,
} from './rpc.ts'
import type { ShardState, Versions } from './versions.ts'
import { currentFault, type Decided } from './writes.ts'

type Completed = Exclude<CompleteOutcome, { outcome: 'bucket-gone' | 'catalog-unavailable' }>
type Written = Extract<CompleteOutcome, { outcome: 'written' }>

type UploadRow = { upload_id: string; key: string; facts: string; completed: string | null }

/** What Complete computed from the parts before its transaction. */
export interface Assembly {
  parts: PartFacts[]
  object: ObjectFacts
}

export class Multipart {
  readonly #state: ShardState
  readonly #versions: Versions
  readonly #reads: Reads
  readonly #copies: Copies

  constructor(state: ShardState, parts: { versions: Versions; reads: Reads; copies: Copies }) {
    this.#state = state
    this.#versions = parts.versions
    this.#reads = parts.reads
    this.#copies = parts.copies
  }

  /** The upload of a key while it is in progress. */
  upload(key: string, uploadId: string): UploadFacts | null {
    const row = this.#row(key, uploadId)
    return row === null || row.completed !== null ? null : (JSON.parse(row.facts) as UploadFacts)
  }

  create(command: CreateUploadCommand): number {
    const { upload, key } = command
    this.#state.sql.exec('INSERT INTO uploads VALUES (?, ?, ?, NULL)', upload.uploadId, key, JSON.stringify(upload))
    const seq = this.#state.sequence.next()
    this.#state.outbox.append(command, {
      seq,
      key,
      uploads: [
        {
          uploadId: upload.uploadId,
          initiated: upload.initiated,
          storageClass: upload.storageClass,
          owner: upload.owner,
          checksumAlgorithm: upload.checksumAlgorithm,
          checksumType: upload.checksumType,
        },
      ],
    })
    return seq
  }

  putPart(command: PutPartCommand): PutPartOutcome {
    if (this.upload(command.key, command.uploadId) === null) return { outcome: 'no-such-upload' }
    const { uploadId, part, content } = command
    this.#dropPart(uploadId, part.partNumber)
    if (content.kind === 'extents') {
      const adopted = this.#state.extents.adopt(uploadId, part.partNumber, content.extents)
      if (!adopted) throw new Rollback({ outcome: 'lease-lost' })
    } else if (content.kind === 'inline') {
      this.#state.extents.adoptBytes(uploadId, part.partNumber, 0, content.bytes)
    } else {
      // The segments count from 0 within this part, wherever they stood in their source.
      this.#copies.storeLent(uploadId, part.partNumber, { ...content, partOf: [] })
    }
    return { outcome: 'written', modified: this.#writePart(uploadId, part) }
  }

  /** UploadPartCopy with source and upload in this shard. */
  copyPartWithin(command: PartCopyWithinCommand): PartCopyOutcome {
    if (this.upload(command.key, command.uploadId) === null) return { outcome: 'no-such-upload' }
    const found = findVersion(this.#versions, command.sourceKey, command.sourceVersionId)
    if (found.outcome !== 'row') return { outcome: 'source', source: found }
    const source = toVersion(found.row)
    const verdict = copyVerdict(source, { ...command.terms, sizeMax: objectBytesMax })
    if (verdict.outcome !== 'copy') return { outcome: 'refused', source, refusal: verdict }
    const range = command.range ?? { offset: 0, length: source.size }
    if (range.offset + range.length > source.size) {
      return { outcome: 'source', source: { outcome: 'range-unsatisfiable', version: source } }
    }
    if (range.length > command.terms.sizeMax) return { outcome: 'refused', source, refusal: { outcome: 'too-large' } }
    const part = copiedPart(source, range, command)
    this.#dropPart(command.uploadId, part.partNumber)
    if (found.row.content === '') {
      const bytes = this.#versions.inline(found.row.seq).slice(range.offset, range.offset + range.length)
      this.#state.extents.adoptBytes(command.uploadId, part.partNumber, 0, bytes)
    } else {
      this.#copies.share(found.row, range, { content: command.uploadId, part: part.partNumber })
    }
    const modified = this.#writePart(command.uploadId, part)
    return { outcome: 'copied', source, part: { ...part, modified } }
  }

  listParts(command: ListPartsCommand): ListPartsOutcome {
    const upload = this.upload(command.key, command.uploadId)
    if (upload === null) return { outcome: 'no-such-upload' }
    const page = this.#reads.parts(command.uploadId, command.partNumberMarker, command.maxParts + 1)
    return {
      outcome: 'found',
      upload,
      parts: page.slice(0, command.maxParts),
      isTruncated: page.length > command.maxParts,
    }
  }

  /** The answer of an earlier Complete of this upload, so that repeating it is harmless. */
  completed(command: CompleteCommand): Decided<Written> | null {
    const row = this.#row(command.key, command.uploadId)
    if (row === null || row.completed === null) return null
    // The earlier one may not have reached the catalogue.
    return { outcome: JSON.parse(row.completed) as Written, seq: this.#state.outbox.waiting(command.key) }
  }

  /** Holds the client's list against the parts and computes ETag and checksum; no transaction, changes nothing. */
  async assemble(command: CompleteCommand): Promise<Assembly | Completed> {
    const upload = this.upload(command.key, command.uploadId)
    if (upload === null) return { outcome: 'no-such-upload' }
    const chosen = this.#choose(command)
    if (!Array.isArray(chosen)) return chosen
    const size = chosen.reduce((sum, part) => sum + part.size, 0)
    if (size > objectBytesMax) return { outcome: 'too-large' }
    if (command.objectSize !== null && command.objectSize !== size) return { outcome: 'size-mismatch', size }
    const checksum = await completedChecksum(upload, chosen, command)
    if (checksum !== null && 'outcome' in checksum) return checksum
    const object: ObjectFacts = {
      etag: completedETag(chosen),
      size,
      headers: upload.headers,
      tags: upload.tags,
      checksum,
      storageClass: upload.storageClass,
      owner: upload.owner,
    }
    if (upload.acl !== undefined) object.acl = upload.acl
    return { parts: chosen, object }
  }

  /** The transaction of Complete. Null when a part changed since `assemble`: assemble again. */
  complete(command: CompleteCommand, assembly: Assembly): Decided<Completed> | null {
    const before = this.completed(command)
    if (before !== null) return before
    if (this.upload(command.key, command.uploadId) === null)
      return { outcome: { outcome: 'no-such-upload' }, seq: null }
    const fault = currentFault(this.#versions, command)
    if (fault !== null) return { outcome: fault, seq: null }
    const kept = new Map(assembly.parts.map((part) => [part.partNumber, part]))
    for (const part of this.#reads.parts(command.uploadId, 0, -1)) {
      const wanted = kept.get(part.partNumber)
      if (wanted === undefined) this.#dropPart(command.uploadId, part.partNumber)
      else if (wanted.etag !== part.etag || wanted.modified !== part.modified) return null
    }
    const { object, parts } = assembly
    const version = { object, content: command.uploadId, parts: parts.length, inline: null }
    const { versionId, modified } = this.#versions.insert(command, version)
    const { etag, size, checksum } = object
    const written: Written = { outcome: 'written', versionId, etag, size, modified, checksum }
    this.#state.sql.exec(
      'UPDATE uploads SET completed = ? WHERE upload_id = ?',
      JSON.stringify(written),
      command.uploadId,
    )
    return { outcome: written, seq: this.#forgetUpload(command) }
  }

  /** Null: no such upload. */
  abort(command: AbortCommand): Decided<Exclude<AbortOutcome, { outcome: 'bucket-gone' | 'catalog-unavailable' }>> {
    if (this.upload(command.key, command.uploadId) === null)
      return { outcome: { outcome: 'no-such-upload' }, seq: null }
    const { sql, extents } = this.#state
    extents.release(command.uploadId)
    sql.exec('DELETE FROM parts WHERE content = ?', command.uploadId)
    sql.exec('DELETE FROM uploads WHERE upload_id = ?', command.uploadId)
    return { outcome: { outcome: 'aborted' }, seq: this.#forgetUpload(command) }
  }

  /** The parts the client lists, or what is wrong with the list. */
  #choose(command: CompleteCommand): PartFacts[] | Completed {
    const stored = new Map(this.#reads.parts(command.uploadId, 0, -1).map((part) => [part.partNumber, part]))
    const chosen: PartFacts[] = []
    for (const [index, { partNumber, etag, checksum }] of command.parts.entries()) {
      const next = command.parts[index + 1]
      // A part listed twice running counts as its last entry: clients that sent a part again list both answers.
      if (next?.partNumber === partNumber) continue
      if (next !== undefined && next.partNumber < partNumber) return { outcome: 'invalid-part-order' }
      const part = stored.get(partNumber)
      if (part === undefined || part.etag !== etag) return { outcome: 'invalid-part', partNumber, etag }
      if (
        checksum !== null &&
        part.checksum?.algorithm === checksum.algorithm &&
        part.checksum.value !== checksum.value
      ) {
        return { outcome: 'invalid-part', partNumber, etag }
      }
      chosen.push(part)
    }
    for (const part of chosen.slice(0, -1)) {
      if (part.size < partBytesMin) {
        return { outcome: 'part-too-small', partNumber: part.partNumber, etag: part.etag, size: part.size }
      }
    }
    return chosen
  }

  #row(key: string, uploadId: string): UploadRow | null {
    const row = this.#state.sql
      .exec<UploadRow>('SELECT upload_id, key, facts, completed FROM uploads WHERE upload_id = ?', uploadId)
      .toArray()[0]
    return row?.key === key ? row : null
  }

  #dropPart(uploadId: string, partNumber: number): void {
    this.#state.extents.release(uploadId, partNumber)
    this.#state.sql.exec('DELETE FROM parts WHERE content = ? AND part = ?', uploadId, partNumber)
  }

  #writePart(uploadId: string, part: PartFacts): number {
    const modified = this.#state.now()
    this.#state.sql.exec(
      'INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?)',
      uploadId,
      part.partNumber,
      part.etag,
      part.size,
      modified,
      part.checksum === null ? null : JSON.stringify(part.checksum),
    )
    return modified
  }

  /** The catalogue drops the upload from ListMultipartUploads. */
  #forgetUpload(command: AbortCommand): number {
    const seq = this.#state.sequence.next()
    this.#state.outbox.append(command, { seq, key: command.key, removedUploads: [command.uploadId] })
    return seq
  }
}

/** MD5 over the parts' binary MD5s, and their count: the ETag every S3 client expects. */
function completedETag(parts: PartFacts[]): string {
  const hash = createHash('md5')
  for (const part of parts) hash.update(Buffer.from(part.etag, 'hex'))
  return `${hash.digest('hex')}-${parts.length}`
}
