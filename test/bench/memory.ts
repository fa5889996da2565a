// Memory of a fresh server while many large transfers run at once, against the budget of an isolate.
// https://developers.cloudflare.com/workers/platform/limits/#memory
import { setTimeout as sleep } from 'node:timers/promises'
import { numbered } from './loads.ts'
import { anonymousBytes } from './process-facts.ts'
import { bodyOf, KiB, MiB, operation, runAll } from './requests.ts'
import type { Operation } from './slice.ts'
import { startCeiling, startProduct } from './targets.ts'
import type { Target } from './targets.ts'

export interface MemoryRow {
  what: string
  /** Anonymous memory of the whole workerd process before, in MiB. */
  idle: number
  /** The highest seen above that, in MiB. */
  peak: number
  /** Whether the budget is for this one: not for the bare Worker's. */
  isOurs: boolean
}

/** MiB of an isolate. The process has more in it than the isolate: the measure errs to the safe side. */
export const memoryBudget = 128
const transfers = 32
const transferBytes = 64 * MiB
const sampleMilliseconds = 10

/** Nothing where memory cannot be read: elsewhere than on Linux. */
export async function measureMemory(): Promise<MemoryRow[]> {
  const product = await startProduct()
  await product.call({ method: 'PUT', path: '/memory' })
  const ours = await measureServer(product, '/memory')
  const bare = await measureServer(await startCeiling(), '/file')
  return [
    ...ours.map((row) => ({ ...row, isOurs: true })),
    ...bare.map((row) => ({ ...row, what: `${row.what}, bare`, isOurs: false })),
  ]
}

/** Uploads to a fresh server, downloads from the next one: what an allocator kept would hide the second peak. */
async function measureServer(first: Target, folder: string): Promise<Omit<MemoryRow, 'isOurs'>[]> {
  let target = first
  try {
    if (anonymousBytes(target.pid()) === null) return []
    const size = `${transfers} x ${transferBytes / MiB} MiB`
    const beforeUploads = await idleMemory(target, folder)
    const uploads = numbered(transfers, (index) => put(target, `${folder}/large-${index}`, transferBytes))
    const uploading = await peakDuring(target, uploads)
    target = await target.restart(() => {})
    const beforeDownloads = await idleMemory(target, folder)
    const downloads = numbered(transfers, (index) => get(target, `${folder}/large-${index}`, transferBytes))
    const downloading = await peakDuring(target, downloads)
    const again = await peakDuring(target, downloads)
    return [
      { what: `${size} uploads`, idle: beforeUploads, peak: uploading - beforeUploads },
      { what: `${size} downloads`, idle: beforeDownloads, peak: downloading - beforeDownloads },
      { what: `${size} downloads again`, idle: beforeDownloads, peak: again - beforeDownloads },
    ]
  } finally {
    await target.remove()
  }
}

/** After the first requests, which load what every request needs. */
async function idleMemory(target: Target, folder: string): Promise<number> {
  const name = `${folder}/small`
  await runAll(target, [put(target, name, 4 * KiB), get(target, name, 4 * KiB)], 1)
  await sleep(500)
  return memoryOf(target)
}

/** The highest memory while all operations run at once. */
async function peakDuring(target: Target, operations: Operation[]): Promise<number> {
  let highest = memoryOf(target)
  const timer = setInterval(() => {
    highest = Math.max(highest, memoryOf(target))
  }, sampleMilliseconds)
  try {
    await runAll(target, operations, transfers)
  } finally {
    clearInterval(timer)
  }
  return Math.max(highest, memoryOf(target))
}

function memoryOf(target: Target): number {
  return (anonymousBytes(target.pid()) ?? 0) / MiB
}

function put(target: Target, path: string, bytes: number): Operation {
  return operation(target, { method: 'PUT', path }, { status: 200 }, bodyOf(bytes))
}

function get(target: Target, path: string, bytes: number): Operation {
  return operation(target, { method: 'GET', path }, { status: 200, bytes })
}
