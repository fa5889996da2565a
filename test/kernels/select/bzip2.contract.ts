// What both implementations of the BZIP2 kernels do.
import { describe, expect, it } from 'vitest'
import { Arena } from '../../../src/kernels/select/arena.ts'
import { bzip2SpareBytes, bzip2Status, bzip2WrongCrc } from '../../../src/kernels/select/bzip2.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { bzip2Encoded } from '../../support/bzip2-encoder.ts'
import { randomFrom } from '../../support/random.ts'

export interface Decoded {
  /** Every status in order, with the bits behind what it stands for. */
  statuses: { status: number; bits: number }[]
  bytes: Uint8Array
}

/** Decodes until a status other than begun, block and ended; `alignment` bytes lie before the first one. */
export function decode(
  kernels: SelectKernels,
  input: Uint8Array,
  { alignment = 0, room = 1000 }: { alignment?: number; room?: number } = {},
): Decoded {
  const arena = new Arena(kernels.memory, kernels.heapBase(), 16 * 1024 * 1024)
  const state = arena.allocate(kernels.bzip2StateBytes())
  const start = arena.allocate(input.length + alignment + bzip2SpareBytes) + alignment
  const out = arena.allocate(room)
  // What lies beyond the end is anything.
  arena.u8.fill(0xa5, start, start + input.length + bzip2SpareBytes)
  arena.u8.set(input, start)
  kernels.bzip2Start(state)
  const decoded: { statuses: Decoded['statuses']; pieces: Uint8Array[] } = { statuses: [], pieces: [] }
  let from = start
  let bit = 0
  for (;;) {
    let status = kernels.bzip2Read(state, from, bit, start + input.length)
    const bits = status <= bzip2Status.ended ? arena.u32[state / 4]! : 0
    if (status === bzip2Status.block) {
      for (;;) {
        const length = kernels.bzip2Write(state, out, room)
        if (length === bzip2WrongCrc) status = bzip2WrongCrc
        if (length <= 0) break
        decoded.pieces.push(arena.u8.slice(out, out + length))
      }
    }
    decoded.statuses.push({ status, bits })
    if (status === bzip2WrongCrc || status > bzip2Status.ended) {
      return { statuses: decoded.statuses, bytes: Buffer.concat(decoded.pieces) }
    }
    from += bits >>> 3
    bit = bits & 7
  }
}

const { begun, block, ended, more, damaged, noStream } = bzip2Status

// By bzip2 1.0.8.
const hello = Buffer.from('QlpoOTFBWSZTWVSkl4QAAALRgAAQQAQGRJCAIAAxADAgaGIASdSyHz8XckU4UJBUpJeE', 'base64')
const nothing = Buffer.from('QlpoORdyRThQkAAAAAA=', 'base64')

/** A stream of one block whose last column is `size` times the same byte, and whose CRC is wrong. */
function runBlock(size: number): Uint8Array {
  const bits = [
    // Magic, level 1, magic, CRC, not randomised, origin 0, the value 1 alone.
    [0x425a6831, 32],
    [0x314159, 24],
    [0x265359, 24],
    [0, 32],
    [0, 1],
    [0, 24],
    [0x8000, 16],
    [0x4000, 16],
    // Two tables, as many selectors as groups, all of the first table; three symbols of 2 bits.
    [2, 3],
    [1, 15],
    [0, 1],
    [2, 5],
    [0, 3],
    [2, 5],
    [0, 3],
  ] as [number, number][]
  for (let run = size; run > 0; run = Math.floor((run - 1) / 2)) bits.push([(run - 1) % 2, 2])
  bits.push([2, 2], [0, 32], [0, 32])
  const text = bits.map(([value, count]) => value.toString(2).padStart(count, '0')).join('')
  return Uint8Array.from(text.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}

function statusesOf(decoded: Decoded): number[] {
  return decoded.statuses.map(({ status }) => status)
}

export function bzip2Contract(name: string, makeKernels: () => SelectKernels): void {
  describe(`BZIP2 by ${name}`, () => {
    const random = randomFrom(11)
    const kernels = makeKernels()

    it('reads what bzip2 wrote', () => {
      const decoded = decode(kernels, hello)
      expect(Buffer.from(decoded.bytes).toString()).toBe('hello, world\n')
      expect(statusesOf(decoded)).toEqual([begun, block, ended, more])
      expect(statusesOf(decode(kernels, nothing))).toEqual([begun, ended, more])
    })

    it('goes on with the next stream at a whole byte', () => {
      const decoded = decode(kernels, Buffer.concat([hello, nothing, hello]))
      expect(Buffer.from(decoded.bytes).toString()).toBe('hello, world\nhello, world\n')
      expect(statusesOf(decoded)).toEqual([begun, block, ended, begun, ended, begun, block, ended, more])
    })

    it.each([1, 2, 7, 100_000])('gives a block in pieces of %i bytes', (room) => {
      const bytes = Buffer.from(`${'a'.repeat(300)}bb${'c'.repeat(4)}d${'e'.repeat(5)}`)
      expect(Buffer.from(decode(kernels, bzip2Encoded(bytes, { random }), { room }).bytes).toString()).toBe(
        bytes.toString(),
      )
    })

    it('asks for more wherever the bytes end, and consumes nothing', () => {
      const bytes = bzip2Encoded(Buffer.from('the quick brown fox '.repeat(9)), { random, blockBytes: 60 })
      for (let length = 0; length < bytes.length; length++) {
        const decoded = decode(kernels, bytes.subarray(0, length))
        expect(statusesOf(decoded).at(-1), `${length} bytes`).toBe(more)
      }
    })

    it('tells what is no stream', () => {
      for (const text of ['BZh0', 'BZi9', 'hello', '\0\0\0\0']) {
        expect(statusesOf(decode(kernels, Buffer.from(text)))).toEqual([noStream])
      }
      expect(statusesOf(decode(kernels, Buffer.concat([hello, Buffer.from('more')])))).toEqual([
        begun,
        block,
        ended,
        noStream,
      ])
    })

    it('refuses randomised blocks, another CRC of a block and another CRC of the stream', () => {
      const flipped = (at: number, bit: number): number[] => {
        const bytes = Buffer.from(hello)
        bytes[at]! ^= 0x80 >> bit
        return statusesOf(decode(kernels, bytes))
      }
      expect(flipped(14, 0)).toEqual([begun, damaged])
      expect(flipped(10, 3)).toEqual([begun, bzip2WrongCrc])
      expect(flipped(hello.length - 2, 0)).toEqual([begun, block, damaged])
    })

    it('takes a block as large as its stream allows and none larger', () => {
      const noise = Uint8Array.from({ length: 2000 }, () => random(256))
      expect(decode(kernels, bzip2Encoded(noise, { random, blockBytes: 2000, level: 1 })).bytes).toHaveLength(2000)
      // 100,000 and 100,001 bytes of the block are one byte and a run of the other.
      for (const [size, status] of [
        [100_000, bzip2WrongCrc],
        [100_001, damaged],
      ] as const) {
        expect(statusesOf(decode(kernels, runBlock(size))).at(1)).toBe(status)
      }
    })
  })
}
