import { describe, expect, it } from 'vitest'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { randomFrom } from '../../support/random.ts'
import { codecContract, decodeInPieces } from './codec.contract.ts'

codecContract('WebAssembly', wasmKernels)
codecContract('the reference', referenceKernels)

const seed = Date.now() % 1_000_000

describe(`block decoders by both (seed ${seed})`, () => {
  const random = randomFrom(seed)
  const [wasm, reference] = [wasmKernels(), referenceKernels()]

  /** Elements whose copies mostly reach what was written. */
  function snappyElements(): number[] {
    const input: number[] = []
    for (let written = 0; written < 600;) {
      const length = 1 + random(random(4) === 0 ? 64 : 12)
      if (written === 0 || random(2) === 0) {
        if (length > 60) input.push(0xf0, length - 1)
        else input.push((length - 1) << 2)
        for (let i = 0; i < length; i++) input.push(random(256))
      } else {
        const offset = 1 + random(Math.min(written, random(3) === 0 ? 600 : 20))
        input.push(((length - 1) << 2) | 2, offset & 255, offset >> 8)
      }
      written += length
    }
    return input
  }

  function lz4Sequences(): number[] {
    const input: number[] = []
    for (let written = 0; written < 600;) {
      const literals = 1 + random(40)
      const match = random(30)
      input.push((Math.min(literals, 15) << 4) | Math.min(match, 15))
      if (literals >= 15) input.push(literals - 15)
      for (let i = 0; i < literals; i++) input.push(random(256))
      written += literals
      const offset = 1 + random(Math.min(written, 40))
      input.push(offset & 255, offset >> 8)
      if (match >= 15) input.push(match - 15)
      written += match + 4
    }
    return input
  }

  it.each([
    ['snappyDecode', snappyElements],
    ['lz4Decode', lz4Sequences],
  ] as const)('%s() gives the same bytes and the same faults', (codec, elements) => {
    for (let round = 0; round < 300; round++) {
      const input = Uint8Array.from(elements())
      if (round % 3 === 0) for (let i = 0; i < 3; i++) input[random(input.length)] = random(256)
      const pieces = { inputBytes: 1 + random(100), outputBytes: 1 + random(200) }
      expect(decodeInPieces(wasm, codec, input, pieces)).toEqual(decodeInPieces(reference, codec, input, pieces))
    }
  })
})
