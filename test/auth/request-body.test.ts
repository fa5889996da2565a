import { describe, expect, it } from 'vitest'
import { RequestBody } from '../../src/auth/request-body.ts'
import { readAll } from '../../src/auth/read-all.ts'
import type { DigestsWanted } from '../../src/auth/body.ts'
import {
  authenticated,
  base64Digest,
  bytes,
  byteStream,
  emptyHash,
  framed,
  outcome,
  sha256,
  signed,
  streamOf,
} from './doubles.ts'

const data = '123456789'
const other = '987654321'
const crc32 = 'y/Q5Jg=='
const crc32c = '4waSgw=='
const md5 = 'JfnnlDI7RTiF9RgfG2JNCw=='

interface Put {
  headers?: Record<string, string>
  /** Null: UNSIGNED-PAYLOAD. */
  sha256?: string | null
  content?: string
  method?: string
  url?: string
  want?: DigestsWanted
}

async function put(options: Put) {
  const content = bytes(options.content ?? data)
  const hash = options.sha256 === undefined ? sha256(content) : (options.sha256 ?? 'UNSIGNED-PAYLOAD')
  const request = signed({
    method: options.method ?? 'PUT',
    ...(options.url !== undefined && { url: options.url }),
    headers: { 'content-length': String(content.length), 'x-amz-content-sha256': hash, ...options.headers },
  })
  const found = await authenticated({ ...request, body: streamOf(content) })
  found.body.want(options.want ?? { md5: true, fallback: 'CRC32' })
  return found.body
}

const invalid = (message: string) => ({ code: 'InvalidRequest', status: 400, message })
const badDigest = (algorithm: string) => ({
  code: 'BadDigest',
  status: 400,
  message: `The ${algorithm} you specified did not match the calculated checksum.`,
})
// A value that nothing matches has the code of one that does not match, as ceph/s3-tests asks.
const malformedDigest = (header: string) => ({
  code: 'BadDigest',
  status: 400,
  message: `Value for ${header} header is invalid.`,
})
const invalidDigest = (value: string) => ({
  code: 'InvalidDigest',
  status: 400,
  message: 'The Content-MD5 you specified was invalid.',
  'Content-MD5': value,
})
const several = invalid('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.')
const sdk = 'x-amz-sdk-checksum-algorithm'

