import { describe, expect, it } from 'vitest'
import { VerifiedExtents } from '../../src/bulk/verified-extents.ts'
import { verifiedExtentsMax, verifiedMilliseconds } from '../../src/limits.ts'

const now = Date.UTC(2026, 0, 1)
const facts = (secondsAgo: number) => ({ size: 5, lastModified: new Date(now - secondsAgo * 1000).toUTCString() })

describe('VerifiedExtents', () => {
  it('remembers what was verified, for a while', () => {
    const verified = new VerifiedExtents()
    verified.add('a', facts(60), now)
    expect(verified.get('a', now + verifiedMilliseconds - 1)).toMatchObject(facts(60))
    expect(verified.get('a', now + verifiedMilliseconds)).toBeNull()
    expect(verified.get('b', now)).toBeNull()
    verified.add('a', facts(60), now)
    verified.delete('a')
    expect(verified.get('a', now)).toBeNull()
  })

  it('does not trust a file whose time could hide another change', () => {
    const verified = new VerifiedExtents()
    for (const lastModified of [facts(0).lastModified, facts(1).lastModified, facts(-5).lastModified, '', 'x']) {
      verified.add('a', { size: 5, lastModified }, now)
      expect(verified.get('a', now)).toBeNull()
    }
    verified.add('a', facts(2), now)
    expect(verified.get('a', now)).not.toBeNull()
  })

  it('drops the entry not used for longest', () => {
    const verified = new VerifiedExtents()
    for (let at = 0; at < verifiedExtentsMax; at++) verified.add(String(at), facts(60), now)
    verified.get('0', now)
    verified.add('one more', facts(60), now)
    expect(verified.get('0', now)).not.toBeNull()
    expect(verified.get('1', now)).toBeNull()
    expect(verified.get('one more', now)).not.toBeNull()
  })
})
