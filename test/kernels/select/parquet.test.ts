import { describe, expect, it } from 'vitest'
import { cellKind } from '../../../src/kernels/select/cells.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { randomFrom } from '../../support/random.ts'
import { parquetContract } from './parquet.contract.ts'

parquetContract('WebAssembly', wasmKernels)
parquetContract('the reference', referenceKernels)

const seed = Date.now() % 1_000_000

describe(`kernels of Parquet by both, on random memory (seed ${seed})`, () => {
  const random = randomFrom(seed)
  const both = [wasmKernels(), referenceKernels()] as const
  // Behind what either module uses itself.
  const base = 262_144
  const bytesMax = 16_384
  for (const { memory } of both) memory.grow(Math.ceil((base + bytesMax + 65_536 - memory.buffer.byteLength) / 65_536))

  /** Small numbers are likely, as in lengths and headers. */
  function randomMemory(): Uint8Array {
    const limit = [2, 8, 40, 256][random(4)]!
    return Uint8Array.from({ length: bytesMax }, () => (random(8) === 0 ? random(256) : random(limit)))
  }

  /** Runs a kernel on both, on the same memory; answer and memory must be the same afterwards. */
  function compare(prepare: (words: Uint32Array) => void, run: (kernels: SelectKernels) => unknown): void {
    const memory = randomMemory()
    prepare(new Uint32Array(memory.buffer))
    const results = both.map((kernels) => {
      new Uint8Array(kernels.memory.buffer).set(memory, base)
      const answer = run(kernels)
      return { answer, memory: new Uint8Array(kernels.memory.buffer).slice(base, base + bytesMax) }
    })
    expect(results[0]!.answer).toEqual(results[1]!.answer)
    expect(Buffer.compare(results[0]!.memory, results[1]!.memory)).toBe(0)
  }

  const input = base + 1024
  const out = base + 8192
  const kinds = base + 14_000

  it.each(['hybridDecode', 'hybridDecodeBytes'] as const)('%s() and hybridSkip() agree', (name) => {
    for (let round = 0; round < 400; round++) {
      const from = input + random(64)
      const width = random(name === 'hybridDecode' ? 33 : 9)
      const counts = Array.from({ length: 4 }, () => random(200))
      compare(
        (words) => words.set([from, from + random(300), width, 0, 0, 0, 0, 0]),
        (kernels) => [
          kernels[name](base, out, counts[0]!),
          kernels.hybridSkip(base, counts[1]!),
          kernels.hybridRepeats(base, random(1), counts[2]! % 20),
          kernels[name](base, out + 2000, counts[3]!),
        ],
      )
    }
  })

  it('plainCells() and plainSkip() agree', () => {
    for (let round = 0; round < 300; round++) {
      const from = input + random(64)
      const count = random(100)
      compare(
        (words) => words.set([from, from + random(3000)]),
        (kernels) => [kernels.plainCells(base, out, out + 2000, count), kernels.plainSkip(base, count)],
      )
    }
  })

  it('deltaDecode() agrees', () => {
    for (let round = 0; round < 600; round++) {
      const from = input + random(64)
      const count = random(120)
      const width = random(2) === 0 ? 4 : 8
      const [miniBlocks, perMini] = [1 + random(4), 8 * (1 + random(4))]
      const header = [miniBlocks * perMini, miniBlocks, count, random(128)]
      const memory = randomMemory()
      const end = from + random(1500)
      const answers = both.map((kernels) => {
        const bytes = new Uint8Array(kernels.memory.buffer)
        bytes.set(memory, base)
        // Widths of miniblocks that are possible, often.
        for (let i = 0; i < 300; i++) if (i % 2 === 0) bytes[from + i] = bytes[from + i]! % 20
        bytes.set(
          header.flatMap((value) => (value < 128 ? [value] : [(value & 127) | 128, value >> 7])),
          from,
        )
        const answer = kernels.deltaDecode(from, end, out, count, width)
        return { answer, values: answer === 0 ? null : bytes.slice(out, out + count * width) }
      })
      expect(answers[0]).toEqual(answers[1])
    }
  })

  it('spreading, gathering and widening agree', () => {
    for (let round = 0; round < 300; round++) {
      const count = random(200)
      const present = random(count + 1)
      const shift = random(16)
      compare(
        (words) => {
          const bytes = new Uint8Array(words.buffer)
          // As many kinds that are not null as there are values.
          bytes.fill(cellKind.null, kinds - base, kinds - base + count)
          const rows = Array.from({ length: count }, (_, row) => row).sort(() => random(3) - 1)
          for (const row of rows.slice(0, present)) bytes[kinds - base + row] = cellKind.text
          for (let i = 0; i < count; i++) words[i] = random(100)
        },
        (kernels) => {
          kernels.spread8(out + shift, kinds, count, present)
          kernels.spread32(out + 400, kinds, count, present)
          kernels.spread64(out + 1600, kinds, count, present)
          kernels.gather32(base, kinds, count, input, out + 3200)
          kernels.gather64(base, kinds, count, input, out + 4000)
          return null
        },
      )
      compare(
        () => {},
        (kernels) => {
          kernels.widenI32(input + shift, out, count)
          kernels.widenU32(input + shift, out + 1600, count)
          kernels.fixedCells(input, shift, out + 3200, out + 4000, count)
          kernels.bitsToKinds(input, shift, kinds, count)
          kernels.bytesToKinds(kinds + 500, count)
          return [kernels.maxU32(input, count), kernels.levelsToKinds(kinds + 1000, count, 1, cellKind.number)]
        },
      )
      compare(
        () => {},
        (kernels) => {
          const found = kernels.bigEndianToI64(input + shift, 1 + (count % 20), out, count)
          return [found, kernels.sumLengths(input, count), kernels.isUtf8(input + shift, input + shift + (count % 7))]
        },
      )
    }
  })

  it('floating-point numbers agree but for what a NaN holds', () => {
    const count = 500
    const memory = randomMemory()
    const values = both.map((kernels) => {
      new Uint8Array(kernels.memory.buffer).set(memory, base)
      kernels.widenF32(input, out, count)
      const wide = [...new Float64Array(kernels.memory.buffer, out, count)]
      kernels.widenF16(input, out, count)
      return [...wide, ...new Float64Array(kernels.memory.buffer, out, count)]
    })
    expect(values[0]).toEqual(values[1])
  })

  it('joining and merging agree', () => {
    for (let round = 0; round < 300; round++) {
      const count = random(60)
      const bare = random(2)
      compare(
        (words) => {
          for (let i = 0; i < count; i++) {
            words[i] = random(6)
            words[100 + i] = i === 0 ? 0 : random(random(8) === 0 ? 20 : 3)
          }
        },
        (kernels) => {
          kernels.joinLengths(base, count, input, out)
          const answer = kernels.joinPrefixes(base + 400, base, count, input, out + 1000, bare)
          kernels.mergeStreams(input, count, 1 + (round % 12), out + 3000)
          return answer
        },
      )
    }
  })
})