describe('RequestBody', () => {
  const cases: [name: string, options: Put, expected: unknown][] = [
    ['the hash of the content', {}, 'ok'],
    ['the hash in capitals', { sha256: sha256(data).toUpperCase() }, 'ok'],
    ['the hash of other content', { sha256: sha256(other) }, { code: 'XAmzContentSHA256Mismatch', status: 400, message: "The provided 'x-amz-content-sha256' header does not match what was computed.", ClientComputedContentSHA256: sha256(other), S3ComputedContentSHA256: sha256(data) }],
    ['UNSIGNED-PAYLOAD', { sha256: null }, 'ok'],
    ['Content-MD5', { headers: { 'content-md5': md5 } }, 'ok'],
    ['Content-MD5 of other content', { headers: { 'content-md5': base64Digest('md5', other) } }, { code: 'BadDigest', status: 400, message: 'The Content-MD5 you specified did not match what we received.', ExpectedDigest: base64Digest('md5', other), CalculatedDigest: md5 }],
    ['Content-MD5 that is no base64', { headers: { 'content-md5': 'not base64!' } }, invalidDigest('not base64!')],
    ['Content-MD5 of 11 bytes', { headers: { 'content-md5': 'YWJyYWNhZGFicmE=' } }, invalidDigest('YWJyYWNhZGFicmE=')],
    ['Content-MD5 in hex', { headers: { 'content-md5': '25f9e794323b453885f5181f1b624d0b' } }, invalidDigest('25f9e794323b453885f5181f1b624d0b')],
    ['an empty Content-MD5', { headers: { 'content-md5': '' } }, invalidDigest('')],
    ['CRC32', { headers: { 'x-amz-checksum-crc32': crc32 } }, 'ok'],
    ['CRC32C', { headers: { 'x-amz-checksum-crc32c': crc32c } }, 'ok'],
    ['CRC64NVME', { headers: { 'x-amz-checksum-crc64nvme': 'rosUhgp5mIg=' } }, 'ok'],
    ['SHA1', { headers: { 'x-amz-checksum-sha1': base64Digest('sha1', data) } }, 'ok'],
    ['SHA256', { headers: { 'x-amz-checksum-sha256': base64Digest('sha256', data) } }, 'ok'],
    ['SHA512', { headers: { 'x-amz-checksum-sha512': base64Digest('sha512', data) } }, 'ok'],
    ['MD5', { headers: { 'x-amz-checksum-md5': md5 } }, 'ok'],
    ['CRC32 of other content', { headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } }, badDigest('CRC32')],
    ['SHA256 of other content', { headers: { 'x-amz-checksum-sha256': base64Digest('sha256', other) } }, badDigest('SHA256')],
    ['CRC32 in hex', { headers: { 'x-amz-checksum-crc32': 'cbf43926' } }, malformedDigest('x-amz-checksum-crc32')],
    ['CRC32 without padding', { headers: { 'x-amz-checksum-crc32': 'y/Q5Jg' } }, malformedDigest('x-amz-checksum-crc32')],
    ['an empty CRC32', { headers: { 'x-amz-checksum-crc32': '' } }, malformedDigest('x-amz-checksum-crc32')],
    ['XXHASH64 of the wrong length', { headers: { 'x-amz-checksum-xxhash64': crc32 } }, malformedDigest('x-amz-checksum-xxhash64')],
    ['two checksums', { headers: { 'x-amz-checksum-crc32': crc32, 'x-amz-checksum-crc32c': crc32c } }, several],
    ['a checksum of no algorithm', { headers: { 'x-amz-checksum-crc16': 'AAA=' } }, invalid('The algorithm type you specified in x-amz-checksum- header is invalid.')],
    ['x-amz-checksum-type and -mode beside it', { headers: { 'x-amz-checksum-crc32': crc32, 'x-amz-checksum-type': 'FULL_OBJECT', 'x-amz-checksum-mode': 'ENABLED' } }, 'ok'],
    ['the algorithm of its checksum', { headers: { 'x-amz-checksum-crc32': crc32, [sdk]: 'crc32' } }, 'ok'],
    ['the algorithm of another checksum', { headers: { 'x-amz-checksum-crc32': crc32, [sdk]: 'SHA256' } }, invalid('Value for x-amz-sdk-checksum-algorithm header is invalid.')],
    ['another x-amz-checksum-algorithm', { headers: { 'x-amz-checksum-crc32': crc32, 'x-amz-checksum-algorithm': 'SHA256' } }, invalid('Value for x-amz-checksum-algorithm header is invalid.')],
    ['an algorithm and no checksum', { headers: { [sdk]: 'CRC32' } }, invalid('x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.')],
    ['x-amz-checksum-algorithm and no checksum', { headers: { 'x-amz-checksum-algorithm': 'CRC32' } }, 'ok'],
    ['an unknown algorithm', { headers: { 'x-amz-checksum-crc32': crc32, [sdk]: 'MD4' } }, invalid('Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH128, XXHASH3, XXHASH64]')],
    ['an unknown algorithm by inheritance', { headers: { [sdk]: 'constructor' } }, expect.objectContaining({ code: 'InvalidRequest' })],
    ['a trailer announced and none due', { headers: { 'x-amz-trailer': 'x-amz-checksum-crc32' } }, expect.objectContaining({ code: 'MalformedTrailerError' })],
    ['a checksum of the object, not of the body', { method: 'POST', url: 'http://h/b/k?uploadId=1', headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } }, 'ok'],
    ['fewer bytes than content-length', { headers: { 'content-length': '10' } }, expect.objectContaining({ code: 'IncompleteBody' })],
    ['a content-length that is no number', { headers: { 'content-length': '-1' } }, expect.objectContaining({ code: 'InvalidArgument', ArgumentName: 'content-length' })],
  ] // prettier-ignore
  it.each(cases)('%s', async (_name, options, expected) => {
    expect(await outcome((async () => (await put(options)).verify())())).toEqual(expected)
  })

  it.each([
    [{}, { size: 9, md5: '25f9e794323b453885f5181f1b624d0b', checksum: { algorithm: 'CRC32', value: crc32 } }],
    [{ want: { md5: false, fallback: null } }, { size: 9, md5: '', checksum: null }],
    [
      { headers: { 'x-amz-checksum-crc32c': crc32c } },
      { size: 9, md5: '25f9e794323b453885f5181f1b624d0b', checksum: { algorithm: 'CRC32C', value: crc32c } },
    ],
    [
      { content: '' },
      { size: 0, md5: 'd41d8cd98f00b204e9800998ecf8427e', checksum: { algorithm: 'CRC32', value: 'AAAAAA==' } },
    ],
  ] as [Put, unknown][])('digests %j', async (options, expected) => {
    expect(await (await put(options)).verify()).toEqual(expected)
  })

  it('gives exactly the bytes asked for, and the same digests in pieces', async () => {
    const body = await put({})
    expect(Buffer.from((await body.read(4)) ?? []).toString()).toBe('1234')
    expect(Buffer.from((await body.read(4)) ?? []).toString()).toBe('5678')
    expect(Buffer.from((await body.read(4)) ?? []).toString()).toBe('9')
    expect(await body.read(4)).toBeNull()
    expect((await body.verify()).checksum?.value).toBe(crc32)
  })

  it('fills the memory of a used piece again, plain and chunked', async () => {
    const plain = await put({})
    const wire = framed(bytes(data))
    const headers = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '9',
      'content-length': String(wire.length),
    }
    const chunked = await authenticated({ ...signed({ method: 'PUT', headers }), body: streamOf(wire) })
    for (const body of [plain, chunked.body]) {
      const first = await body.read(4)
      expect(Buffer.from(first ?? []).toString()).toBe('1234')
      const second = await body.read(4, first ?? undefined)
      expect(Buffer.from(second ?? []).toString()).toBe('5678')
      // Too small for what is asked, or larger than what is left: neither shows.
      expect(Buffer.from((await body.read(8, second ?? undefined)) ?? []).toString()).toBe('9')
      expect((await body.verify()).size).toBe(9)
    }
  })

  it('knows its length and algorithm before the first byte', async () => {
    const body = await put({ headers: { 'x-amz-checksum-crc32c': crc32c } })
    expect([body.length, body.algorithm]).toEqual([9, 'CRC32C'])
    const chunked = signed({
      method: 'PUT',
      headers: {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': '9',
        'content-length': '70',
        'x-amz-trailer': 'x-amz-checksum-crc32',
      },
    })
    const found = await authenticated({ ...chunked, body: streamOf(bytes('x')) })
    expect([found.body.length, found.body.algorithm]).toEqual([9, 'CRC32'])
  })

  it('takes a body of unknown length', async () => {
    const request = signed({
      method: 'PUT',
      headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'transfer-encoding': 'chunked' },
    })
    const { body } = await authenticated({ ...request, body: streamOf(bytes('1234'), bytes('56789')) })
    body.want({ md5: false, fallback: 'CRC32' })
    expect(body.length).toBeNull()
    expect(Buffer.from((await body.read(1000)) ?? []).toString()).toBe(data)
    expect((await body.verify()).checksum?.value).toBe(crc32)
  })

  it('asks a PUT for its length, where the operation wants the body', async () => {
    const { body } = await authenticated(signed({ method: 'PUT' }))
    expect(await outcome((async () => body.want({ md5: true, fallback: null }))())).toEqual({
      code: 'MissingContentLength',
      status: 411,
      message: 'You must provide the Content-Length HTTP header.',
    })
    const empty = await authenticated(signed({ method: 'PUT', headers: { 'content-length': '0' } }))
    empty.body.want({ md5: true, fallback: null })
    expect((await empty.body.verify()).size).toBe(0)
  })

  it('reads a broken connection as IncompleteBody', async () => {
    const stream = byteStream((controller) => controller.error(new Error('Network connection lost.')))
    const request = signed({ method: 'PUT', headers: { 'content-length': '9', 'x-amz-content-sha256': sha256(data) } })
    const { body } = await authenticated({ ...request, body: stream })
    expect(await outcome(body.read(9))).toMatchObject({ code: 'IncompleteBody', status: 400 })
  })
})

