import { describe, expect, it } from 'vitest'
import { Decimal } from '../../../src/select/value/decimal.ts'
import { parseNumber } from '../../../src/select/value/number.ts'

describe('parseNumber()', () => {
  it.each([
    ['0', 0n],
    ['007', 7n],
    ['+5', 5n],
    ['-12', -12n],
    ['123456789012345', 123456789012345n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['00000000000000000000000000000042', 42n],
  ])('reads %s as an INT', (text, expected) => expect(parseNumber(text)).toBe(expected))

  it.each([
    ['9223372036854775808', new Decimal(2n ** 63n, 0, '9223372036854775808')],
    ['-9223372036854775809', new Decimal(-(2n ** 63n) - 1n, 0, '-9223372036854775809')],
    ['1.0', new Decimal(10n, 1, '1.0')],
    ['1e2', new Decimal(1n, -2, '1e2')],
    ['-0', new Decimal(0n, 0, '-0')],
  ])('reads %s as a DECIMAL', (text, expected) => expect(parseNumber(text)).toEqual(expected))

  it.each(['', '-', '+', 'abc', ' 1', '1 ', '1a', '0x1', '1-', '1e'])('finds no number in %j', (text) => {
    expect(parseNumber(text)).toBeNull()
  })
})
