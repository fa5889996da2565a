// What every digest must do, whichever way it is computed. `expected` gives the digest of any bytes by other means.
import { describe, expect, it } from 'vitest'
import type { Digest } from '../../src/kernels/digest.ts'

export interface DigestCase {
  name: string
  create: () => Digest
  /** Text → hex. */
  vectors: Record<string, string>
  /** Hex of the digest by an independent implementation. */
  expected: (bytes: Uint8Array) => Promise<string>
  /** Bytes the implementation works on at once; lengths around it are tried. */
  blockBytes: number
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** A small seeded generator (mulberry32): bytes that are the same in every run. */
export function randomBytes(length: number, seed: number): Uint8Array {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) & 255
  })
}

export async function digestOf(digest: Digest, ...pieces: Uint8Array[]): Promise<string> {
  for (const piece of pieces) await digest.update(piece)
  return hex(await digest.finish())
}

export function digestContract({ name, create, vectors, expected, blockBytes }: DigestCase): void {
  describe(name, () => {
    it.each(Object.entries(vectors))('digests %j', async (text, digest) => {
      expect(await digestOf(create(), Buffer.from(text))).toBe(digest)
    })

    it('digests nothing, with and without an empty update', async () => {
      const nothing = await expected(new Uint8Array(0))
      expect(await digestOf(create())).toBe(nothing)
      expect(await digestOf(create(), new Uint8Array(0))).toBe(nothing)
    })

    it('does not mind how the bytes are aligned', async () => {
      const bytes = randomBytes(1100, 1)
      for (let start = 0; start < 16; start++) {
        const view = bytes.subarray(start, start + 1000 + start)
        expect(await digestOf(create(), view), `from ${start}`).toBe(await expected(view.slice()))
      }
    })

    it('digests lengths around its block size', async () => {
      const bytes = randomBytes(2 * blockBytes + 2, 2)
      for (const near of [0, 1, 2]) {
        for (const length of [near * blockBytes - 1, near * blockBytes, near * blockBytes + 1].filter((n) => n >= 0)) {
          const view = bytes.subarray(0, length)
          expect(await digestOf(create(), view), `${length} bytes`).toBe(await expected(view))
        }
      }
    })

    it('gives the same in pieces as at once', async () => {
      const bytes = randomBytes(3000, 3)
      const whole = await expected(bytes)
      for (const size of [1, 3, 7, 16, 31, 32, 33, 63, 64, 65, 255, 256, 257, 1000, 1024, 2999]) {
        const pieces: Uint8Array[] = []
        for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
        expect(await digestOf(create(), ...pieces), `pieces of ${size}`).toBe(whole)
      }
    })

    it('keeps interlaced digests apart', async () => {
      const [first, second] = [randomBytes(900, 4), randomBytes(900, 5)]
      const [one, two] = [create(), create()]
      for (let at = 0; at < 900; at += 100) {
        await one.update(first.subarray(at, at + 100))
        await two.update(second.subarray(at, at + 100))
      }
      expect(hex(await one.finish())).toBe(await expected(first))
      expect(hex(await two.finish())).toBe(await expected(second))
    })

    it('agrees with the other implementation on random bytes in random pieces', async () => {
      const seed = Date.now() & 0xffff
      for (let round = 0; round < 20; round++) {
        const random = randomBytes(1400, seed + round)
        const [a = 0, b = 0, c = 0, d = 0] = random
        const bytes = random.subarray(4, 4 + (((a << 8) | b) % 1396))
        const cut = ((c << 8) | d) % (bytes.length + 1)
        const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)]
        expect(await digestOf(create(), ...pieces), `seed ${seed} round ${round}`).toBe(await expected(bytes))
      }
    })
  })
}
