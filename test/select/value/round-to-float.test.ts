import { describe, expect, it } from 'vitest'
import { roundToFloat } from '../../../src/select/value/round-to-float.ts'
import { randomFrom } from '../../support/random.ts'

describe('roundToFloat()', () => {
  it.each([
    [0n, 7n, 0],
    [1n, 10n, 0.1],
    [-1n, 3n, -1 / 3],
    [2n ** 53n + 1n, 1n, 2 ** 53],
    [2n ** 53n + 3n, 1n, 2 ** 53 + 4],
    [(2n ** 53n + 1n) * 10n ** 30n + 1n, 10n ** 30n, 2 ** 53 + 2],
    [1n, 2n ** 1074n, Number.MIN_VALUE],
    [1n, 2n ** 1075n, 0],
    [3n, 2n ** 1075n, 2 * Number.MIN_VALUE],
    [1n, 2n ** 1075n - 1n, Number.MIN_VALUE],
    [1n, 2n ** 1022n, 2.2250738585072014e-308],
    [2n ** 1024n - 2n ** 970n, 1n, Infinity],
    [2n ** 1024n - 2n ** 970n - 1n, 1n, Number.MAX_VALUE],
    [6n, 10n ** 308n, 6e-308],
    [10n ** 400n, 1n, Infinity],
    [1n, 10n ** 400n, 0],
  ])('of %s / %s', (numerator, denominator, expected) => expect(roundToFloat(numerator, denominator)).toBe(expected))

  it('agrees with how the platform reads decimal text', () => {
    const seed = Date.now() % 1_000_000
    const below = randomFrom(seed)
    for (let round = 0; round < 5000; round++) {
      const digits = Array.from({ length: 1 + below(30) }, () => below(10)).join('')
      const exponent = below(700) - 350
      const text = `${digits}e${exponent}`
      const numerator = BigInt(digits) * 10n ** BigInt(Math.max(0, exponent))
      expect(roundToFloat(numerator, 10n ** BigInt(Math.max(0, -exponent))), `seed ${seed}: ${text}`).toBe(Number(text))
    }
  })
})
