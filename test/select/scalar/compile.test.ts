import { describe, expect, it } from 'vitest'
import type { Bound } from '../../../src/select/bind/bound.ts'
import { compileCondition, compileScalar } from '../../../src/select/scalar/compile.ts'
import { foldConstants } from '../../../src/select/scalar/fold-constants.ts'
import { isTrue } from '../../../src/select/scalar/scalar.ts'
import type { Row } from '../../../src/select/scalar/scalar.ts'
import { parseDecimal } from '../../../src/select/value/decimal.ts'
import { MISSING, Struct } from '../../../src/select/value/value.ts'
import type { Value } from '../../../src/select/value/value.ts'
import { asBound, call, column, literal, timestamp } from './bound-builders.ts'

const setup = { now: timestamp('2026T'), lenient: false }

function rowOf(...values: Value[]): Row {
  return { column: (index) => values[index], aggregate: (index) => BigInt(index * 10), key: (index) => `key${index}` }
}

/** Both with literals, which fold, and with columns. */
function evaluateBothWays(shape: (...operands: Bound[]) => Bound, values: readonly Value[]): Value {
  const constant = compileScalar(shape(...values.map(literal)), setup)(rowOf())
  const forRow = compileScalar(shape(...values.map((_, index) => column(index))), setup)(rowOf(...values))
  expect(forRow).toEqual(constant)
  return forRow
}

const and = (...operands: Bound[]): Bound => ({ op: 'and', operands })
const or = (...operands: Bound[]): Bound => ({ op: 'or', operands })
const not = (operand: Bound): Bound => ({ op: 'not', operand })
const isIn = (operand: Bound, ...options: Bound[]): Bound => ({ op: 'in', operand, options, negated: false })
const notIn = (operand: Bound, ...options: Bound[]): Bound => ({ op: 'in', operand, options, negated: true })
const between = (operand: Bound, low: Bound, high: Bound): Bound => ({
  op: 'between',
  operand,
  low,
  high,
  negated: false,
})
const like = (operand: Bound, pattern: Bound, escape: Bound | null = null): Bound => {
  return { op: 'like', operand, pattern, escape, negated: false, ranges: false }
}
const notBetween = (operand: Bound, from: Bound, to: Bound): Bound => {
  return { op: 'between', operand, low: from, high: to, negated: true }
}
const shapes = (parts: Bound[]): Bound[] => [
  ...parts.map(not),
  ...parts.flatMap((left) => parts.flatMap((right) => [and(left, right), or(left, right)])),
]
const when = (condition: Bound, result: Value) => {
  // oxlint-disable-next-line unicorn/no-thenable -- the name SQL gives it; nothing awaits it
  return { when: condition, then: asBound(result) }
}
const cases = (...branches: { when: Bound; then: Bound }[]): Bound => ({
  op: 'case',
  branches,
  otherwise: literal('e'),
})
const failing: Bound = { op: 'cast', operand: column(9), type: 'INT' }
const fails = rowOf(true, false, null, MISSING, 1n, 5n, 6n, 7n, 8n, 'no number')

