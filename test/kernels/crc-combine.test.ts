import { describe, expect, it } from 'vitest'
import { combineCrcs } from '../../src/kernels/crc-combine.ts'
import type { CombinableAlgorithm, CrcPart } from '../../src/kernels/crc-combine.ts'
import { digestOnce } from '../../src/kernels/digest.ts'
import { hex, randomBytes } from './digest.contract.ts'

const algorithms: CombinableAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME']

async function partOf(algorithm: CombinableAlgorithm, bytes: Uint8Array): Promise<CrcPart> {
  return { crc: await digestOnce(algorithm, bytes), length: bytes.length }
}

describe.each(algorithms)('combineCrcs(%j)', (algorithm) => {
  it('gives the CRC of the whole, however it was cut', async () => {
    const bytes = randomBytes(10_000, 11)
    const whole = hex(await digestOnce(algorithm, bytes))
    for (const cuts of [[0], [1], [5000], [9999], [10_000], [17, 300, 301, 302, 8192], [0, 0, 400, 400]]) {
      const ends = [...cuts, bytes.length]
      const parts = await Promise.all(ends.map((end, i) => partOf(algorithm, bytes.subarray(ends[i - 1] ?? 0, end))))
      expect(hex(combineCrcs(algorithm, parts)), `cut at ${cuts.join()}`).toBe(whole)
    }
  })

  it('gives the CRC of nothing for no parts', async () => {
    expect(hex(combineCrcs(algorithm, []))).toBe(hex(await digestOnce(algorithm, new Uint8Array(0))))
  })

  it('shifts by terabytes as by their halves', async () => {
    const head = await partOf(algorithm, randomBytes(100, 12))
    const zeroCrc = combineCrcs(algorithm, [await partOf(algorithm, new Uint8Array(8))])
    const eight = { crc: zeroCrc, length: 8 }
    // Zeros double until there are 4 TiB of them; a CRC of zeros put together from halves is that of the whole run.
    let zeros: CrcPart = eight
    for (let i = 0; i < 39; i++) {
      zeros = { crc: combineCrcs(algorithm, [zeros, zeros]), length: zeros.length * 2 }
    }
    expect(zeros.length).toBe(4 * 1024 ** 4)
    const half = { crc: zeros.crc, length: zeros.length }
    const nested = combineCrcs(algorithm, [
      { crc: combineCrcs(algorithm, [head, half]), length: head.length + half.length },
      eight,
    ])
    expect(hex(combineCrcs(algorithm, [head, half, eight]))).toBe(hex(nested))
    const tail = { crc: combineCrcs(algorithm, [half, eight]), length: half.length + 8 }
    expect(hex(combineCrcs(algorithm, [head, tail]))).toBe(hex(nested))
  })

  it('refuses a CRC of another width', () => {
    expect(() => combineCrcs(algorithm, [{ crc: new Uint8Array(5), length: 1 }])).toThrow(RangeError)
  })
})
