import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ChecksumAlgorithm } from '../../src/kernels/checksum.ts'
import { createDigest, digestOnce } from '../../src/kernels/digest.ts'
import type { Digest } from '../../src/kernels/digest.ts'
import { ReferenceCrc } from '../../src/kernels/reference/crc.ts'
import { referenceXxh64 } from '../../src/kernels/reference/xxhash.ts'
import { referenceXxh128, referenceXxh3 } from '../../src/kernels/reference/xxhash3.ts'
import { digestContract, digestOf, hex, randomBytes } from './digest.contract.ts'
import { xxhashVectors } from './xxhash.vectors.ts'

type Reference = (bytes: Uint8Array) => Promise<string>

const crc =
  (algorithm: 'CRC32' | 'CRC32C' | 'CRC64NVME'): Reference =>
  (bytes) =>
    digestOf(new ReferenceCrc(algorithm), bytes)
const hash =
  (name: string): Reference =>
  async (bytes) =>
    createHash(name).update(bytes).digest('hex')
const hex64 = (value: bigint) => value.toString(16).padStart(16, '0')

const references: Record<ChecksumAlgorithm, Reference> = {
  CRC32: crc('CRC32'),
  CRC32C: crc('CRC32C'),
  CRC64NVME: crc('CRC64NVME'),
  SHA1: hash('sha1'),
  SHA256: hash('sha256'),
  SHA512: hash('sha512'),
  MD5: hash('md5'),
  XXHASH64: async (bytes) => hex64(referenceXxh64(bytes)),
  XXHASH3: async (bytes) => hex64(referenceXxh3(bytes)),
  XXHASH128: async (bytes) => {
    const [low, high] = referenceXxh128(bytes)
    return hex64(high) + hex64(low)
  },
}

// Text → hex. CRCs: "check" of the catalogue of parametrised CRC algorithms. Hashes: RFC 1321, FIPS 180 examples.
const vectors: Record<ChecksumAlgorithm, Record<string, string>> = {
  CRC32: { '': '00000000', '123456789': 'cbf43926', a: 'e8b7be43' },
  CRC32C: { '': '00000000', '123456789': 'e3069283', a: 'c1d04330' },
  CRC64NVME: { '': '0000000000000000', '123456789': 'ae8b14860a799888' },
  SHA1: { abc: 'a9993e364706816aba3e25717850c26c9cd0d89d' },
  SHA256: { abc: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
  SHA512: {
    abc: 'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  },
  MD5: { '': 'd41d8cd98f00b204e9800998ecf8427e', abc: '900150983cd24fb0d6963f7d28e17f72' },
  XXHASH64: { '': 'ef46db3751d8e999' },
  XXHASH3: { '': '2d06800538d394c2' },
  XXHASH128: { '': '99aa06d3014798d86001c324468d497f' },
}

const algorithms = Object.keys(vectors) as ChecksumAlgorithm[]

for (const algorithm of algorithms) {
  const common = { vectors: vectors[algorithm], expected: references[algorithm] }
  digestContract({
    ...common,
    name: `createDigest('${algorithm}')`,
    create: () => createDigest(algorithm),
    blockBytes: 1024,
  })
  digestContract({
    ...common,
    name: `reference of ${algorithm}`,
    create: () => collecting(references[algorithm]),
    blockBytes: 64,
  })
}

/** The reference behind the same interface, so that the one suite holds both to the vectors. */
function collecting(reference: Reference): Digest {
  const pieces: Uint8Array[] = []
  return {
    update: (piece) => void pieces.push(piece.slice()),
    finish: async () => Buffer.from(await reference(Buffer.concat(pieces)), 'hex'),
  }
}

describe('XXHASH64, XXHASH3 and XXHASH128', () => {
  const { bytes, rows } = xxhashVectors()

  it.each(rows)('agree with xxHash 0.8.3 on %i bytes', async (length, xxhash64, xxhash3, xxhash128) => {
    const input = bytes.subarray(0, length)
    expect(hex(await digestOnce('XXHASH64', input))).toBe(xxhash64)
    expect(hex(await digestOnce('XXHASH3', input))).toBe(xxhash3)
    expect(hex(await digestOnce('XXHASH128', input))).toBe(xxhash128)
    if (length > 5000) return
    expect(await references.XXHASH64(input)).toBe(xxhash64)
    expect(await references.XXHASH3(input)).toBe(xxhash3)
    expect(await references.XXHASH128(input)).toBe(xxhash128)
  })
})

describe('the kernels', () => {
  it('take pieces larger than their input region, from anywhere in a buffer', async () => {
    const bytes = randomBytes(200_003, 6)
    for (const algorithm of ['CRC32C', 'CRC64NVME', 'XXHASH64', 'XXHASH3', 'XXHASH128'] as const) {
      const inPieces = createDigest(algorithm)
      for (let at = 3; at < bytes.length; at += 999) await inPieces.update(bytes.subarray(at, at + 999))
      expect(hex(await inPieces.finish()), algorithm).toBe(hex(await digestOnce(algorithm, bytes.subarray(3))))
    }
    expect(hex(await digestOnce('CRC64NVME', bytes.subarray(3)))).toBe(await references.CRC64NVME(bytes.subarray(3)))
    expect(hex(await digestOnce('CRC32C', bytes.subarray(3)))).toBe(await references.CRC32C(bytes.subarray(3)))
  })
})

describe('digestOnce()', () => {
  it.each(algorithms)('gives what createDigest(%j) gives', async (algorithm) => {
    const bytes = randomBytes(5000, 7)
    expect(hex(await digestOnce(algorithm, bytes))).toBe(await references[algorithm](bytes))
  })
})
