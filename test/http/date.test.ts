import { describe, expect, it } from 'vitest'
import { formatHttpDate, formatIso8601, parseHttpDate, parseIso8601 } from '../../src/http/date.ts'

const moment = Date.UTC(1994, 10, 6, 8, 49, 37)

describe('parseHttpDate()', () => {
  const table: [text: string, expected: number | null][] = [
    ['Sun, 06 Nov 1994 08:49:37 GMT', moment],
    ['Sunday, 06-Nov-94 08:49:37 GMT', moment],
    ['Sun Nov  6 08:49:37 1994', moment],
    ['Sun, 6 Nov 1994 08:49:37 GMT', moment],
    ['Sun, 06 Nov 1994 08:49:37 +0000', moment],
    ['Friday, 01-Jan-27 00:00:00 GMT', Date.UTC(2027, 0, 1)],
    ['Thu, 29 Feb 2024 00:00:00 GMT', Date.UTC(2024, 1, 29)],
    ['Thu, 01 Jan 0001 00:00:00 GMT', -62135596800000],
    ['Sun, 31 Feb 1994 08:49:37 GMT', null],
    ['Sun, 06 Nov 1994 24:00:00 GMT', null],
    ['Sun, 06 Xyz 1994 08:49:37 GMT', null],
    ['Sun, 06 Nov 1994 08:49:37 PST', null],
    ['1994-11-06T08:49:37Z', null],
    ['now', null],
    ['', null],
  ]
  for (const [text, expected] of table) {
    it(`reads ${JSON.stringify(text)}`, () => expect(parseHttpDate(text)).toBe(expected))
  }
})

describe('parseIso8601()', () => {
  const table: [text: string, expected: number | null][] = [
    ['1994-11-06T08:49:37Z', moment],
    ['1994-11-06T08:49:37.123Z', moment + 123],
    ['1994-11-06T09:49:37+01:00', moment],
    ['1994-11-06T07:19:37-0130', moment],
    ['1994-11-06', null],
    ['1994-13-06T08:49:37Z', null],
    ['1994-11-06T08:49:37', null],
    ['1994-11-06T08:49:37+99:00', null],
  ]
  for (const [text, expected] of table) {
    it(`reads ${JSON.stringify(text)}`, () => expect(parseIso8601(text)).toBe(expected))
  }
})

describe('formatting', () => {
  it('writes what it reads', () => {
    expect(formatHttpDate(moment)).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
    expect(formatIso8601(moment)).toBe('1994-11-06T08:49:37.000Z')
  })
})
