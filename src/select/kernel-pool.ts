// Instances of the kernels that an isolate keeps: few, so that the queries at work fit into its memory beside everything else.
import { S3Error } from '../errors.ts'
import { Arena } from '../kernels/select/arena.ts'
import type { SelectKernels } from '../kernels/select/kernels.ts'
import { wasmKernels } from '../kernels/select/wasm-kernels.ts'
import {
  kernelInstancesMax,
  kernelWaitersMax,
  kernelWaitMilliseconds,
  kernelPollMilliseconds,
  keptKernelBytesMax,
} from '../limits.ts'

/** Kernels for one query. */
export interface KernelLease {
  readonly kernels: SelectKernels
  readonly arena: Arena
  /** Gives them back; safe more than once. Nothing of the arena may be used afterwards. */
  readonly release: () => void
}

export interface KernelPoolOptions {
  make: () => SelectKernels
  waitMilliseconds: number
  pollMilliseconds: number
}

const defaults: KernelPoolOptions = {
  make: wasmKernels,
  waitMilliseconds: kernelWaitMilliseconds,
  pollMilliseconds: kernelPollMilliseconds,
}

export class KernelPool {
  readonly #options: KernelPoolOptions
  readonly #idle: SelectKernels[] = []
  /** Weakly: a query whose request was cut off may never give its kernels back. */
  readonly #leases = new Set<WeakRef<KernelLease>>()
  #waiting = 0

  constructor(options: Partial<KernelPoolOptions> = {}) {
    this.#options = { ...defaults, ...options }
  }

  /**
   * Kernels whose arena hands out `budgetBytes`. Waits while too many queries are at work; throws Busy when that takes too
   * long, or when too many wait already.
   */
  async lease(budgetBytes: number): Promise<KernelLease> {
    const { waitMilliseconds, pollMilliseconds } = this.#options
    if (this.#isFull() && this.#waiting >= kernelWaitersMax) throw new S3Error('Busy')
    this.#waiting++
    try {
      // No promise crosses requests: what wakes one that is gone would be lost for those that wait behind it.
      for (let waited = 0; this.#isFull(); waited += pollMilliseconds) {
        if (waited >= waitMilliseconds) throw new S3Error('Busy')
        await new Promise((resolve) => setTimeout(resolve, pollMilliseconds))
      }
    } finally {
      this.#waiting--
    }
    return this.#take(budgetBytes)
  }

  #isFull(): boolean {
    if (this.#leases.size < kernelInstancesMax) return false
    for (const lease of this.#leases) if (lease.deref() === undefined) this.#leases.delete(lease)
    return this.#leases.size >= kernelInstancesMax
  }

  #take(budgetBytes: number): KernelLease {
    const kernels = this.#idle.pop() ?? this.#options.make()
    const arena = new Arena(kernels.memory, kernels.heapBase(), budgetBytes)
    const lease: KernelLease = { kernels, arena, release: () => this.#giveBack(reference, kernels) }
    const reference = new WeakRef(lease)
    this.#leases.add(reference)
    return lease
  }

  #giveBack(lease: WeakRef<KernelLease>, kernels: SelectKernels): void {
    if (!this.#leases.delete(lease)) return
    // Memory only grows: what took much is left to the garbage collector.
    if (kernels.memory.buffer.byteLength <= keptKernelBytesMax) this.#idle.push(kernels)
  }
}

/** The isolate's own. */
export const kernelPool = new KernelPool()
