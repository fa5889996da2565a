// A part opened on kernels of its own.
import { scanBudgetBytes } from '../../limits.ts'
import type { ObjectSource } from '../batch.ts'
import type { PartRun } from '../exec/part-run.ts'
import { kernelPool } from '../kernel-pool.ts'
import { openPart } from '../select.ts'
import { utcTimestamp } from '../value/clock.ts'
import type { PartQuery } from './part-query.ts'

/** As `openPart`; throws Busy where too many queries are at work. */
export async function openPartOnLease(part: PartQuery, source: ObjectSource): Promise<PartRun> {
  const { kernels, arena, release } = await kernelPool.lease(scanBudgetBytes[part.request.input.format])
  try {
    const run = await openPart(part, source, { kernels, arena, now: utcTimestamp(part.now) })
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
