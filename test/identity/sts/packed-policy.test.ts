import { describe, expect, it } from 'vitest'
import { packedPolicySize } from '../../../src/identity/sts/packed-policy.ts'
import { packedPolicyBytesMax } from '../../../src/limits.ts'

/** Text that cannot be deflated by much: three quarters of its length at least. */
function noise(length: number): string {
  let state = 1
  const digits = Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647
    return (state % 64) + 0x40
  })
  return String.fromCharCode(...digits)
}

describe('packedPolicySize()', () => {
  it('is nothing for nothing, and rounded up', () => {
    expect(packedPolicySize([], {})).toBeNull()
    expect(packedPolicySize(['{}'], {})).toBe(1)
    expect(packedPolicySize([], { a: 'b' })).toBe(1)
  })

  it('grows with what is passed, and counts it packed', () => {
    const small = packedPolicySize([noise(1000)], {}) ?? 0
    const large = packedPolicySize([noise(2000)], {}) ?? 0
    expect(large).toBeGreaterThan(small)
    expect(packedPolicySize(['x'.repeat(packedPolicyBytesMax * 10)], {})).toBeLessThan(10)
  })

  it('refuses more than fits, and says how much it is', () => {
    const room = packedPolicyBytesMax * 2
    expect(() => packedPolicySize([noise(room)], { a: 'b' })).toThrow(
      expect.objectContaining({
        code: 'PackedPolicyTooLarge',
        message: expect.stringMatching(
          /^Packed policy consumes 1\d\d% of allotted space, please use smaller policy\.$/,
        ),
      }),
    )
    expect(() => packedPolicySize([], { a: noise(room) })).toThrow(
      /^Packed size of session tags consumes 1\d\d% of allotted space\.$/,
    )
  })
})
