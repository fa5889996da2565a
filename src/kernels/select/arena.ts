/** What both implementations of the kernels offer of their memory. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer
  /** Adds pages of 64 KiB; the buffer is another one afterwards. */
  grow(pages: number): number
}

/** Thrown by `Arena.allocate`: what was asked for goes over the budget. */
export class ArenaFull extends Error {
  constructor(bytes: number, budget: number) {
    super(`Cannot allocate ${bytes} bytes: the budget of ${budget} bytes is used up`)
    this.name = 'ArenaFull'
  }
}

const pageBytes = 65_536

/**
 * Hands out regions of kernel memory, one after the other. There is no free: `release(mark)` gives back all that came
 * after `mark()`. Kernels may read up to 64 bytes beyond a region, so the last page always has as much to spare.
 */
export class Arena {
  readonly #memory: KernelMemory
  readonly #start: number
  readonly #budget: number
  #next: number
  #views: { u8: Uint8Array; u32: Uint32Array; f64: Float64Array; i64: BigInt64Array }

  /** `start`: the first byte the kernels do not use themselves; `budget`: bytes that may be handed out. */
  constructor(memory: KernelMemory, start: number, budget: number) {
    this.#memory = memory
    this.#start = Math.ceil(start / 64) * 64
    this.#next = this.#start
    this.#budget = budget
    this.#views = viewsOf(memory.buffer)
  }

  /** The address of `bytes` fresh bytes, aligned to 64; what they hold is undefined. Throws ArenaFull. */
  allocate(bytes: number): number {
    const address = this.#next
    const end = address + Math.ceil(bytes / 64) * 64
    if (end - this.#start > this.#budget) throw new ArenaFull(bytes, this.#budget)
    const missing = end + 128 - this.#memory.buffer.byteLength
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes))
    this.#next = end
    return address
  }

  mark(): number {
    return this.#next
  }

  release(mark: number): void {
    this.#next = mark
  }

  /** Bytes that may still be handed out. */
  get left(): number {
    return this.#budget - this.used
  }

  /** Bytes handed out now. */
  get used(): number {
    return this.#next - this.#start
  }

  /** All of memory as bytes. Views end with the next `allocate`: fetch them anew. */
  get u8(): Uint8Array {
    return this.#fresh().u8
  }

  /** All of memory as u32: index = address / 4. */
  get u32(): Uint32Array {
    return this.#fresh().u32
  }

  /** All of memory as f64: index = address / 8. */
  get f64(): Float64Array {
    return this.#fresh().f64
  }

  /** All of memory as i64: index = address / 8. */
  get i64(): BigInt64Array {
    return this.#fresh().i64
  }

  /** Asking memory for its buffer takes longer than a look at a view, which has no length once memory has grown. */
  #fresh() {
    if (this.#views.u8.length === 0) this.#views = viewsOf(this.#memory.buffer)
    return this.#views
  }
}

function viewsOf(buffer: ArrayBuffer) {
  return {
    u8: new Uint8Array(buffer),
    u32: new Uint32Array(buffer),
    f64: new Float64Array(buffer),
    i64: new BigInt64Array(buffer),
  }
}
