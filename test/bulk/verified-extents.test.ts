import { describe, expect, it } from 'vitest'
import { VerifiedExtents } from '../../src/bulk/verified-extents.ts'
import { blockBytes, verifiedExtentsMax, verifiedMilliseconds } from '../../src/limits.ts'

const now = Date.UTC(2026, 0, 1)
const whole = { offset: 0, length: 5 }
const facts = (secondsAgo: number, size = 5) => ({
  size,
  lastModified: new Date(now - secondsAgo * 1000).toUTCString(),
})

/** A run of blocks, the last one of which may be short. */
const blocks = (first: number, last: number, size: number) => ({
  offset: first * blockBytes,
  length: Math.min((last + 1) * blockBytes, size) - first * blockBytes,
})

describe('VerifiedExtents', () => {
  it('remembers what was verified, for a while', () => {
    const verified = new VerifiedExtents()
    verified.add('a', facts(60), whole, now)
    expect(verified.get('a', whole, now + verifiedMilliseconds - 1)).toMatchObject(facts(60))
    expect(verified.get('a', whole, now + verifiedMilliseconds)).toBeNull()
    expect(verified.get('b', whole, now)).toBeNull()
    verified.add('a', facts(60), whole, now)
    verified.delete('a')
    expect(verified.get('a', whole, now)).toBeNull()
  })

  it('does not trust a file whose time could hide another change', () => {
    const verified = new VerifiedExtents()
    for (const lastModified of [facts(0).lastModified, facts(1).lastModified, facts(-5).lastModified, '', 'x']) {
      verified.add('a', { size: 5, lastModified }, whole, now)
      expect(verified.get('a', whole, now)).toBeNull()
    }
    verified.add('a', facts(2), whole, now)
    expect(verified.get('a', whole, now)).not.toBeNull()
  })

  it('knows each block by itself', () => {
    const size = 20 * blockBytes + 7
    const verified = new VerifiedExtents()
    const knows = (first: number, last: number) => verified.get('a', blocks(first, last, size), now) !== null
    const add = (first: number, last: number) => verified.add('a', facts(60, size), blocks(first, last, size), now)
    add(3, 4)
    expect([knows(3, 4), knows(3, 3), knows(4, 4)]).toEqual([true, true, true])
    expect([knows(2, 3), knows(4, 5), knows(11, 11), knows(19, 20)]).toEqual([false, false, false, false])
    add(20, 20)
    add(5, 19)
    expect([knows(3, 20), knows(2, 20)]).toEqual([true, false])
    add(0, 20)
    expect(knows(0, 20)).toBe(true)
  })

  it('trusts no block for longer than the first one, but all of them anew after a whole read', () => {
    const size = 3 * blockBytes
    const verified = new VerifiedExtents()
    const later = now + verifiedMilliseconds - 1
    verified.add('a', facts(60, size), blocks(0, 0, size), now)
    verified.add('a', facts(60, size), blocks(1, 1, size), later)
    expect(verified.get('a', blocks(1, 1, size), later)).not.toBeNull()
    expect(verified.get('a', blocks(1, 1, size), later + 1)).toBeNull()
    verified.add('a', facts(60, size), blocks(2, 2, size), later + 1)
    expect(verified.get('a', blocks(0, 2, size), later + 1)).toBeNull()
    verified.add('a', facts(60, size), blocks(0, 2, size), later + 1)
    expect(verified.get('a', blocks(0, 2, size), later + verifiedMilliseconds)).not.toBeNull()
  })

  it('begins again when what was known has run out', () => {
    const size = 3 * blockBytes
    const verified = new VerifiedExtents()
    const later = now + verifiedMilliseconds
    verified.add('a', facts(60, size), blocks(0, 0, size), now)
    verified.add('a', facts(60, size), blocks(1, 1, size), later)
    expect(verified.get('a', blocks(1, 1, size), later + 1)).not.toBeNull()
    expect(verified.get('a', blocks(0, 0, size), later + 1)).toBeNull()
  })

  it('begins again with a file that looks different', () => {
    const size = 3 * blockBytes
    const verified = new VerifiedExtents()
    verified.add('a', facts(60, size), blocks(0, 0, size), now)
    verified.add('a', facts(50, size), blocks(1, 1, size), now)
    expect(verified.get('a', blocks(0, 0, size), now)).toBeNull()
    expect(verified.get('a', blocks(1, 1, size), now)).toMatchObject(facts(50, size))
  })

  it('drops the entry not used for longest', () => {
    const verified = new VerifiedExtents()
    for (let at = 0; at < verifiedExtentsMax; at++) verified.add(String(at), facts(60), whole, now)
    verified.get('0', whole, now)
    verified.add('one more', facts(60), whole, now)
    expect(verified.get('0', whole, now)).not.toBeNull()
    expect(verified.get('1', whole, now)).toBeNull()
    expect(verified.get('one more', whole, now)).not.toBeNull()
  })
})