describe('compileScalar()', () => {
  it('has AND, OR and NOT of three values', () => {
    const truths: [Value, Value, Value, Value][] = [
      [true, true, true, true],
      [true, false, false, true],
      [true, null, null, true],
      [false, false, false, false],
      [false, null, false, null],
      [null, null, null, null],
      [MISSING, true, null, true],
      [MISSING, false, false, null],
    ]
    for (const [left, right, conjunction, disjunction] of truths) {
      for (const values of [
        [left, right],
        [right, left],
      ]) {
        expect(evaluateBothWays(and, values)).toBe(conjunction)
        expect(evaluateBothWays(or, values)).toBe(disjunction)
      }
    }
    expect([true, false, null, MISSING].map((value) => evaluateBothWays(not, [value]))).toEqual([
      false,
      true,
      null,
      null,
    ])
  })

  it('leaves AND and OR when the outcome is known, from left to right', () => {
    expect(compileScalar(and(column(1), failing), setup)(fails)).toBe(false)
    expect(compileScalar(or(column(0), failing), setup)(fails)).toBe(true)
    expect(() => compileScalar(and(column(0), failing), setup)(fails)).toThrow()
    expect(() => compileScalar(and(failing, column(1)), setup)(fails)).toThrow()
    expect(() => compileScalar(or(failing, column(0)), setup)(fails)).toThrow()
  })

  it('wants BOOL for AND, OR and NOT', () => {
    for (const bound of [and(column(0), column(4)), or(column(1), column(4)), not(column(4))]) {
      expect(() => compileScalar(bound, setup)(fails)).toThrow(expect.objectContaining({ code: 'InvalidDataType' }))
    }
  })

  it('compares', () => {
    const truth = (['=', '<>', '<', '<=', '>', '>='] as const).map((operator) => {
      return evaluateBothWays((left, right) => ({ op: 'compare', operator, left, right }), ['5', 41n])
    })
    expect(truth).toEqual([false, true, true, true, false, false])
    for (const operator of ['=', '<>', '<', '>='] as const) {
      const unknown: [Value, Value][] = [
        [null, 1n],
        [MISSING, MISSING],
        ['abc', 1n],
      ]
      for (const values of unknown) {
        expect(evaluateBothWays((left, right) => ({ op: 'compare', operator, left, right }), values)).toBeNull()
      }
    }
  })

  it.each<[Value, Value, Value, Value, Value]>([
    [5n, 1n, 9n, true, false],
    ['5', 1n, 9n, true, false],
    [1n, 1n, 1n, true, false],
    [0n, 1n, 9n, false, true],
    [null, 1n, 9n, null, null],
    [5n, null, 9n, null, null],
    [5n, null, 4n, false, true],
    [5n, 6n, null, false, true],
    ['b', 'a', 'c', true, false],
  ])('%o BETWEEN %o AND %o is %o, NOT BETWEEN %o', (...[value, low, high, expected, negated]) => {
    expect(evaluateBothWays(between, [value, low, high])).toBe(expected)
    expect(evaluateBothWays(notBetween, [value, low, high])).toBe(negated)
  })

  it.each<[Value, Value[], Value]>([
    ['a', ['a', 'b'], true],
    ['c', ['a', 'b'], false],
    ['c', ['a', null], null],
    ['a', ['a', null], true],
    [1n, [2n, parseDecimal('1.0')], true],
    [1, [2n, 1n], true],
    [1.5, [parseDecimal('1.50')], true],
    ['1.50', [parseDecimal('1.5'), 7n], true],
    ['x', [1n, 2n], null],
    [7n, ['7', '8'], true],
    [7n, ['7.0'], true],
    [9n, ['7', '8'], false],
    [9n, ['7', 'x'], null],
    [true, [false, true], true],
    [null, ['a'], null],
    [MISSING, ['a'], null],
    [timestamp('2010T'), [timestamp('2010-01-01T00:00Z')], true],
    [[1n], [[2n], [1n]], true],
    ['a', [], false],
  ])('%o IN %o is %o', (value, options, expected) => {
    expect(evaluateBothWays(isIn, [value, ...options])).toBe(expected)
    expect(evaluateBothWays(notIn, [value, ...options])).toBe(expected === null ? null : !isTrue(expected))
    const fromList: Bound = { op: 'in', operand: column(0), options: column(1), negated: false }
    expect(compileScalar(fromList, setup)(rowOf(value, options))).toBe(expected)
    const mixed = isIn(column(0), ...options.map(literal))
    expect(compileScalar(mixed, setup)(rowOf(value))).toBe(expected)
    const constantList: Bound = { op: 'in', operand: column(0), options: literal(options), negated: false }
    expect(compileScalar(constantList, setup)(rowOf(value))).toBe(expected)
  })

  it('wants a list for IN', () => {
    const bound: Bound = { op: 'in', operand: column(0), options: column(1), negated: false }
    expect(() => compileScalar(bound, setup)(rowOf(1n, 2n))).toThrow(
      expect.objectContaining({ code: 'InvalidDataType' }),
    )
    expect(compileScalar(bound, setup)(rowOf(1n, MISSING))).toBeNull()
  })

  it('tells NULL from MISSING', () => {
    const table: [Value, 'null' | 'missing', boolean][] = [
      [null, 'null', true],
      [MISSING, 'null', true],
      ['', 'null', false],
      [null, 'missing', false],
      [MISSING, 'missing', true],
    ]
    for (const [value, what, expected] of table) {
      expect(evaluateBothWays((operand) => ({ op: 'is', operand, what, negated: false }), [value])).toBe(expected)
      expect(evaluateBothWays((operand) => ({ op: 'is', operand, what, negated: true }), [value])).toBe(!expected)
    }
  })

  it('matches LIKE with constant patterns and with those of rows', () => {
    expect(evaluateBothWays(like, ['foobar', 'foo%'])).toBe(true)
    expect(evaluateBothWays(like, ['foobar', null])).toBeNull()
    expect(evaluateBothWays(like, [MISSING, 'foo%'])).toBeNull()
    expect(evaluateBothWays(like, ['50%', '50!%', '!'])).toBe(true)
    expect(evaluateBothWays(like, ['50%', '50!%', null])).toBeNull()
    const negated: Bound = {
      op: 'like',
      operand: column(0),
      pattern: literal('a%'),
      escape: null,
      negated: true,
      ranges: false,
    }
    expect(compileScalar(negated, setup)(rowOf('b'))).toBe(true)
    expect(compileScalar(negated, setup)(rowOf(null))).toBeNull()
    const byRow = compileScalar(like(column(0), column(1)), setup)
    expect([byRow(rowOf('ab', 'a%')), byRow(rowOf('ab', 'b%')), byRow(rowOf('ab', 'a_'))]).toEqual([true, false, true])
  })

  it('refuses wrong patterns at once and wrong types for rows', () => {
    expect(() => compileScalar(like(column(0), literal('a!b'), literal('!')), setup)).toThrow(
      expect.objectContaining({ code: 'EvaluatorLikePatternInvalidEscapeSequence' }),
    )
    const scalar = compileScalar(like(column(0), literal('1%')), setup)
    expect(() => scalar(rowOf(12n))).toThrow(expect.objectContaining({ code: 'LikeInvalidInputs' }))
    expect(compileScalar(like(column(0), literal('1%')), { ...setup, lenient: true })(rowOf(12n))).toBe(true)
    expect(compileScalar(like(literal(12n), literal('1%')), { ...setup, lenient: true })(rowOf())).toBe(true)
  })

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-conditional.html
  it('has CASE as AWS documents it', () => {
    const city: Bound = {
      op: 'case',
      branches: [
        {
          when: { op: 'compare', operator: '=', left: column(0), right: literal('New York City') },
          // oxlint-disable-next-line unicorn/no-thenable -- the name SQL gives it; nothing awaits it
          then: literal('Big Apple'),
        },
      ],
      otherwise: literal('other'),
    }
    const scalar = compileScalar(city, setup)
    expect([scalar(rowOf('Los Angeles')), scalar(rowOf('New York City')), scalar(rowOf(null))]).toEqual([
      'other',
      'Big Apple',
      'other',
    ])
  })

  it('evaluates the other parts of the language', () => {
    expect(evaluateBothWays((operand) => ({ op: 'negate', operand }), [5n])).toBe(-5n)
    expect(evaluateBothWays((left, right) => ({ op: 'arithmetic', operator: '*', left, right }), ['2', 3n])).toBe(6n)
    expect(evaluateBothWays((operand) => ({ op: 'cast', operand, type: 'INT' }), ['12'])).toBe(12n)
    expect(evaluateBothWays((...items) => ({ op: 'list', items }), [1n, null])).toEqual([1n, null])
    const path: Bound = { op: 'path', operand: column(0), steps: [{ step: 'key', name: 'A', caseSensitive: false }] }
    expect(compileScalar(path, setup)(rowOf(new Struct(['a'], [1n])))).toBe(1n)
    expect(compileScalar({ op: 'aggregate', aggregate: 3 }, setup)(rowOf())).toBe(30n)
    expect(compileScalar({ op: 'key', key: 2 }, setup)(rowOf())).toBe('key2')
  })
})

