// The engine's own part of kernel memory: constants of the query, and lists of rows that are used again and again.
import { Arena } from '../../kernels/select/arena.ts'
import type { SelectKernels } from '../../kernels/select/kernels.ts'

/** Records worked on at once: lists have room for so many. */
export const sliceRows = 8192

/** A list of rows with room for `sliceRows`; its count stands elsewhere. */
export type List = number

/**
 * Made before the reader, so that nothing the reader allocates and gives back lies between: what is allocated here stays to the
 * end of the query.
 */
export class Scratch {
  readonly kernels: SelectKernels
  readonly arena: Arena
  readonly #free: List[] = []

  /** Takes `bytes` of `arena` for itself. */
  constructor(kernels: SelectKernels, arena: Arena, bytes: number) {
    this.kernels = kernels
    this.arena = new Arena(kernels.memory, arena.allocate(bytes), bytes)
  }

  /** A list to write to, until it is given back. One entry more than rows, and the number of entries, fit. */
  takeList(): List {
    return this.#free.pop() ?? this.arena.allocate(4 * (sliceRows + 4))
  }

  giveList(list: List): void {
    this.#free.push(list)
  }

  /** The address of the bytes in memory, for good. */
  keep(bytes: Uint8Array): number {
    const address = this.arena.allocate(bytes.length)
    this.arena.u8.set(bytes, address)
    return address
  }

  keepWords(words: readonly number[]): number {
    const address = this.arena.allocate(4 * words.length)
    this.arena.u32.set(words, address / 4)
    return address
  }

  keepFloats(values: readonly number[]): number {
    const address = this.arena.allocate(8 * values.length)
    this.arena.f64.set(values, address / 8)
    return address
  }

  keepIntegers(values: readonly bigint[]): number {
    const address = this.arena.allocate(8 * values.length)
    this.arena.i64.set(values, address / 8)
    return address
  }

  u32(address: number): number {
    return this.arena.u32[address / 4] ?? 0
  }
}
