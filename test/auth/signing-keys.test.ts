import { describe, expect, it } from 'vitest'
import { SigningKeys } from '../../src/auth/signing-keys.ts'
import { hmacVerifier } from '../../src/auth/verifier.ts'

const scope = { date: '20130524', region: 'us-east-1', service: 's3' }

/** The key of this name; `derived` counts what had to be made. */
function get(keys: SigningKeys, name: string, secret: string) {
  return keys.get(name, secret, () => hmacVerifier(secret, scope))
}

describe('SigningKeys', () => {
  it('derives a key once for each name', async () => {
    const keys = new SigningKeys()
    const first = await get(keys, 'a', 'secret')
    expect(await get(keys, 'a', 'secret')).toBe(first)
    expect(await get(keys, 'b', 'secret')).not.toBe(first)
    expect(keys.size).toBe(2)
  })

  it('replaces the key of a changed secret', async () => {
    const keys = new SigningKeys()
    const first = await get(keys, 'a', 'secret')
    expect(await get(keys, 'a', 'rotated')).not.toBe(first)
    expect(keys.size).toBe(1)
  })

  it('forgets the one used longest ago', async () => {
    const keys = new SigningKeys(2)
    const a = await get(keys, 'a', 's')
    const b = await get(keys, 'b', 's')
    await get(keys, 'a', 's')
    await get(keys, 'c', 's')
    expect(keys.size).toBe(2)
    expect(await get(keys, 'a', 's')).toBe(a)
    expect(await get(keys, 'b', 's')).not.toBe(b)
  })
})
