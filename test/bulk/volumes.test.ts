import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pieceBytes, volumeExtentBytesMax, volumeRowBytes } from '../../src/limits.ts'
import { volumeName } from '../../src/bulk/volumes.ts'
import { randomBytes, startBulk } from '../contract/bulk-harness.ts'
import type { BulkHarness } from '../contract/bulk-harness.ts'
import { bulkStoreContract, newName } from '../contract/bulk-store.contract.ts'

bulkStoreContract('volumes')

describe('Volume', () => {
  let bulk: BulkHarness
  beforeAll(async () => {
    bulk = await startBulk('volumes')
  })
  afterAll(() => bulk.dispose())

  it('keeps one row for each piece and none after a removal or an abort', async () => {
    const extent = newName()
    const bytes = randomBytes(3 * volumeRowBytes + 1, 1)
    await bulk.write(extent, bytes)
    expect(await bulk.counts(extent)).toEqual({ extents: 1, pieces: 4 })
    await bulk.remove([extent])
    expect(await bulk.counts(extent)).toEqual({ extents: 0, pieces: 0 })

    const large = randomBytes(12 * pieceBytes, 2) as Uint8Array<ArrayBuffer>
    await bulk.writeAnswer(extent, large, { size: 12 * pieceBytes, abortAt: 10 * pieceBytes })
    expect(await bulk.counts(extent)).toEqual({ extents: 0, pieces: 0 })
  })

  it('takes an extent in several transactions, up to the largest and not beyond', async () => {
    const largest = randomBytes(volumeExtentBytesMax, 5)
    const written = await bulk.write(newName(), largest)
    expect(await bulk.verify(written)).toBe('intact')
    await expect(bulk.write(newName(), randomBytes(volumeExtentBytesMax + 1, 6))).rejects.toThrow('not larger')
  })

  it('writes an extent once: a second writer of the same name fails and spoils nothing', async () => {
    const extent = newName()
    const written = await bulk.write(extent, randomBytes(100, 3))
    await expect(bulk.write(extent, randomBytes(100, 4))).rejects.toThrow('UNIQUE')
    expect(await bulk.verify(written)).toBe('intact')
  })
})

describe('volumeName()', () => {
  it('finds extents where they were put: the mapping is part of the stored format', () => {
    const names = ['extent-1', 'extent-2', '0123456789abcdef']
    expect(names.map(volumeName)).toEqual(['volume-23', 'volume-170', 'volume-61'])
  })

  it('spreads names evenly', () => {
    const counts = new Map<string, number>()
    for (let at = 0; at < 25_600; at++) {
      const name = volumeName(crypto.randomUUID())
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    expect(counts.size).toBe(256)
    expect(Math.max(...counts.values())).toBeLessThan(200)
  })
})
