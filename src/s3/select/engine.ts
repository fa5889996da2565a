// The engine with what it needs of this isolate: kernels, memory and the time.
import { scanBudgetBytes } from '../../limits.ts'
import { openFinished } from '../../select/finish/open-finished.ts'
import { recordsOfMany, recordsOfObject } from '../../select/finish/record-source.ts'
import { takeTurn } from '../../select/finish/take-turn.ts'
import type { Pass } from '../../select/gate.ts'
import { kernelPool, type KernelLease } from '../../select/kernel-pool.ts'
import { openSelect, openSelectMany, type EngineSetup, type SelectRun } from '../../select/select.ts'
import { utcTimestamp } from '../../select/value/clock.ts'
import type { SelectRequest } from '../../select/request.ts'
import type { OpenSelect, OpenSelectMany } from './open-select.ts'

/** Opens a query over one object; throws Busy while too many queries are at work. */
export const openQuery: OpenSelect = (request, source, { now, openOther }) =>
  withKernels(request, now, async (engine, turn) => {
    const finished = await openFinished(request, recordsOfObject(source), { ...engine, openOther, turn })
    return finished ?? openSelect(request, source, engine)
  })

/** The same over many objects. */
export const openQueryOfMany: OpenSelectMany = (request, objects, { now, openOther }) =>
  withKernels(request, now, async (engine, turn) => {
    const finished = await openFinished(request, recordsOfMany(objects), { ...engine, openOther, turn })
    return finished ?? openSelectMany(request, objects(), engine)
  })

/** The run gives its kernels, and its turn, back when it is closed. */
async function withKernels(
  request: SelectRequest,
  now: number,
  open: (setup: EngineSetup, turn: Pass | null) => Promise<SelectRun>,
): Promise<SelectRun> {
  // Who waits for a turn holds no kernels: queries of one pass go on beside.
  const turn = await takeTurn(request)
  let lease: KernelLease | null = null
  const release = () => {
    lease?.release()
    turn?.leave()
  }
  try {
    lease = await kernelPool.lease(scanBudgetBytes[request.input.format])
    const { kernels, arena } = lease
    const run = await open({ kernels, arena, now: utcTimestamp(now) }, turn)
    return {
      next: () => run.next(),
      stats: () => run.stats(),
      close: () => run.close().finally(release),
    }
  } catch (error) {
    release()
    throw error
  }
}
