import { describe, expect, it } from 'vitest'
import { charLength, substring, trimText } from '../../../src/select/value/text-functions.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-string.html
describe('charLength()', () => {
  it.each([
    ['', 0],
    ['abcdefg', 7],
    ['é😀😀', 3],
    ['\ud800a', 2],
  ])('of %j is %i', (text, length) => expect(charLength(text)).toBe(length))
})

describe('substring()', () => {
  it.each([
    ['123456789', 0, null, '123456789'],
    ['123456789', 1, null, '123456789'],
    ['123456789', 2, null, '23456789'],
    ['123456789', -4, null, '123456789'],
    ['123456789', 0, 999, '123456789'],
    ['123456789', 0, 2, '1'],
    ['123456789', 1, 5, '12345'],
    ['123456789', -4, 4, ''],
    ['123456789', -4, 6, '1'],
    ['123456789', 10, null, ''],
    ['123456789', 9, 5, '9'],
    ['123456789', 3, 0, ''],
    ['a😀b😀c', 2, 3, '😀b😀'],
    ['a😀b😀c', 5, null, 'c'],
    ['a😀', 9, 9, ''],
  ])('of %j from %i for %s is %j', (text, start, length, expected) => {
    expect(substring(text, start, length)).toBe(expected)
  })

  it('takes no negative length', () => {
    expect(() => substring('abc', 1, -1)).toThrow(expect.objectContaining({ code: 'IllegalSqlFunctionArgument' }))
  })
})

describe('trimText()', () => {
  it.each([
    ['       foobar         ', 'BOTH', ' ', 'foobar'],
    [' \tfoobar\t ', 'BOTH', ' ', '\tfoobar\t'],
    ['       foobar         ', 'LEADING', ' ', 'foobar         '],
    ['       foobar         ', 'TRAILING', ' ', '       foobar'],
    ['1112211foobar22211122', 'BOTH', '12', 'foobar'],
    ['- =string =-  ', 'BOTH', ' -=', 'string'],
    ['      ', 'BOTH', ' ', ''],
    ['      ', 'TRAILING', ' ', ''],
    ['', 'LEADING', ' ', ''],
    ['💩💩😁😞💩', 'BOTH', '💩', '😁😞'],
    ['😁', 'BOTH', '💩', '😁'],
    ['abc', 'BOTH', '', 'abc'],
  ] as const)('of %j, %s, the characters %j leaves %j', (text, side, characters, expected) => {
    expect(trimText(text, side, characters)).toBe(expected)
  })
})
