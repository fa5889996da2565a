// Instances of the kernels that an isolate keeps: few, so that the queries at work fit into its memory beside everything else.
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
import { Gate, type Pass } from './gate.ts'

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
  readonly #make: () => SelectKernels
  readonly #gate: Gate
  readonly #idle: SelectKernels[] = []

  constructor(options: Partial<KernelPoolOptions> = {}) {
    const { make, ...waits } = { ...defaults, ...options }
    this.#make = make
    this.#gate = new Gate({ passesMax: kernelInstancesMax, waitersMax: kernelWaitersMax, ...waits })
  }

  /**
   * Kernels whose arena hands out `budgetBytes`. Waits while too many queries are at work; throws Busy when that takes too
   * long, or when too many wait already.
   */
  async lease(budgetBytes: number): Promise<KernelLease> {
    const pass = await this.#gate.enter()
    const kernels = this.#idle.pop() ?? this.#make()
    const arena = new Arena(kernels.memory, kernels.heapBase(), budgetBytes)
    return { kernels, arena, release: () => this.#giveBack(pass, kernels) }
  }

  #giveBack(pass: Pass, kernels: SelectKernels): void {
    if (!pass.leave()) return
    // Memory only grows: what took much is left to the garbage collector.
    if (kernels.memory.buffer.byteLength <= keptKernelBytesMax) this.#idle.push(kernels)
  }
}

/** The isolate's own. */
export const kernelPool = new KernelPool()
