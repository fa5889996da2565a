import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { BlockChecksums, damagedBlock, isWellFormed, touchedBlocks } from '../../src/bulk/blocks.ts'
import { blockBytes } from '../../src/limits.ts'
import { randomBytes } from '../contract/bulk-harness.ts'

const B = blockBytes

describe('touchedBlocks()', () => {
  it.each([
    { run: [0, 0], size: 0, touched: [0, 0] },
    { run: [5, 0], size: 10, touched: [5, 0] },
    { run: [0, 1], size: 1, touched: [0, 1] },
    { run: [B - 1, 1], size: 3 * B, touched: [0, B] },
    { run: [B - 1, 2], size: 3 * B, touched: [0, 2 * B] },
    { run: [B, B], size: 3 * B, touched: [B, B] },
    { run: [2 * B + 7, 3], size: 2 * B + 10, touched: [2 * B, 10] },
  ])('$run of $size', ({ run: [offset = 0, length = 0], size, touched }) => {
    const { offset: start, length: bytes } = touchedBlocks({ offset, length }, size)
    expect([start, bytes]).toEqual(touched)
  })
})

describe('isWellFormed()', () => {
  it.each([
    { offset: 0, length: 10, extentSize: 10, blocks: 1, fine: true },
    { offset: 0, length: 11, extentSize: 10, blocks: 1, fine: false },
    { offset: -1, length: 5, extentSize: 10, blocks: 1, fine: false },
    { offset: 0, length: -1, extentSize: 10, blocks: 1, fine: false },
    { offset: B - 1, length: 2, extentSize: 2 * B, blocks: 2, fine: true },
    { offset: B - 1, length: 2, extentSize: 2 * B, blocks: 1, fine: false },
    { offset: B - 1, length: 2, extentSize: 2 * B, blocks: 3, fine: false },
  ])('$offset + $length of $extentSize with $blocks', ({ blocks, fine, ...run }) => {
    expect(isWellFormed({ ...run, crcs: new Uint8Array(blocks * 4) })).toBe(fine)
  })
})

describe('BlockChecksums', () => {
  it.each([0, 1, B - 1, B, B + 1, 3 * B + 5])(
    'gives the CRC32 of each block of %d bytes, however they are cut',
    (size) => {
      const bytes = randomBytes(size, 1)
      const expected = Buffer.alloc(Math.ceil(size / B) * 4)
      for (let at = 0; at * B < size; at++) expected.writeUInt32LE(crc32(bytes.subarray(at * B, (at + 1) * B)), at * 4)
      for (const cut of [1000, B, B + 1, 5 * B]) {
        const checksums = new BlockChecksums()
        for (let at = 0; at < size; at += cut) checksums.add(bytes.subarray(at, at + cut))
        expect(checksums.size).toBe(size)
        expect(Buffer.from(checksums.finish()).equals(expected)).toBe(true)
      }
    },
  )
})

describe('damagedBlock()', () => {
  const bytes = randomBytes(2 * B + 10, 2)
  const checksums = new BlockChecksums()
  checksums.add(bytes)
  const crcs = checksums.finish()

  it('is null for intact blocks, whole or a short last one', () => {
    expect(damagedBlock(bytes, crcs)).toBeNull()
    expect(damagedBlock(bytes.subarray(B), crcs.subarray(4))).toBeNull()
    expect(damagedBlock(new Uint8Array(), crcs)).toBeNull()
  })

  it.each([0, B - 1, B, 2 * B, 2 * B + 9])('names the block of a changed byte at %d', (at) => {
    const changed = bytes.slice()
    changed[at] = (changed[at] ?? 0) ^ 128
    expect(damagedBlock(changed, crcs)).toBe(at - (at % B))
  })

  it('counts a block without checksum as damaged', () => {
    expect(damagedBlock(bytes, crcs.subarray(0, 8))).toBe(2 * B)
  })
})
