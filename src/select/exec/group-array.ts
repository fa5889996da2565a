// States of groups in kernel memory: an array that grows with the number of groups.
import type { Scratch } from './scratch.ts'

/** Groups there is room for at first; then four times as many, and so on, so that little is left behind. */
export const groupsFirst = 1024

export class GroupArray {
  readonly stride: number
  pointer: number
  #capacity: number
  readonly #scratch: Scratch

  /** `capacity`: groups, whose states are zeros. */
  constructor(scratch: Scratch, stride: number, capacity: number) {
    this.#scratch = scratch
    this.stride = stride
    this.#capacity = capacity
    this.pointer = scratch.arena.allocate(stride * capacity)
    scratch.arena.u8.fill(0, this.pointer, this.pointer + stride * capacity)
  }

  /** Makes room; the states move. */
  reserve(groups: number): void {
    if (groups <= this.#capacity) return
    let capacity = this.#capacity
    while (capacity < groups) capacity *= 4
    const { arena } = this.#scratch
    const pointer = arena.allocate(this.stride * capacity)
    const used = this.stride * this.#capacity
    arena.u8.copyWithin(pointer, this.pointer, this.pointer + used)
    arena.u8.fill(0, pointer + used, pointer + this.stride * capacity)
    this.pointer = pointer
    this.#capacity = capacity
  }

  at(group: number): number {
    return this.pointer + this.stride * group
  }
}
