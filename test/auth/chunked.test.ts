import { describe, expect, it } from 'vitest'
import { authenticated, base64Digest, bytes, framed, outcome, secret, seedOf, signed, streamOf } from './doubles.ts'
import type { FramingOptions } from './doubles.ts'

const data = new Uint8Array(Buffer.alloc(2 * 8192 + 100, 'c'))
const sha1 = `x-amz-checksum-sha1:${base64Digest('sha1', data)}`
const announce = { 'x-amz-trailer': 'x-amz-checksum-sha1' }

type Mode = 'signed' | 'signed-trailer' | 'unsigned-trailer'
const sentinels: Record<Mode, string> = {
  signed: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'signed-trailer': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'unsigned-trailer': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
}

interface Upload {
  mode: Mode
  content?: Uint8Array
  decoded?: number | null
  headers?: Record<string, string>
  framing?: FramingOptions
  /** What happens to the framed body on its way. */
  edit?: (body: Uint8Array) => Uint8Array
  split?: (body: Uint8Array) => Uint8Array[]
  readBytes?: number
}

/** Sends the upload and reads it to its end: the decoded bytes, or the error. */
async function upload(options: Upload): Promise<unknown> {
  const content = options.content ?? data
  const trailer = options.mode !== 'signed'
  const request = signed({
    method: 'PUT',
    headers: {
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': sentinels[options.mode],
      ...(options.decoded !== null && { 'x-amz-decoded-content-length': String(options.decoded ?? content.length) }),
      ...(trailer && announce),
      ...options.headers,
    },
  })
  const body = framed(content, {
    ...(options.mode !== 'unsigned-trailer' && { seed: seedOf(request) }),
    ...(trailer && { trailers: [`x-amz-checksum-sha1:${base64Digest('sha1', content)}`] }),
    ...options.framing,
  })
  const sent = options.edit?.(body) ?? body
  const pieces: Uint8Array[] = []
  const result = await outcome(
    (async () => {
      const found = await authenticated({ ...request, body: streamOf(...(options.split?.(sent) ?? [sent])) })
      for (;;) {
        const piece = await found.body.read(options.readBytes ?? 1024 * 1024)
        if (piece === null) break
        pieces.push(piece)
      }
      await found.body.verify()
    })(),
  )
  return result === 'ok' ? Buffer.concat(pieces).equals(content) : result
}

const replaced =
  (from: string, to: string, last = false) =>
  (body: Uint8Array) => {
    const text = Buffer.from(body).toString('latin1')
    const at = last ? text.lastIndexOf(from) : text.indexOf(from)
    if (at === -1) throw new Error(`no ${from}`)
    return bytes(text.slice(0, at) + to + text.slice(at + from.length))
  }
/** Changes the first hex digit after the n-th occurrence. */
const corrupted = (after: string, index: number) => (body: Uint8Array) => {
  let at = -1
  for (let i = 0; i <= index; i++) at = Buffer.from(body).indexOf(after, at + 1)
  const copy = body.slice()
  copy[at + after.length] = copy[at + after.length] === 0x30 ? 0x31 : 0x30
  return copy
}
const cut = (count: number) => (body: Uint8Array) => body.subarray(0, body.length - count)
const appended = (text: string) => (body: Uint8Array) => new Uint8Array(Buffer.concat([body, bytes(text)]))

const singly = (body: Uint8Array) => Array.from(body, (byte) => Uint8Array.of(byte))

const incomplete = expect.objectContaining({ code: 'IncompleteBody', status: 400 })
const mismatch = (algorithm: string) =>
  expect.objectContaining({
    code: 'SignatureDoesNotMatch',
    status: 403,
    StringToSign: expect.stringMatching(new RegExp(`^${algorithm}\n`)),
    CanonicalRequest: expect.stringMatching(/^PUT\n/),
  })
const malformedTrailer = expect.objectContaining({ code: 'MalformedTrailerError', status: 400 })
const badDigest = expect.objectContaining({ code: 'BadDigest', status: 400 })
const tooSmall = (Chunk: string, BadChunkSize: string) => ({
  code: 'InvalidChunkSizeError',
  status: 403,
  message: 'Only the last chunk is allowed to have a size less than 8192 bytes',
  Chunk,
  BadChunkSize,
})

