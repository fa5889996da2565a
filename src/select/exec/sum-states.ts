// SUM and AVG by kernels: exact, of whole numbers and decimals with one common scale, and of doubles in units of 2^-128.
import { assert } from '../../assert.ts'
import { floatState, sumState } from '../../kernels/select/aggregate.ts'
import type { NumberCast } from '../plan/shape.ts'
import { SumAccumulator } from '../value/accumulators/sum.ts'
import { Decimal } from '../value/decimal.ts'
import { castFlags } from './aggregate-states.ts'
import type { KernelStates } from './aggregate-states.ts'
import { GroupArray } from './group-array.ts'
import type { Scratch } from './scratch.ts'
import { absentKinds } from './vector-test.ts'

/** Whatever is no text, no number and not absent is for the accumulators: they know what is wrong with it. */
const oddKinds = 0xff & ~absentKinds

export function sumStates(cast: NumberCast | null, scratch: Scratch, groups: number): KernelStates {
  const exact = new ExactSums(cast, scratch, groups)
  const floats = new FloatSums(cast, scratch, groups)
  return {
    reserve(wanted) {
      exact.reserve(wanted)
      floats.reserve(wanted)
    },
    add(vector, members, unsettled) {
      if (vector.type === 'float64') {
        return (cast === null || cast === 'FLOAT') && floats.addVector(vector, members, unsettled)
      }
      if (vector.type === 'int64') return cast !== 'FLOAT' && exact.addVector(vector, members, unsettled)
      if (cast === 'FLOAT') floats.addCells(vector, members, unsettled)
      else exact.addCells(vector, members, unsettled)
      return true
    },
    drain(group, accumulator) {
      assert(accumulator instanceof SumAccumulator, 'SUM and AVG add')
      exact.drain(group, accumulator)
      floats.drain(group, accumulator)
    },
  }
}

type Add<Type extends 'cells' | 'float64' | 'int64'> = (
  vector: Extract<Parameters<KernelStates['add']>[0], { type: Type }>,
  members: Parameters<KernelStates['add']>[1],
  unsettled: number,
) => boolean

/** States that are made when the first vector of their kind comes. */
abstract class LazySums {
  protected readonly scratch: Scratch
  protected readonly flags: number
  protected states: GroupArray | null = null
  readonly #stride: number
  #groups: number

  constructor(flags: number, scratch: Scratch, layout: { stride: number; groups: number }) {
    this.flags = flags
    this.scratch = scratch
    this.#stride = layout.stride
    this.#groups = layout.groups
  }

  reserve(groups: number): void {
    this.#groups = Math.max(this.#groups, groups)
    this.states?.reserve(groups)
  }

  protected made(): GroupArray {
    this.states ??= new GroupArray(this.scratch, this.#stride, this.#groups)
    return this.states
  }

  /** The words of a state as one whole number with a sign. */
  protected whole(address: number, words: number): bigint {
    const { i64 } = this.scratch.arena
    let value = i64[address / 8 + words - 1] ?? 0n
    for (let word = words - 2; word >= 0; word--)
      value = (value << 64n) | BigInt.asUintN(64, i64[address / 8 + word] ?? 0n)
    return value
  }
}

class ExactSums extends LazySums {
  readonly #cast: NumberCast | null
  /** Of all states, where kernels find it. */
  readonly #scale: number
  /** The scale of the vectors of scaled integers; null: none was added. */
  #vectorScale: number | null = null

  constructor(cast: NumberCast | null, scratch: Scratch, groups: number) {
    super(castFlags(cast), scratch, { stride: sumState.bytes, groups })
    this.#cast = cast
    this.#scale = scratch.keepWords([0])
  }

  addCells: Add<'cells'> = ({ starts, ends, kinds }, { rows, count, groups, groupCount }, unsettled) => {
    const { pointer, stride } = this.made()
    this.scratch.kernels.sumCells(
      starts,
      ends,
      kinds,
      rows,
      count,
      groups,
      pointer,
      stride,
      groupCount,
      this.#scale,
      this.flags,
      oddKinds,
      unsettled,
    )
    return true
  }

  addVector: Add<'int64'> = ({ values, kinds, scale }, { rows, count, groups }, unsettled) => {
    if (this.#cast === 'INT' && scale > 0) return false
    if (this.#vectorScale === null && this.states === null) this.#vectorScale = scale
    if (this.#vectorScale !== scale) return false
    const { pointer, stride } = this.made()
    const { kernels, arena } = this.scratch
    arena.u32[this.#scale / 4] = scale
    kernels.sumIntegers(values, kinds, rows, count, groups, pointer, stride, scale)
    arena.u32[unsettled / 4] = 0
    return true
  }

  drain(group: number, accumulator: SumAccumulator): void {
    if (this.states === null) return
    const { arena } = this.scratch
    const state = this.states.at(group)
    const count = Number(arena.i64[(state + sumState.count) / 8] ?? 0n)
    if (count === 0) return
    const common = this.scratch.u32(this.#scale)
    const scale = this.scratch.u32(state + sumState.scale)
    const unscaled = this.whole(state, 2) / 10n ** BigInt(common - scale)
    if (this.#cast !== 'DECIMAL') {
      accumulator.addExact(unscaled, scale, count)
      return
    }
    // Whole numbers too are DECIMAL after a cast to it.
    accumulator.add(new Decimal(unscaled, scale))
    accumulator.addExact(0n, 0, count - 1)
  }
}

class FloatSums extends LazySums {
  constructor(cast: NumberCast | null, scratch: Scratch, groups: number) {
    super(castFlags(cast), scratch, { stride: floatState.bytes, groups })
  }

  addCells: Add<'cells'> = ({ starts, ends, kinds }, { rows, count, groups }, unsettled) => {
    const { pointer, stride } = this.made()
    this.scratch.kernels.sumCellsAsFloats(
      starts,
      ends,
      kinds,
      rows,
      count,
      groups,
      pointer,
      stride,
      this.flags,
      oddKinds,
      unsettled,
    )
    return true
  }

  addVector: Add<'float64'> = ({ values, kinds }, { rows, count, groups }, unsettled) => {
    const { pointer, stride } = this.made()
    this.scratch.kernels.sumFloats(values, kinds, rows, count, groups, pointer, stride, unsettled)
    return true
  }

  drain(group: number, accumulator: SumAccumulator): void {
    if (this.states === null) return
    const state = this.states.at(group)
    const count = Number(this.scratch.arena.i64[(state + floatState.count) / 8] ?? 0n)
    accumulator.addFloats(this.whole(state, 4), -128, count)
  }
}
