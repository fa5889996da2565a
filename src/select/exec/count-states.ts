// COUNT by kernels.
import { assert } from '../../assert.ts'
import type { KernelStates } from './aggregate-states.ts'
import { CountAccumulator } from '../value/accumulators/count.ts'
import { GroupArray } from './group-array.ts'
import type { Scratch } from './scratch.ts'

const countBytes = 8

export function countStates(scratch: Scratch, groups: number): KernelStates {
  const { kernels, arena } = scratch
  const states = new GroupArray(scratch, countBytes, groups)
  return {
    reserve: (wanted) => states.reserve(wanted),
    add(vector, { rows, count, groups: list }, unsettled) {
      kernels.countPresent(vector.kinds, rows, count, list, states.pointer, states.stride)
      arena.u32[unsettled / 4] = 0
      return true
    },
    drain(group, accumulator) {
      assert(accumulator instanceof CountAccumulator, 'COUNT counts')
      accumulator.addCount(Number(arena.i64[states.at(group) / 8] ?? 0n))
    },
  }
}
