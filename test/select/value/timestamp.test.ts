import { describe, expect, it } from 'vitest'
import { dateFromDays, daysFromDate, isoWeek } from '../../../src/select/value/calendar.ts'
import { formatTimestamp, parseTimestamp } from '../../../src/select/value/timestamp.ts'
import { randomFrom } from '../../support/random.ts'

describe('parseTimestamp() and formatTimestamp()', () => {
  it.each([
    ['2010T', '2010T', 'year', null],
    ['2010-02T', '2010-02T', 'month', null],
    ['2010-02-03T', '2010-02-03', 'day', null],
    ['2010-02-03', '2010-02-03', 'day', null],
    ['2010-02-03T04:05Z', '2010-02-03T04:05Z', 'minute', 0],
    ['2010-02-03T04:05-00:00', '2010-02-03T04:05-00:00', 'minute', null],
    ['2010-02-03T04:05:06+05:30', '2010-02-03T04:05:06+05:30', 'second', 330],
    ['2010-02-03T04:05:06.007-08:00', '2010-02-03T04:05:06.007-08:00', 'fraction', -480],
    ['2010-02-03T04:05:06.1234567899Z', '2010-02-03T04:05:06.123456789Z', 'fraction', 0],
    ['0001-01-01T00:00Z', '0001-01-01T00:00Z', 'minute', 0],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z', 'second', 0],
    ['19501231T235959Z', '1950-12-31T23:59:59Z', 'second', 0],
    ['20200229T1200+0100', '2020-02-29T12:00+01:00', 'minute', 60],
    ['1969-12-31T23:59:59.5Z', '1969-12-31T23:59:59.5Z', 'fraction', 0],
  ])('reads %s and writes %s', (text, written, precision, offsetMinutes) => {
    const timestamp = parseTimestamp(text)
    expect(timestamp).toMatchObject({ precision, offsetMinutes })
    expect(timestamp === null ? null : formatTimestamp(timestamp)).toBe(written)
  })

  it.each([
    '',
    '2010',
    '2010-02',
    '2010-13T',
    '2010-02-29T',
    '2010-02-03T04Z',
    '2010-02-03T04:05',
    '2010-02-03T24:00Z',
    '2010-02-03T04:60Z',
    '2010-02-03T04:05:60Z',
    '2010-02-03T04:05:06.Z',
    '2010-02-03T04:05+24:00',
    '2010-02-03 04:05Z',
    '0000T',
    '20100203',
    ' 2010T',
  ])('finds no timestamp in %j', (text) => expect(parseTimestamp(text)).toBeNull())

  it('counts nanoseconds from 1970 in UTC', () => {
    expect(parseTimestamp('1970-01-01T01:00:00.000000001+01:00')?.nanoseconds).toBe(1n)
    expect(parseTimestamp('1969-12-31T23:59:59.999999999Z')?.nanoseconds).toBe(-1n)
  })

  it('agrees with the platform about moments', () => {
    const seed = Date.now() % 1_000_000
    const below = randomFrom(seed)
    const random = () => below(2 ** 32) / 2 ** 32
    for (let round = 0; round < 3000; round++) {
      const milliseconds = Math.floor(-62_135_596_800_000 + random() * 315_537_897_599_999)
      const text = new Date(milliseconds).toISOString()
      const timestamp = parseTimestamp(text)
      expect(timestamp?.nanoseconds, `seed ${seed}: ${text}`).toBe(BigInt(milliseconds) * 1_000_000n)
      expect(timestamp === null ? null : formatTimestamp(timestamp), `seed ${seed}`).toBe(text)
    }
  })
})

describe('the calendar', () => {
  it('goes from days to dates and back', () => {
    for (let days = -719_000; days < 2_900_000; days += 97) expect(daysFromDate(dateFromDays(days))).toBe(days)
  })

  it.each([
    [2005, 1, 1, 53],
    [2007, 1, 1, 1],
    [2008, 12, 29, 1],
    [2010, 1, 3, 53],
    [2020, 12, 31, 53],
    [2024, 2, 29, 9],
  ])('puts %i-%i-%i into week %i', (year, month, day, week) => expect(isoWeek({ year, month, day })).toBe(week))
})
