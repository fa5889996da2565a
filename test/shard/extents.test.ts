// How long extents stay that nobody owns any more.
import { describe, expect, it } from 'vitest'
import { collectionsPerGrace, fileGraceMilliseconds, graceMilliseconds } from '../../src/limits.ts'
import { Extents } from '../../src/shard/extents.ts'
import type { BulkStoreName } from '../../src/shard/rpc.ts'
import { upgradeSchema } from '../../src/shard/schema.ts'
import { memoryStorage } from '../support/sql-storage.ts'

let now = 1_000_007

/** Contents `one` (an extent), `two` (two of them) and `upload` (two parts). */
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
    adopt('upload', 2, 1)
  })
  return extents
}

describe('release()', () => {
  it.each<[string, BulkStoreName, Parameters<Extents['release']>, number]>([
    ['an object of one extent', 'files', ['one'], fileGraceMilliseconds],
    ['an object of several', 'files', ['two'], fileGraceMilliseconds],
    ['a part', 'files', ['upload', 1], fileGraceMilliseconds],
    ['an object', 'r2', ['one'], graceMilliseconds],
    ['an object', 'volumes', ['two'], graceMilliseconds],
  ])('keeps %s in %s for its grace', (_, store, released, grace) => {
    const extents = extentsIn(store, graceMilliseconds)
    extents.release(...released)
    const left = (extents.nextDue() ?? 0) - now
    expect(left).toBeGreaterThanOrEqual(grace)
    // Rounded up, so that what is released one by one is collected together.
    expect(left).toBeLessThanOrEqual(grace + Math.floor(grace / collectionsPerGrace))
  })

  it('is put off for what is read still', () => {
    const extents = extentsIn('r2', 0)
    extents.release('one')
    const due = extents.collectable(10)
    expect(due).toHaveLength(1)
    extents.postpone([])
    expect(extents.collectable(10)).toEqual(due)
    now += 1
    extents.postpone(due.map(({ extent }) => extent))
    now -= 1
    expect(extents.collectable(10)).toEqual([])
    now += 1
    expect(extents.collectable(10)).toEqual(due)
  })

  it('keeps a file no longer than anything else', () => {
    const extents = extentsIn('files', 500)
    extents.release('one')
    expect((extents.nextDue() ?? 0) - now).toBeLessThan(700)
  })
})
