import { describe, expect, it } from 'vitest'
import { parseTimestamp } from '../../../src/select/value/timestamp.ts'
import type { Timestamp } from '../../../src/select/value/timestamp.ts'
import { compileToString } from '../../../src/select/value/to-string.ts'

function timestamp(text: string): Timestamp {
  const parsed = parseTimestamp(text)
  if (parsed === null) throw new Error(`${text} is no timestamp`)
  return parsed
}

describe('compileToString()', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html#s3-select-sql-reference-to-string
  it.each([
    ['1969-07-20T20:18Z', 'MMMM d, y', 'July 20, 1969'],
    ['1969-07-20T20:18Z', 'MMM d, yyyy', 'Jul 20, 1969'],
    ['1969-07-20T20:18Z', 'M-d-yy', '7-20-69'],
    ['1969-07-20T20:18Z', 'MM-d-y', '07-20-1969'],
    ['1969-07-20T20:18Z', 'MMMM d, y h:m a', 'July 20, 1969 8:18 PM'],
    ['1969-07-20T20:18Z', "y-MM-dd'T'H:m:ssX", '1969-07-20T20:18:00Z'],
    ['1969-07-20T20:18+08:00', "y-MM-dd'T'H:m:ssX", '1969-07-20T20:18:00+08'],
    ['1969-07-20T20:18+08:00', "y-MM-dd'T'H:m:ssXXXX", '1969-07-20T20:18:00+0800'],
    ['1969-07-20T20:18+08:00', "y-MM-dd'T'H:m:ssXXXXX", '1969-07-20T20:18:00+08:00'],
  ])('writes %s as AWS documents %s', (text, pattern, expected) => {
    expect(compileToString(pattern)(timestamp(text))).toBe(expected)
  })

  const moment = '0970-01-02T03:04:05.067008009-07:30'

  it.each([
    ['yy', '70'],
    ['y', '970'],
    ['yyyy', '0970'],
    ['yyy', '0970'],
    ['M', '1'],
    ['MM', '01'],
    ['MMM', 'Jan'],
    ['MMMM', 'January'],
    ['MMMMM', 'J'],
    ['d', '2'],
    ['dd', '02'],
    ['a', 'AM'],
    ['h', '3'],
    ['hh', '03'],
    ['H', '3'],
    ['HH', '03'],
    ['m', '4'],
    ['mm', '04'],
    ['s', '5'],
    ['ss', '05'],
    ['S', '0'],
    ['SS', '06'],
    ['SSS', '067'],
    ['SSSSSSSSS', '067008009'],
    ['n', '67008009'],
    ['X', '-0730'],
    ['XX', '-0730'],
    ['X'.repeat(3), '-07:30'],
    ['x', '-0730'],
    ['xx', '-0730'],
    ['xxxx', '-0730'],
    ['xxx', '-07:30'],
    ['xxxxx', '-07:30'],
    ["'T'", 'T'],
    ["''", "'"],
    ["'it''s' y", "it's 970"],
    ['y.M/d-H:m,s', '970.1/2-3:4,5'],
    ['', ''],
  ])('writes the symbol %s as %s', (pattern, expected) => {
    expect(compileToString(pattern)(timestamp(moment))).toBe(expected)
  })

  it('writes offsets of nothing and noon and midnight', () => {
    expect(compileToString(`X XX ${'X'.repeat(3)} x xx xxx`)(timestamp('2010-01-01T00:00Z'))).toBe(
      'Z Z Z +00 +0000 +00:00',
    )
    expect(compileToString('h a')(timestamp('2010-01-01T00:00Z'))).toBe('12 AM')
    expect(compileToString('h a')(timestamp('2010-01-01T12:00Z'))).toBe('12 PM')
    expect(compileToString("y-MM-dd'T'HH:mm:ssX")(timestamp('2010T'))).toBe('2010-01-01T00:00:00Z')
  })

  it.each(['b', 'Y', 'VV', 'yyyyy', 'MMMMMM', 'ddd', 'aa', 'HHH', 'nn', 'XXXXXX', "'open", 'SSSSSSSSSS', 'y_M'])(
    'refuses %s',
    (pattern) => {
      expect(() => compileToString(pattern)).toThrow(
        expect.objectContaining({ code: 'EvaluatorInvalidTimestampFormatPattern' }),
      )
    },
  )
})
