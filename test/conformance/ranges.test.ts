// Range, If-Range and partNumber as they go over the wire: small objects, large ones, and objects of several parts.
// RFC 9110 section 14; https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { beforeAll, describe, expect, it } from 'vitest'
import { errorElements } from '../support/s3-error.ts'
import { sampleBytes } from '../support/samples.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const Bucket = uniqueBucketName('ranges')
const MiB = 1024 * 1024

/** Inline in the shard, in an extent, and in two extents. */
const objects = { small: sampleBytes(10), large: sampleBytes(MiB + 7), parts: sampleBytes(6 * MiB) }
type ObjectName = keyof typeof objects
const names: ObjectName[] = ['small', 'large', 'parts']

beforeAll(async () => {
  const client = server.client()
  await client.send(new CreateBucketCommand({ Bucket }))
  await server.fetchSigned('PUT', `/${Bucket}/empty`)
  await server.fetchSigned('PUT', `/${Bucket}/text`, {
    body: 'a'.repeat(5000),
    headers: { 'content-type': 'text/plain', 'x-amz-checksum-algorithm': 'CRC32' },
  })
  for (const name of ['small', 'large'] as const) {
    await server.fetchSigned('PUT', `/${Bucket}/${name}`, { body: objects[name] })
  }
  await new Upload({ client, params: { Bucket, Key: 'parts', Body: objects.parts } }).done()
})

function get(name: string, headers: Record<string, string>, method = 'GET'): Promise<Response> {
  return server.fetchSigned(method, `/${Bucket}/${name}`, { headers })
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer())
}

