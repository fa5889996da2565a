import { describe, expect, it } from 'vitest'
import { contentRange, parseRange, resolveRange, unsatisfiedRange, type RangeSpec } from '../../src/http/range.ts'

const fromTo = (start: number, end: number | null): RangeSpec => ({ kind: 'from-to', start, end })
const suffix = (length: number): RangeSpec => ({ kind: 'suffix', length })

describe('parseRange()', () => {
  const table: [header: string, expected: RangeSpec | RangeSpec[] | null][] = [
    ['bytes=0-9', fromTo(0, 9)],
    ['bytes=5-', fromTo(5, null)],
    ['bytes=-3', suffix(3)],
    ['bytes=-0', suffix(0)],
    ['Bytes = 0-0 ', fromTo(0, 0)],
    ['bytes=0-1, 4-5,-2', [fromTo(0, 1), fromTo(4, 5), suffix(2)]],
    ['bytes=0-1,,', fromTo(0, 1)],
    ['bytes=0-99999999999999999999', fromTo(0, Number.MAX_SAFE_INTEGER)],
    ['bytes=', null],
    ['bytes=-', null],
    ['bytes=,', null],
    ['bytes=9-5', null],
    ['bytes=0-1,9-5', null],
    ['bytes=a-b', null],
    ['bytes=0-b', null],
    ['bytes=1.5-2', null],
    ['bytes=+1-2', null],
    ['bytes=0--2', null],
    ['bytes 0-9', null],
    ['items=0-9', null],
    ['', null],
  ]
  for (const [header, expected] of table) {
    it(`reads ${JSON.stringify(header)}`, () => expect(parseRange(header)).toEqual(expected))
  }
})

describe('resolveRange()', () => {
  const table: [spec: RangeSpec, size: number, expected: ReturnType<typeof resolveRange>][] = [
    [fromTo(0, 4), 10, { offset: 0, length: 5 }],
    [fromTo(4, 4), 10, { offset: 4, length: 1 }],
    [fromTo(4, null), 10, { offset: 4, length: 6 }],
    [fromTo(9, 100), 10, { offset: 9, length: 1 }],
    [fromTo(10, 100), 10, 'unsatisfiable'],
    [fromTo(0, null), 0, 'unsatisfiable'],
    [suffix(3), 10, { offset: 7, length: 3 }],
    [suffix(11), 10, { offset: 0, length: 10 }],
    [suffix(0), 10, 'unsatisfiable'],
    [suffix(1), 0, 'unsatisfiable'],
  ]
  for (const [spec, size, expected] of table) {
    it(`takes ${JSON.stringify(spec)} of ${size} bytes`, () => expect(resolveRange(spec, size)).toEqual(expected))
  }
})

describe('contentRange()', () => {
  it('is inclusive', () => expect(contentRange({ offset: 0, length: 5 }, 10)).toBe('bytes 0-4/10'))
  it('names the size alone when nothing can be sent', () => expect(unsatisfiedRange(10)).toBe('bytes */10'))
})
