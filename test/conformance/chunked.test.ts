// aws-chunked bodies over a bare socket: every way to cut them, and every way to get them wrong.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and …/sigv4-streaming-trailers.html
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { connectRaw } from '../support/raw-connection.ts'
import type { RawAnswer } from '../support/raw-connection.ts'
import { sampleBytes } from '../support/samples.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { frameChunks, signRequest } from '../support/sign-request.ts'
import type { ChunkSigning } from '../support/sign-request.ts'

const server = sharedServer()
const client = server.client()
const Bucket = uniqueBucketName('chunked')
const KiB = 1024

beforeAll(async () => {
  await client.send(new CreateBucketCommand({ Bucket }))
})

type Mode =
  | 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
  | 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
  | 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'

interface Upload {
  mode: Mode
  chunks: Uint8Array[]
  /** Default: the CRC32 where the mode has a trailer. */
  trailers?: Record<string, string>
  headers?: Record<string, string>
  /** Changes the framed body before it goes out; Content-Length stays that of the changed one. */
  spoil?: (body: Buffer, signing: ChunkSigning) => Buffer
  /** Bytes of one TCP write. Default: all at once. */
  pieces?: number
  decodedLength?: number
}

function base64Crc32(bytes: Uint8Array): string {
  const value = Buffer.alloc(4)
  value.writeUInt32BE(crc32(bytes))
  return value.toString('base64')
}

async function upload(key: string, asked: Upload): Promise<RawAnswer> {
  const { mode, chunks, spoil = (body) => body } = asked
  const whole = Buffer.concat(chunks)
  const hasTrailer = mode.endsWith('TRAILER')
  const trailers = asked.trailers ?? { 'x-amz-checksum-crc32': base64Crc32(whole) }
  const request = {
    method: 'PUT',
    path: `/${Bucket}/${key}`,
    payload: mode,
    headers: {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': String(asked.decodedLength ?? whole.length),
      ...(hasTrailer && { 'x-amz-trailer': Object.keys(trailers).join(',') }),
      ...asked.headers,
    },
  }
  const { head, signing } = await signRequest(server, request)
  const isSigned = mode !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
  const framing = { signing: isSigned ? signing : null, ...(hasTrailer && { trailers }) }
  const body = spoil(frameChunks(chunks, framing), signing)
  const connection = await connectRaw(server.port)
  // Not signed: it depends on the signature.
  await connection.send(head.replace(/\r\n\r\n$/, `\r\ncontent-length: ${body.length}\r\n\r\n`))
  if (asked.pieces === undefined) await connection.send(body)
  else await connection.sendInPieces(body, asked.pieces)
  const answer = await connection.answer()
  connection.close()
  return answer
}

function codeOf({ status, body }: RawAnswer): string {
  return `${status} ${/<Code>(\w+)<\/Code>/.exec(body.toString('utf8'))?.[1] ?? ''}`.trim()
}

async function stored(Key: string): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}

async function isStored(Key: string): Promise<boolean> {
  return client.send(new HeadObjectCommand({ Bucket, Key })).then(
    () => true,
    () => false,
  )
}

/** `sizes` bytes each. */
function cut(sizes: number[]): Uint8Array[] {
  const whole = sampleBytes(sizes.reduce((sum, size) => sum + size, 0))
  let offset = 0
  return sizes.map((size) => whole.subarray(offset, (offset += size)))
}

/** The body with its text changed. */
function text(body: Buffer, change: (text: string) => string): Buffer {
  return Buffer.from(change(body.toString('latin1')), 'latin1')
}

function flip(body: Buffer, at: number): Buffer {
  const changed = Buffer.from(body)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}

/** Where `wanted` stands for the nth time. */
function nth(body: Buffer, wanted: string, n: number): number {
  let at = -1
  for (let i = 0; i < n; i++) at = body.indexOf(wanted, at + 1)
  return at
}