describe('aws-chunked without a STREAMING name', () => {
  const headers = { 'content-encoding': 'gzip, aws-chunked' }

  it('is decoded when the decoded length is told', async () => {
    const content = framed(bytes(data))
    for (const hash of ['UNSIGNED-PAYLOAD', sha256(content)]) {
      const request = signed({
        method: 'PUT',
        headers: { ...headers, 'x-amz-content-sha256': hash, 'x-amz-decoded-content-length': '9' },
      })
      const { body } = await authenticated({ ...request, body: streamOf(content) })
      expect(Buffer.from(await readAll(body, 100)).toString()).toBe(data)
    }
    const wrong = signed({
      method: 'PUT',
      headers: { ...headers, 'x-amz-content-sha256': sha256(data), 'x-amz-decoded-content-length': '9' },
    })
    const { body } = await authenticated({ ...wrong, body: streamOf(content) })
    expect(await outcome(body.verify())).toMatchObject({ code: 'XAmzContentSHA256Mismatch' })
  })

  it('is only a name when it is not', async () => {
    expect(await outcome((async () => (await put({ headers })).verify())())).toBe('ok')
  })
})

// A URL presigned by SDKs for a PUT whose body they do not have; the signature is checked elsewhere.
function presigned(value: string, content: string) {
  const body = new RequestBody(streamOf(bytes(content)), {
    method: 'PUT',
    headers: new Headers({ 'content-length': String(content.length) }),
    payload: { kind: 'unsigned' },
    signing: null,
    hoisted: new Map([
      ['x-amz-checksum-crc32', value],
      ['x-amz-sdk-checksum-algorithm', 'CRC32'],
    ]),
    checksumsDescribeBody: true,
  })
  return body.verify()
}