describe('compileCondition()', () => {
  const unknown = column(2)

  it('is left at the first conjunct that is not TRUE', () => {
    expect(compileCondition(and(unknown, failing), setup)(fails)).toBe(false)
    expect(() => compileCondition(and(column(0), failing), setup)(fails)).toThrow()
    expect(() => compileCondition(or(unknown, failing), setup)(fails)).toThrow()
    expect(compileCondition(not(or(unknown, failing)), setup)(fails)).toBe(false)
  })

  it('keeps what compileScalar finds TRUE', () => {
    const atoms = [column(0), column(1), column(2), column(3)]
    const bounds = [...atoms, ...shapes(atoms), ...shapes(shapes(atoms).slice(0, 20))]
    for (const bound of bounds) {
      expect(compileCondition(bound, setup)(fails), JSON.stringify(bound)).toBe(
        isTrue(compileScalar(bound, setup)(fails)),
      )
    }
  })
})

describe('foldConstants()', () => {
  const one: Bound = { op: 'arithmetic', operator: '+', left: literal(1n), right: literal(2n) }

  it('computes what no row changes', () => {
    expect(foldConstants(one)).toEqual(literal(3n))
    expect(foldConstants(call('UPPER', call('TRIM', ' a ')))).toEqual(literal('A'))
    expect(foldConstants({ op: 'compare', operator: '>', left: column(0), right: one })).toEqual({
      op: 'compare',
      operator: '>',
      left: column(0),
      right: literal(3n),
    })
    expect(foldConstants({ op: 'list', items: [one, literal('a')] })).toEqual(literal([3n, 'a']))
  })

  it('leaves UTCNOW(), columns and what fails', () => {
    const fault: Bound = { op: 'arithmetic', operator: '/', left: literal(1n), right: literal(0n) }
    for (const bound of [call('UTCNOW'), column(0), fault, { op: 'key', key: 0 } as const]) {
      expect(foldConstants(bound)).toEqual(bound)
    }
    expect(() => compileScalar(fault, setup)(rowOf())).toThrow(
      expect.objectContaining({ code: 'ExternalEvalException' }),
    )
  })

  it('drops what decides nothing', () => {
    expect(foldConstants(and(literal(true), column(0), literal(true)))).toEqual(and(column(0)))
    expect(foldConstants(and(literal(false), column(0)))).toEqual(literal(false))
    expect(foldConstants(and(column(0), literal(false)))).toEqual(and(column(0), literal(false)))
    expect(foldConstants(or(literal(false), literal(false)))).toEqual(literal(false))
    expect(foldConstants(or(literal(true), failing))).toEqual(literal(true))
    expect(foldConstants(cases(when(literal(null), 'a'), when(literal(true), 'b')))).toEqual(literal('b'))
    expect(foldConstants(cases(when(literal(false), 'a')))).toEqual(literal('e'))
    expect(foldConstants(cases(when(column(0), 'a'), when(literal(false), 'b')))).toEqual(cases(when(column(0), 'a')))
  })

  it('changes nothing it was given', () => {
    const bound = and(literal(true), { op: 'compare', operator: '=', left: one, right: column(0) })
    const before = structuredClone(bound)
    foldConstants(bound)
    expect(bound).toEqual(before)
  })
})
