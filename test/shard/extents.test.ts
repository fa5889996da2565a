// How long extents stay that nobody owns any more.
import { describe, expect, it } from 'vitest'
import { collectionsPerGrace, fileGraceMilliseconds, graceMilliseconds } from '../../src/limits.ts'
import { Extents } from '../../src/shard/extents.ts'
import type { BulkStoreName } from '../../src/shard/rpc.ts'
import { upgradeSchema } from '../../src/shard/schema.ts'
import { memoryStorage } from '../support/sql-storage.ts'

const now = 1_000_007

/** Contents `one` (an extent), `two` (two of them) and `upload` (a part of one extent, another part of two). */
function extentsIn(store: BulkStoreName, grace: number): Extents {
  const storage = memoryStorage()
  upgradeSchema(storage)
  const extents = new Extents(storage.sql, { now: () => now, leaseMilliseconds: 900_000, graceMilliseconds: grace })
  const adopt = (content: string, part: number, count: number) => {
    const names = extents.reserve(store, count)
    const stored = names.map((extent) => ({ store, extent, size: 1000, crcs: new Uint8Array(4) }))
    expect(extents.adopt(content, part, stored)).toBe(true)
  }
  storage.transactionSync(() => {
    adopt('one', 1, 1)
    adopt('two', 1, 2)
    adopt('upload', 1, 1)
    adopt('upload', 2, 2)
  })
  return extents
}

describe('release()', () => {
  it.each<[string, BulkStoreName, Parameters<Extents['release']>, number]>([
    ['an object that is one file', 'files', ['one'], fileGraceMilliseconds],
    ['an object of several files', 'files', ['two'], graceMilliseconds],
    ['a part that is one file', 'files', ['upload', 1], fileGraceMilliseconds],
    ['a part of several files', 'files', ['upload', 2], graceMilliseconds],
    ['an object that is one R2 object', 'r2', ['one'], graceMilliseconds],
    ['an object that is one extent of a Volume', 'volumes', ['one'], graceMilliseconds],
  ])('keeps %s in %s for its grace', (_, store, released, grace) => {
    const extents = extentsIn(store, graceMilliseconds)
    extents.release(...released)
    const left = (extents.nextDue() ?? 0) - now
    expect(left).toBeGreaterThanOrEqual(grace)
    // Rounded up, so that what is released one by one is collected together.
    expect(left).toBeLessThanOrEqual(grace + Math.floor(grace / collectionsPerGrace))
  })

  it('keeps a file no longer than anything else', () => {
    const extents = extentsIn('files', 500)
    extents.release('one')
    expect((extents.nextDue() ?? 0) - now).toBeLessThan(700)
  })
})
