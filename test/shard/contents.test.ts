// Which segments a range of a version touches, against the plain list of all of them.
import { describe, expect, it } from 'vitest'
import { segmentsPerReadMax } from '../../src/limits.ts'
import { Contents } from '../../src/shard/contents.ts'
import { Extents } from '../../src/shard/extents.ts'
import { upgradeSchema } from '../../src/shard/schema.ts'
import { randomFrom } from '../support/random.ts'
import { memoryStorage } from '../support/sql-storage.ts'

interface Laid {
  part: number
  extent: string
  offset: number
  length: number
}

const clock = { now: () => 0, leaseMilliseconds: 1000, graceMilliseconds: 1000 }

/** A content with these segments, one extent each; `parts`: it is of a multipart upload. */
function contentsWith(laid: readonly Laid[], parts: boolean) {
  const storage = memoryStorage()
  upgradeSchema(storage)
  const { sql } = storage
  let n = 0
  const sizes = new Map<number, number>()
  storage.transactionSync(() => {
    for (const { part, extent, offset, length } of laid) {
      sql.exec('INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?)', 'c', part, n++, extent, offset, length)
      sql.exec(
        "INSERT INTO extents VALUES (?, 'files', ?, ?, '', '', 'c', 'live', 0)",
        extent,
        offset + length,
        new Uint8Array(4),
      )
      sizes.set(part, (sizes.get(part) ?? 0) + length)
    }
    if (!parts) return
    for (const [part, size] of sizes) sql.exec("INSERT INTO parts VALUES ('c', ?, '', ?, 0, NULL)", part, size)
  })
  const contents = new Contents(sql, new Extents(sql, clock))
  return { contents, version: { content: 'c', parts: parts ? sizes.size : 0 } }
}

/** What a range touches, from the list. */
function touched(laid: readonly Laid[], offset: number, length: number): Omit<Laid, 'part'>[] {
  const found: Omit<Laid, 'part'>[] = []
  let at = 0
  for (const segment of laid) {
    const from = Math.max(offset, at)
    const to = Math.min(offset + length, at + segment.length)
    if (from < to) found.push({ extent: segment.extent, offset: segment.offset + from - at, length: to - from })
    at += segment.length
  }
  return found
}

const many = 2 * segmentsPerReadMax + 345
const random = randomFrom(31)
const shapes = {
  'one write of many segments': { parts: false, laid: segments(() => 1) },
  'an upload of many parts': { parts: true, laid: segments((index) => 2 * index + 1) },
  'an upload of parts of many segments': { parts: true, laid: segments((index) => 1 + Math.floor(index / 1500)) },
}

/** Short ones, each in an extent of its own. */
function segments(partOf: (index: number) => number): Laid[] {
  return Array.from({ length: many }, (_, index) => ({
    part: partOf(index),
    extent: `e${index}`,
    offset: random(9),
    length: 1 + random(9),
  }))
}

describe.each(Object.entries(shapes))('Contents of %s', (_, { parts, laid }) => {
  const { contents, version } = contentsWith(laid, parts)
  const size = laid.reduce((sum, { length }) => sum + length, 0)
  const ranges = [
    [0, size],
    [0, 1],
    [size - 1, 1],
    ...Array.from({ length: 40 }, () => {
      const offset = random(size)
      return [offset, 1 + random(size - offset)] as const
    }),
  ] as const

  it('gives the segments of a range, read on and on', () => {
    for (const [offset, length] of ranges) {
      const found: Omit<Laid, 'part'>[] = []
      let at = offset
      let reads = 0
      for (let more = true; more; reads++) {
        const read = contents.read(version, at, offset + length - at)
        expect(read.segments.length).toBeLessThanOrEqual(segmentsPerReadMax)
        for (const segment of read.segments) {
          found.push({ extent: segment.extent, offset: segment.offset, length: segment.length })
          at += segment.length
        }
        more = read.more
      }
      const expected = touched(laid, offset, length)
      expect(found).toEqual(expected)
      expect(reads).toBe(Math.ceil(expected.length / segmentsPerReadMax))
    }
  })

  it('gives all positions of a range at once, as copies need them', () => {
    for (const [offset, length] of ranges) {
      const found = [...contents.positions(version, offset, length)]
      expect(found.map((run) => ({ extent: run.extent, offset: run.offset, length: run.length }))).toEqual(
        touched(laid, offset, length),
      )
    }
  })
})

describe('Contents', () => {
  it('does not read what is damaged or has no row, and answers nothing for no bytes', () => {
    const laid = [
      { part: 1, extent: 'whole', offset: 0, length: 5 },
      { part: 1, extent: 'broken', offset: 0, length: 5 },
      { part: 1, extent: 'gone', offset: 0, length: 5 },
    ]
    const storage = memoryStorage()
    upgradeSchema(storage)
    const { sql } = storage
    for (const [n, { extent }] of laid.entries()) {
      sql.exec("INSERT INTO segments VALUES ('c', 1, ?, ?, 0, 5)", n, extent)
    }
    sql.exec("INSERT INTO extents VALUES ('whole', 'files', 5, x'00000000', '', '', 'c', 'live', 0)")
    sql.exec("INSERT INTO extents VALUES ('broken', 'files', 5, x'00000000', '', '', 'c', 'damaged', 0)")
    const contents = new Contents(sql, new Extents(sql, clock))
    const version = { content: 'c', parts: 0 }
    expect(contents.read(version, 0, 5)).toMatchObject({ segments: [{ extent: 'whole', length: 5 }], more: false })
    expect(() => contents.read(version, 0, 6)).toThrow('Extent broken is damaged')
    expect(() => contents.read(version, 11, 1)).toThrow('Extent gone has segments but no row')
    expect(contents.read(version, 3, 0)).toEqual({ segments: [], more: false })
  })
})
