import { describe, expect, it } from 'vitest'
import { compareDecimals, parseDecimal } from '../../src/iam/decimal.ts'

describe('compareDecimals()', () => {
  // Each row in ascending order; what stands together is equal.
  // In ascending order; what stands in one row is equal.
  const ascending = [
    ['-1e400'],
    ['-9007199254740993'],
    ['-9007199254740992'],
    ['-10', '-1e1'],
    ['-1', '-1.000'],
    ['-0.5', '-.5', '-5e-1'],
    ['0', '-0', '0.00', '0e9', '+0'],
    ['1e-400'],
    ['0.05'],
    ['0.5', '.5', '0.50', '5E-1'],
    ['1', '01', '1.', '+1'],
    ['9.99'],
    ['10', '1e1', '1.0e+1', '0010.0'],
    ['9007199254740992'],
    ['9007199254740992.5'],
    ['9007199254740993', '9007199254740993.0', '90071992547409930e-1'],
    ['1e400'],
  ]
  for (const [place, row] of ascending.entries()) {
    it(`puts ${row.join(', ')} in place ${place}`, () => {
      for (const text of row) {
        const signs = ascending.map(([other]) => Math.sign(compareDecimals(parseDecimal(text)!, parseDecimal(other!)!)))
        expect(signs).toEqual(ascending.map((_, index) => Math.sign(place - index)))
      }
    })
  }
})

describe('parseDecimal()', () => {
  for (const text of [
    '',
    '.',
    '-',
    'e1',
    '1e',
    '1e1.5',
    '0x10',
    '1,000',
    ' 1',
    '1 ',
    'NaN',
    'Infinity',
    '1_000',
    '--1',
    '١',
    `1${'0'.repeat(300)}`,
  ]) {
    it(`refuses ${JSON.stringify(text.slice(0, 20))}`, () => expect(parseDecimal(text)).toBeNull())
  }
})
