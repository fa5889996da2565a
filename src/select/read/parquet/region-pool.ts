// Memory of one scan that is given back in any order: pages, dictionaries and vectors. No I/O, no clock.
import type { Arena } from '../../../kernels/select/arena.ts'
import { S3Error } from '../../../errors.ts'

interface Span {
  start: number
  end: number
}

/** Bytes after each region that kernels may read or write beyond it. */
const slackBytes = 64
/** Taken of the arena at once. */
const stretchBytes = 1024 * 1024

/** Regions cut from stretches of the arena, first fit. The arena gets none of them back. */
export class RegionPool {
  readonly #arena: Arena
  readonly #free: Span[] = []
  readonly #taken = new Map<number, number>()
  #used = 0
  #reserved = 0
  readonly bytes: number

  /** `bytes`: what it may take of the arena, little by little. */
  constructor(arena: Arena, bytes: number) {
    this.#arena = arena
    this.bytes = Math.min(bytes, arena.left)
  }

  /** What `allocate` takes for so many bytes. */
  static sizeOf(bytes: number): number {
    return Math.ceil((bytes + slackBytes) / 64) * 64
  }

  get u8(): Uint8Array {
    return this.#arena.u8
  }

  get u32(): Uint32Array {
    return this.#arena.u32
  }

  get i64(): BigInt64Array {
    return this.#arena.i64
  }

  get f64(): Float64Array {
    return this.#arena.f64
  }

  /** Bytes taken now. */
  get used(): number {
    return this.#used
  }

  /** The address of `bytes` bytes, aligned to 64. Throws OverMaxParquetBlockSize when there is no room. */
  allocate(bytes: number): number {
    const size = RegionPool.sizeOf(bytes)
    let index = this.#free.findIndex(({ start, end }) => end - start >= size)
    if (index < 0) {
      this.#reserve(size)
      index = this.#free.length - 1
    }
    const span = this.#free[index]
    if (span === undefined) throw new Error('A pool that grew without growing')
    const { start } = span
    span.start += size
    if (span.start === span.end) this.#free.splice(index, 1)
    this.#taken.set(start, size)
    this.#used += size
    return start
  }

  /** Adds a stretch that has room for `size` bytes at its end. */
  #reserve(size: number): void {
    // What is free at the end of the arena goes on in the new stretch.
    const tail = this.#free.at(-1)
    const joined = tail?.end === this.#arena.mark() ? tail.end - tail.start : 0
    const bytes = Math.max(size - joined, Math.min(stretchBytes, Math.floor((this.bytes - this.#reserved) / 64) * 64))
    if (this.#reserved + bytes > this.bytes) {
      const reason = `${size} bytes beyond the ${this.#used} of ${this.bytes} in use`
      throw new S3Error('OverMaxParquetBlockSize', { reason })
    }
    const start = this.#arena.allocate(bytes)
    this.#reserved += bytes
    this.#insert(start, start + bytes)
  }

  /** Gives a region back; address 0 is none. */
  free(address: number): void {
    const size = this.#taken.get(address)
    if (size === undefined) return
    this.#taken.delete(address)
    this.#used -= size
    this.#insert(address, address + size)
  }

  /** Adds a free span, joined with those it touches. */
  #insert(address: number, end: number): void {
    let index = this.#free.findIndex(({ start }) => start > address)
    if (index < 0) index = this.#free.length
    const before = this.#free[index - 1]
    const after = this.#free[index]
    if (before?.end === address) {
      before.end = after?.start === end ? after.end : end
      if (after?.start === end) this.#free.splice(index, 1)
    } else if (after?.start === end) {
      after.start = address
    } else {
      this.#free.splice(index, 0, { start: address, end })
    }
  }
}
