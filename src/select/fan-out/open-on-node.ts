// A query that one node answers as a whole.
import type { SelectRequest } from '../request.ts'
import { Parts } from './parts.ts'
import type { SelectNodes } from './part-query.ts'
import { RecordsRun } from './records-run.ts'

export interface NodeQuery {
  request: SelectRequest
  /** What UTCNOW() is; milliseconds since 1970. */
  now: number
  /** Asked for part 0. */
  nodes: SelectNodes
}

/** Rejects with S3Error where the statement or the first records are at fault. */
export async function openOnNode({ request, now, nodes }: NodeQuery): Promise<RecordsRun> {
  const whole = { request, now, isFirst: true, gives: 'records', skip: 0, limit: null } as const
  const parts = new Parts(nodes, [whole])
  try {
    await parts.begin()
    return new RecordsRun(parts, null)
  } catch (error) {
    await parts.close()
    throw error
  }
}
