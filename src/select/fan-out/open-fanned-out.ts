// A query answered in parts: split, asked of nodes, put together.
import type { ObjectSource } from '../batch.ts'
import type { SelectRequest } from '../request.ts'
import { AggregatesRun } from './aggregates-run.ts'
import { Parts } from './parts.ts'
import type { PartQuery, SelectNodes } from './part-query.ts'
import { RecordsRun } from './records-run.ts'
import { splitQuery } from './split.ts'

export interface FannedOut {
  request: SelectRequest
  source: ObjectSource
  /** What UTCNOW() is; milliseconds since 1970. */
  now: number
  /** About the size of a part. */
  partBytes: number
  nodes: SelectNodes
}

/** Null where the query is answered as a whole. Rejects with S3Error where the statement or the first records are at fault. */
export async function openFannedOut({
  request,
  source,
  now,
  partBytes,
  nodes,
}: FannedOut): Promise<RecordsRun | AggregatesRun | null> {
  const split = splitQuery(request, source.size, partBytes)
  if (split === null) return null
  const { gives, limit } = split
  const queries: PartQuery[] = split.parts.map((scanRange, n) => {
    return { request: { ...request, scanRange }, now, isFirst: n === 0, gives, skip: 0, limit }
  })
  const parts = new Parts(nodes, queries)
  try {
    await parts.begin()
    return gives === 'records' ? new RecordsRun(parts, limit) : new AggregatesRun(parts, { request, source, now })
  } catch (error) {
    await parts.close()
    throw error
  }
}
