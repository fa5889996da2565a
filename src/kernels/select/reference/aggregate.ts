// Aggregates, as ../aggregate.ts describes them.
import type { KernelMemory } from '../arena.ts'
import { extremeFlag, extremeState, floatState, plainExtremeState, sumState } from '../aggregate.ts'
import type { AggregateKernels } from '../aggregate.ts'
import { cellKind } from '../cells.ts'
import { numberFlag } from '../number.ts'
import { Words } from './memory.ts'
import { readDecimal } from './number.ts'

interface Rows {
  rows: number
  count: number
  groups: number
  states: number
  stride: number
}

interface Step {
  position: number
  row: number
  state: number
}

const exactMax = 10n ** 15n

export function aggregateReference(memory: KernelMemory): AggregateKernels {
  const words = new Words(memory)
  const sums = new Sums(words)
  const extremes = new Extremes(words)
  return {
    countPresent(kinds, rows, count, groups, states, stride) {
      for (const { row, state } of steps(words, { rows, count, groups, states, stride })) {
        if (kinds === 0 || isPresent(words, kinds, row)) words.setI64(state, words.i64(state) + 1n)
      }
    },
    sumCells: (
      starts,
      ends,
      kinds,
      rows,
      count,
      groups,
      states,
      stride,
      groupCount,
      scale,
      flags,
      oddKinds,
      unsettled,
    ) => {
      const odd: number[] = []
      for (const step of steps(words, { rows, count, groups, states, stride })) {
        const cell = cellAt(words, { starts, ends, kinds }, step.row)
        const settled = isReadable(cell.kind)
          ? sums.add(cell.text, step.state, { states, stride, groupCount, scale, flags })
          : !((oddKinds >> cell.kind) & 1)
        if (!settled) odd.push(step.position)
      }
      writeUnsettled(words, unsettled, odd)
    },
    sumIntegers(values, kinds, rows, count, groups, states, stride, vectorScale) {
      for (const { row, state } of steps(words, { rows, count, groups, states, stride })) {
        if (isPresent(words, kinds, row)) sums.addScaled(state, words.i64(values + 8 * row), vectorScale)
      }
    },
    sumCellsAsFloats(starts, ends, kinds, rows, count, groups, states, stride, flags, oddKinds, unsettled) {
      const odd: number[] = []
      for (const { position, row, state } of steps(words, { rows, count, groups, states, stride })) {
        const cell = cellAt(words, { starts, ends, kinds }, row)
        const number = isReadable(cell.kind) ? exactNumber(cell.text, flags) : null
        const settled =
          number === null ? !isReadable(cell.kind) && !((oddKinds >> cell.kind) & 1) : sums.addFloat(state, number)
        if (!settled) odd.push(position)
      }
      writeUnsettled(words, unsettled, odd)
    },
    sumFloats(values, kinds, rows, count, groups, states, stride, unsettled) {
      const odd: number[] = []
      for (const { position, row, state } of steps(words, { rows, count, groups, states, stride })) {
        if (isPresent(words, kinds, row) && !sums.addFloat(state, words.f64(values + 8 * row))) odd.push(position)
      }
      writeUnsettled(words, unsettled, odd)
    },
    ...extremes.kernels(),
  }
}

function isReadable(kind: number): boolean {
  return kind === cellKind.text || kind === cellKind.number
}

function isPresent(words: Words, kinds: number, row: number): boolean {
  const kind = words.u8(kinds + row)
  return kind !== cellKind.null && kind !== cellKind.missing
}

function cellAt(words: Words, columns: { starts: number; ends: number; kinds: number }, row: number) {
  const [start, end] = [words.u32(columns.starts + 4 * row), words.u32(columns.ends + 4 * row)]
  const kind = words.u8(columns.kinds + row)
  return { start, end, kind, text: isReadable(kind) ? words.latin1(start, end) : '' }
}

function* steps(words: Words, { rows, count, groups, states, stride }: Rows, from = 0): Generator<Step> {
  for (let position = from; position < count; position++) {
    const group = groups === 0 ? 0 : words.u32(groups + 4 * position)
    yield { position, row: words.u32(rows + 4 * position), state: states + group * stride }
  }
}

function writeUnsettled(words: Words, unsettled: number, positions: readonly number[]): void {
  words.setU32(unsettled, positions.length)
  words.setRows(unsettled + 4, positions)
}

