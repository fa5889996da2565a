import { beforeEach, describe, expect, it } from 'vitest'
import { absenceMilliseconds, cacheMilliseconds, cachedRecordsMax } from '../../src/limits.ts'
import { IsolateCache } from '../../src/store/isolate-cache.ts'

let now = 0
let loads = 0
let stored: string | null = 'first'
let cache = new IsolateCache<string>()

const load = async () => {
  loads++
  return stored
}

const fail = async () => Promise.reject(new Error('down'))

beforeEach(() => {
  now = 1_000_000
  loads = 0
  stored = 'first'
  cache = new IsolateCache<string>(() => now)
})

describe('IsolateCache.get()', () => {
  it('loads a value once in its time', async () => {
    await cache.get('k', load)
    now += cacheMilliseconds * 0.79
    expect(await cache.get('k', load)).toBe('first')
    expect(loads).toBe(1)
  })

  it('never gives a value older than its time', async () => {
    await cache.get('k', load)
    stored = 'second'
    now += cacheMilliseconds
    expect(await cache.get('k', load)).toBe('second')
  })

  it('lets one request renew a value while the others go on with it', async () => {
    await cache.get('k', load)
    stored = 'second'
    now += cacheMilliseconds * 0.9
    const renewing = cache.get('k', load)
    expect(await cache.get('k', load)).toBe('first')
    expect(await renewing).toBe('second')
    expect(loads).toBe(2)
    expect(await cache.get('k', load)).toBe('second')
  })

  it('goes on with a value in its time when it cannot be renewed, and not after', async () => {
    await cache.get('k', load)
    now += cacheMilliseconds * 0.9
    expect(await cache.get('k', fail)).toBe('first')
    now += cacheMilliseconds * 0.1
    await expect(cache.get('k', fail)).rejects.toThrow('down')
  })

  it('remembers an absence for a shorter time', async () => {
    stored = null
    expect(await cache.get('k', load)).toBeNull()
    stored = 'made'
    now += absenceMilliseconds * 0.5
    expect(await cache.get('k', load)).toBeNull()
    now += absenceMilliseconds * 0.5
    expect(await cache.get('k', load)).toBe('made')
  })

  it('does not bring back what a load saw before a change', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const slow = cache.get('k', () => promise)
    cache.clear()
    resolve('before the change')
    await slow
    stored = 'after the change'
    expect(await cache.get('k', load)).toBe('after the change')
  })

  it('forgets the oldest beyond its size', async () => {
    for (let i = 0; i <= cachedRecordsMax; i++) await cache.get(`k${i}`, load)
    const before = loads
    await cache.get('k1', load)
    expect(loads).toBe(before)
    await cache.get('k0', load)
    expect(loads).toBe(before + 1)
  })
})
