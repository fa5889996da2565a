import { createHash } from 'node:crypto'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openChunks } from '../../../src/select/source/open-chunks.ts'
import type { Compression } from '../../../src/select/request.ts'
import { bzip2Encoded, zerosMember } from '../../support/bzip2-encoder.ts'
import { drained, generatedSource, memorySource } from '../../support/object-source.ts'
import { randomFrom } from '../../support/random.ts'

const pieceBytes = 256 * 1024

/** Text that compresses about as records do. */
function records(sizeBytes: number, seed = 7): Uint8Array {
  const random = randomFrom(seed)
  let text = ''
  while (text.length < sizeBytes)
    text += `${random(1_000_000)},name ${random(1000)},${random(2) === 0 ? 'Oslo' : 'Lima'}\n`
  return Buffer.from(text.slice(0, sizeBytes))
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function open(bytes: Uint8Array, compression: Compression) {
  return openChunks(memorySource(bytes), { offset: 0, compression })
}

describe('openChunks() of what is not compressed', () => {
  const bytes = records(2_000_000)

  it.each(['bytes', 'chunks'] as const)(
    'gives a stream of %s in pieces of 256 KiB or more, but for the last',
    async (type) => {
      const chunks = openChunks(memorySource(bytes, { type, chunkBytes: 70_001 }), { offset: 0, compression: 'NONE' })
      const { bytes: read, lengths } = await drained(chunks)
      expect(hashOf(read)).toBe(hashOf(bytes))
      expect(Math.min(...lengths.slice(0, -1))).toBeGreaterThanOrEqual(pieceBytes)
      expect(chunks).toMatchObject({ scanned: bytes.length, processed: bytes.length })
      expect(await chunks.next()).toBeNull()
    },
  )

  it.each(['bytes', 'chunks'] as const)('gives larger pieces of a stream of %s when it is told to', async (type) => {
    for (const read of [0, 1]) {
      const chunks = openChunks(memorySource(bytes, { type, chunkBytes: 70_001 }), { offset: 0, compression: 'NONE' })
      const first = read === 0 ? new Uint8Array() : new Uint8Array((await chunks.next()) ?? [])
      chunks.enlarge?.(2 * pieceBytes)
      const { bytes: rest, lengths } = await drained(chunks)
      expect(hashOf(Buffer.concat([first, rest]))).toBe(hashOf(bytes))
      expect(Math.max(...lengths)).toBe(2 * pieceBytes)
    }
  })

  it('gives chunks of half a piece and more as they lie, without a copy', async () => {
    const chunkBytes = 200_000
    const chunks = openChunks(memorySource(bytes, { type: 'chunks', chunkBytes }), { offset: 0, compression: 'NONE' })
    const { bytes: read, lengths } = await drained(chunks)
    expect(hashOf(read)).toBe(hashOf(bytes))
    expect(lengths).toEqual(Array.from({ length: 10 }, () => chunkBytes))
  })

  it('reads a range and no byte more', async () => {
    const source = memorySource(bytes)
    const chunks = openChunks(source, { offset: 1_000_003, length: 700_001, compression: 'NONE' })
    const { bytes: read } = await drained(chunks)
    expect(hashOf(read)).toBe(hashOf(bytes.subarray(1_000_003, 1_700_004)))
    expect(source.given).toBe(700_001)
  })

  it('reads up to the end when it is told a length beyond it', async () => {
    const { bytes: read } = await drained(
      openChunks(memorySource(bytes), { offset: 1_999_990, length: 100, compression: 'NONE' }),
    )
    expect(read).toHaveLength(10)
  })

  it('reads nothing of an empty range', async () => {
    const source = memorySource(bytes)
    expect(await openChunks(source, { offset: bytes.length, compression: 'NONE' }).next()).toBeNull()
    expect(source.given).toBe(0)
  })

  it('reads one piece ahead and no more', async () => {
    const source = memorySource(bytes, { chunkBytes: 10_000 })
    const chunks = openChunks(source, { offset: 0, compression: 'NONE' })
    expect(source.given).toBe(0)
    await chunks.next()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(source.given).toBeGreaterThan(pieceBytes)
    expect(source.given).toBeLessThanOrEqual(2 * pieceBytes + 20_000)
    expect(chunks.scanned).toBe(pieceBytes)
  })

  it('cancels the stream when it is closed, and gives nothing more', async () => {
    const source = memorySource(bytes)
    const chunks = openChunks(source, { offset: 0, compression: 'NONE' })
    await chunks.next()
    await chunks.close()
    await chunks.close()
    expect(source.cancelled).toBe(1)
    expect(await chunks.next()).toBeNull()
  })

  it('cancels the stream when it is closed while it waits for bytes', async () => {
    const source = memorySource(bytes)
    const chunks = openChunks(source, { offset: 0, compression: 'NONE' })
    const waiting = chunks.next()
    await chunks.close()
    expect(await waiting).toBeNull()
    expect(source.cancelled).toBe(1)
  })

  it.each(['bytes', 'chunks'] as const)('passes on that the stream of %s broke', async (type) => {
    const chunks = openChunks(memorySource(bytes, { type, breaksAfter: 600_000 }), { offset: 0, compression: 'NONE' })
    await expect(drained(chunks)).rejects.toThrow('The stream broke')
  })

  it.each(['bytes', 'chunks'] as const)('takes no shorter body for the object, as a stream of %s', async (type) => {
    const chunks = openChunks(memorySource(bytes, { type, endsAfter: 600_000 }), { offset: 0, compression: 'NONE' })
    await expect(drained(chunks)).rejects.toThrow('The object ended after 600000 of 2000000 bytes')
  })
})

const zeros = 6 * zerosMember.size

const codecs = [
  {
    compression: 'GZIP',
    compress: (bytes: Uint8Array): Uint8Array => gzipSync(bytes),
    bomb: (): Uint8Array => gzipSync(new Uint8Array(zeros)),
  },
  {
    compression: 'ZSTD',
    compress: zstdWithChecksum,
    bomb: (): Uint8Array => zstdWithChecksum(new Uint8Array(zeros)),
  },
  {
    compression: 'BZIP2',
    compress: (bytes: Uint8Array): Uint8Array => bzip2Encoded(bytes, { random: randomFrom(3) }),
    bomb: (): Uint8Array => Buffer.concat(Array.from({ length: 6 }, () => zerosMember.bytes)),
  },
] as const

describe.each(codecs)('openChunks() of $compression', ({ compression, compress, bomb }) => {
  const plain = records(1_500_000)
  const packed = compress(plain)

  it('gives what was compressed, in pieces of 256 KiB or more but for the last', async () => {
    const chunks = open(packed, compression)
    const { bytes, lengths } = await drained(chunks)
    expect(hashOf(bytes)).toBe(hashOf(plain))
    expect(Math.min(...lengths.slice(0, -1))).toBeGreaterThanOrEqual(pieceBytes)
    expect(chunks).toMatchObject({ scanned: packed.length, processed: plain.length })
  })

  it('goes from one stream to the next, and through empty ones', async () => {
    const streams = ['a\n', '', 'bb\n', records(400_000).toString(), ''].map((text) => compress(Buffer.from(text)))
    const expected = Buffer.concat([Buffer.from('a\nbb\n'), Buffer.from(records(400_000).toString())])
    for (const chunkBytes of [1, 7, 100_000]) {
      const chunks = openChunks(memorySource(Buffer.concat(streams), { chunkBytes }), { offset: 0, compression })
      expect(hashOf((await drained(chunks)).bytes)).toBe(hashOf(expected))
    }
  })

  it('gives nothing of nothing that was compressed', async () => {
    expect((await drained(open(compress(new Uint8Array()), compression))).bytes).toHaveLength(0)
  })

  it('refuses what is truncated, wherever', async () => {
    const small = compress(records(700))
    for (let length = 4; length < small.length; length++) {
      const reading = drained(open(small.subarray(0, length), compression))
      await expect(reading, `the first ${length} bytes`).rejects.toMatchObject({ code: 'TruncatedInput' })
    }
  })

  it('refuses what is no such format', async () => {
    for (const bytes of [new Uint8Array(), Buffer.from('a,b\n1,2\n'), Buffer.alloc(1000, 0x1f)]) {
      await expect(drained(open(bytes, compression))).rejects.toMatchObject({ code: 'InvalidCompressionFormat' })
    }
  })

  it('ends with an error of its own or with the same bytes, whichever bit is damaged', async () => {
    const text = records(700)
    const small = compress(text)
    for (let at = 0; at < small.length; at++) {
      const damaged = Buffer.from(small)
      damaged[at]! ^= 1 << (at % 8)
      const outcome = await drained(open(damaged, compression)).catch((error: { code?: string }) => error.code)
      if (typeof outcome === 'object') expect(hashOf(outcome.bytes), `byte ${at}`).toBe(hashOf(text))
      else expect(outcome, `byte ${at}`).toMatch(/^(TruncatedInput|InvalidCompressionFormat)$/)
    }
  })

  it('passes on that the stream broke', async () => {
    const chunks = openChunks(memorySource(packed, { breaksAfter: 100_000 }), { offset: 0, compression })
    await expect(drained(chunks)).rejects.toThrow('The stream broke')
  })

  it('stops reading when it is closed', async () => {
    const noise = Buffer.from(Array.from({ length: 1_500_000 }, randomByte(5)))
    const source = memorySource(compress(noise))
    const chunks = openChunks(source, { offset: 0, compression })
    await chunks.next()
    await chunks.close()
    expect(source.cancelled).toBe(1)
    expect(await chunks.next()).toBeNull()
    expect(source.given).toBeLessThan(1_000_000)
  })

  it('makes of a bomb no more than is asked for', async () => {
    const small = bomb()
    expect(small.length).toBeLessThan(zeros / 900)
    const chunks = open(small, compression)
    const before = process.memoryUsage().arrayBuffers
    let size = 0
    let most = 0
    for (let piece = await chunks.next(); piece !== null; piece = await chunks.next()) {
      size += piece.length
      expect(piece.length).toBeLessThan(1024 * 1024)
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
    expect(size).toBe(zeros)
    expect(most).toBeLessThan(zeros / 2)
  })
})

describe('openChunks() of GZIP as gzip(1) reads it', () => {
  const member = gzipSync('one\n')

  it.each([
    ['zeros', Buffer.alloc(512)],
    ['a line feed', Buffer.from('\n')],
    ['text', Buffer.from('trailing garbage that is no member')],
    ['half a magic', Buffer.from([0x1f])],
  ])('ignores %s behind the last member', async (_, garbage) => {
    for (const members of [[member], [member, member]]) {
      const { bytes } = await drained(open(Buffer.concat([...members, garbage]), 'GZIP'))
      expect(bytes.toString()).toBe('one\n'.repeat(members.length))
    }
  })

  it('passes over every optional field of a header', async () => {
    const header = Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3])
    const fields = [Buffer.from([5, 0, 1, 2, 3, 4, 5]), Buffer.from('name\0a comment\0'), Buffer.from([9, 9])]
    const { bytes } = await drained(open(Buffer.concat([header, ...fields, member.subarray(10)]), 'GZIP'))
    expect(bytes.toString()).toBe('one\n')
  })

  it('refuses another method, reserved flags, another CRC32 and another length', async () => {
    for (const [at, value] of [
      [2, 7],
      [3, 0x20],
      [member.length - 8, 1],
      [member.length - 4, 5],
    ] as const) {
      const damaged = Buffer.from(member)
      damaged[at] = value
      await expect(drained(open(damaged, 'GZIP'))).rejects.toMatchObject({ code: 'TruncatedInput' })
    }
  })
})

describe('openChunks() of a large object', () => {
  it('holds two pieces, however large it is', async () => {
    const piece = records(1_000_000)
    const source = generatedSource(400_000_000, (offset, length) =>
      piece.subarray(offset % 500_000, (offset % 500_000) + length),
    )
    const chunks = openChunks(source, { offset: 0, compression: 'NONE' })
    let size = 0
    for (let bytes = await chunks.next(); bytes !== null; bytes = await chunks.next()) size += bytes.length
    expect(size).toBe(400_000_000)
  })
})

function randomByte(seed: number): () => number {
  const random = randomFrom(seed)
  return () => random(256)
}

function zstdWithChecksum(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
}
