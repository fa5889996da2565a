// Which announcements find names that were announced before.
import { describe, expect, it } from 'vitest'
import { SpareExtents } from '../../src/shard/spare-extents.ts'

const names = (count: number) => Array.from({ length: count }, (_, index) => `extent-${index}`)

/** Announces one extent at each of the times (ms); gives how many were announced each time, 0 where none had to be. */
function announcements(times: number[], usableMilliseconds = 300_000): number[] {
  const spares = new SpareExtents()
  return times.map((now) => {
    if (spares.take('files', 1, now) !== null) return 0
    spares.keep('files', names(spares.worthwhile), now + usableMilliseconds)
    return 1 + spares.worthwhile
  })
}

describe('SpareExtents', () => {
  it('announces one at a time while uploads are far from each other', () => {
    expect(announcements([10_000, 11_000, 15_000])).toEqual([1, 1, 1])
  })

  it('announces more the longer uploads follow each other closely, 17 at most', () => {
    const times = Array.from({ length: 60 }, (_, index) => 10_000 + index * 999)
    const made = announcements(times)
    expect(made.filter((count) => count > 0)).toEqual([1, 2, 5, 17, 17, 17, 17])
    expect(made.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(times.length)
  })

  it('hands out no name whose lease may not last', () => {
    expect(announcements([10_000, 10_500, 11_000, 311_001], 300_000)).toEqual([1, 2, 0, 1])
    expect(announcements([10_000, 10_500, 11_501], 1000)).toEqual([1, 2, 1])
    expect(announcements([10_000, 10_500, 11_500], 1000)).toEqual([1, 2, 0])
  })

  it('hands out each name once, in the store it was announced for, and as many as are asked for', () => {
    const spares = new SpareExtents()
    spares.keep('files', names(3), 1000)
    expect(spares.take('r2', 1, 0)).toBeNull()
    expect(spares.take('files', 4, 0)).toBeNull()
    expect(spares.take('files', 2, 0)).toEqual(['extent-0', 'extent-1'])
    expect(spares.take('files', 1, 0)).toEqual(['extent-2'])
    expect(spares.take('files', 1, 0)).toBeNull()
  })

  it('forgets what was announced in vain', () => {
    const spares = new SpareExtents()
    spares.keep('files', names(3), 1000)
    spares.forget()
    expect(spares.take('files', 1, 0)).toBeNull()
  })
})
