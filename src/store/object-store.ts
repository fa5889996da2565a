// Objects: one or two shard hops each, bytes between the body and its bulk store.
import type { VerifiedBody } from '../auth/body.ts'
import { writeStore } from '../bulk/choose.ts'
import { readSegments } from '../bulk/read-segments.ts'
import type { ByteRange } from '../http/range.ts'
import type * as rpc from '../shard/rpc.ts'
import type { Bucket } from './buckets.ts'
import { copyObject } from './copy.ts'
import { leaseOf, settle, writeTo, type Shard, type StoreParts } from './shards.ts'
import type * as store from './store.ts'
import { dropExtents, writeBody } from './write-body.ts'

export class Objects implements store.ObjectStore {
  readonly #parts: StoreParts

  constructor(parts: StoreParts) {
    this.#parts = parts
  }

  async open(bucket: Bucket, command: rpc.ReadCommand): Promise<store.OpenOutcome> {
    const shard = this.#parts.shards.of(bucket, command.key)
    const outcome = await shard.read(command)
    if (outcome.outcome !== 'found') return outcome
    const { version, range, part, content } = outcome
    const found = { outcome: 'found' as const, version, range, part }
    if (content === null) return { ...found, body: null }
    if (content.kind === 'inline') return { ...found, body: content.bytes }
    const wanted = range ?? { offset: 0, length: version.size }
    const { key } = command
    const segments = content.more
      ? segmentsOf(shard, { key, version, wanted, first: content.segments })
      : content.segments
    return { ...found, body: await readSegments(this.#parts.env, segments, wanted.length) }
  }

  attributes(bucket: Bucket, command: rpc.PartsOfVersion): Promise<rpc.AttributesOutcome> {
    return this.#parts.shards.of(bucket, command.key).attributes(command)
  }

  async objectFacts(bucket: Bucket, object: { key: string; versionId: string | null }): Promise<rpc.FactsOutcome> {
    return this.#parts.shards.of(bucket, object.key).facts(object)
  }

  async put(bucket: Bucket, key: string, body: VerifiedBody, options: store.PutOptions): Promise<rpc.PutOutcome> {
    const shard = this.#parts.shards.of(bucket, key)
    const bulk = writeStore(this.#parts.env)
    const { conditions, appendAt, ...facts } = options
    const written = await writeBody(body, bulk, {
      fallback: 'CRC64NVME',
      announced: null,
      leaseMilliseconds: leaseOf(this.#parts.env),
      reserve: async (extents, renew) => {
        const { bucketId, catalog } = bucket
        const reserved = await shard.reserve({ bucketId, catalog, key, store: bulk.name, extents, renew, conditions })
        return reserved.outcome === 'reserved' ? reserved : { refusal: reserved }
      },
    })
    if ('refusal' in written) return settle(this.#parts, bucket, refusedPut(written.refusal))
    const { content, digests } = written
    const checksum = digests.checksum === null ? null : { ...digests.checksum, type: 'FULL_OBJECT' as const }
    const command: rpc.PutCommand = {
      ...writeTo(bucket),
      key,
      conditions,
      object: { ...facts, etag: digests.md5, size: digests.size, checksum },
      content,
    }
    if (appendAt !== undefined) command.appendAt = appendAt
    const outcome = await shard.put(command)
    if (outcome.outcome === 'lease-lost') await dropExtents(bulk, content)
    return settle(this.#parts, bucket, outcome)
  }

  async delete(bucket: Bucket, request: store.DeleteRequest): Promise<rpc.DeleteOutcome> {
    const shard = this.#parts.shards.of(bucket, request.key)
    return settle(this.#parts, bucket, await shard.delete({ ...writeTo(bucket), ...request }))
  }

  async deleteMany(bucket: Bucket, deletes: store.DeleteRequest[]): Promise<rpc.DeleteOutcome[]> {
    const byShard = new Map<string, number[]>()
    deletes.forEach((entry, index) => {
      const name = this.#parts.shards.nameOf(bucket, entry.key)
      byShard.set(name, [...(byShard.get(name) ?? []), index])
    })
    const outcomes: rpc.DeleteOutcome[] = []
    const { bucketId, catalog, versioning } = bucket
    await Promise.all(
      [...byShard].map(async ([name, indices]) => {
        const entries = indices.flatMap((index) => deletes.slice(index, index + 1))
        const answers = await this.#parts.env.KEY_SHARD.getByName(name).deleteMany({
          bucketId,
          catalog,
          versioning,
          deletes: entries.map((entry) => ({ ...entry, writeId: crypto.randomUUID() })),
        })
        for (const [n, answer] of answers.entries()) {
          const index = indices[n]
          if (index !== undefined) outcomes[index] = await settle(this.#parts, bucket, answer)
        }
      }),
    )
    return outcomes
  }

  async setTags(bucket: Bucket, request: store.TagsRequest): Promise<rpc.TagsOutcome> {
    const shard = this.#parts.shards.of(bucket, request.key)
    return settle(this.#parts, bucket, await shard.setTags({ ...writeTo(bucket), ...request }))
  }

  async setAcl(bucket: Bucket, request: store.AclRequest): Promise<rpc.AclOutcome> {
    const shard = this.#parts.shards.of(bucket, request.key)
    return settle(this.#parts, bucket, await shard.setAcl({ ...writeTo(bucket), ...request }))
  }

  async copy(bucket: Bucket, key: string, request: store.CopyRequest): Promise<rpc.CopyOutcome | rpc.WriteFault> {
    const outcome = await copyObject(this.#parts, this, { bucket, key }, request)
    if (outcome.outcome === 'copied') await settle(this.#parts, bucket, outcome.result)
    return settle(this.#parts, bucket, outcome)
  }

  async rename(bucket: Bucket, request: store.RenameRequest): Promise<rpc.RenameOutcome> {
    const { shards } = this.#parts
    const { key, sourceKey } = request
    if (shards.nameOf(bucket, key) === shards.nameOf(bucket, sourceKey)) {
      return settle(this.#parts, bucket, await shards.of(bucket, key).rename({ ...writeTo(bucket), ...request }))
    }
    return this.#renameAcross(bucket, request)
  }

  /** Across shards a rename is a copy and then a delete of exactly what was copied. */
  async #renameAcross(bucket: Bucket, request: store.RenameRequest): Promise<rpc.RenameOutcome> {
    const { shards } = this.#parts
    const { key, sourceKey, conditions, sourceConditions } = request
    const lent = await shards.of(bucket, sourceKey).exportObject({
      key: sourceKey,
      versionId: null,
      range: null,
      conditions: sourceConditions,
      token: crypto.randomUUID(),
      borrower: shards.nameOf(bucket, key),
    })
    if (lent.outcome === 'precondition-failed') return lent
    if (lent.outcome !== 'found') return { outcome: 'source-missing' }
    const { version, content } = lent
    const result = await shards
      .of(bucket, key)
      .adoptCopy({ ...writeTo(bucket), key, conditions, object: version, content })
    if (result.outcome !== 'written') return settle(this.#parts, bucket, result)
    await this.delete(bucket, { key: sourceKey, versionId: null, conditions: { ifMatch: [version.etag] } })
    return result
  }
}

function refusedPut(refusal: Exclude<rpc.ReserveOutcome, { outcome: 'reserved' }>): rpc.PutOutcome {
  if (refusal.outcome === 'no-such-upload') throw new Error('A PutObject names no upload')
  return refusal
}

/** Segments beyond the first answer, fetched as the client reads. Throws when the version vanished meanwhile. */
async function* segmentsOf(
  shard: Shard,
  read: { key: string; version: rpc.ObjectVersion; wanted: ByteRange; first: rpc.Segment[] },
): AsyncGenerator<rpc.Segment> {
  const { key, version, wanted } = read
  const end = wanted.offset + wanted.length
  let at = wanted.offset
  let segments = read.first
  for (;;) {
    for (const segment of segments) {
      yield segment
      at += segment.length
    }
    if (at >= end) return
    const { versionId, etag } = version
    const more = await shard.readMore({ key, versionId, etag, offset: at, length: end - at })
    if (more === null || more.segments.length === 0) throw new Error('The version was removed while it was read')
    segments = more.segments
  }
}