/** The nearest double of a number of up to fifteen digits; null for what is none. */
function exactNumber(text: string, flags: number): number | null {
  const number = readDecimal(text)
  if (typeof number === 'string' || (flags & numberFlag.wholeOnly && number.scale > 0)) return null
  if (number.mantissa >= exactMax || number.mantissa <= -exactMax) return null
  return Number(`${number.mantissa}e-${number.scale}`)
}

class Sums {
  readonly #words: Words

  constructor(words: Words) {
    this.#words = words
  }

  /** Adds a number of text; false where it is none, or does not fit the scale all states have. */
  add(
    text: string,
    state: number,
    common: { states: number; stride: number; groupCount: number; scale: number; flags: number },
  ): boolean {
    const number = readDecimal(text)
    if (typeof number === 'string' || (common.flags & numberFlag.wholeOnly && number.scale > 0)) return false
    const words = this.#words
    const scale = words.u32(common.scale)
    if (number.scale > scale && !this.#rescale(common, 10n ** BigInt(number.scale - scale))) return false
    if (number.scale > scale) words.setU32(common.scale, number.scale)
    const factor = 10n ** BigInt(words.u32(common.scale) - number.scale)
    const bound = 2n ** 61n / factor
    if (number.mantissa >= bound || number.mantissa <= -bound) return false
    this.addScaled(state, number.mantissa * factor, number.scale)
    return true
  }

  addScaled(state: number, value: bigint, scale: number): void {
    const words = this.#words
    this.#write(state, this.#read(state) + value)
    words.setI64(state + sumState.count, words.i64(state + sumState.count) + 1n)
    words.setU32(state + sumState.scale, Math.max(words.u32(state + sumState.scale), scale))
  }

  #rescale({ states, stride, groupCount }: { states: number; stride: number; groupCount: number }, factor: bigint) {
    const limit = (2n ** 63n - 1n) / (factor * 2n)
    const all = Array.from({ length: groupCount }, (_, group) => states + group * stride)
    if (
      all.some((state) => {
        const high = this.#words.i64(state + sumState.high)
        return high >= limit || high <= -limit
      })
    )
      return false
    for (const state of all) this.#write(state, this.#read(state) * factor)
    return true
  }

  #read(state: number): bigint {
    const words = this.#words
    return (words.i64(state + sumState.high) << 64n) + BigInt.asUintN(64, words.i64(state))
  }

  #write(state: number, value: bigint): void {
    this.#words.setI64(state, BigInt.asIntN(64, value))
    this.#words.setI64(state + sumState.high, BigInt.asIntN(64, value >> 64n))
  }

  /** Adds a double in units of 2^-128; false when it does not lie in there. */
  addFloat(state: number, value: number): boolean {
    if (!Number.isFinite(value) || Object.is(value, -0) || Math.abs(value) >= 2 ** 63) return false
    if (value !== 0 && Math.abs(value) < 2 ** -1022) return false
    // Scaling by a power of two is exact as long as nothing is lost below; then there is a fraction left.
    const scaled = value * 2 ** 128
    if (!Number.isInteger(scaled)) return false
    const words = this.#words
    let sum = 0n
    for (let word = 3; word >= 0; word--) sum = (sum << 64n) + BigInt.asUintN(64, words.i64(state + 8 * word))
    sum += BigInt(scaled)
    for (let word = 0; word < 4; word++) words.setI64(state + 8 * word, BigInt.asIntN(64, sum >> BigInt(64 * word)))
    words.setI64(state + floatState.count, words.i64(state + floatState.count) + 1n)
    return true
  }
}

class Extremes {
  readonly #words: Words

  constructor(words: Words) {
    this.#words = words
  }

