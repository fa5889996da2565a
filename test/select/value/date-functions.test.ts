import { describe, expect, it } from 'vitest'
import type { DatePart } from '../../../src/select/bind/bound.ts'
import { dateAdd, dateDiff, extractPart } from '../../../src/select/value/date-functions.ts'
import { formatTimestamp, parseTimestamp } from '../../../src/select/value/timestamp.ts'
import type { Timestamp } from '../../../src/select/value/timestamp.ts'

function timestamp(text: string): Timestamp {
  const parsed = parseTimestamp(text)
  if (parsed === null) throw new Error(`${text} is no timestamp`)
  return parsed
}

describe('dateAdd()', () => {
  it.each<[DatePart, bigint, string, string]>([
    // AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html#s3-select-sql-reference-date-add
    ['YEAR', 5n, '2010-01-01T', '2015-01-01'],
    ['MONTH', 1n, '2010T', '2010-02T'],
    ['MONTH', 13n, '2010T', '2011-02T'],
    ['DAY', -1n, '2017-01-10T', '2017-01-09'],
    ['HOUR', 1n, '2017T', '2017-01-01T01:00-00:00'],
    ['HOUR', 1n, '2017-01-02T03:04Z', '2017-01-02T04:04Z'],
    ['MINUTE', 1n, '2017-01-02T03:04:05.006Z', '2017-01-02T03:05:05.006Z'],
    ['SECOND', 1n, '2017-01-02T03:04:05.006Z', '2017-01-02T03:04:06.006Z'],
    ['YEAR', -1n, '2017T', '2016T'],
    ['MONTH', -1n, '2017T', '2016-12T'],
    ['DAY', -1n, '2017T', '2016-12-31'],
    ['SECOND', -1n, '2017T', '2016-12-31T23:59:59-00:00'],
    ['SECOND', 31_536_000n, '2017T', '2018-01-01T00:00:00-00:00'],
    ['MONTH', 1n, '2019-01-31T', '2019-02-28'],
    ['YEAR', 1n, '2020-02-29T', '2021-02-28'],
    ['DAY', 1n, '2020-02-28T23:00+05:00', '2020-02-29T23:00+05:00'],
    ['WEEK', 2n, '2020-02-28T', '2020-03-13'],
  ])('%s plus %s to %s is %s', (part, quantity, text, expected) => {
    expect(formatTimestamp(dateAdd(part, quantity, timestamp(text)))).toBe(expected)
  })

  it.each<[DatePart, bigint]>([
    ['YEAR', 8000n],
    ['YEAR', -2010n],
    ['SECOND', 2n ** 62n],
    ['DAY', -(2n ** 62n)],
    ['TIMEZONE_HOUR', 1n],
    ['YEARDAY', 1n],
  ])('refuses %s plus %s', (part, quantity) => {
    expect(() => dateAdd(part, quantity, timestamp('2010T'))).toThrow(
      expect.objectContaining({ code: 'IllegalSqlFunctionArgument' }),
    )
  })
})

describe('dateDiff()', () => {
  it.each<[DatePart, string, string, bigint]>([
    // AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html#s3-select-sql-reference-date-diff
    ['YEAR', '2010-01-01T', '2011-01-01T', 1n],
    ['MONTH', '2010T', '2010-05T', 4n],
    ['MONTH', '2010T', '2011T', 12n],
    ['MONTH', '2011T', '2010T', -12n],
    ['DAY', '2010-01-01T23:00Z', '2010-01-02T01:00Z', 0n],
    ['YEAR', '2010T', '2010-05T', 0n],
    ['YEAR', '2011T', '2010-05T', 0n],
    ['YEAR', '2010-05-02T', '2012-05-01T', 1n],
    ['MONTH', '2010-01-31T', '2010-02-28T', 0n],
    ['MONTH', '2010-02-28T', '2010-01-31T', 0n],
    ['MONTH', '2010-03-01T', '2010-01-31T', -1n],
    ['DAY', '2010-01-01T', '2010-01-02T', 1n],
    ['DAY', '2010-01-02T01:00Z', '2010-01-01T', -1n],
    ['HOUR', '2010-01-01T00:00+01:00', '2010-01-01T00:00Z', 1n],
    ['MINUTE', '2010-01-01T00:00:59Z', '2010-01-01T00:01:00Z', 0n],
    ['SECOND', '2010-01-01T00:00:00.9Z', '2010-01-01T00:00:01.1Z', 1n],
    ['SECOND', '1969-12-31T23:59:59.9Z', '1970-01-01T00:00:00Z', 1n],
    ['WEEK', '2010-01-01T', '2010-01-14T', 1n],
  ])('%s from %s to %s is %s', (part, from, to, expected) => {
    expect(dateDiff(part, timestamp(from), timestamp(to))).toBe(expected)
  })

  it('counts no parts of offsets', () => {
    expect(() => dateDiff('TIMEZONE_MINUTE', timestamp('2010T'), timestamp('2010T'))).toThrow(
      expect.objectContaining({ code: 'IllegalSqlFunctionArgument' }),
    )
  })
})

describe('extractPart()', () => {
  it.each<[DatePart, string, bigint]>([
    // AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html#s3-select-sql-reference-extract
    ['YEAR', '2010-01-01T', 2010n],
    ['MONTH', '2010T', 1n],
    ['MONTH', '2010-10T', 10n],
    ['HOUR', '2017-01-02T03:04:05+07:08', 3n],
    ['MINUTE', '2017-01-02T03:04:05+07:08', 4n],
    ['TIMEZONE_HOUR', '2017-01-02T03:04:05+07:08', 7n],
    ['TIMEZONE_MINUTE', '2017-01-02T03:04:05+07:08', 8n],
    ['DAY', '2017-01-02T03:04:05+07:08', 2n],
    ['SECOND', '2017-01-02T03:04:05.9+07:08', 5n],
    ['TIMEZONE_HOUR', '2017-01-02T03:04:05-01:20', -1n],
    ['TIMEZONE_MINUTE', '2017-01-02T03:04:05-01:20', -20n],
    ['TIMEZONE_HOUR', '2017T', 0n],
    ['WEEK', '2007-01-01T', 1n],
    ['YEARDAY', '2020-12-31T', 366n],
  ])('%s of %s is %s', (part, text, expected) => expect(extractPart(part, timestamp(text))).toBe(expected))
})