describe.each(names)('a range of the %s object', (name) => {
  const whole = objects[name]
  const size = whole.length
  const middle = Math.floor(size / 2)

  it.each<[range: string, start: number, end: number]>([
    ['bytes=0-0', 0, 1],
    ['bytes=0-', 0, size],
    [`bytes=${middle}-`, middle, size],
    [`bytes=${middle - 2}-${middle + 2}`, middle - 2, middle + 3],
    [`bytes=${size - 1}-`, size - 1, size],
    [`bytes=${size - 1}-${size + 100}`, size - 1, size],
    [`bytes=0-99999999999999999999`, 0, size],
    ['bytes=-1', size - 1, size],
    [`bytes=-${size}`, 0, size],
    [`bytes=-${size + 5}`, 0, size],
    ['bytes= 1-2', 1, 3],
    ['BYTES=1-2', 1, 3],
    ['bytes=1-2,', 1, 3],
    [`bytes=1-2, ${size}-`, 1, 3],
  ])('%s', async (range, start, end) => {
    const response = await get(name, { range })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${size}`)
    expect(response.headers.get('content-length')).toBe(String(end - start))
    expect(response.headers.get('accept-ranges')).toBe('bytes')
    expect((await bytesOf(response)).equals(whole.subarray(start, end))).toBe(true)
    const head = await get(name, { range }, 'HEAD')
    expect([head.status, head.headers.get('content-length'), head.headers.get('content-range')]).toEqual([
      206,
      String(end - start),
      `bytes ${start}-${end - 1}/${size}`,
    ])
  })

  it.each([
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=1',
    'bytes=3-1',
    'bytes=1-2-3',
    'bytes=--1',
    'bytes=1.5-2',
    'bytes=0x1-2',
    'bits=0-1',
    'items=0-1',
    '0-1',
    'bytes:0-1',
    'bytes=1-2,x',
  ])('%s is ignored', async (range) => {
    const response = await get(name, { range })
    expect([response.status, response.headers.get('content-range')]).toEqual([200, null])
    expect((await bytesOf(response)).equals(whole)).toBe(true)
  })

  it.each([`bytes=${size}-`, `bytes=${size}-${size + 5}`, `bytes=${size + 1}-`, 'bytes=-0', `bytes=${size}-,${size}-`])(
    '%s cannot be satisfied',
    async (range) => {
      const response = await get(name, { range })
      expect([response.status, response.headers.get('content-range')]).toEqual([416, `bytes */${size}`])
      expect(errorElements(await response.text())?.slice(0, 4)).toEqual([
        ['Code', 'InvalidRange'],
        ['Message', 'The requested range is not satisfiable'],
        ['RangeRequested', range],
        ['ActualObjectSize', String(size)],
      ])
      const head = await get(name, { range }, 'HEAD')
      expect([head.status, await head.text()]).toEqual([416, ''])
    },
  )
})

interface Part {
  type: string
  range: string
  bytes: Buffer
}

/** The parts of a multipart/byteranges body, read as RFC 9110 section 14.6 and RFC 2046 section 5.1.1 say. */
function parseByteranges(contentType: string, body: Buffer): Part[] {
  const boundary = /^multipart\/byteranges; boundary=([0-9A-Za-z'()+_,./:=? -]{1,70})$/.exec(contentType)?.[1]
  if (boundary === undefined) throw new Error(`No boundary in ${contentType}`)
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const parts: Part[] = []
  // As though a line end stood before the first delimiter.
  let rest = Buffer.concat([Buffer.from('\r\n'), body])
  for (;;) {
    if (!rest.subarray(0, delimiter.length).equals(delimiter)) throw new Error('A delimiter is missing')
    rest = rest.subarray(delimiter.length)
    if (rest.toString('latin1') === '--\r\n') return parts
    const headEnd = rest.indexOf('\r\n\r\n')
    const head = rest.subarray(2, headEnd).toString('latin1')
    const bodyEnd = rest.indexOf(delimiter, headEnd + 4)
    parts.push({
      type: /^content-type: (.*)$/im.exec(head)?.[1]?.trim() ?? '',
      range: /^content-range: (.*)$/im.exec(head)?.[1]?.trim() ?? '',
      bytes: rest.subarray(headEnd + 4, bodyEnd),
    })
    rest = rest.subarray(bodyEnd)
  }
}

describe.each(names)('several ranges of the %s object', (name) => {
  const whole = objects[name]
  const size = whole.length

  it.each<[string, [start: number, end: number][]]>([
    [
      'bytes=0-1,3-4',
      [
        [0, 2],
        [3, 5],
      ],
    ],
    [
      'bytes=-2,0-0',
      [
        [size - 2, size],
        [0, 1],
      ],
    ],
    [
      'bytes=1-1,1-1,1-2',
      [
        [1, 2],
        [1, 2],
        [1, 3],
      ],
    ],
    [
      `bytes=0-0,${size - 1}-, -1`,
      [
        [0, 1],
        [size - 1, size],
        [size - 1, size],
      ],
    ],
    [
      `bytes=0-0,${size}-,2-2`,
      [
        [0, 1],
        [2, 3],
      ],
    ],
  ])('%s', async (range, expected) => {
    const response = await get(name, { range })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(null)
    const body = await bytesOf(response)
    expect(response.headers.get('content-length')).toBe(String(body.length))
    const parts = parseByteranges(response.headers.get('content-type') ?? '', body)
    expect(parts).toEqual(
      expected.map(([start, end]) => ({
        type: 'binary/octet-stream',
        range: `bytes ${start}-${end - 1}/${size}`,
        bytes: whole.subarray(start, end),
      })),
    )
    const head = await get(name, { range }, 'HEAD')
    expect([head.status, head.headers.get('content-length')]).toEqual([206, String(body.length)])
  })

  it('that ask for more than there is are answered with the whole', async () => {
    const all = `0-${size - 1}`
    const response = await get(name, { range: `bytes=${all},${all}` })
    expect(response.status).toBe(200)
    expect((await bytesOf(response)).equals(whole)).toBe(true)
    const many = Array.from({ length: 1000 }, () => '0-0').join(',')
    expect((await get(name, { range: `bytes=${many}` })).status).toBe(200)
  })
})

describe('an empty object', () => {
  it.each(['bytes=0-', 'bytes=0-0', 'bytes=-1'])('has no range %s', async (range) => {
    const response = await get('empty', { range })
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */0'])
  })

  it('is answered whole without one', async () => {
    const response = await get('empty', {})
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '0', ''])
  })
})

describe('If-Range', () => {
  it('lets a range count for what the client has, and else answers all', async () => {
    const { headers } = await get('small', {}, 'HEAD')
    const etag = headers.get('etag') ?? ''
    const modified = headers.get('last-modified') ?? ''
    const statusFor = async (ifRange: string) => {
      const response = await get('small', { range: 'bytes=1-2', 'if-range': ifRange })
      return `${response.status} ${(await bytesOf(response)).length}`
    }
    expect(await statusFor(etag)).toBe('206 2')
    expect(await statusFor(modified)).toBe('206 2')
    expect(await statusFor(`W/${etag}`)).toBe('200 10')
    expect(await statusFor('"other"')).toBe('200 10')
    expect(await statusFor(new Date(Date.parse(modified) - 1000).toUTCString())).toBe('200 10')
    expect(await statusFor(new Date(Date.parse(modified) + 1000).toUTCString())).toBe('200 10')
    const beyond = await get('small', { range: 'bytes=100-', 'if-range': '"other"' })
    expect(beyond.status).toBe(200)
  })
})

function read(partNumber: string, name = 'parts', method = 'GET'): Promise<Response> {
  return server.fetchSigned(method, `/${Bucket}/${name}`, { query: { partNumber } })
}

describe('partNumber', () => {
  it('reads one part, with the ETag of the object', async () => {
    const first = await read('1')
    expect([first.status, first.headers.get('content-range'), first.headers.get('x-amz-mp-parts-count')]).toEqual([
      206,
      `bytes 0-${5 * MiB - 1}/${6 * MiB}`,
      '2',
    ])
    expect(first.headers.get('etag')).toMatch(/-2"$/)
    expect((await bytesOf(await read('2'))).equals(objects.parts.subarray(5 * MiB))).toBe(true)
    expect((await read('2', 'parts', 'HEAD')).headers.get('content-length')).toBe(String(MiB))
  })

  it('of an object in one piece is 1', async () => {
    const response = await read('1', 'small')
    expect([response.status, response.headers.get('content-range')]).toEqual([206, 'bytes 0-9/10'])
    expect((await read('2', 'small')).status).toBe(400)
  })

  it('is refused where there is no such part, no number, or a Range too', async () => {
    expect(await (await read('3')).text()).toContain('<Code>InvalidPart</Code>')
    for (const wrong of ['0', '-1', '10001', 'x', '']) expect((await read(wrong)).status).toBe(400)
    const both = await server.fetchSigned('GET', `/${Bucket}/parts`, {
      query: { partNumber: '1' },
      headers: { range: 'bytes=0-1' },
    })
    expect(both.status).toBe(400)
  })
})

describe('what a range carries', () => {
  it('never is a checksum of the whole, nor a compressed body', async () => {
    const headers = { range: 'bytes=0-9', 'x-amz-checksum-mode': 'ENABLED', 'accept-encoding': 'gzip, br' }
    const part = await get('text', headers)
    expect([...part.headers.keys()].filter((name) => name.startsWith('x-amz-checksum'))).toEqual([])
    expect([part.headers.get('content-encoding'), part.headers.get('content-length')]).toEqual([null, '10'])
    const whole = await get('text', { ...headers, range: 'nothing' })
    expect(whole.headers.get('x-amz-checksum-crc64nvme')).toMatch(/=$/)
    expect([whole.headers.get('content-encoding'), whole.headers.get('content-length')]).toEqual([null, '5000'])
  })
})
