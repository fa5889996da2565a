// What both implementations of the kernels for Parquet's encodings do.
import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { Arena } from '../../../src/kernels/select/arena.ts'
import { cellKind } from '../../../src/kernels/select/cells.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { hybridStateBytes } from '../../../src/kernels/select/parquet.ts'

class Memory {
  readonly kernels: SelectKernels
  readonly arena: Arena

  constructor(kernels: SelectKernels) {
    this.kernels = kernels
    this.arena = new Arena(kernels.memory, kernels.heapBase(), 1024 * 1024)
  }

  /** The address of these bytes, with others after them. */
  put(bytes: ArrayLike<number>): number {
    const at = this.arena.allocate(bytes.length + 64)
    this.arena.u8.fill(0xa5, at, at + bytes.length + 64)
    this.arena.u8.set(bytes, at)
    return at
  }

  u32(at: number, count: number): number[] {
    return [...this.arena.u32.subarray(at / 4, at / 4 + count)]
  }

  hybrid(bytes: number[], bitWidth: number): number {
    const from = this.put(bytes)
    const state = this.arena.allocate(hybridStateBytes)
    this.arena.u32.set([from, from + bytes.length, bitWidth, 0, 0, 0, 0, 0], state / 4)
    return state
  }
}

/** The documentation's example: 0 to 7 in three bits. */
const packed = [0x03, 0b10001000, 0b11000110, 0b11111010]

