import { describe, expect, it } from 'vitest'
import { RangeReader } from '../../../../src/select/read/parquet/read-range.ts'
import { memorySource } from '../../../support/object-source.ts'
import { randomFrom } from '../../../support/random.ts'

describe('RangeReader', () => {
  const random = randomFrom(11)
  const bytes = Uint8Array.from({ length: 100_000 }, () => random(256))

  it.each([
    ['bytes', 4096],
    ['chunks', 4096],
    ['chunks', 40_000],
    ['chunks', 99_999],
    ['chunks', 100_000],
  ] as const)('reads a range whole from a stream of %s of %d bytes', async (type, chunkBytes) => {
    const reader = new RangeReader(memorySource(bytes, { type, chunkBytes }))
    for (const [offset, length] of [
      [0, 100_000],
      [0, 50_000],
      [30_001, 60_000],
      [99_999, 1],
    ] as const) {
      expect(Buffer.compare(await reader.read(offset, length), bytes.subarray(offset, offset + length))).toBe(0)
    }
  })
})
