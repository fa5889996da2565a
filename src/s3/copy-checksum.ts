// A copy whose checksum is to be of another algorithm than its source's: the one copy that reads bytes.
import { S3Error } from '../errors.ts'
import { createDigest } from '../kernels/digest.ts'
import { checkSourceConditions, checkSourceSize } from './copy-source.ts'
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'
import type { Checksum, ObjectVersion } from '../shard/rpc.ts'
import type { Bucket } from '../store/buckets.ts'
import type { Store } from '../store/store.ts'
import type { CopySource } from './copy-source.ts'

/** A checksum and the version it was computed from. */
export interface ComputedChecksum {
  checksum: Checksum
  version: ObjectVersion
}

/**
 * Reads the source to compute the checksum asked for. Null when the source has one of that algorithm already, or cannot
 * be read: the copy itself will say why. Throws S3Error on a failed source condition, before any byte is read.
 */
export async function computeChecksum(
  algorithm: ChecksumAlgorithm,
  source: CopySource & { from: Bucket },
  headers: Headers,
  store: Store,
): Promise<ComputedChecksum | null> {
  const { key, versionId } = source
  const opened = await store.open(source.from, {
    key,
    versionId,
    range: null,
    ifRange: null,
    partNumber: null,
    body: true,
  })
  if (opened.outcome !== 'found') return null
  const { version, body } = opened
  const reader = body instanceof ReadableStream ? body.getReader() : null
  try {
    checkSourceConditions(headers, version)
    checkSourceSize(version.size)
    if (version.checksum?.algorithm === algorithm) {
      await reader?.cancel()
      return null
    }
    const digest = createDigest(algorithm)
    if (body instanceof Uint8Array) await digest.update(body)
    for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) {
      await digest.update(piece.value)
    }
    const value = btoa(String.fromCharCode(...(await digest.finish())))
    return { checksum: { algorithm, type: 'FULL_OBJECT', value }, version }
  } catch (error) {
    await reader?.cancel().catch(() => {})
    throw error
  }
}

/**
 * The checksum of the copy of `version`. Throws OperationAborted when the source was replaced after it was read for its
 * checksum.
 */
export function checksumOfCopy(
  asked: ChecksumAlgorithm | null,
  computed: ComputedChecksum | null,
  version: ObjectVersion,
): Checksum | null {
  if (asked === null || (computed === null && version.checksum?.algorithm === asked)) return version.checksum
  const isSame =
    computed?.version.versionId === version.versionId &&
    computed.version.etag === version.etag &&
    computed.version.modified === version.modified
  if (computed !== null && isSame) return computed.checksum
  throw new S3Error('OperationAborted', { reason: 'The source changed while its checksum was computed' })
}
