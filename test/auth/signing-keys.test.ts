import { describe, expect, it } from 'vitest'
import { SigningKeys } from '../../src/auth/signing-keys.ts'

const scope = { date: '20130524', region: 'us-east-1', service: 's3' }

describe('SigningKeys', () => {
  it('derives a key once for each access key, day, region and service', async () => {
    const keys = new SigningKeys()
    const first = await keys.get('a', 'secret', scope)
    expect(await keys.get('a', 'secret', scope)).toBe(first)
    expect(await keys.get('b', 'secret', scope)).not.toBe(first)
    expect(await keys.get('a', 'secret', { ...scope, date: '20130525' })).not.toBe(first)
    expect(await keys.get('a', 'secret', { ...scope, region: 'auto' })).not.toBe(first)
    expect(keys.size).toBe(4)
  })

  it('replaces the key of a changed secret', async () => {
    const keys = new SigningKeys()
    const first = await keys.get('a', 'secret', scope)
    expect(await keys.get('a', 'rotated', scope)).not.toBe(first)
    expect(keys.size).toBe(1)
  })

  it('forgets the one used longest ago', async () => {
    const keys = new SigningKeys(2)
    const a = await keys.get('a', 's', scope)
    const b = await keys.get('b', 's', scope)
    await keys.get('a', 's', scope)
    await keys.get('c', 's', scope)
    expect(keys.size).toBe(2)
    expect(await keys.get('a', 's', scope)).toBe(a)
    expect(await keys.get('b', 's', scope)).not.toBe(b)
  })
})
