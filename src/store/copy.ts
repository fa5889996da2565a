// Copies: one hop where source and destination share a shard, two where they do not. Bytes are read only to compute a
// checksum the source does not have.
import { createDigest } from '../kernels/digest.ts'
import type { ChecksumAlgorithm } from '../kernels/checksum.ts'
import { copyAttemptsMax, objectBytesMax, pieceBytes } from '../limits.ts'
import { copyVerdict } from '../shard/copy-facts.ts'
import { copiedPart } from '../shard/copied-part.ts'
import type { ByteRange } from '../http/range.ts'
import type * as rpc from '../shard/rpc.ts'
import type { Bucket } from './buckets.ts'
import { writeTo, type StoreParts } from './shards.ts'
import type { CopyRequest, CopySource, ObjectStore, PartCopyRequest, UploadPartAddress } from './store.ts'

type Computed = { etag: string; checksum: rpc.Checksum } | null

/** `checksum-needed` comes out only when the source changed at each attempt while its checksum was computed. */
export async function copyObject(
  parts: StoreParts,
  objects: Pick<ObjectStore, 'open'>,
  to: { bucket: Bucket; key: string },
  request: CopyRequest,
): Promise<rpc.CopyOutcome | rpc.WriteFault> {
  let computed: Computed = null
  for (let attempts = 1; ; attempts++) {
    const outcome = await attempt(parts, to, { ...request, terms: { ...request.terms, computed } })
    const needsChecksum = outcome.outcome === 'refused' && outcome.refusal.outcome === 'checksum-needed'
    if (!needsChecksum || attempts === copyAttemptsMax) return outcome
    const algorithm = request.terms.checksumAlgorithm
    if (algorithm === null) throw new Error('A checksum is needed only where one was asked for')
    computed = await checksumOf(objects, request.source, { range: null, algorithm })
    if (computed === null) return { outcome: 'source', source: { outcome: 'missing' } }
  }
}

/** UploadPartCopy. The upload says whether the part needs a checksum. */
export async function copyPart(
  parts: StoreParts,
  objects: Pick<ObjectStore, 'open'>,
  to: { bucket: Bucket; part: UploadPartAddress },
  request: PartCopyRequest,
): Promise<rpc.PartCopyOutcome> {
  const { bucket, part } = to
  const { bucketId, catalog } = bucket
  const shard = parts.shards.of(bucket, part.key)
  const reserved = await shard.reserve({
    bucketId,
    catalog,
    key: part.key,
    store: 'files',
    extents: 0,
    conditions: null,
    uploadId: part.uploadId,
  })
  if (reserved.outcome !== 'reserved' || reserved.upload === null) return { outcome: 'no-such-upload' }
  const algorithm = reserved.upload.checksumAlgorithm
  const { source, range } = request
  const computed = algorithm === null ? null : await checksumOf(objects, source, { range, algorithm })
  const terms: rpc.CopyTerms = { ...request.terms, checksumAlgorithm: null, computed: null }
  const address = { uploadId: part.uploadId, partNumber: part.partNumber, key: part.key }
  if (parts.shards.nameOf(bucket, part.key) === parts.shards.nameOf(source.bucket, source.key)) {
    return shard.copyPartWithin({
      ...writeTo(bucket),
      ...address,
      sourceKey: source.key,
      sourceVersionId: source.versionId,
      range,
      terms,
      computed,
    })
  }
  const lent = await lend(parts, source, { range, borrower: parts.shards.nameOf(bucket, part.key) })
  if (lent.outcome !== 'found') return { outcome: 'source', source: lent }
  const { version, content } = lent
  const verdict = copyVerdict(version, { ...terms, sizeMax: objectBytesMax })
  if (verdict.outcome !== 'copy') return { outcome: 'refused', source: version, refusal: verdict }
  const facts = copiedPart(version, range ?? { offset: 0, length: version.size }, {
    partNumber: part.partNumber,
    computed,
  })
  if (facts.size > terms.sizeMax) return { outcome: 'refused', source: version, refusal: { outcome: 'too-large' } }
  const stored = content.kind === 'inline' ? content : { ...content, parts: [] }
  const result = await shard.putPart({ ...writeTo(bucket), ...address, part: facts, content: stored })
  if (result.outcome !== 'written') return result
  return { outcome: 'copied', source: version, part: { ...facts, modified: result.modified } }
}

async function attempt(
  parts: StoreParts,
  to: { bucket: Bucket; key: string },
  request: Omit<CopyRequest, 'terms'> & { terms: rpc.CopyTerms },
): Promise<rpc.CopyOutcome | rpc.WriteFault> {
  const { shards } = parts
  const { source, terms, conditions } = request
  const shard = shards.of(to.bucket, to.key)
  const borrower = shards.nameOf(to.bucket, to.key)
  if (borrower === shards.nameOf(source.bucket, source.key)) {
    return shard.copyWithin({
      ...writeTo(to.bucket),
      key: to.key,
      conditions,
      sourceKey: source.key,
      sourceVersionId: source.versionId,
      terms,
    })
  }
  const lent = await lend(parts, source, { range: null, borrower })
  if (lent.outcome !== 'found') return { outcome: 'source', source: lent }
  const verdict = copyVerdict(lent.version, terms)
  if (verdict.outcome !== 'copy') return { outcome: 'refused', source: lent.version, refusal: verdict }
  const { object } = verdict
  const result = await shard.adoptCopy({
    ...writeTo(to.bucket),
    key: to.key,
    conditions,
    object,
    content: lent.content,
  })
  return { outcome: 'copied', source: lent.version, result }
}

function lend(
  { shards }: StoreParts,
  source: CopySource,
  to: { range: ByteRange | null; borrower: string },
): Promise<rpc.ExportOutcome> {
  return shards.of(source.bucket, source.key).exportObject({
    key: source.key,
    versionId: source.versionId,
    range: to.range,
    conditions: null,
    token: crypto.randomUUID(),
    borrower: to.borrower,
  })
}

/** Reads the source, or a range of it, for the sake of one checksum. Null when there is nothing to read. */
async function checksumOf(
  objects: Pick<ObjectStore, 'open'>,
  source: CopySource,
  wanted: { range: ByteRange | null; algorithm: ChecksumAlgorithm },
): Promise<Computed> {
  const { range, algorithm } = wanted
  const opened = await objects.open(source.bucket, {
    key: source.key,
    versionId: source.versionId,
    range: range === null ? null : { kind: 'from-to', start: range.offset, end: range.offset + range.length - 1 },
    ifRange: null,
    partNumber: null,
    body: true,
  })
  if (opened.outcome !== 'found' || opened.body === null) return null
  const digest = createDigest(algorithm)
  if (opened.body instanceof Uint8Array) await digest.update(opened.body)
  else {
    const reader = opened.body.getReader({ mode: 'byob' })
    for (;;) {
      const { value, done } = await reader.readAtLeast(pieceBytes, new Uint8Array(pieceBytes))
      if (value !== undefined && value.byteLength > 0) await digest.update(value)
      if (done) break
    }
  }
  const value = Buffer.from(await digest.finish()).toString('base64')
  return { etag: opened.version.etag, checksum: { algorithm, type: 'FULL_OBJECT', value } }
}
