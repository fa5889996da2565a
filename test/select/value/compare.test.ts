import { describe, expect, it } from 'vitest'
import { canonicalKey, compareBy, compareValues, equalValues, orderValues } from '../../../src/select/value/compare.ts'
import { Decimal, parseDecimal } from '../../../src/select/value/decimal.ts'
import { parseTimestamp } from '../../../src/select/value/timestamp.ts'
import { MISSING, Struct } from '../../../src/select/value/value.ts'
import type { Value } from '../../../src/select/value/value.ts'

const decimal = (text: string) => parseDecimal(text)
const time = (text: string) => parseTimestamp(text)

describe('compareValues()', () => {
  it.each<[Value, Value, number | null]>([
    [1n, 2n, -1],
    [1n, 1, 0],
    [1n, decimal('1.00'), 0],
    [decimal('0.1'), 0.1, 0],
    [2, decimal('1.5'), 1],
    [2n ** 63n - 1n, decimal('9223372036854775807.1'), -1],
    ['5', '41', 1],
    ['5', 41n, -1],
    ['007', 7n, 0],
    ['1e2', 100n, 0],
    ['1.50', decimal('1.5'), 0],
    ['abc', 1n, null],
    [' 1', 1n, null],
    ['', 0n, null],
    ['', '', 0],
    [true, false, 1],
    [true, 'true', null],
    [true, 1n, null],
    [time('2010T'), time('2010-01-01T00:00Z'), 0],
    [time('2010-01-01T01:00+01:00'), time('2010-01-01T00:00Z'), 0],
    [time('2010T'), '2010T', null],
    [null, 1n, null],
    [MISSING, MISSING, null],
    [NaN, 1n, null],
    ['Z', 'a', -1],
    ['\u{ffff}', '\u{10000}', -1],
    ['a\u{10000}', 'a\u{e000}', 1],
    ['ab', 'abc', -1],
    [[1n], [1n], null],
  ])('%o against %o is %o', (left, right, expected) => {
    const order = compareValues(left, right)
    expect(order === null ? null : Math.sign(order)).toBe(expected)
    const back = compareValues(right, left)
    expect(back === null ? null : Math.sign(back) + 0).toBe(expected === null ? null : 0 - expected)
  })
})

describe('equalValues() and compareBy()', () => {
  it('compare lists and structs by what they hold', () => {
    expect(equalValues([1n, 'a'], [decimal('1.0'), 'a'])).toBe(true)
    expect(compareBy('<>', [1n], [2n])).toBe(true)
    expect(compareBy('<', [1n], [2n])).toBeNull()
    expect(equalValues(new Struct(['a'], [1n]), new Struct(['a'], [1n]))).toBe(true)
    expect(equalValues(new Struct(['a'], [1n]), [1n])).toBeNull()
  })

  it('leave what is unknown unknown', () => {
    for (const operator of ['=', '<>', '<', '<=', '>', '>='] as const)
      expect(compareBy(operator, null, null)).toBeNull()
  })

  it('do what the operators say', () => {
    const truth = (['=', '<>', '<', '<=', '>', '>='] as const).map((operator) => [
      compareBy(operator, 1n, 2n),
      compareBy(operator, 2n, 2n),
      compareBy(operator, 3n, 2n),
    ])
    expect(truth).toEqual([
      [false, true, false],
      [true, false, true],
      [true, false, false],
      [true, true, false],
      [false, false, true],
      [false, true, true],
    ])
  })
})

const ordered: Value[][] = [
  [false],
  [true],
  [-Infinity],
  [-1n, -1, decimal('-1.0')],
  [0n, -0, decimal('0.00')],
  [decimal('0.1'), 0.1],
  [1n],
  [2n ** 53n],
  [decimal('9007199254740993.5')],
  [Infinity],
  [NaN],
  [time('2010T'), time('2010-01-01T00:00Z')],
  [time('2011T')],
  [''],
  ['1'],
  ['1x'],
  ['a'],
  ['\u{ffff}'],
  ['\u{10000}'],
  [[]],
  [[1n]],
  [[1n, null]],
  [new Struct(['a'], [1n])],
  [null, MISSING],
]

describe('orderValues() and canonicalKey()', () => {
  const flat = ordered.flatMap((values, place) => values.map((value) => ({ value, place })))

  it('put all values in one order', () => {
    for (const left of flat) {
      for (const right of flat) {
        expect(
          Math.sign(orderValues(left.value, right.value)) + 0,
          `${canonicalKey(left.value)} ${canonicalKey(right.value)}`,
        ).toBe(Math.sign(left.place - right.place) + 0)
      }
    }
  })

  it('agree about which values are the same', () => {
    for (const left of flat) {
      for (const right of flat) {
        expect(canonicalKey(left.value) === canonicalKey(right.value)).toBe(left.place === right.place)
      }
    }
  })

  it('tell joined parts apart', () => {
    expect(canonicalKey(['a', 'b'])).not.toBe(canonicalKey(['asb']))
    expect(canonicalKey(new Struct(['a'], ['b']))).not.toBe(canonicalKey(new Struct(['as'], ['b'])))
    expect(canonicalKey(new Decimal(1n, -50))).toBe(canonicalKey(new Decimal(1000n, -47)))
    expect(canonicalKey('1')).not.toBe(canonicalKey(1n))
  })
})