/** The first two signed chunks of 8 KiB, swapped. */
function swapChunks(body: Buffer): Buffer {
  const frame = 4 + ';chunk-signature='.length + 64 + 2 + 8 * KiB + 2
  return Buffer.concat([body.subarray(frame, 2 * frame), body.subarray(0, frame), body.subarray(2 * frame)])
}

const modes: Mode[] = [
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
]

describe.each(modes)('%s', (mode) => {
  it.each([
    ['nothing', []],
    ['one byte', [1]],
    ['one chunk', [20_000]],
    ['chunks of 8 KiB and a rest', [8 * KiB, 8 * KiB, 8 * KiB, 3]],
    ['chunks of 64 KiB above what is stored inline', [...Array.from({ length: 9 }, () => 64 * KiB), 17]],
    ['one chunk of 3 MiB', [3 * KiB * KiB]],
    ['chunks that end beside every boundary', [8191 + 1, 65_535, 65_537, 262_143, 262_145, 1]],
  ])('stores %s', async (name, sizes) => {
    const key = `${mode}/${name.replaceAll(' ', '-')}`
    const chunks = cut(sizes)
    expect(codeOf(await upload(key, { mode, chunks }))).toBe('200')
    expect((await stored(key)).equals(Buffer.concat(chunks))).toBe(true)
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: key }))
    expect(head.ContentEncoding).toBe(undefined)
  })

  it('stores a body that comes byte by byte', async () => {
    const chunks = [Buffer.from('x'.repeat(300))]
    expect(codeOf(await upload(`${mode}/bytes`, { mode, chunks, pieces: 1 }))).toBe('200')
    expect((await stored(`${mode}/bytes`)).toString()).toBe('x'.repeat(300))
  })

  it.each([2, 3, 5, 7, 11])('stores a body that comes in pieces of 8 KiB and %i', async (more) => {
    const chunks = cut([8 * KiB, 8 * KiB, 16 * KiB, 5])
    const key = `${mode}/pieces-${more}`
    expect(codeOf(await upload(key, { mode, chunks, pieces: 8 * KiB + more }))).toBe('200')
    expect((await stored(key)).equals(Buffer.concat(chunks))).toBe(true)
  })

  it('stores a body cut inside every line end', async () => {
    const chunks = cut([8 * KiB, 9])
    const { head, signing } = await signRequest(server, {
      method: 'PUT',
      path: `/${Bucket}/${mode}/cut`,
      payload: mode,
      headers: { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': String(8 * KiB + 9) },
    })
    const body = frameChunks(chunks, {
      signing: mode.includes('UNSIGNED') ? null : signing,
      ...(mode.endsWith('TRAILER') && { trailers: {} }),
    })
    const connection = await connectRaw(server.port)
    await connection.send(head.replace(/\r\n\r\n$/, `\r\ncontent-length: ${body.length}\r\n\r\n`))
    for (let start = 0; start < body.length;) {
      const lineEnd = body.indexOf('\r\n', start)
      const end = lineEnd < 0 ? body.length : lineEnd + 1
      await connection.sendInPieces(body.subarray(start, end), end - start)
      start = end
    }
    expect(codeOf(await connection.answer())).toBe('200')
    connection.close()
    expect((await stored(`${mode}/cut`)).equals(Buffer.concat(chunks))).toBe(true)
  })

  const good = cut([8 * KiB, 70])
  it.each<[string, string, (body: Buffer) => Buffer]>([
    ['ends in the middle of a chunk', '400 IncompleteBody', (body) => body.subarray(0, 5000)],
    ['ends after a whole chunk', '400 IncompleteBody', (body) => body.subarray(0, body.indexOf('\r\n', 8400) + 2)],
    ['has bytes after its end', '400 IncompleteBody', (body) => Buffer.concat([body, Buffer.from('more')])],
    ['has a size that is no number', '400 IncompleteBody', (body) => text(body, (t) => t.replace('2000', 'zzzz'))],
    ['has a size that is negative', '400 IncompleteBody', (body) => text(body, (t) => t.replace('2000', '-200'))],
    ['has a size beyond every number', '400 IncompleteBody', (body) => text(body, (t) => `${'f'.repeat(40)}${t}`)],
    ['has no line end after a chunk', '400 IncompleteBody', (body) => text(body, (t) => t.replace('\r\n46', 'xx46'))],
    ['is no framing at all', '400 IncompleteBody', () => Buffer.from('just bytes')],
    ['is empty', '400 IncompleteBody', () => Buffer.alloc(0)],
    ['has a chunk header without end', '400 IncompleteBody', () => Buffer.alloc(100_000, 'a')],
  ])('refuses a body that %s', async (name, code, spoil) => {
    const key = `${mode}/spoilt-${name.replaceAll(' ', '-')}`
    expect(codeOf(await upload(key, { mode, chunks: good, spoil }))).toBe(code)
    expect(await isStored(key)).toBe(false)
  })

  it.each([8 * KiB + 69, 8 * KiB + 71, 0])('refuses a body that is not the %i bytes it says', async (decodedLength) => {
    const key = `${mode}/length-${decodedLength}`
    expect(codeOf(await upload(key, { mode, chunks: good, decodedLength }))).toBe('400 IncompleteBody')
    expect(await isStored(key)).toBe(false)
  })

  it('refuses a small chunk that is not the last', async () => {
    const answer = await upload(`${mode}/small`, { mode, chunks: cut([100, 100]) })
    expect(codeOf(answer)).toBe('403 InvalidChunkSizeError')
    expect(answer.body.toString()).toContain('<Chunk>1</Chunk><BadChunkSize>100</BadChunkSize>')
    expect(await isStored(`${mode}/small`)).toBe(false)
  })
})

