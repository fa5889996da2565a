// COUNT(*), of all records or of groups.
import { GroupArray } from './group-array.ts'
import type { Scratch } from './scratch.ts'

const countBytes = 8

/** COUNT(*) of groups. */
export class RowCounts {
  readonly #scratch: Scratch
  readonly #states: GroupArray

  constructor(scratch: Scratch, groups: number) {
    this.#scratch = scratch
    this.#states = new GroupArray(scratch, countBytes, groups)
  }

  add({ rows, count, groups, groupCount }: { rows: number; count: number; groups: number; groupCount: number }): void {
    this.#states.reserve(groupCount)
    this.#scratch.kernels.countPresent(0, rows, count, groups, this.#states.pointer, this.#states.stride)
  }

  addCount(group: number, count: number): void {
    const { i64 } = this.#scratch.arena
    const at = this.#states.at(group) / 8
    i64[at] = (i64[at] ?? 0n) + BigInt(count)
  }

  count(group: number): number {
    return Number(this.#scratch.arena.i64[this.#states.at(group) / 8] ?? 0n)
  }
}
