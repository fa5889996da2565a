import { describe, expect, it } from 'vitest'
import type { CastType } from '../../../src/select/bind/bound.ts'
import { castValue } from '../../../src/select/value/cast.ts'
import { Decimal, parseDecimal } from '../../../src/select/value/decimal.ts'
import { formatText } from '../../../src/select/value/format.ts'
import { parseTimestamp } from '../../../src/select/value/timestamp.ts'
import { MISSING, Struct } from '../../../src/select/value/value.ts'
import type { Value } from '../../../src/select/value/value.ts'

const decimal = (text: string) => parseDecimal(text)

describe('castValue()', () => {
  it.each<[Value, CastType, Value]>([
    ['true', 'BOOL', true],
    ['False', 'BOOL', false],
    ['1', 'BOOL', true],
    ['0.0', 'BOOL', false],
    [2n, 'BOOL', true],
    [0, 'BOOL', false],
    [true, 'BOOL', true],
    ['42', 'INT', 42n],
    [' +042 ', 'INT', 42n],
    ['-0', 'INT', 0n],
    ['-9223372036854775808', 'INT', -(2n ** 63n)],
    [1.9, 'INT', 1n],
    [-1.9, 'INT', -1n],
    [decimal('1.9'), 'INT', 1n],
    [true, 'INT', 1n],
    ['0.456', 'FLOAT', 0.456],
    [1n, 'FLOAT', 1],
    [decimal('0.1'), 'FLOAT', 0.1],
    [false, 'FLOAT', 0],
    ['1e-400', 'FLOAT', 0],
    ['+1.50', 'DECIMAL', new Decimal(150n, 2)],
    [0.1, 'DECIMAL', new Decimal(1n, 1)],
    [5n, 'DECIMAL', new Decimal(5n, 0)],
    [true, 'DECIMAL', new Decimal(1n, 0)],
    ['abc', 'STRING', 'abc'],
    [123n, 'STRING', '123'],
    [decimal('1e3'), 'STRING', '1000'],
    [1.5, 'STRING', '1.5'],
    [true, 'STRING', 'true'],
    [parseTimestamp('2010T'), 'STRING', '2010T'],
    [new Struct(['a'], [[1n]]), 'STRING', '{"a":[1]}'],
    [null, 'INT', null],
    [MISSING, 'STRING', MISSING],
  ])('casts %o AS %s to %o', (value, type, expected) => expect(castValue(value, type)).toEqual(expected))

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-data-types.html
  it('reads timestamps as AWS documents them', () => {
    expect(formatText(castValue('2007-04-05T14:30Z', 'TIMESTAMP'))).toBe('2007-04-05T14:30Z')
  })

  it.each<[Value, CastType, string]>([
    ['abc', 'INT', 'CastFailed'],
    ['', 'INT', 'CastFailed'],
    ['1.5', 'INT', 'CastFailed'],
    ['1e3', 'INT', 'CastFailed'],
    ['9223372036854775808', 'INT', 'IntegerOverflow'],
    [1e19, 'INT', 'IntegerOverflow'],
    [NaN, 'INT', 'IntegerOverflow'],
    [decimal('1e30'), 'INT', 'IntegerOverflow'],
    ['abc', 'FLOAT', 'CastFailed'],
    ['Infinity', 'FLOAT', 'CastFailed'],
    ['1e400', 'FLOAT', 'NumberFormatError'],
    [decimal('1e400'), 'FLOAT', 'NumberFormatError'],
    ['1,5', 'DECIMAL', 'CastFailed'],
    [Infinity, 'DECIMAL', 'NumberFormatError'],
    ['yes', 'BOOL', 'CastFailed'],
    ['2010-13T', 'TIMESTAMP', 'CastFailed'],
    [2010n, 'TIMESTAMP', 'InvalidCast'],
    [parseTimestamp('2010T'), 'INT', 'InvalidCast'],
    [parseTimestamp('2010T'), 'BOOL', 'InvalidCast'],
    [[], 'FLOAT', 'InvalidCast'],
    [[], 'DECIMAL', 'InvalidCast'],
  ])('casting %o AS %s fails with %s', (value, type, code) => {
    expect(() => castValue(value, type)).toThrow(expect.objectContaining({ code }))
  })
})
