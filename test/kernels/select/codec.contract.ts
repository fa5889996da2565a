// What both implementations of the block decoders do.
import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { Arena } from '../../../src/kernels/select/arena.ts'
import { codecStateBytes, codecStatus } from '../../../src/kernels/select/codec.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'

export interface Decoded {
  /** Of the last call. */
  status: number
  text: string
  /** Input bytes that were not taken. */
  left: number
}

/** Decodes with input in pieces of `inputBytes` and output in pieces of `outputBytes`, up to `outputMax` bytes. */
export function decodeInPieces(
  kernels: SelectKernels,
  codec: 'snappyDecode' | 'lz4Decode',
  input: Uint8Array,
  { inputBytes = input.length, outputBytes = 1000, outputMax = 1000 } = {},
): Decoded {
  const arena = new Arena(kernels.memory, kernels.heapBase(), 1024 * 1024)
  const state = arena.allocate(codecStateBytes)
  const from = arena.allocate(input.length + 64)
  const out = arena.allocate(outputMax + 64)
  arena.u8.fill(0xa5, from, from + input.length + 64)
  arena.u8.set(input, from)
  const { u32 } = arena
  u32.set([from, from, out, out, out, 0, 0, 0, 0, 0], state / 4)
  let status: number = codecStatus.needsInput
  for (;;) {
    status = kernels[codec](state)
    const isFed = u32[state / 4 + 1]! < from + input.length
    if (status === codecStatus.full && u32[state / 4 + 2]! < out + outputMax) {
      u32[state / 4 + 3] = Math.min(u32[state / 4 + 2]! + outputBytes, out + outputMax)
    } else if (status === codecStatus.needsInput && isFed) {
      u32[state / 4 + 1] = Math.min(u32[state / 4 + 1]! + inputBytes, from + input.length)
    } else break
  }
  const bytes = arena.u8.slice(out, u32[state / 4 + 2])
  return { status, text: Buffer.from(bytes).toString('latin1'), left: from + input.length - u32[state / 4]! }
}

const ascii = (text: string) => [...Buffer.from(text)]

/** name, input, output. */
const snappyCases: [string, number[], string][] = [
  ['a literal', [0x08, ...ascii('abc')], 'abc'],
  ['a copy of one-byte offset', [0x0c, ...ascii('abcd'), 0x01, 0x04], 'abcdabcd'],
  ['a copy that overlaps itself', [0x00, 0x61, 0x26, 0x01, 0x00], 'a'.repeat(11)],
  ['a copy with a period of three', [0x08, ...ascii('abc'), 0x5e, 0x03, 0x00], 'abc'.repeat(9)],
  ['a copy of four-byte offset', [0x0c, ...ascii('abcd'), 0x0f, 0x04, 0, 0, 0], 'abcdabcd'],
  ['a long literal', [0xf0, 69, ...ascii('x'.repeat(70))], 'x'.repeat(70)],
  ['a literal with a length of four bytes', [0xfc, 2, 0, 0, 0, ...ascii('abc')], 'abc'],
]

const lz4Cases: [string, number[], string][] = [
  ['literals', [0x30, ...ascii('abc')], 'abc'],
  ['a match', [0x40, ...ascii('abcd'), 0x04, 0x00, 0x10, ...ascii('e')], 'abcdabcde'],
  ['a long match', [0x1f, 0x61, 0x01, 0x00, 0x05, 0x00], 'a'.repeat(25)],
  ['many literals', [0xf0, 0x0a, ...ascii('y'.repeat(25))], 'y'.repeat(25)],
]

export function codecContract(name: string, create: () => SelectKernels): void {
  describe.each([
    ['snappyDecode', snappyCases],
    ['lz4Decode', lz4Cases],
  ] as const)(`%s() of ${name}`, (codec, cases) => {
    it.each(cases)('decodes %s', (_, input, output) => {
      const decoded = decodeInPieces(create(), codec, Uint8Array.from(input))
      expect(decoded).toEqual({ status: codecStatus.needsInput, text: output, left: 0 })
    })

    it.each(cases)('decodes %s whatever the pieces', (_, input, output) => {
      for (const inputBytes of [1, 2, 3]) {
        for (const outputBytes of [1, 5, 16]) {
          const decoded = decodeInPieces(create(), codec, Uint8Array.from(input), { inputBytes, outputBytes })
          expect(decoded.text).toBe(output)
        }
      }
    })

    it('stops where the output is full', () => {
      const [, input, output] = cases[1]!
      const decoded = decodeInPieces(create(), codec, Uint8Array.from(input), { outputMax: 6 })
      expect(decoded).toMatchObject({ status: codecStatus.full, text: output.slice(0, 6) })
    })
  })

  it.each([
    ['snappyDecode', 'no offset', [0x00, 0x61, 0x01, 0x00]],
    ['snappyDecode', 'an offset before the output', [0x00, 0x61, 0x01, 0x02]],
    ['snappyDecode', 'a literal of 4 GiB', [0xfc, 0xff, 0xff, 0xff, 0xff]],
    ['lz4Decode', 'no offset', [0x10, 0x61, 0x00, 0x00]],
    ['lz4Decode', 'an offset before the output', [0x10, 0x61, 0x02, 0x00]],
  ] as const)(`%s() of ${name} refuses %s`, (codec, _, input) => {
    expect(decodeInPieces(create(), codec, Uint8Array.from(input)).status).toBe(codecStatus.corrupt)
  })
}