export function parquetContract(name: string, create: () => SelectKernels): void {
  describe(`hybridDecode() of ${name}`, () => {
    it.each([
      ['a bit-packed run', packed, 3, [0, 1, 2, 3, 4, 5, 6, 7]],
      ['an RLE run', [8, 5], 3, [5, 5, 5, 5]],
      ['runs of both kinds', [4, 7, ...packed, 2, 1], 3, [7, 7, 0, 1, 2, 3, 4, 5, 6, 7, 1]],
      ['values of 32 bits', [2, 0xff, 0xff, 0xff, 0xff], 32, [0xffffffff]],
      ['values of no bits', [0x05], 0, Array.from({ length: 16 }, () => 0)],
      ['a last group that is cut short', packed.slice(0, 3), 3, [0, 1, 2, 3, 4]],
      ['an empty run', [0, 1, 4, 2], 3, [2, 2]],
      ['nothing where a run has no value', [8], 3, []],
      ['nothing where a header does not end', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80], 3, []],
    ])('gives the values of %s', (_, bytes, bitWidth, values) => {
      const memory = new Memory(create())
      const state = memory.hybrid(bytes, bitWidth)
      const out = memory.arena.allocate(400)
      expect(memory.kernels.hybridDecode(state, out, 100)).toBe(values.length)
      expect(memory.u32(out, values.length)).toEqual(values)
    })

    it('goes on where it stopped, also after passing over values', () => {
      const memory = new Memory(create())
      const state = memory.hybrid([4, 7, ...packed], 3)
      const out = memory.arena.allocate(64)
      expect(memory.kernels.hybridDecode(state, out, 3)).toBe(3)
      expect(memory.kernels.hybridSkip(state, 4)).toBe(4)
      expect(memory.kernels.hybridDecode(state, out, 9)).toBe(3)
      expect(memory.u32(out, 3)).toEqual([5, 6, 7])
    })

    it('knows a run of one value', () => {
      const memory = new Memory(create())
      const state = memory.hybrid([20, 1, 4, 0], 1)
      expect(memory.kernels.hybridRepeats(state, 1, 11)).toBe(0)
      expect(memory.kernels.hybridRepeats(state, 0, 4)).toBe(0)
      expect(memory.kernels.hybridRepeats(state, 1, 10)).toBe(1)
      expect(memory.kernels.hybridRepeats(state, 0, 2)).toBe(1)
    })
  })

  describe(`levels and rows of ${name}`, () => {
    it('levels become kinds, and values go to the rows that have one', () => {
      const memory = new Memory(create())
      const levels = memory.put([1, 0, 0, 1, 1])
      expect(memory.kernels.levelsToKinds(levels, 5, 1, cellKind.number)).toBe(3)
      expect([...memory.arena.u8.subarray(levels, levels + 5)]).toEqual([2, 5, 5, 2, 2])
      const values = memory.arena.allocate(64)
      memory.arena.u32.set([10, 20, 30, 0, 0], values / 4)
      memory.kernels.spread32(values, levels, 5, 3)
      const spread = memory.u32(values, 5)
      expect([spread[0], spread[3], spread[4]]).toEqual([10, 20, 30])
    })

    it('the largest index is found, also beyond 2^31', () => {
      const memory = new Memory(create())
      const values = memory.arena.allocate(64)
      memory.arena.u32.set([3, 0xfffffff0, 7, 1, 2], values / 4)
      expect(memory.kernels.maxU32(values, 5)).toBe(0xfffffff0)
      expect(memory.kernels.maxU32(values, 0)).toBe(0)
    })
  })

  describe(`plainCells() of ${name}`, () => {
    it('stops at a byte array that is not whole', () => {
      const memory = new Memory(create())
      const bytes = [2, 0, 0, 0, 0x61, 0x62, 0, 0, 0, 0, 9, 0, 0, 0, 0x63]
      const from = memory.put(bytes)
      const state = memory.arena.allocate(8)
      memory.arena.u32.set([from, from + bytes.length], state / 4)
      const starts = memory.arena.allocate(64)
      const ends = memory.arena.allocate(64)
      expect(memory.kernels.plainCells(state, starts, ends, 5)).toBe(2)
      expect(memory.u32(starts, 2)).toEqual([from + 4, from + 10])
      expect(memory.u32(ends, 2)).toEqual([from + 6, from + 10])
      expect(memory.u32(state, 1)).toEqual([from + 10])
    })

    it('does not believe a length beyond memory', () => {
      const memory = new Memory(create())
      const from = memory.put([0xff, 0xff, 0xff, 0xff])
      const state = memory.arena.allocate(8)
      memory.arena.u32.set([from, from + 4], state / 4)
      expect(memory.kernels.plainSkip(state, 1)).toBe(0)
    })
  })

  describe(`deltaDecode() of ${name}`, () => {
    it.each([
      // https://github.com/apache/parquet-format/blob/master/Encodings.md: its two examples.
      ['1 to 5', [0x80, 0x01, 4, 5, 2, 2, 0, 0, 0, 0], [1, 2, 3, 4, 5]],
      [
        'deltas of two bits',
        [0x80, 0x01, 4, 8, 14, 3, 2, 0, 0, 0, 0b11_00_00_00, 0b00_11_11_11, 0, 0, 0, 0, 0, 0],
        [7, 5, 3, 1, 2, 3, 4, 5],
      ],
    ])('decodes %s', (_, bytes, values) => {
      const memory = new Memory(create())
      const from = memory.put(bytes)
      const out = memory.arena.allocate(64)
      expect(memory.kernels.deltaDecode(from, from + bytes.length, out, values.length, 4)).toBe(from + bytes.length)
      expect([...new Int32Array(memory.arena.u32.buffer, out, values.length)]).toEqual(values)
      expect(memory.kernels.deltaDecode(from, from + bytes.length, out, values.length + 1, 4)).toBe(0)
      expect(memory.kernels.deltaDecode(from, from + 6, out, values.length, 4)).toBe(0)
    })
  })

  describe(`numbers of ${name}`, () => {
    it.each([
      [[0x7f], 127n],
      [[0xff, 0x00], -256n],
      [[0x80, 0, 0, 0, 0, 0, 0, 0], -(2n ** 63n)],
      [[0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 2n ** 63n - 1n],
      [[0xff, 0x80, 0, 0, 0, 0, 0, 0, 0], -(2n ** 63n)],
      [[0, 0x80, 0, 0, 0, 0, 0, 0, 0], null],
      [[0x01, 0, 0, 0, 0, 0, 0, 0, 0], null],
    ])('%j big-endian is %s', (bytes, value) => {
      const memory = new Memory(create())
      const from = memory.put(bytes)
      const out = memory.arena.allocate(8)
      expect(memory.kernels.bigEndianToI64(from, bytes.length, out, 1)).toBe(value === null ? 0 : 1)
      if (value !== null) expect(memory.arena.i64[out / 8]).toBe(value)
    })

    it.each([
      [0x3c00, 1],
      [0xc500, -5],
      [0x0001, 2 ** -24],
      [0x7c00, Infinity],
      [0x8000, -0],
    ])('half-precision %i is %d', (bits, value) => {
      const memory = new Memory(create())
      const from = memory.put([bits & 255, bits >> 8])
      const out = memory.arena.allocate(8)
      memory.kernels.widenF16(from, out, 1)
      expect(memory.arena.f64[out / 8]).toBe(value)
    })
  })

  describe(`isUtf8() of ${name}`, () => {
    it.each([
      ['', 1],
      [Buffer.from('plain text of more than sixteen bytes'), 1],
      [Buffer.from('sixteen bytes of ASCII, then: äöü € 😀'), 1],
      [[0xc0, 0x80], 0],
      [[0xed, 0xa0, 0x80], 0],
      [[0xf4, 0x90, 0x80, 0x80], 0],
      [[0xe2, 0x82], 0],
      [[0x61, 0x80], 0],
    ])('%j: %i', (bytes, answer) => {
      const memory = new Memory(create())
      const from = memory.put(typeof bytes === 'string' ? [] : [...bytes])
      expect(memory.kernels.isUtf8(from, from + bytes.length)).toBe(answer)
    })
  })
}
