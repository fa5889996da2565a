// Comparing numbers by kernels: which constants they take, and as what.
import type { Float64Vector, Int64Vector, Selection } from '../../kernels/select/cells.ts'
import { numberFlag } from '../../kernels/select/number.ts'
import { boundFlag } from '../../kernels/select/predicate.ts'
import type { Shape } from '../plan/shape.ts'
import { toDecimal, toFloat } from '../value/compare.ts'
import type { Numeric } from '../value/compare.ts'
import { trimDecimal } from '../value/decimal.ts'
import { absentKinds, escapedKind } from './vector-test.ts'
import type { CellTest } from './vector-test.ts'
import type { List, Scratch } from './scratch.ts'

type NumberShape = Extract<Shape, { shape: 'numbers' | 'number-list' }>

/**
 * The double that stands for a constant beside cells of up to fifteen digits; null when doubles do not tell it from every
 * other such number. Beside a FLOAT, doubles are what is compared.
 */
function doubleFor(value: Numeric, cast: NumberShape['cast']): number | null {
  if (cast === 'FLOAT' || typeof value === 'number') return toFloat(value)
  const { unscaled, scale } = trimDecimal(toDecimal(value))
  const whole = scale < 0 ? (scale < -15 ? 10n ** 15n : unscaled * 10n ** BigInt(-scale)) : unscaled
  return whole < 10n ** 15n && whole > -(10n ** 15n) && scale <= 22 ? toFloat(value) : null
}

/** Flags and odd kinds of a number shape over cells. */
function numberFlags(shape: NumberShape) {
  const negated = shape.shape === 'numbers' ? shape.flags : shape.negated ? boundFlag.negated : 0
  const cast = shape.cast === null ? 0 : numberFlag.cast | (shape.cast === 'INT' ? numberFlag.wholeOnly : 0)
  // A cast settles truth values and fails on lists; without one they are no numbers.
  return { flags: negated | cast, oddKinds: shape.cast === null ? escapedKind : 0xff & ~absentKinds }
}

export function rangeOfCells(shape: Extract<Shape, { shape: 'numbers' }>, scratch: Scratch): CellTest | null {
  const low = shape.low === null ? 0 : doubleFor(shape.low, shape.cast)
  const high = shape.high === null ? 0 : doubleFor(shape.high, shape.cast)
  if (low === null || high === null) return null
  const { flags, oddKinds } = numberFlags(shape)
  const { kernels } = scratch
  return ({ starts, ends, kinds }, { pointer, count }, hits, unsettled) =>
    kernels.selectNumbers(starts, ends, kinds, pointer, count, low, high, flags, oddKinds, hits, unsettled)
}

export function listOfCells(shape: Extract<Shape, { shape: 'number-list' }>, scratch: Scratch): CellTest | null {
  const numbers = shape.numbers.map((number) => doubleFor(number, shape.cast))
  const doubles = numbers.filter((number) => number !== null)
  if (doubles.length < numbers.length) return null
  const list = scratch.keepFloats(doubles.sort((a, b) => a - b))
  const { flags, oddKinds } = numberFlags(shape)
  const { kernels } = scratch
  return ({ starts, ends, kinds }, { pointer, count }, hits, unsettled) =>
    kernels.selectNumbersIn(starts, ends, kinds, pointer, count, list, doubles.length, flags, oddKinds, hits, unsettled)
}

/** Over whole numbers scaled by a power of ten: exact. Null: floats are in the comparison. */
export function integerTest(shape: NumberShape, scratch: Scratch) {
  const constants = shape.shape === 'numbers' ? [shape.low, shape.high] : shape.numbers
  if (shape.cast === 'FLOAT' || constants.some((constant) => typeof constant === 'number')) return null
  const { kernels } = scratch
  const prepared = new Map<number, { at: number; count: number }>()
  const negated = Number(shape.shape === 'numbers' ? (shape.flags & boundFlag.negated) !== 0 : shape.negated)
  return ({ values, kinds, scale }: Int64Vector, { pointer, count }: Selection, hits: List): number | null => {
    if (shape.cast === 'INT' && scale > 0) return null
    let constantsAt = prepared.get(scale)
    if (constantsAt === undefined) {
      const integers = shape.shape === 'numbers' ? rangeAt(shape, scale) : listAt(shape.numbers, scale)
      constantsAt = { at: scratch.keepIntegers(integers), count: integers.length }
      prepared.set(scale, constantsAt)
    }
    if (shape.shape === 'numbers') {
      return kernels.selectIntegers(values, kinds, pointer, count, constantsAt.at, negated, hits)
    }
    return kernels.selectIntegersIn(values, kinds, pointer, count, constantsAt.at, constantsAt.count, negated, hits)
  }
}

const int64Min = -(2n ** 63n)
const int64Max = 2n ** 63n - 1n

/** The lowest and the highest unscaled value within the bounds. */
function rangeAt({ low, high, flags }: Extract<Shape, { shape: 'numbers' }>, scale: number): bigint[] {
  let from = int64Min
  let to = int64Max
  if (low !== null) {
    const { floor, exact } = scaled(low, scale)
    from = exact && (flags & boundFlag.lowExclusive) === 0 ? floor : floor + 1n
  }
  if (high !== null) {
    const { floor, exact } = scaled(high, scale)
    to = exact && (flags & boundFlag.highExclusive) !== 0 ? floor - 1n : floor
  }
  // Bounds beyond 64 bits hold everything or nothing.
  if (from > int64Max || to < int64Min || from > to) return [1n, 0n]
  return [from < int64Min ? int64Min : from, to > int64Max ? int64Max : to]
}

function listAt(numbers: readonly Numeric[], scale: number): bigint[] {
  const integers = numbers.map((number) => scaled(number, scale))
  const possible = integers.filter(({ floor, exact }) => exact && floor >= int64Min && floor <= int64Max)
  return possible.map(({ floor }) => floor).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

/** number * 10^scale, rounded down, and whether nothing was cut off. Far beyond 64 bits it is only that. */
function scaled(number: Numeric, scale: number): { floor: bigint; exact: boolean } {
  const decimal = trimDecimal(toDecimal(number))
  const shift = scale - decimal.scale
  if (shift >= 0) return { floor: decimal.unscaled * 10n ** BigInt(Math.min(shift, 60)), exact: true }
  const divisor = 10n ** BigInt(Math.min(-shift, 400))
  const quotient = decimal.unscaled / divisor
  const exact = quotient * divisor === decimal.unscaled
  return { floor: !exact && decimal.unscaled < 0n ? quotient - 1n : quotient, exact }
}

/** Over doubles. Null: the cast gives exact numbers. */
export function floatTest(shape: NumberShape, { kernels }: Scratch) {
  if (shape.shape === 'number-list' || (shape.cast !== null && shape.cast !== 'FLOAT')) return null
  const low = shape.low === null ? 0 : toFloat(shape.low)
  const high = shape.high === null ? 0 : toFloat(shape.high)
  return ({ values, kinds }: Float64Vector, { pointer, count }: Selection, hits: List): number =>
    kernels.selectFloats(values, kinds, pointer, count, low, high, shape.flags, hits)
}
