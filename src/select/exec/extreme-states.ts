// MIN and MAX by kernels.
import { extremeFlag, extremeState, plainExtremeState } from '../../kernels/select/aggregate.ts'
import type { NumberCast } from '../plan/shape.ts'
import type { Accumulator } from '../value/accumulators/accumulator.ts'
import type { SavedExtreme } from '../value/accumulators/extreme.ts'
import { saveValue } from '../value/accumulators/saved-value.ts'
import { castValue } from '../value/cast.ts'
import { Decimal } from '../value/decimal.ts'
import { parseNumber } from '../value/number.ts'
import { castFlags } from './aggregate-states.ts'
import type { KernelStates, Members } from './aggregate-states.ts'
import { GroupArray } from './group-array.ts'
import type { List, Scratch } from './scratch.ts'
import { absentKinds } from './vector-test.ts'
import type { CellVector } from '../../kernels/select/cells.ts'

type ExtremeName = 'MAX' | 'MIN'

/** As the kernel has them. */
const wantedOf = { MIN: 1, MAX: 2 } as const

const oddKinds = 0xff & ~absentKinds
/** Room for texts, at once; a longer text gets its own. */
const heapBytes = 65_536

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

interface Room {
  scratch: Scratch
  /** Groups to begin with. */
  groups: number
}

export function extremeStates(name: ExtremeName, cast: NumberCast | null, room: Room): KernelStates {
  const cells = new CellExtremes(cast, wantedOf[name], room)
  return statesWith(name, cast, room, cells)
}

/** MIN and MAX of the same values: cells are read once for both. */
export function extremePair(cast: NumberCast | null, room: Room): Record<ExtremeName, KernelStates> {
  const cells = new SharedExtremes(cast, wantedOf.MIN | wantedOf.MAX, room)
  return { MIN: statesWith('MIN', cast, room, cells), MAX: statesWith('MAX', cast, room, cells) }
}

function statesWith(name: ExtremeName, cast: NumberCast | null, room: Room, cells: CellExtremes): KernelStates {
  const { scratch } = room
  const { kernels, arena } = scratch
  const largest = name === 'MAX' ? 1 : 0
  let reserved = room.groups
  /** Of vectors of numbers; made when the first comes. Its scale; null for doubles. */
  let plain: { states: GroupArray; scale: number | null } | null = null
  const plainStates = (scale: number | null): GroupArray | null => {
    plain ??= { states: new GroupArray(scratch, plainExtremeState.bytes, reserved), scale }
    return plain.scale === scale ? plain.states : null
  }
  return {
    reserve(wanted) {
      reserved = Math.max(reserved, wanted)
      cells.reserve(wanted)
      plain?.states.reserve(wanted)
    },
    add(vector, members, unsettled) {
      arena.u32[unsettled / 4] = 0
      if (vector.type === 'cells') return cells.add(vector, members, unsettled)
      const { values, kinds } = vector
      const { rows, count, groups: list } = members
      if (vector.type === 'int64') {
        const fits = cast === null || cast === 'DECIMAL' || (cast === 'INT' && vector.scale === 0)
        const states = fits ? plainStates(vector.scale) : null
        if (states === null) return false
        kernels.extremeIntegers(values, kinds, rows, count, list, states.pointer, states.stride, largest)
        return true
      }
      const states = cast === null || cast === 'FLOAT' ? plainStates(null) : null
      if (states === null) return false
      kernels.extremeFloats(values, kinds, rows, count, list, states.pointer, states.stride, largest, unsettled)
      return true
    },
    drain(group, accumulator) {
      cells.drain(group, name, accumulator)
      if (plain === null) return
      const state = plain.states.at(group)
      if (scratch.u32(state + plainExtremeState.present) === 0) return
      if (plain.scale === null) accumulator.add(arena.f64[state / 8])
      else accumulator.add(exactValue(arena.i64[state / 8] ?? 0n, plain.scale))
    },
  }
}

function exactValue(unscaled: bigint, scale: number): bigint | Decimal {
  return scale === 0 ? unscaled : new Decimal(unscaled, scale)
}