describe('a checksum hoisted into a presigned URL', () => {
  it('of the empty string is replaced by that of the body', async () => {
    expect((await presigned('AAAAAA==', data)).checksum).toEqual({ algorithm: 'CRC32', value: crc32 })
    expect((await presigned('AAAAAA==', '')).checksum).toEqual({ algorithm: 'CRC32', value: 'AAAAAA==' })
  })

  it('of anything else is enforced', async () => {
    expect((await presigned(crc32, data)).checksum).toEqual({ algorithm: 'CRC32', value: crc32 })
    expect(await outcome(presigned(crc32, other))).toEqual(badDigest('CRC32'))
    expect(await outcome(presigned('nonsense', data))).toEqual(malformedDigest('x-amz-checksum-crc32'))
  })
})

describe('readAll()', () => {
  it('gives the bytes, verified', async () => {
    expect(Buffer.from(await readAll(await put({}), 9)).toString()).toBe(data)
    expect(await readAll(await put({ content: '' }), 9)).toHaveLength(0)
    expect(await outcome(put({ sha256: emptyHash }).then((body) => readAll(body, 9)))).toMatchObject({
      code: 'XAmzContentSHA256Mismatch',
    })
  })

  it('refuses more bytes than it may take, told or not', async () => {
    const tooLong = { code: 'MaxMessageLengthExceeded', status: 400, message: 'Your request was too big.' }
    expect(await outcome(put({}).then((body) => readAll(body, 8)))).toEqual(tooLong)
    const request = signed({ method: 'POST', headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } })
    const { body } = await authenticated({ ...request, body: streamOf(new Uint8Array(200_000)) })
    expect(await outcome(readAll(body, 100_000))).toEqual(tooLong)
  })
})

function large(count: number) {
  return streamOf(...Array.from({ length: count }, () => new Uint8Array(65_536)))
}

describe('drain()', () => {
  it('reads the rest, from the start or from the middle', async () => {
    for (const before of [0, 100]) {
      const stream = large(10)
      const { body } = await authenticated({
        ...signed({ method: 'PUT', headers: { 'content-length': '655360' } }),
        body: stream,
      })
      if (before > 0) await body.read(before)
      await body.drain(10_000_000, 1000)
      expect(await outcome(body.read(1))).toMatchObject({ code: 'IncompleteBody' })
    }
  })

  it('stops at its limits', async () => {
    const { body } = await authenticated({ ...signed({ method: 'PUT' }), body: large(100) })
    await body.drain(65_536, 1000)
    expect(await body.read(1)).toHaveLength(1)

    const silent = byteStream(() => new Promise(() => {}))
    const slow = await authenticated({ ...signed({ method: 'PUT' }), body: silent })
    await slow.body.drain(1000, 20)
  })

  it('never throws', async () => {
    const broken = byteStream(() => Promise.reject(new Error('gone')))
    const { body } = await authenticated({ ...signed({ method: 'PUT' }), body: broken })
    await body.drain(1000, 1000)
    await (await authenticated(signed({}))).body.drain(1000, 1000)
  })
})
