import { describe, expect, it } from 'vitest'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import { bzip2Encoded } from '../../support/bzip2-encoder.ts'
import { randomFrom } from '../../support/random.ts'
import { bzip2Contract, decode } from './bzip2.contract.ts'

bzip2Contract('WebAssembly', wasmKernels)
bzip2Contract('the reference', referenceKernels)

const seed = Date.now() % 1_000_000

describe(`BZIP2 by both, of random bytes (seed ${seed})`, () => {
  const random = randomFrom(seed)
  const [wasm, reference] = [wasmKernels(), referenceKernels()]

  /** Few values or many, runs or none. */
  function randomBytes(): Uint8Array {
    const values = 1 + random(random(2) === 0 ? 4 : 256)
    const runMax = 1 + random(random(2) === 0 ? 2 : 600)
    const bytes: number[] = []
    const length = random(3000)
    while (bytes.length < length) {
      const value = random(values)
      for (let run = 1 + random(runMax); run > 0; run--) bytes.push(value)
    }
    return Uint8Array.from(bytes)
  }

  function encoded(bytes: Uint8Array): Uint8Array {
    return bzip2Encoded(bytes, { random, blockBytes: 50 + random(2000), level: 1 + random(9) })
  }

  it('gives what was encoded, at every alignment and in pieces of every size', () => {
    for (let n = 0; n < 64; n++) {
      const bytes = randomBytes()
      const input = encoded(bytes)
      const options = { alignment: n, room: 1 + random(700) }
      const decoded = decode(wasm, input, options)
      expect(Buffer.from(decoded.bytes).equals(bytes), `case ${n}`).toBe(true)
      expect(decode(reference, input, options), `case ${n}`).toEqual(decoded)
    }
  })

  it('ends in the same way whichever bit is damaged', () => {
    for (let n = 0; n < 150; n++) {
      const input = Buffer.from(encoded(randomBytes()))
      const at = 4 + random(input.length - 4)
      input[at]! ^= 1 << random(8)
      const decoded = decode(wasm, input)
      expect(decode(reference, input), `case ${n}, byte ${at}`).toEqual(decoded)
    }
  })

  it('ends in the same way wherever the bytes end', () => {
    for (let n = 0; n < 60; n++) {
      const input = encoded(randomBytes())
      const cut = input.subarray(0, random(input.length))
      const decoded = decode(wasm, cut)
      expect(decode(reference, cut), `case ${n}, ${cut.length} of ${input.length} bytes`).toEqual(decoded)
    }
  })
})
