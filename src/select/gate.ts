// Lets so many work at a time; others wait, for a while, and only so many of them.
import { S3Error } from '../errors.ts'

export interface Pass {
  /** Lets the next one in; true the first time. Safe more than once. */
  readonly leave: () => boolean
}

export interface GateOptions {
  passesMax: number
  waitersMax: number
  waitMilliseconds: number
  pollMilliseconds: number
}

export class Gate {
  readonly #options: GateOptions
  /** Weakly: who was cut off may never leave. */
  readonly #passes = new Set<WeakRef<Pass>>()
  #waiting = 0

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** Whoever holds on to the pass is in. Throws Busy when waiting takes too long, or when too many wait already. */
  async enter(): Promise<Pass> {
    const { waitersMax, waitMilliseconds, pollMilliseconds } = this.#options
    if (this.#isFull() && this.#waiting >= waitersMax) throw new S3Error('Busy')
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
    const pass: Pass = { leave: () => this.#passes.delete(reference) }
    const reference = new WeakRef(pass)
    this.#passes.add(reference)
    return pass
  }

  #isFull(): boolean {
    const { passesMax } = this.#options
    if (this.#passes.size < passesMax) return false
    for (const pass of this.#passes) if (pass.deref() === undefined) this.#passes.delete(pass)
    return this.#passes.size >= passesMax
  }
}
