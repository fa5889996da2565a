import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import { resolveScanRange } from '../../../src/select/read/scan-range.ts'

describe('resolveScanRange()', () => {
  it.each([
    [null, null, 100, 0, 99],
    [0, null, 100, 0, 99],
    [50, null, 100, 50, 99],
    [99, null, 100, 99, 99],
    [10, 20, 100, 10, 20],
    [10, 10, 100, 10, 10],
    [10, 1000, 100, 10, 99],
    [null, 1, 100, 99, 99],
    [null, 100, 100, 0, 99],
    [null, 500, 100, 0, 99],
    [null, null, 0, 0, -1],
  ])('takes %j to %j of %j bytes as %j to %j', (...[start, end, size, from, to]) => {
    expect(resolveScanRange({ start, end }, size)).toEqual({ start: from, end: to })
  })

  it('takes no range as the whole object', () => {
    expect(resolveScanRange(null, 7)).toEqual({ start: 0, end: 6 })
    expect(resolveScanRange(null, 0)).toEqual({ start: 0, end: -1 })
  })

  it.each([
    [20, 10, 100],
    [100, null, 100],
    [100, 200, 100],
    [0, 10, 0],
    [null, 5, 0],
    [null, 0, 100],
    [-1, 10, 100],
    [1.5, 10, 100],
    [0, Number.NaN, 100],
    [0, -1, 100],
  ])('refuses %j to %j of %j bytes', (start, end, size) => {
    expect(() => resolveScanRange({ start, end }, size)).toThrow(new S3Error('InvalidScanRange'))
  })
})