class CellExtremes {
  protected readonly scratch: Scratch
  readonly #cast: NumberCast | null
  readonly #wanted: number
  readonly #groups: number
  #reserved = 0
  #states: GroupArray | null = null
  /** Next and end of the room for texts. */
  readonly #heap: number

  /** `wanted`: bits of `wantedOf`. */
  constructor(cast: NumberCast | null, wanted: number, { scratch, groups }: Room) {
    this.#cast = cast
    this.#wanted = wanted
    this.scratch = scratch
    this.#groups = groups
    this.#heap = scratch.keepWords([0, 0])
  }

  get #both(): boolean {
    return this.#wanted === (wantedOf.MIN | wantedOf.MAX)
  }

  reserve(groups: number): void {
    this.#reserved = Math.max(this.#reserved, groups)
    this.#states?.reserve(groups)
  }

  #made(): GroupArray {
    const stride = extremeState.bytes * (this.#both ? 2 : 1)
    this.#states ??= new GroupArray(this.scratch, stride, Math.max(this.#groups, this.#reserved))
    return this.#states
  }

  add({ starts, ends, kinds }: CellVector, { rows, count, groups }: Members, unsettled: List): boolean {
    const { kernels, arena } = this.scratch
    const states = this.#made()
    const flags = castFlags(this.#cast)
    let from = 0
    for (;;) {
      from = kernels.extremeCells(
        starts,
        ends,
        kinds,
        rows,
        count,
        from,
        groups,
        states.pointer,
        states.stride,
        this.#wanted,
        flags,
        oddKinds,
        this.#heap,
        unsettled,
      )
      if (from === count) return true
      const row = arena.u32[rows / 4 + from] ?? 0
      const length = (arena.u32[ends / 4 + row] ?? 0) - (arena.u32[starts / 4 + row] ?? 0)
      const bytes = Math.max(heapBytes, 2 * length + 64)
      const next = arena.allocate(bytes)
      arena.u32[this.#heap / 4] = next
      arena.u32[this.#heap / 4 + 1] = next + bytes
    }
  }

  /** The best number and the best text: among them are those of all values. */
  drain(group: number, name: ExtremeName, accumulator: Accumulator): void {
    if (this.#states === null) return
    const { arena } = this.scratch
    const state = this.#states.at(group) + (this.#both && name === 'MAX' ? extremeState.bytes : 0)
    const word = (offset: number) => arena.u32[(state + offset) / 4] ?? 0
    const textAt = (at: number, length: number) => decoder.decode(arena.u8.subarray(at, at + length))
    const flags = word(extremeState.flags)
    const hasNumber = (flags & extremeFlag.number) !== 0
    const numberText = textAt(state + extremeState.numberText, hasNumber ? word(extremeState.numberLength) : 0)
    if (this.#cast !== null) {
      if (hasNumber) accumulator.add(castValue(numberText, this.#cast))
      return
    }
    if (flags === 0) return
    const saved: SavedExtreme = {
      of: name,
      number: hasNumber ? saveValue(parseNumber(numberText)) : null,
      text: textAt(word(extremeState.text), word(extremeState.textLength)),
      hasPlainText: (flags & extremeFlag.noNumber) !== 0,
      other: null,
    }
    accumulator.merge(saved)
  }
}

/** Asked by MIN and by MAX, one after the other, for the same members: the second gets what the first got. */
class SharedExtremes extends CellExtremes {
  #left: List | null = null
  #isDone = false

  override add(cells: CellVector, members: Members, unsettled: List): boolean {
    const { u32 } = this.scratch.arena
    this.#left ??= this.scratch.takeList()
    const left = this.#left / 4
    this.#isDone = !this.#isDone
    if (!this.#isDone) {
      u32.copyWithin(unsettled / 4, left, left + 1 + (u32[left] ?? 0))
      return true
    }
    const understood = super.add(cells, members, unsettled)
    const list = this.scratch.arena.u32
    list.copyWithin(left, unsettled / 4, unsettled / 4 + 1 + (list[unsettled / 4] ?? 0))
    return understood
  }
}
