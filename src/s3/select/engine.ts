// The engine with what it needs of this isolate: kernels, memory and the time.
import { scanBudgetBytes } from '../../limits.ts'
import { openFinished } from '../../select/finish/open-finished.ts'
import { recordsOfMany, recordsOfObject } from '../../select/finish/record-source.ts'
import { kernelPool } from '../../select/kernel-pool.ts'
import { openSelect, openSelectMany, type EngineSetup, type SelectRun } from '../../select/select.ts'
import { utcTimestamp } from '../../select/value/clock.ts'
import type { SelectRequest } from '../../select/request.ts'
import type { OpenSelect, OpenSelectMany } from './open-select.ts'

/** Opens a query over one object; throws Busy while too many queries are at work. */
export const openQuery: OpenSelect = (request, source, { now, openOther }) =>
  withKernels(request, now, async (engine) => {
    const finished = await openFinished(request, recordsOfObject(source), { ...engine, openOther })
    return finished ?? openSelect(request, source, engine)
  })

/** The same over many objects. */
export const openQueryOfMany: OpenSelectMany = (request, objects, { now, openOther }) =>
  withKernels(request, now, async (engine) => {
    const finished = await openFinished(request, recordsOfMany(objects), { ...engine, openOther })
    return finished ?? openSelectMany(request, objects(), engine)
  })

/** The run gives its kernels back when it is closed. */
async function withKernels(
  { input }: SelectRequest,
  now: number,
  open: (setup: EngineSetup) => Promise<SelectRun>,
): Promise<SelectRun> {
  const lease = await kernelPool.lease(scanBudgetBytes[input.format])
  const { kernels, arena } = lease
  try {
    const run = await open({ kernels, arena, now: utcTimestamp(now) })
    return {
      next: () => run.next(),
      stats: () => run.stats(),
      async close() {
        try {
          await run.close()
        } finally {
          lease.release()
        }
      },
    }
  } catch (error) {
    lease.release()
    throw error
  }
}
