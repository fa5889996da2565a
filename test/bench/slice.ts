// One timed slice of one load on one server, and what slices of several rounds come to.
import type { Connection } from './connection.ts'
import { cpuMilliseconds } from './process-facts.ts'
import type { Target } from './targets.ts'

/** One operation: one request, or all those of a multipart upload. Rejects when an answer is not as it should be. */
export type Operation = (connection: Connection) => Promise<void>
/** The next operation; null when those prepared are used up, which ends the slice. */
export type Source = () => Operation | null
/** Prepares about so many operations, before the clock runs. */
export type Plan = (count: number) => Source | Promise<Source>

export interface Slice {
  operations: number
  seconds: number
  /** Milliseconds of each operation. */
  latencies: number[]
  /** Of the server's process; null where that is not known. */
  cpuMilliseconds: number | null
}

export interface SliceOptions {
  connections: number
  seconds: number
  /** How many operations to prepare. */
  count: number
}

/** Throws the first error of an operation: numbers of a load that fails mean nothing. */
export async function runSlice(target: Target, plan: Plan, options: SliceOptions): Promise<Slice> {
  const next = await plan(options.count)
  const latencies: number[] = []
  const cpuBefore = cpuMilliseconds(target.pid())
  const start = performance.now()
  const deadline = start + options.seconds * 1000
  let last = start
  const work = async (connection: Connection): Promise<void> => {
    while (performance.now() < deadline) {
      const operation = next()
      if (operation === null) return
      const begun = performance.now()
      await operation(connection)
      last = performance.now()
      latencies.push(last - begun)
    }
  }
  await Promise.all(Array.from({ length: options.connections }, (_, index) => work(target.connection(index))))
  const cpuAfter = cpuMilliseconds(target.pid())
  const cpu = cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore
  return { operations: latencies.length, seconds: (last - start) / 1000, latencies, cpuMilliseconds: cpu }
}

export interface Summary {
  /** Median of the slices. */
  perSecond: number
  /** Milliseconds, of all slices together. */
  p50: number
  p99: number
  /** Of all slices together; null where that is not known. */
  cpuPerOperation: number | null
}

export function summarise(slices: readonly Slice[]): Summary {
  const latencies = slices.flatMap((slice) => slice.latencies).sort((left, right) => left - right)
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0
  const cpu = slices.reduce<number | null>(
    (sum, slice) => (sum === null || slice.cpuMilliseconds === null ? null : sum + slice.cpuMilliseconds),
    0,
  )
  return {
    perSecond: median(slices.map(rate)),
    p50: at(0.5),
    p99: at(0.99),
    cpuPerOperation: cpu === null ? null : cpu / Math.max(1, latencies.length),
  }
}

/** Median over rounds of the ratio of two slices of the same round, so that drift of the machine cancels out. */
export function medianRatio(measured: readonly Slice[], reference: readonly Slice[]): number {
  return median(measured.map((slice, round) => rate(slice) / rate(reference[round] ?? slice)))
}

export function rate(slice: Slice): number {
  return slice.operations / Math.max(slice.seconds, 0.001)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