describe.each(modes.slice(0, 2))('signatures of %s', (mode) => {
  const chunks = cut([8 * KiB, 8 * KiB, 7])

  it.each<[string, (body: Buffer) => Buffer]>([
    ['a byte of the first chunk', (body) => flip(body, body.indexOf('\r\n') + 10)],
    ['a byte of the last chunk', (body) => flip(body, nth(body, 'chunk-signature=', 3) + 16 + 64 + 2)],
    ['the first signature', (body) => flip(body, body.indexOf('chunk-signature=') + 20)],
    ['the second signature', (body) => flip(body, nth(body, 'chunk-signature=', 2) + 20)],
    ['the signature of the empty chunk', (body) => flip(body, nth(body, 'chunk-signature=', 4) + 20)],
  ])('hold %s', async (name, spoil) => {
    const key = `${mode}/changed-${name.replaceAll(' ', '-')}`
    const code = codeOf(await upload(key, { mode, chunks, spoil }))
    // A signature's first hex digit may become no digit at all.
    expect(['403 SignatureDoesNotMatch', '400 IncompleteBody']).toContain(code)
    if (name.includes('byte')) expect(code).toBe('403 SignatureDoesNotMatch')
    expect(await isStored(key)).toBe(false)
  })

  it('hold the order of chunks', async () => {
    expect(codeOf(await upload(`${mode}/order`, { mode, chunks, spoil: swapChunks }))).toBe('403 SignatureDoesNotMatch')
  })

  it('are wanted of every chunk', async () => {
    const spoil = () => frameChunks(chunks, { signing: null, ...(mode.endsWith('TRAILER') && { trailers: {} }) })
    expect(codeOf(await upload(`${mode}/none`, { mode, chunks, spoil }))).toBe('400 IncompleteBody')
    expect(await isStored(`${mode}/none`)).toBe(false)
  })

  it('chain to the request, so that another request cannot use them', async () => {
    const spoil = (_body: Buffer, signing: ChunkSigning) =>
      frameChunks(chunks, {
        signing: { ...signing, seed: '0'.repeat(64) },
        ...(mode.endsWith('TRAILER') && { trailers: {} }),
      })
    expect(codeOf(await upload(`${mode}/replay`, { mode, chunks, spoil }))).toBe('403 SignatureDoesNotMatch')
  })
})

