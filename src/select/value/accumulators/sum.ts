// SUM and AVG. Everything is added exactly and rounded once at the end, so that no order of the values matters. No I/O, no clock.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-aggregate.html
import { S3Error } from '../../../errors.ts'
import { decimalExponentMax } from '../../../limits.ts'
import { isNumeric } from '../compare.ts'
import type { Numeric } from '../compare.ts'
import { Decimal, divideDecimals, toPrecision } from '../decimal.ts'
import { isInt64, parseNumber } from '../number.ts'
import { roundToFloat } from '../round-to-float.ts'
import type { Value } from '../value.ts'
import { ExactSum } from './exact-sum.ts'
import type { SavedExactSum } from './exact-sum.ts'
import { savedOf } from './saved.ts'

export interface SavedSum {
  of: 'SUM'
  count: number
  /** INT and DECIMAL values: unscaled / 10^scale. */
  unscaled: string
  scale: number
  hasDecimals: boolean
  /** Null: no value was a float. */
  floats: SavedExactSum | null
}

export class SumAccumulator {
  readonly #function: 'SUM' | 'AVG'
  #count = 0
  #unscaled = 0n
  #scale = 0
  #hasDecimals = false
  #floats: ExactSum | null = null

  constructor(name: 'SUM' | 'AVG') {
    this.#function = name
  }

  /** Text counts as a number when it is one, else CastFailed; IncorrectSqlFunctionArgumentType for other types. */
  add(value: Value): void {
    if (value === null || value === undefined) return
    const number = summand(value)
    if (typeof number === 'bigint') this.addExact(number, 0, 1)
    else if (typeof number === 'number') {
      this.#count++
      this.#floats ??= new ExactSum()
      this.#floats.add(number)
    } else {
      this.addExact(number.unscaled, number.scale, 1)
      this.#hasDecimals = true
    }
  }

  /** Adds an exact sum of `count` values; with digits after the point they are DECIMAL. */
  addExact(unscaled: bigint, scale: number, count: number): void {
    if (Math.abs(scale) > decimalExponentMax + 40) throw new S3Error('NumberFormatError')
    if (scale > this.#scale) {
      this.#unscaled *= 10n ** BigInt(scale - this.#scale)
      this.#scale = scale
    }
    this.#unscaled += scale === this.#scale ? unscaled : unscaled * 10n ** BigInt(this.#scale - scale)
    this.#count += count
    if (scale > 0) this.#hasDecimals = true
  }

  /** Adds an exact sum of `count` floats: units of 2^exponent. */
  addFloats(units: bigint, exponent: number, count: number): void {
    if (count === 0) return
    this.#floats ??= new ExactSum()
    this.#floats.addUnits(units, exponent)
    this.#count += count
  }

  /** IntegerOverflow, or NumberFormatError of floats, when the sum itself is out of range; what it was on the way does not matter. */
  result(): Value {
    if (this.#count === 0) return null
    const divisor = this.#function === 'AVG' ? BigInt(this.#count) : 1n
    if (this.#floats !== null) return this.#floatResult(this.#floats, divisor)
    if (divisor !== 1n || this.#function === 'AVG') {
      return divideDecimals(new Decimal(this.#unscaled, this.#scale), new Decimal(divisor, 0))
    }
    if (this.#hasDecimals) return toPrecision(this.#unscaled, this.#scale)
    if (!isInt64(this.#unscaled)) throw new S3Error('IntegerOverflow')
    return this.#unscaled
  }

  #floatResult(floats: ExactSum, divisor: bigint): number {
    if (floats.special !== null) return floats.special
    const { numerator, denominator } = floats.fraction()
    const power = 10n ** BigInt(this.#scale)
    const rounded = roundToFloat(numerator * power + this.#unscaled * denominator, denominator * power * divisor)
    if (!Number.isFinite(rounded)) throw new S3Error('NumberFormatError', { reason: 'beyond the range of floats' })
    return rounded
  }

  save(): SavedSum {
    return {
      of: 'SUM',
      count: this.#count,
      unscaled: this.#unscaled.toString(),
      scale: this.#scale,
      hasDecimals: this.#hasDecimals,
      floats: this.#floats?.save() ?? null,
    }
  }

  merge(saved: { of: string }): void {
    const { count, unscaled, scale, hasDecimals, floats } = savedOf<SavedSum>(saved, 'SUM')
    this.addExact(BigInt(unscaled), scale, count)
    this.#hasDecimals ||= hasDecimals
    if (floats === null) return
    this.#floats ??= new ExactSum()
    this.#floats.merge(floats)
  }
}

function summand(value: Value): Numeric {
  if (isNumeric(value)) return value
  if (typeof value !== 'string') {
    throw new S3Error('IncorrectSqlFunctionArgumentType', { reason: 'SUM and AVG need numbers' })
  }
  const parsed = parseNumber(value)
  if (parsed === null) throw new S3Error('CastFailed', { reason: 'the text is no number' })
  return parsed
}
