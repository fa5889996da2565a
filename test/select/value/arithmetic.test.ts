import { describe, expect, it } from 'vitest'
import { arithmetic, negate } from '../../../src/select/value/arithmetic.ts'
import { parseDecimal } from '../../../src/select/value/decimal.ts'
import { formatText } from '../../../src/select/value/format.ts'
import { MISSING, Struct } from '../../../src/select/value/value.ts'
import type { Value } from '../../../src/select/value/value.ts'

type Operator = Parameters<typeof arithmetic>[0]
const decimal = (text: string) => parseDecimal(text)
const int64Max = 2n ** 63n - 1n

describe('arithmetic()', () => {
  it.each<[Value, Operator, Value, string]>([
    [7n, '/', 2n, '3'],
    [-7n, '/', 2n, '-3'],
    [-7n, '%', 2n, '-1'],
    [7n, '/', decimal('2.0'), '3.5'],
    ['7', '/', '2', '3'],
    ['7.0', '/', 2n, '3.5'],
    [1n, '+', decimal('0.50'), '1.50'],
    [decimal('0.1'), '+', decimal('0.2'), '0.3'],
    [0.1, '+', 0.2, '0.30000000000000004'],
    [0.5, '*', decimal('3'), '1.5'],
    [5.5, '%', 2n, '1.5'],
    [2n, '^', 10n, '1024'],
    [2n, '^', -1n, '0.5'],
    [-1n, '^', 1_000_000_001n, '-1'],
    [0n, '^', 0n, '1'],
    [decimal('1.5'), '^', 2n, '2.25'],
    ['a', '||', 'b', 'ab'],
    ['a', '||', 1n, 'a1'],
    [int64Max, '-', 1n, '9223372036854775806'],
  ])('%o %s %o is %s', (left, operator, right, expected) => {
    expect(formatText(arithmetic(operator, left, right))).toBe(expected)
  })

  it('gives NULL for NULL and MISSING', () => {
    for (const operator of ['+', '-', '*', '/', '%', '^', '||'] as const) {
      expect(arithmetic(operator, null, 1n)).toBeNull()
      expect(arithmetic(operator, 1n, MISSING)).toBeNull()
    }
    expect(negate(MISSING)).toBeNull()
  })

  it.each<[Value, Operator, Value, string]>([
    [int64Max, '+', 1n, 'IntegerOverflow'],
    [-int64Max, '-', 2n, 'IntegerOverflow'],
    [int64Max, '*', 2n, 'IntegerOverflow'],
    [-(2n ** 63n), '/', -1n, 'IntegerOverflow'],
    [3n, '^', 64n, 'IntegerOverflow'],
    [2n, '^', 63n, 'IntegerOverflow'],
    [1n, '/', 0n, 'ExternalEvalException'],
    [1n, '%', 0n, 'ExternalEvalException'],
    [1, '/', 0n, 'ExternalEvalException'],
    [decimal('1.0'), '%', decimal('0.0'), 'ExternalEvalException'],
    [1e308, '*', 10n, 'NumberFormatError'],
    [10, '^', 1000n, 'NumberFormatError'],
    ['abc', '+', 1n, 'CastFailed'],
    ['', '+', 1n, 'CastFailed'],
    [true, '+', 1n, 'InvalidDataType'],
    [[], '||', 'a', 'InvalidDataType'],
    [new Struct([], []), '-', 1n, 'InvalidDataType'],
  ])('%o %s %o fails with %s', (left, operator, right, code) => {
    expect(() => arithmetic(operator, left, right)).toThrow(expect.objectContaining({ code }))
  })
})

describe('negate()', () => {
  it('turns the sign of every kind of number', () => {
    expect(negate(5n)).toBe(-5n)
    expect(negate('1.5')).toMatchObject({ unscaled: -15n, scale: 1, lexeme: null })
    expect(negate(0.5)).toBe(-0.5)
  })

  it('makes the smallest INT of the number that is too large', () => {
    expect(negate(decimal('9223372036854775808'))).toBe(-(2n ** 63n))
    expect(() => negate(-(2n ** 63n))).toThrow(expect.objectContaining({ code: 'IntegerOverflow' }))
  })
})
