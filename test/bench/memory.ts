// Memory of a fresh server while many large transfers run at once, against the budget of an isolate.
// https://developers.cloudflare.com/workers/platform/limits/#memory
import { setTimeout as sleep } from 'node:timers/promises'
import { numbered } from './loads.ts'
import { anonymousBytes } from './process-facts.ts'
import { bodyOf, KiB, MiB, operation, runAll } from './requests.ts'
import type { Operation } from './slice.ts'
import { startProduct } from './targets.ts'
import type { Target } from './targets.ts'

export interface MemoryRow {
  what: string
  /** Anonymous memory of the whole workerd process before, in MiB. */
  idle: number
  /** The highest seen above that, in MiB. */
  peak: number
}

/** MiB of an isolate. The process has more in it than the isolate: the measure errs to the safe side. */
export const memoryBudget = 128
const transfers = 32
const transferBytes = 64 * MiB
const sampleMilliseconds = 10

/** Null where memory cannot be read: elsewhere than on Linux. */
export async function measureMemory(): Promise<MemoryRow[] | null> {
  const target = await startProduct()
  try {
    if (anonymousBytes(target.pid()) === null) return null
    await target.call({ method: 'PUT', path: '/memory' })
    await runAll(target, [put(target, 'small', 4 * KiB), get(target, 'small', 4 * KiB)], 1)
    const uploads = numbered(transfers, (index) => put(target, `large-${index}`, transferBytes))
    const downloads = numbered(transfers, (index) => get(target, `large-${index}`, transferBytes))
    const size = `${transfers} x ${transferBytes / MiB} MiB`
    return [
      await peakDuring(target, `${size} uploads`, uploads),
      await peakDuring(target, `${size} downloads, first (verified)`, downloads),
      await peakDuring(target, `${size} downloads, again`, downloads),
    ]
  } finally {
    await target.remove()
  }
}

async function peakDuring(target: Target, what: string, operations: Operation[]): Promise<MemoryRow> {
  await sleep(1000)
  const memory = () => (anonymousBytes(target.pid()) ?? 0) / MiB
  const idle = memory()
  let highest = idle
  const timer = setInterval(() => {
    highest = Math.max(highest, memory())
  }, sampleMilliseconds)
  try {
    await runAll(target, operations, transfers)
  } finally {
    clearInterval(timer)
  }
  return { what, idle, peak: Math.max(highest, memory()) - idle }
}

function put(target: Target, name: string, bytes: number): Operation {
  return operation(target, { method: 'PUT', path: `/memory/${name}` }, { status: 200 }, bodyOf(bytes))
}

function get(target: Target, name: string, bytes: number): Operation {
  return operation(target, { method: 'GET', path: `/memory/${name}` }, { status: 200, bytes })
}
