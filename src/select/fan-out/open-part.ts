// A part opened on kernels of its own.
import { scanBudgetBytes } from '../../limits.ts'
import type { ObjectSource } from '../batch.ts'
import { kernelPool } from '../kernel-pool.ts'
import { openSelectBy } from '../select.ts'
import { utcTimestamp } from '../value/clock.ts'
import type { PartRun } from './answer-part.ts'
import type { PartQuery } from './part-query.ts'
import { startPart } from './part-run.ts'

/** Rejects with S3Error as `openSelect` does, and with Busy where too many queries are at work. */
export async function openPart(part: PartQuery, source: ObjectSource): Promise<PartRun> {
  const { request, now } = part
  const { kernels, arena, release } = await kernelPool.lease(scanBudgetBytes[request.input.format])
  try {
    const setup = { kernels, arena, now: utcTimestamp(now) }
    const run = await openSelectBy((parts) => startPart(parts, part), request, source, setup)
    return {
      next: () => run.next(),
      partial: () => run.partial(),
      stats: () => run.stats(),
      async close() {
        await run.close()
        release()
      },
    }
  } catch (error) {
    release()
    throw error
  }
}
