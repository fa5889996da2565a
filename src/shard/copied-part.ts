// Pure.
import { createHash } from 'node:crypto'
import type { PartFacts } from './rpc.ts'

/**
 * Facts of a part copied by reference. A whole single-write source keeps its MD5; otherwise the bytes are not read, so
 * the ETag is a digest of which bytes they are.
 */
export function copiedPart(
  source: { etag: string; size: number; versionId: string; modified: number; checksum: PartFacts['checksum'] },
  range: { offset: number; length: number },
  { partNumber, computed }: { partNumber: number; computed: { etag: string; checksum: PartFacts['checksum'] } | null },
): PartFacts {
  const whole = range.offset === 0 && range.length === source.size
  const named = `${source.etag} ${source.versionId} ${source.modified} ${range.offset} ${range.length}`
  const etag = whole && !source.etag.includes('-') ? source.etag : createHash('md5').update(named).digest('hex')
  const known = whole && source.checksum?.type === 'FULL_OBJECT' ? source.checksum : null
  const checksum = computed !== null && computed.etag === source.etag ? computed.checksum : known
  return { partNumber, etag, size: range.length, modified: 0, checksum }
}
