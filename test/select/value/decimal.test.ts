import { describe, expect, it } from 'vitest'
import {
  addDecimals,
  compareDecimals,
  Decimal,
  decimalFromFloat,
  decimalToFloat,
  decimalToInteger,
  divideDecimals,
  formatDecimal,
  multiplyDecimals,
  parseDecimal,
  remainderOfDecimals,
  roundDecimal,
  subtractDecimals,
  trimDecimal,
} from '../../../src/select/value/decimal.ts'
import { randomFrom } from '../../support/random.ts'

function decimal(text: string): Decimal {
  const parsed = parseDecimal(text)
  if (parsed === null) throw new Error(`${text} is no decimal`)
  return parsed
}

/** Without the lexeme, so that formatting shows the value. */
function plain(value: Decimal): string {
  return formatDecimal(new Decimal(value.unscaled, value.scale))
}

describe('parseDecimal()', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['1.50', '1.50'],
    ['+.5', '0.5'],
    ['5.', '5'],
    ['-00012.340', '-12.340'],
    ['1e3', '1000'],
    ['1.25E-3', '0.00125'],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
    ['123456789012345678901234567890123456785', '123456789012345678901234567890123456780'],
    ['123456789012345678901234567890123456775', '123456789012345678901234567890123456780'],
    ['1234567890123456789012345678901234567850000001', '1234567890123456789012345678901234567900000000'],
    ['99999999999999999999999999999999999999.5', '100000000000000000000000000000000000000'],
  ])('reads %s as %s', (text, expected) => {
    expect(plain(decimal(text))).toBe(expected)
    expect(decimal(text).lexeme).toBe(text)
  })

  it.each(['', ' 1', '1 ', '.', '+', '1e', '1e+', '--1', '0x10', '1_000', 'NaN', 'Infinity', '1,5', '١'])(
    'finds no number in %j',
    (text) => expect(parseDecimal(text)).toBeNull(),
  )

  it('rounds a million digits in no time', () => {
    const started = performance.now()
    const value = decimal(`0.${'9'.repeat(1_000_000)}e400`)
    expect(performance.now() - started).toBeLessThan(500)
    expect(compareDecimals(value, decimal('1e400'))).toBe(0)
  })
})

describe('decimals that are far apart', () => {
  it('compare without writing them out', () => {
    expect(compareDecimals(decimal('1e1000000000'), decimal('2'))).toBeGreaterThan(0)
    expect(compareDecimals(decimal('-1e1000000000'), decimal('2'))).toBeLessThan(0)
    expect(compareDecimals(decimal('1e-1000000000'), decimal('1e-999999999'))).toBeLessThan(0)
    expect(compareDecimals(decimal('0e1000000000'), decimal('0.000'))).toBe(0)
    expect(compareDecimals(decimal('1e99999999999999999999'), decimal('5'))).toBeGreaterThan(0)
  })

  it('add to the larger one', () => {
    expect(plain(addDecimals(decimal('1e200'), decimal('1e-200')))).toBe(`1${'0'.repeat(200)}`)
    expect(plain(addDecimals(decimal('0e300'), decimal('1.5')))).toBe('1.5')
  })

  it('fail where they cannot be written out', () => {
    expect(() => plain(decimal('1e10000'))).toThrow(expect.objectContaining({ code: 'NumberFormatError' }))
    expect(() => plain(decimal('1e-10000'))).toThrow(expect.objectContaining({ code: 'NumberFormatError' }))
    expect(() => multiplyDecimals(decimal('1e4000'), decimal('1e4000'))).toThrow(
      expect.objectContaining({ code: 'NumberFormatError' }),
    )
    expect(() => remainderOfDecimals(decimal('1e1000000000'), decimal('3'))).toThrow(
      expect.objectContaining({ code: 'NumberFormatError' }),
    )
    expect(() => decimalToInteger(decimal('1e1000000000'))).toThrow(
      expect.objectContaining({ code: 'IntegerOverflow' }),
    )
  })
})