describe('trailers', () => {
  const chunks = cut([8 * KiB, 40])
  const whole = Buffer.concat(chunks)
  const signed = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
  const unsigned = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'

  const changed = (mode: Mode, change: (body: string) => string) =>
    upload('trailer/changed', { mode, chunks, spoil: (body) => text(body, change) })

  it('of a signed body are held by their signature', async () => {
    const wrong = await changed(signed, (t) => t.replace(/(x-amz-trailer-signature:)./, '$1!'))
    expect(codeOf(wrong)).toBe('403 SignatureDoesNotMatch')
    const without = await changed(signed, (t) => t.replace(/x-amz-trailer-signature:.*\r\n/, ''))
    expect(codeOf(without)).toBe('400 MalformedTrailerError')
    expect(await isStored('trailer/changed')).toBe(false)
  })

  it.each([signed, unsigned] as const)('of %s with a wrong checksum refuse the body', async (mode) => {
    const trailers = { 'x-amz-checksum-crc32': 'AAAAAA==' }
    expect(codeOf(await upload(`trailer/${mode}`, { mode, chunks, trailers }))).toBe('400 BadDigest')
    const notBase64 = { 'x-amz-checksum-crc32': 'no checksum' }
    expect(codeOf(await upload(`trailer/${mode}`, { mode, chunks, trailers: notBase64 }))).toBe('400 BadDigest')
    expect(await isStored(`trailer/${mode}`)).toBe(false)
  })

  it.each([
    ['x-amz-checksum-sha256', createHash('sha256').update(whole).digest('base64')],
    ['x-amz-checksum-sha1', createHash('sha1').update(whole).digest('base64')],
    ['x-amz-checksum-crc32', base64Crc32(whole)],
  ])('bring %s, which is stored', async (name, value) => {
    const answer = await upload(`trailer/${name}`, { mode: unsigned, chunks, trailers: { [name]: value } })
    expect([codeOf(answer), answer.headers.get(name)]).toEqual(['200', value])
  })

  it('must be the announced ones', async () => {
    const announce = { 'x-amz-trailer': 'x-amz-checksum-sha256' }
    expect(codeOf(await upload('trailer/other', { mode: unsigned, chunks, headers: announce }))).toBe(
      '400 MalformedTrailerError',
    )
    const missing = await upload('trailer/missing', { mode: unsigned, chunks, trailers: {}, headers: announce })
    expect(codeOf(missing)).toBe('400 MalformedTrailerError')
  })

  it('may come without the last line end, and after an empty line', async () => {
    expect(codeOf(await changed(unsigned, (t) => t.slice(0, -2)))).toBe('200')
    const padded = await changed(unsigned, (t) => t.replace('\r\nx-amz-checksum', '\r\n\r\nx-amz-checksum'))
    expect(codeOf(padded)).toBe('200')
  })
})

describe('Content-Encoding', () => {
  it.each([
    ['aws-chunked', undefined],
    ['aws-chunked, gzip', 'gzip'],
    ['gzip,aws-chunked', 'gzip'],
    ['', undefined],
  ])('%j is stored as %j', async (given, kept) => {
    const key = `encoding/${encodeURIComponent(given)}`
    const headers = { 'content-encoding': given }
    const mode = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
    expect(codeOf(await upload(key, { mode, chunks: [Buffer.from('abc')], headers }))).toBe('200')
    const response = await server.fetchSigned('GET', `/${Bucket}/${key}`)
    expect(response.headers.get('content-encoding') ?? undefined).toBe(kept)
    expect(await response.text()).toBe('abc')
  })
})