describe('an aws-chunked body', () => {
  const cases: [name: string, options: Upload, expected: unknown][] = [
    ['signed chunks', { mode: 'signed' }, true],
    ['signed chunks and trailer', { mode: 'signed-trailer' }, true],
    ['unsigned chunks and trailer', { mode: 'unsigned-trailer' }, true],
    ['unsigned chunks and no trailer announced', { mode: 'unsigned-trailer', headers: { 'x-amz-trailer': '' }, framing: { trailers: [] } }, true],
    ['one chunk for all', { mode: 'signed', framing: { chunkBytes: 100_000 } }, true],
    ['nothing', { mode: 'signed-trailer', content: new Uint8Array(0) }, true],
    ['one byte', { mode: 'signed-trailer', content: bytes('x') }, true],
    ['bytes that look like framing', { mode: 'signed', content: bytes('\r\n0;chunk-signature=0\r\n\r\n') }, true],
    ['upper-case sizes', { mode: 'unsigned-trailer', framing: { chunkBytes: 0xabcd }, edit: replaced('4064', '4064') }, true],
    ['no empty line at the end', { mode: 'signed', edit: cut(2) }, true],
    ['no empty line after the trailer', { mode: 'signed-trailer', edit: cut(2) }, true],
    ['no line end after the trailer', { mode: 'unsigned-trailer', edit: cut(4) }, true],
    ['an empty line before the trailer', { mode: 'unsigned-trailer', edit: replaced('x-amz-checksum', '\r\nx-amz-checksum') }, true],
    ['spaces around a trailer value', { mode: 'unsigned-trailer', edit: replaced('sha1:', 'sha1: ') }, true],
    ['a trailer name in capitals', { mode: 'unsigned-trailer', edit: replaced('x-amz-checksum', 'X-Amz-Checksum') }, true],

    ['a wrong signature of the first chunk', { mode: 'signed', edit: corrupted('chunk-signature=', 0) }, mismatch('AWS4-HMAC-SHA256-PAYLOAD')],
    ['a wrong signature of a later chunk', { mode: 'signed', edit: corrupted('chunk-signature=', 2) }, mismatch('AWS4-HMAC-SHA256-PAYLOAD')],
    ['a wrong signature of the last, empty chunk', { mode: 'signed', edit: corrupted('chunk-signature=', 3) }, mismatch('AWS4-HMAC-SHA256-PAYLOAD')],
    ['a wrong signature of the trailer', { mode: 'signed-trailer', edit: corrupted('x-amz-trailer-signature:', 0) }, mismatch('AWS4-HMAC-SHA256-TRAILER')],
    ['a changed byte of the data', { mode: 'signed', edit: replaced('ccc', 'ccd') }, mismatch('AWS4-HMAC-SHA256-PAYLOAD')],
    ['chunks signed from another seed', { mode: 'signed', framing: { seed: '0'.repeat(64) } }, mismatch('AWS4-HMAC-SHA256-PAYLOAD')],
    ['no signatures where they are due', { mode: 'signed', edit: (body) => bytes(Buffer.from(body).toString('latin1').replaceAll(/;chunk-signature=\w+/g, '')) }, incomplete],
    ['no trailer signature where it is due', { mode: 'signed-trailer', edit: (body) => bytes(Buffer.from(body).toString('latin1').replace(/x-amz-trailer-signature:\w+\r\n/, '')) }, malformedTrailer],

    ['a chunk that is too small', { mode: 'signed', framing: { chunkBytes: 8191 } }, tooSmall('1', '8191')],
    ['a later chunk that is too small', { mode: 'unsigned-trailer', content: data.slice(0, 16_384), edit: (body) => bytes(Buffer.from(body).toString('latin1').replace(/\r\n2000\r\n(c{100})(c{8092})\r\n/, '\r\n64\r\n$1\r\n1f9c\r\n$2\r\n')) }, tooSmall('2', '100')],

    ['an end inside a chunk', { mode: 'signed', edit: cut(500) }, incomplete],
    ['an end before the last chunk', { mode: 'unsigned-trailer', edit: (body) => body.subarray(0, Buffer.from(body).indexOf('\r\n0\r\n') + 2) }, incomplete],
    ['nothing at all', { mode: 'signed', edit: () => new Uint8Array(0) }, incomplete],
    ['a missing trailer', { mode: 'unsigned-trailer', framing: { trailers: [] } }, malformedTrailer],
    ['another trailer', { mode: 'unsigned-trailer', framing: { trailers: ['x-amz-checksum-crc32:AAAAAA=='] } }, malformedTrailer],
    ['one trailer too many', { mode: 'unsigned-trailer', framing: { trailers: [sha1, 'x-other:1'] } }, malformedTrailer],
    ['a trailer that is no header', { mode: 'unsigned-trailer', framing: { trailers: ['nonsense'] } }, malformedTrailer],
    ['endless trailers', { mode: 'unsigned-trailer', framing: { trailers: Array.from({ length: 50 }, (_, i) => `x-${i}:1`) } }, malformedTrailer],
    ['a trailer where none is due', { mode: 'signed', edit: replaced('\r\n\r\n', `\r\n${sha1}\r\n\r\n`, true) }, incomplete],
    ['x-amz-trailer where none is due', { mode: 'signed', headers: announce }, malformedTrailer],
    ['a wrong checksum in the trailer', { mode: 'unsigned-trailer', framing: { trailers: [`x-amz-checksum-sha1:${base64Digest('sha1', 'other')}`] } }, badDigest],
    ['a checksum of the wrong length', { mode: 'unsigned-trailer', framing: { trailers: ['x-amz-checksum-sha1:AAAA'] } }, expect.objectContaining({ code: 'BadDigest', message: 'Value for x-amz-checksum-sha1 trailing header is invalid.' })],
    ['a trailer that is no checksum', { mode: 'unsigned-trailer', headers: { 'x-amz-trailer': 'x-other' } }, expect.objectContaining({ code: 'InvalidRequest', message: 'The value specified in the x-amz-trailer header is not supported' })],

    ['more bytes than told', { mode: 'signed', decoded: data.length - 1 }, incomplete],
    ['fewer bytes than told', { mode: 'signed', decoded: data.length + 1 }, incomplete],
    ['bytes after the end', { mode: 'signed', edit: appended('x') }, incomplete],
    ['a second body after the end', { mode: 'unsigned-trailer', edit: (body) => new Uint8Array(Buffer.concat([body, body])) }, incomplete],
    ['no decoded length', { mode: 'signed', decoded: null }, expect.objectContaining({ code: 'MissingContentLength', status: 411 })],
    ['a decoded length that is no number', { mode: 'signed', headers: { 'x-amz-decoded-content-length': '1e3' } }, expect.objectContaining({ code: 'InvalidArgument', ArgumentName: 'x-amz-decoded-content-length' })],
    ['a negative decoded length', { mode: 'signed', headers: { 'x-amz-decoded-content-length': '-1' } }, expect.objectContaining({ code: 'InvalidArgument' })],

    ['a size that is no hex', { mode: 'unsigned-trailer', edit: replaced('2000\r\n', 'zz\r\n') }, incomplete],
    ['an empty size', { mode: 'unsigned-trailer', edit: replaced('2000\r\n', '\r\n') }, incomplete],
    ['a negative size', { mode: 'unsigned-trailer', edit: replaced('2000\r\n', '-1\r\n') }, incomplete],
    ['a size beyond numbers', { mode: 'unsigned-trailer', edit: replaced('2000\r\n', `${'f'.repeat(40)}\r\n`) }, incomplete],
    ['a line without end', { mode: 'unsigned-trailer', edit: () => new Uint8Array(Buffer.alloc(100_000, '1')) }, incomplete],
    ['a bare line feed', { mode: 'unsigned-trailer', edit: replaced('2000\r\n', '2000\n') }, incomplete],
    ['no line end after a chunk', { mode: 'unsigned-trailer', edit: replaced('c\r\n', 'ccc') }, incomplete],
    ['a chunk longer than its size', { mode: 'unsigned-trailer', edit: replaced('2000\r\n', '1fff\r\n') }, incomplete],
    ['no framing at all', { mode: 'unsigned-trailer', edit: () => data }, incomplete],
  ] // prettier-ignore
  it.each(cases)('%s', async (_name, options, expected) => {
    expect(await upload(options)).toEqual(expected)
  })

  it.each(['signed', 'signed-trailer', 'unsigned-trailer'] as const)('%s, in pieces of one byte', async (mode) => {
    expect(await upload({ mode, content: data.slice(0, 9000), split: singly })).toBe(true)
  })

  it.each(['signed-trailer', 'unsigned-trailer'] as const)('%s, split in two at every byte', async (mode) => {
    const content = bytes('some bytes\r\n')
    for (let at = 0; at <= 320; at++) {
      const split = (body: Uint8Array) => [body.subarray(0, at), body.subarray(at)]
      expect(await upload({ mode, content, split }), `at ${at}`).toBe(true)
    }
  })

  it.each([1, 7, 8191, 8192, 8193, 16_384, 16_484])('read %d bytes at a time', async (readBytes) => {
    expect(await upload({ mode: 'signed-trailer', readBytes })).toBe(true)
  })

  it('cut anywhere but in its last line ends never verifies', async () => {
    const content = bytes('some bytes')
    for (let count = 5; count < 300; count++) {
      expect(await upload({ mode: 'signed-trailer', content, edit: cut(count) }), `without ${count}`).not.toBe(true)
    }
  })

  it('larger than its window', async () => {
    const content = new Uint8Array(Buffer.alloc(1_500_000, 'abcdefg'))
    for (const chunkBytes of [8192, 65_536, 1_000_000, 1_500_000]) {
      expect(await upload({ mode: 'signed-trailer', content, framing: { chunkBytes }, readBytes: 400_000 })).toBe(true)
    }
  })

  it('stays broken after its first failure', async () => {
    const request = signed({
      method: 'PUT',
      headers: { 'x-amz-content-sha256': sentinels['unsigned-trailer'], 'x-amz-decoded-content-length': '5' },
    })
    const { body } = await authenticated({ ...request, body: streamOf(bytes('junk\r\n5\r\nhello\r\n0\r\n\r\n')) })
    expect(await outcome(body.read(10))).toEqual(incomplete)
    expect(await outcome(body.verify())).toEqual(incomplete)
  })

  it('never tells the secret', async () => {
    expect(JSON.stringify(await upload({ mode: 'signed', edit: corrupted('chunk-signature=', 0) }))).not.toContain(
      secret,
    )
  })
})
