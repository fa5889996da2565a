import { describe, expect, it } from 'vitest'
import type { Aggregate } from '../../../../src/select/bind/bound.ts'
import { createAccumulator } from '../../../../src/select/value/accumulators/accumulator.ts'
import type { SavedAccumulator } from '../../../../src/select/value/accumulators/accumulator.ts'
import { Decimal, parseDecimal } from '../../../../src/select/value/decimal.ts'
import { formatText } from '../../../../src/select/value/format.ts'
import { roundToFloat } from '../../../../src/select/value/round-to-float.ts'
import { parseTimestamp } from '../../../../src/select/value/timestamp.ts'
import { MISSING } from '../../../../src/select/value/value.ts'
import type { Value } from '../../../../src/select/value/value.ts'
import { randomFrom } from '../../../support/random.ts'

type Name = Aggregate['function']
const column = { op: 'column', column: 0 } as const
const decimal = (text: string) => parseDecimal(text)
const int64Max = 2n ** 63n - 1n

function aggregated(name: Name, values: readonly Value[], distinct = false): Value {
  const accumulator = createAccumulator({ function: name, argument: column, distinct })
  for (const value of values) accumulator.add(value)
  return accumulator.result()
}

/** The same by parts that are saved as JSON and merged. */
function aggregatedByParts(name: Name, parts: readonly (readonly Value[])[], distinct = false): Value {
  const whole = createAccumulator({ function: name, argument: column, distinct })
  for (const part of parts) {
    const accumulator = createAccumulator({ function: name, argument: column, distinct })
    for (const value of part) accumulator.add(value)
    whole.merge(JSON.parse(JSON.stringify(accumulator.save())) as SavedAccumulator)
  }
  return whole.result()
}

const table: [Name, Value[], string][] = [
  ['COUNT', [1n, null, MISSING, 'a', ''], '3'],
  ['COUNT', [], '0'],
  ['SUM', [1n, 2n, null, MISSING], '3'],
  ['SUM', [int64Max, 1n, -1n], '9223372036854775807'],
  ['SUM', [1n, decimal('0.50'), decimal('0.5')], '2.00'],
  ['SUM', [decimal('1e2'), 5n], '105'],
  ['SUM', ['1', '2.5', '-0.5'], '3.0'],
  ['SUM', [0.1, 0.2, 0.3], '0.6'],
  ['SUM', [1e308, 1e308, -1e308], '1e+308'],
  ['SUM', [1e100, 1, -1e100], '1'],
  ['SUM', [0.1, decimal('0.2'), 1n], '1.3'],
  ['SUM', [decimal('99999999999999999999999999999999999999'), 1n, -1n], '99999999999999999999999999999999999999'],
  ['SUM', [NaN, 1], 'NaN'],
  ['SUM', [Infinity, 1n], 'Infinity'],
  ['AVG', [80n, 81n], '80.5'],
  ['AVG', [80n, 82n], '81'],
  ['AVG', [1n, 1n, 0n], `0.${'6'.repeat(37)}7`],
  ['AVG', [decimal('1.50'), decimal('2.50')], '2'],
  ['AVG', [0.5, 0.25], '0.375'],
  ['AVG', [int64Max, int64Max], '9223372036854775807'],
  ['MIN', ['10', '9', '007'], '7'],
  ['MAX', ['10', '9', '007'], '10'],
  ['MAX', ['10', '9', 'x'], 'x'],
  ['MIN', ['10', '9', 'x'], '10'],
  ['MAX', ['10', 'Z', '9'], 'Z'],
  ['MIN', [5n, 'x', 40n], '40'],
  ['MAX', [decimal('1.50'), decimal('1.5')], '1.5'],
  ['MIN', ['10.00', '1e1', '10'], '10'],
  ['MAX', [1, 2n, decimal('1.5')], '2'],
  ['MIN', [decimal('1E2'), 1000n], '100'],
  ['MAX', [true, false], 'true'],
  ['MIN', [parseTimestamp('2011T'), parseTimestamp('2010-05T')], '2010-05T'],
]