describe('decimal arithmetic', () => {
  it.each([
    ['161', '2', '80.5'],
    ['1', '3', `0.${'3'.repeat(38)}`],
    ['2', '3', `0.${'6'.repeat(37)}7`],
    ['-2', '3', `-0.${'6'.repeat(37)}7`],
    ['80', '1', '80'],
    ['1', '8', '0.125'],
    ['100', '0.1', '1000'],
  ])('%s / %s is %s', (left, right, quotient) => {
    expect(plain(divideDecimals(decimal(left), decimal(right)))).toBe(quotient)
  })

  it.each([
    ['7', '3', '1'],
    ['-7', '3', '-1'],
    ['7.5', '-2', '1.5'],
    ['1e3', '7', '6'],
  ])('the remainder of %s by %s is %s', (left, right, remainder) => {
    expect(plain(remainderOfDecimals(decimal(left), decimal(right)))).toBe(remainder)
  })

  it.each([
    ['2.5', 0, 'half-even', '2'],
    ['2.5', 0, 'half-up', '3'],
    ['-2.5', 0, 'half-up', '-3'],
    ['-2.1', 0, 'floor', '-3'],
    ['-2.9', 0, 'ceiling', '-2'],
    ['2.1', 0, 'ceiling', '3'],
    ['1234.5678', 2, 'half-up', '1234.57'],
    ['1250', -2, 'half-up', '1300'],
    ['49', -2, 'half-up', '0'],
    ['1e-300', 0, 'ceiling', '1'],
    ['1e-300', 0, 'half-up', '0'],
    ['1.5', 3, 'half-up', '1.5'],
  ] as const)('%s rounded to %i digits %s is %s', (text, scale, rounding, expected) => {
    expect(plain(roundDecimal(decimal(text), scale, rounding))).toBe(expected)
  })

  it('agrees with exact fractions', () => {
    const seed = Date.now() % 1_000_000
    const below = randomFrom(seed)
    const random = () => below(2 ** 32) / 2 ** 32
    for (let round = 0; round < 5000; round++) {
      const [left, right] = [randomDecimal(random), randomDecimal(random)]
      const context = `seed ${seed}: ${left.unscaled}e${-left.scale} and ${right.unscaled}e${-right.scale}`
      const [a, b] = onOneScale(left, right)
      expect(Math.sign(compareDecimals(left, right)), context).toBe(a < b ? -1 : a > b ? 1 : 0)
      const scale = Math.max(left.scale, right.scale)
      expectNearest(addDecimals(left, right), a + b, 10n ** BigInt(scale), context)
      expectNearest(subtractDecimals(left, right), a - b, 10n ** BigInt(scale), context)
      const product = left.unscaled * right.unscaled
      expectNearest(multiplyDecimals(left, right), product, 10n ** BigInt(left.scale + right.scale), context)
      if (b === 0n) continue
      expectNearest(divideDecimals(left, right), a, b, context)
      const [remainder, exact] = onOneScale(remainderOfDecimals(left, right), new Decimal(a % b, scale))
      expect(remainder, context).toBe(exact)
    }
  })
})

function randomDecimal(random: () => number): Decimal {
  const digits = 1 + Math.floor(random() * 38)
  let unscaled = 0n
  const zeros = random() < 0.3
  for (let index = 0; index < digits; index++) {
    unscaled = unscaled * 10n + BigInt(zeros && random() < 0.8 ? 0 : Math.floor(random() * 10))
  }
  return new Decimal(random() < 0.5 ? -unscaled : unscaled, Math.floor(random() * 30))
}

function onOneScale(left: Decimal, right: Decimal): [bigint, bigint] {
  const scale = Math.max(left.scale, right.scale)
  return [left.unscaled * 10n ** BigInt(scale - left.scale), right.unscaled * 10n ** BigInt(scale - right.scale)]
}

/** The result is the fraction's nearest of at most 38 digits; exactly the fraction when that has no more. */
function expectNearest(result: Decimal, numerator: bigint, denominator: bigint, context: string): void {
  const unit = 10n ** BigInt(Math.max(0, -result.scale))
  const power = 10n ** BigInt(Math.max(0, result.scale))
  // |result - n/d| * 2 <= one in the last place, over the common denominator power * |d|.
  const sign = denominator < 0n ? -1n : 1n
  const error = abs(result.unscaled * unit * denominator * sign - numerator * sign * power)
  const digits = abs(result.unscaled).toString().length
  expect(digits, context).toBeLessThanOrEqual(38)
  // A quotient has lost its trailing zeros: they count.
  const twice = error * 2n * 10n ** BigInt(38 - digits)
  expect(twice <= unit * abs(denominator), context).toBe(true)
  if (digits === 38 && twice === unit * abs(denominator)) expect(result.unscaled % 2n, context).toBe(0n)
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value
}

describe('conversions of decimals', () => {
  it('goes to the nearest float and back to the shortest decimal', () => {
    expect(decimalToFloat(decimal('0.1'))).toBe(0.1)
    expect(decimalToFloat(decimal('1e400'))).toBe(Infinity)
    expect(plain(decimalFromFloat(0.1))).toBe('0.1')
    expect(plain(decimalFromFloat(1e21))).toBe('1000000000000000000000')
    expect(() => decimalFromFloat(NaN)).toThrow(expect.objectContaining({ code: 'NumberFormatError' }))
  })

  it('cuts off the fraction for an integer', () => {
    expect(decimalToInteger(decimal('-1.9'))).toBe(-1n)
    expect(decimalToInteger(decimal('1e5'))).toBe(100_000n)
    expect(decimalToInteger(decimal('1e-1000000'))).toBe(0n)
  })

  it('trims zeros after the point alone', () => {
    expect(plain(trimDecimal(decimal('1.500')))).toBe('1.5')
    expect(plain(trimDecimal(decimal('100')))).toBe('100')
    expect(plain(trimDecimal(decimal('0.000')))).toBe('0')
  })
})
