import { describe, expect, it } from 'vitest'
import { Decimal } from '../../../src/select/value/decimal.ts'
import { fewDigitsOf, fewDigitsOfText, parseNumber } from '../../../src/select/value/number.ts'
import { randomFrom } from '../../support/random.ts'

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

describe('fewDigitsOfText() and fewDigitsOf()', () => {
  it.each([
    ['0', 0],
    ['-12.50', -12.5],
    ['+.5', 0.5],
    ['5.', 5],
    ['999999999999999', 999_999_999_999_999],
    ['0.00000000000001', 1e-14],
    ['', NaN],
    ['-', NaN],
    ['.', NaN],
    ['-.', NaN],
    ['1.2.3', NaN],
    ['1e2', NaN],
    [' 1', NaN],
    ['1000000000000000', NaN],
    ['12345678901234567', NaN],
  ])('of %j is %d', (text, expected) => expect(fewDigitsOfText(text)).toBe(expected))

  it('agree with parseNumber about what a text is', () => {
    const seed = Date.now() % 1_000_000
    const below = randomFrom(seed)
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from(
        { length: below(19) },
        () => '0123456789.-+e '[below(below(2) === 0 ? 11 : 15)] ?? '',
      ).join('')
      const few = fewDigitsOfText(text)
      const parsed = parseNumber(text)
      const context = `seed ${seed}: ${text}`
      if (Number.isNaN(few)) {
        if (/^-?\d{1,15}$/.test(text)) expect(text, context).toBe('')
        continue
      }
      expect(few + 0, context).toBe(Number(text) + 0)
      expect(parsed, context).not.toBeNull()
      if (parsed !== null) expect(fewDigitsOf(parsed) + 0, context).toBe(few + 0)
    }
  })

  it('have nothing to say of long numbers', () => {
    expect(fewDigitsOf(10n ** 15n)).toBeNaN()
    expect(fewDigitsOf(new Decimal(1n, -1))).toBeNaN()
    expect(fewDigitsOf(new Decimal(1n, 16))).toBeNaN()
    expect(fewDigitsOf(-(10n ** 15n) + 1n)).toBe(-999_999_999_999_999)
  })
})