  kernels(): Pick<AggregateKernels, 'extremeCells' | 'extremeFloats' | 'extremeIntegers'> {
    const words = this.#words
    return {
      extremeCells: (
        starts,
        ends,
        kinds,
        rows,
        count,
        from,
        groups,
        states,
        stride,
        wanted,
        flags,
        oddKinds,
        heap,
        unsettled,
      ) => {
        const odd = words.rows(unsettled + 4, words.u32(unsettled))
        let stopped = count
        for (const { position, row, state } of steps(words, { rows, count, groups, states, stride }, from)) {
          const cell = cellAt(words, { starts, ends, kinds }, row)
          const done = isReadable(cell.kind)
            ? this.#cellFor(cell, state, { wanted, flags, heap })
            : (oddKinds >> cell.kind) & 1
              ? 'unsettled'
              : 'settled'
          if (done === 'unsettled') odd.push(position)
          if (done !== 'full') continue
          stopped = position
          break
        }
        writeUnsettled(words, unsettled, odd)
        return stopped
      },
      extremeIntegers(values, kinds, rows, count, groups, states, stride, largest) {
        for (const { row, state } of steps(words, { rows, count, groups, states, stride })) {
          if (!isPresent(words, kinds, row)) continue
          const value = words.i64(values + 8 * row)
          const best = words.u32(state + plainExtremeState.present) === 0 ? null : words.i64(state)
          if (best !== null && (largest ? value <= best : value >= best)) continue
          words.setI64(state, value)
          words.setU32(state + plainExtremeState.present, 1)
        }
      },
      extremeFloats(values, kinds, rows, count, groups, states, stride, largest, unsettled) {
        const odd: number[] = []
        for (const { position, row, state } of steps(words, { rows, count, groups, states, stride })) {
          if (!isPresent(words, kinds, row)) continue
          const value = words.f64(values + 8 * row)
          if (Number.isNaN(value) || Object.is(value, -0)) {
            odd.push(position)
            continue
          }
          const best = words.u32(state + plainExtremeState.present) === 0 ? null : words.f64(state)
          if (best !== null && (largest ? value <= best : value >= best)) continue
          words.setF64(state, value)
          words.setU32(state + plainExtremeState.present, 1)
        }
        writeUnsettled(words, unsettled, odd)
      },
    }
  }

  #cellFor(
    cell: { start: number; end: number; kind: number; text: string },
    state: number,
    { wanted, flags, heap }: { wanted: number; flags: number; heap: number },
  ): 'full' | 'settled' | 'unsettled' {
    let done: 'full' | 'settled' | 'unsettled' = 'settled'
    if (wanted & 1) done = this.#cell(cell, state, { largest: 0, flags, heap })
    if (done !== 'settled' || !(wanted & 2)) return done
    return this.#cell(cell, wanted === 3 ? state + extremeState.bytes : state, { largest: 1, flags, heap })
  }

  #cell(
    cell: { start: number; end: number; kind: number; text: string },
    state: number,
    { largest, flags, heap }: { largest: number; flags: number; heap: number },
  ): 'full' | 'settled' | 'unsettled' {
    const words = this.#words
    const cast = (flags & numberFlag.cast) !== 0
    const value = exactNumber(cell.text, flags)
    let found = words.u32(state + extremeState.flags)
    if (value === null && (cast || readDecimal(cell.text) !== 'none')) return 'unsettled'
    if (!cast) {
      const at = words.u32(state + extremeState.text)
      const best = found & extremeFlag.text ? words.latin1(at, at + words.u32(state + extremeState.textLength)) : null
      const better = best === null || (largest ? cell.text > best : cell.text < best)
      if (better && !this.#keepText(cell, state, heap)) return 'full'
      found |= extremeFlag.text
    }
    if (value === null) {
      words.setU32(state + extremeState.flags, found | extremeFlag.noNumber)
      return 'settled'
    }
    const best = words.f64(state)
    if (!(found & extremeFlag.number) || (largest ? value > best : value < best)) {
      words.setF64(state, value)
      words.setU32(state + extremeState.numberLength, cell.text.length)
      words.bytes(state + extremeState.numberText, state + extremeState.text).set(words.bytes(cell.start, cell.end))
    }
    words.setU32(state + extremeState.flags, found | extremeFlag.number)
    return 'settled'
  }

  #keepText(cell: { start: number; end: number }, state: number, heap: number): boolean {
    const words = this.#words
    const length = cell.end - cell.start
    if (length > words.u32(state + extremeState.textRoom)) {
      const room = (length + (length >> 1) + 16) & ~7
      const next = words.u32(heap)
      if (next + room > words.u32(heap + 4)) return false
      words.setU32(heap, next + room)
      words.setU32(state + extremeState.text, next)
      words.setU32(state + extremeState.textRoom, room)
    }
    const at = words.u32(state + extremeState.text)
    words.bytes(at, at + length).set(words.bytes(cell.start, cell.end))
    words.setU32(state + extremeState.textLength, length)
    return true
  }
}
