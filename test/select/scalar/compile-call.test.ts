import { describe, expect, it } from 'vitest'
import type { Bound } from '../../../src/select/bind/bound.ts'
import { compileScalar } from '../../../src/select/scalar/compile.ts'
import { Decimal, parseDecimal } from '../../../src/select/value/decimal.ts'
import { MISSING, Struct } from '../../../src/select/value/value.ts'
import type { Value } from '../../../src/select/value/value.ts'
import { call, column, dateCall, timestamp } from './bound-builders.ts'

const now = timestamp('2026-01-02T03:04:05.678Z')
const noRow = { column: () => 'column', aggregate: () => null, key: () => null }
const decimal = (text: string) => parseDecimal(text)

function evaluate(bound: Bound, lenient = false): Value {
  return compileScalar(bound, { now, lenient })(noRow)
}

/** Through a column, so that nothing is folded. */
function evaluateForRow(name: Parameters<typeof call>[0], values: readonly Value[]): Value {
  const scalar = compileScalar(call(name, ...values.map((_, index) => column(index))), { now, lenient: false })
  return scalar({ ...noRow, column: (index) => values[index] })
}

describe('calls of functions', () => {
  it.each<[Parameters<typeof call>[0], Value[], Value]>([
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-conditional.html
    ['COALESCE', [1n], 1n],
    ['COALESCE', [null], null],
    ['COALESCE', [null, null], null],
    ['COALESCE', [MISSING], null],
    ['COALESCE', [MISSING, MISSING], null],
    ['COALESCE', [1n, null], 1n],
    ['COALESCE', [null, null, 1n], 1n],
    ['COALESCE', [null, 'string'], 'string'],
    ['COALESCE', [MISSING, 1n], 1n],
    ['NULLIF', [1n, 2n], 1n],
    ['NULLIF', [1n, '1'], 1n],
    ['NULLIF', [1n, null], 1n],
    ['NULLIF', [null, 1n], null],
    ['NULLIF', [null, null], null],
    ['NULLIF', [MISSING, null], null],
    ['NULLIF', [MISSING, MISSING], null],
    ['NULLIF', [1n, 1n], null],
    ['NULLIF', [decimal('1.0'), 1n], null],
    ['NULLIF', ['a', 'a'], null],
    ['NULLIF', ['a', 'b'], 'a'],
    ['NULLIF', [true, false], true],
    ['NULLIF', [[1n], [1n]], null],
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-string.html
    ['CHAR_LENGTH', [''], 0n],
    ['CHAR_LENGTH', ['abcdefg'], 7n],
    ['LOWER', ['AbCdEfG!@#$'], 'abcdefg!@#$'],
    ['UPPER', ['AbCdEfG!@#$'], 'ABCDEFG!@#$'],
    ['SUBSTRING', ['123456789', 0n], '123456789'],
    ['SUBSTRING', ['123456789', 1n], '123456789'],
    ['SUBSTRING', ['123456789', 2n], '23456789'],
    ['SUBSTRING', ['123456789', -4n], '123456789'],
    ['SUBSTRING', ['123456789', 0n, 999n], '123456789'],
    ['SUBSTRING', ['123456789', 1n, 5n], '12345'],
    ['SUBSTRING', ['123456789', '2', decimal('3.0')], '234'],
    ['SUBSTRING', ['123456789', 2n ** 62n, 2n ** 62n], ''],
    ['TRIM', ['       foobar         '], 'foobar'],
    ['TRIM', ['1112211foobar22211122', '12'], 'foobar'],
    ['ABS', [-5n], 5n],
    ['ABS', ['-1.5'], new Decimal(15n, 1)],
    ['ABS', [-0.5], 0.5],
    ['ROUND', [decimal('2.5')], 3n],
    ['ROUND', [decimal('-2.5')], -3n],
    ['ROUND', [decimal('2.345'), 2n], new Decimal(235n, 2)],
    ['ROUND', [1250n, -2n], 1300n],
    ['ROUND', [5n, -1_000_000_000n], 0n],
    ['ROUND', [2.675, 2n], 2.68],
    ['FLOOR', [decimal('-1.1')], -2n],
    ['CEIL', [1.1], 2],
    ['CEIL', [3n], 3n],
    ['SIZE', [[1n, 2n]], 2n],
    ['SIZE', [new Struct(['a'], [1n])], 1n],
    ['TO_TIMESTAMP', ['2007T'], timestamp('2007T')],
    ['TO_TIMESTAMP', ['2007-02-23T12:14:33.079-08:00'], timestamp('2007-02-23T12:14:33.079-08:00')],
    ['TO_TIMESTAMP', ['2016', 'y'], timestamp('2016T')],
    ['TO_TIMESTAMP', [timestamp('2016T')], timestamp('2016T')],
    ['TO_STRING', [timestamp('1969-07-20T20:18Z'), 'MMMM d, y'], 'July 20, 1969'],
    ['TO_STRING', ['1969-07-20T20:18Z', 'yyyy'], '1969'],
  ])('%s of %o is %o', (name, values, expected) => {
    expect(evaluate(call(name, ...values))).toEqual(expected)
    expect(evaluateForRow(name, values)).toEqual(expected)
  })

  it('hands the part on to functions of dates', () => {
    expect(evaluate(dateCall('DATE_ADD', 'MONTH', 1n, timestamp('2010T')))).toEqual(timestamp('2010-02T'))
    expect(evaluate(dateCall('DATE_ADD', 'DAY', '1', '2010-01-31T'))).toEqual(timestamp('2010-02-01T'))
    expect(evaluate(dateCall('DATE_DIFF', 'DAY', timestamp('2010T'), timestamp('2011T')))).toBe(365n)
    expect(evaluate(dateCall('EXTRACT', 'YEAR', timestamp('2010T')))).toBe(2010n)
  })

  it('trims the side that is named', () => {
    expect(
      evaluate({ op: 'call', function: 'TRIM', arguments: [{ op: 'literal', value: ' a ' }], side: 'LEADING' }),
    ).toBe('a ')
  })

  it('gives NULL where an argument is NULL or MISSING', () => {
    for (const nothing of [null, MISSING]) {
      expect(evaluate(call('LOWER', nothing))).toBeNull()
      expect(evaluate(call('SUBSTRING', 'abc', nothing))).toBeNull()
      expect(evaluate(call('SUBSTRING', 'abc', 1n, nothing))).toBeNull()
      expect(evaluate(call('TO_STRING', timestamp('2010T'), nothing))).toBeNull()
      expect(evaluate(dateCall('DATE_ADD', 'DAY', nothing, timestamp('2010T')))).toBeNull()
    }
  })

  it('has one UTCNOW() for a query', () => {
    const scalar = compileScalar(call('UTCNOW'), { now, lenient: false })
    expect(scalar(noRow)).toBe(now)
    expect(
      evaluate(dateCall('DATE_DIFF', 'HOUR', call('UTCNOW'), dateCall('DATE_ADD', 'DAY', 1n, call('UTCNOW')))),
    ).toBe(24n)
  })

  it('answers VERSION() as Ceph does', () => expect(evaluate(call('VERSION'))).toBe('41.a'))

  it.each<[Parameters<typeof call>[0], Value[], string]>([
    ['LOWER', [1n], 'IncorrectSqlFunctionArgumentType'],
    ['CHAR_LENGTH', [true], 'IncorrectSqlFunctionArgumentType'],
    ['SUBSTRING', ['abc', 'x'], 'IncorrectSqlFunctionArgumentType'],
    ['SUBSTRING', ['abc', decimal('1.5')], 'IncorrectSqlFunctionArgumentType'],
    ['SUBSTRING', ['abc', 1n, -1n], 'IllegalSqlFunctionArgument'],
    ['TRIM', ['a', 1n], 'IncorrectSqlFunctionArgumentType'],
    ['TO_TIMESTAMP', ['soon'], 'ValueParseFailure'],
    ['TO_TIMESTAMP', ['2016', 'yyyy-MM'], 'ValueParseFailure'],
    ['TO_TIMESTAMP', [2016n, 'y'], 'IncorrectSqlFunctionArgumentType'],
    ['TO_TIMESTAMP', ['2016', 'y y'], 'EvaluatorTimestampFormatPatternDuplicateFields'],
    ['TO_STRING', [timestamp('2010T'), 'b'], 'EvaluatorInvalidTimestampFormatPattern'],
    ['TO_STRING', ['x', 'y'], 'IncorrectSqlFunctionArgumentType'],
    ['ABS', ['x'], 'IncorrectSqlFunctionArgumentType'],
    ['ABS', [-(2n ** 63n)], 'IntegerOverflow'],
    ['ROUND', [5n * 10n ** 18n, -19n], 'IntegerOverflow'],
    ['SIZE', ['x'], 'IncorrectSqlFunctionArgumentType'],
    ['NULLIF', [1n], 'EvaluatorInvalidArguments'],
    ['UTCNOW', [1n], 'EvaluatorInvalidArguments'],
    ['COALESCE', [], 'EvaluatorInvalidArguments'],
  ])('%s of %o fails with %s', (name, values, code) => {
    expect(() => evaluate(call(name, ...values))).toThrow(expect.objectContaining({ code }))
    expect(() => evaluateForRow(name, values)).toThrow(expect.objectContaining({ code }))
  })

  it('takes other values as text in the lenient dialect', () => {
    expect(evaluate(call('CHAR_LENGTH', 123n), true)).toBe(3n)
    expect(evaluate(call('SUBSTRING', 2024n, 1n, 2n), true)).toBe('20')
  })

  it('finds the faults of constant patterns before any row', () => {
    expect(() => compileScalar(call('TO_STRING', column(0), "'open"), { now, lenient: false })).toThrow(
      expect.objectContaining({ code: 'EvaluatorInvalidTimestampFormatPattern' }),
    )
    expect(() => compileScalar(call('TO_TIMESTAMP', column(0), 'y_'), { now, lenient: false })).toThrow(
      expect.objectContaining({ code: 'EvaluatorInvalidTimestampFormatPatternToken' }),
    )
  })
})
