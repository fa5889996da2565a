// Multipart uploads: every part is two hops, reserve and commit, with its bytes between them.
import type { VerifiedBody } from '../auth/body.ts'
import { writeStore } from '../bulk/choose.ts'
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'
import type * as rpc from '../shard/rpc.ts'
import type { Bucket } from './buckets.ts'
import { copyPart } from './copy.ts'
import type { Objects } from './object-store.ts'
import { leaseOf, settle, writeTo, type StoreParts } from './shards.ts'
import type { PartCopyRequest, UploadPartAddress, UploadPartResult, UploadStore } from './store.ts'
import { dropExtents, planExtents, writeBody } from './write-body.ts'

/** What a part gets when neither it nor its upload names an algorithm. AWS's default. */
const DEFAULT_ALGORITHM: ChecksumAlgorithm = 'CRC64NVME'

export class Uploads implements UploadStore {
  readonly #parts: StoreParts
  readonly #objects: Objects

  constructor(parts: StoreParts, objects: Objects) {
    this.#parts = parts
    this.#objects = objects
  }

  async createUpload(bucket: Bucket, upload: rpc.UploadFacts): Promise<rpc.CreateUploadOutcome> {
    const shard = this.#parts.shards.of(bucket, upload.key)
    return settle(this.#parts, bucket, await shard.createUpload({ ...writeTo(bucket), key: upload.key, upload }))
  }

  async uploadPart(bucket: Bucket, part: UploadPartAddress, body: VerifiedBody): Promise<UploadPartResult> {
    const { key, uploadId, partNumber } = part
    const { bucketId, catalog } = bucket
    const shard = this.#parts.shards.of(bucket, key)
    const bulk = writeStore(this.#parts.env)
    const reserve = (extents: number, renew: string[] = []): Promise<rpc.ReserveOutcome> =>
      shard.reserve({ bucketId, catalog, key, store: bulk.name, extents, renew, conditions: null, uploadId })
    // The upload decides the checksum, so it is asked before the first byte is read.
    const answer = await reserve(planExtents(body.length, bulk))
    if (answer.outcome !== 'reserved' || answer.upload === null) return { outcome: 'no-such-upload' }
    const { upload, extents: announced } = answer
    const expected = upload.checksumAlgorithm
    if (expected !== null && body.algorithm !== null && body.algorithm !== expected) {
      return { outcome: 'checksum-type-mismatch', expected, actual: body.algorithm }
    }
    const written = await writeBody(body, bulk, {
      fallback: expected ?? DEFAULT_ALGORITHM,
      announced,
      leaseMilliseconds: leaseOf(this.#parts.env),
      reserve: async (extents, renew) => {
        const more = await reserve(extents, renew)
        return more.outcome === 'reserved' ? more : { refusal: more }
      },
    })
    if ('refusal' in written) {
      return { outcome: written.refusal.outcome === 'lease-lost' ? 'lease-lost' : 'no-such-upload' }
    }
    const { content, digests } = written
    const checksum = digests.checksum === null ? null : { ...digests.checksum, type: 'FULL_OBJECT' as const }
    const facts = { partNumber, etag: digests.md5, size: digests.size, modified: 0, checksum }
    const result = await shard.putPart({ ...writeTo(bucket), key, uploadId, part: facts, content })
    if (result.outcome === 'written') return { outcome: 'written', digests, upload }
    await dropExtents(bulk, content)
    return result
  }

  uploadPartCopy(bucket: Bucket, part: UploadPartAddress, request: PartCopyRequest): Promise<rpc.PartCopyOutcome> {
    return copyPart(this.#parts, this.#objects, { bucket, part }, request)
  }

  listParts(bucket: Bucket, command: rpc.ListPartsCommand): Promise<rpc.ListPartsOutcome> {
    return this.#parts.shards.of(bucket, command.key).listParts(command)
  }

  async completeUpload(
    bucket: Bucket,
    command: Omit<rpc.CompleteCommand, keyof rpc.BucketRef | 'writeId' | 'versioning'>,
  ): Promise<rpc.CompleteOutcome> {
    const shard = this.#parts.shards.of(bucket, command.key)
    return settle(this.#parts, bucket, await shard.completeUpload({ ...writeTo(bucket), ...command }))
  }

  async abortUpload(bucket: Bucket, command: { key: string; uploadId: string }): Promise<rpc.AbortOutcome> {
    const shard = this.#parts.shards.of(bucket, command.key)
    return settle(this.#parts, bucket, await shard.abortUpload({ ...writeTo(bucket), ...command }))
  }
}