describe('createAccumulator()', () => {
  it.each(table)('%s of %o is %s', (name, values, expected) => {
    expect(formatText(aggregated(name, values))).toBe(expected)
    for (let cut = 0; cut <= values.length; cut++) {
      expect(formatText(aggregatedByParts(name, [values.slice(0, cut), values.slice(cut)]))).toBe(expected)
    }
  })

  it('gives NULL of nothing', () => {
    for (const name of ['SUM', 'AVG', 'MIN', 'MAX'] as const) {
      expect(aggregated(name, [])).toBeNull()
      expect(aggregated(name, [null, MISSING])).toBeNull()
      expect(aggregatedByParts(name, [[], []])).toBeNull()
    }
  })

  it('keeps the types of the language', () => {
    expect(aggregated('SUM', [1n, 2n])).toBe(3n)
    expect(aggregated('AVG', [1n, 2n])).toBeInstanceOf(Decimal)
    expect(aggregated('SUM', [1])).toBe(1)
    expect(aggregated('MIN', ['3'])).toBe(3n)
    expect(aggregated('COUNT', ['3'])).toBe(1n)
  })

  it('counts every row for COUNT(*)', () => {
    const accumulator = createAccumulator({ function: 'COUNT', argument: null, distinct: false })
    for (const value of [null, MISSING, 1n]) accumulator.add(value)
    expect(accumulator.result()).toBe(3n)
  })

  it.each<[Name, Value[], string]>([
    ['SUM', [int64Max, 1n], 'IntegerOverflow'],
    ['SUM', ['abc'], 'CastFailed'],
    ['SUM', [''], 'CastFailed'],
    ['AVG', [true], 'IncorrectSqlFunctionArgumentType'],
    ['SUM', [[1n]], 'IncorrectSqlFunctionArgumentType'],
    ['SUM', [1e308, 1e308], 'NumberFormatError'],
    ['SUM', [decimal('1e10000')], 'NumberFormatError'],
    ['MIN', [[1n]], 'IncorrectSqlFunctionArgumentType'],
    ['MAX', [parseTimestamp('2010T'), 1n], 'IncorrectSqlFunctionArgumentType'],
    ['MAX', ['a', parseTimestamp('2010T')], 'IncorrectSqlFunctionArgumentType'],
    ['MIN', [true, parseTimestamp('2010T')], 'IncorrectSqlFunctionArgumentType'],
  ])('%s of %o fails with %s', (name, values, code) => {
    expect(() => aggregated(name, values)).toThrow(expect.objectContaining({ code }))
    expect(() =>
      aggregatedByParts(
        name,
        values.map((value) => [value]),
      ),
    ).toThrow(expect.objectContaining({ code }))
  })

  it('takes each DISTINCT value once, across parts too', () => {
    const values = [1n, decimal('1.0'), 1, '1', null, 2n]
    expect(aggregated('COUNT', values, true)).toBe(3n)
    expect(aggregatedByParts('COUNT', [values, values, [3n]], true)).toBe(4n)
    expect(aggregated('SUM', [1n, 1n, 2n], true)).toBe(3n)
  })

  it('refuses too many DISTINCT values', () => {
    const accumulator = createAccumulator({ function: 'COUNT', argument: column, distinct: true })
    const text = 'x'.repeat(1_000_000)
    expect(() => {
      for (let index = 0; index < 20; index++) accumulator.add(`${index}${text}`)
    }).toThrow(expect.objectContaining({ code: 'UnsupportedSqlOperation' }))
  })

  it('sums floats exactly, whatever their order and parts', () => {
    const seed = Date.now() % 1_000_000
    const below = randomFrom(seed)
    for (let round = 0; round < 200; round++) {
      const values = Array.from({ length: 1 + below(60) }, () => {
        const sign = below(2) === 0 ? 1 : -1
        return (
          sign *
          (1 + below(2 ** 30) / 2 ** 30) *
          2 ** (below(round % 2 === 0 ? 100 : 2000) - (round % 2 === 0 ? 50 : 1050))
        )
      })
      // Exactly, in units of 2^-1080 - below which no value has bits.
      const exact = values.reduce((sum, value) => sum + exactly(value), 0n)
      const expected = roundToFloat(exact, 2n ** 1080n)
      const shuffled = values.toSorted((left, right) => Math.abs(left) - Math.abs(right))
      const cut = below(values.length)
      const context = `seed ${seed}, round ${round}`
      expect(
        outcome(() => aggregated('SUM', values)),
        context,
      ).toBe(expected)
      expect(
        outcome(() => aggregated('SUM', shuffled)),
        context,
      ).toBe(expected)
      expect(
        outcome(() => aggregatedByParts('SUM', [values.slice(cut), values.slice(0, cut)])),
        context,
      ).toBe(expected)
    }
  })
})

function outcome(sum: () => Value): Value {
  try {
    return sum()
  } catch {
    return Infinity
  }
}

/** A float in units of 2^-1080, by halving it until it is whole. */
function exactly(value: number): bigint {
  let scaled = value
  let shift = 1080
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    shift--
  }
  return BigInt(scaled) << BigInt(shift)
}
