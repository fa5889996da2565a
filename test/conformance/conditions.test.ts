// Preconditions as they go over the wire: every header of RFC 9110 section 13, alone and together, on reads, writes,
// deletes and copies.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, errorElements } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const Bucket = uniqueBucketName('conditions')
const facts = { etag: '', modified: '' }

beforeAll(async () => {
  await server.client().send(new CreateBucketCommand({ Bucket }))
  await server.fetchSigned('PUT', `/${Bucket}/read`, { body: 'read', headers: { 'cache-control': 'max-age=5' } })
  const { headers } = await server.fetchSigned('HEAD', `/${Bucket}/read`)
  facts.etag = headers.get('etag') ?? ''
  facts.modified = headers.get('last-modified') ?? ''
})

type Headers = Record<string, string>

/** `ETAG`, `BARE` (without quotes), `SAME`, `BEFORE` and `AFTER` stand for what is known only when the object is there. */
function filled(headers: Headers): Headers {
  const time = (seconds: number) => new Date(Date.parse(facts.modified) + seconds * 1000).toUTCString()
  const values: Headers = { SAME: facts.modified, BEFORE: time(-60), AFTER: time(60) }
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const withTag = value.replace('ETAG', facts.etag).replace('BARE', facts.etag.replaceAll('"', ''))
      return [name, values[withTag] ?? withTag]
    }),
  )
}

const reads: [headers: Headers, status: number][] = [
  [{}, 200],
  [{ 'if-match': 'ETAG' }, 200],
  [{ 'if-match': 'BARE' }, 200],
  [{ 'if-match': '*' }, 200],
  [{ 'if-match': '"other", ETAG' }, 200],
  [{ 'if-match': '"other"' }, 412],
  [{ 'if-match': 'W/ETAG' }, 412],
  [{ 'if-none-match': 'ETAG' }, 304],
  [{ 'if-none-match': 'BARE' }, 304],
  [{ 'if-none-match': 'W/ETAG' }, 304],
  [{ 'if-none-match': '*' }, 304],
  [{ 'if-none-match': '"other",ETAG' }, 304],
  [{ 'if-none-match': '"other"' }, 200],
  [{ 'if-modified-since': 'BEFORE' }, 200],
  [{ 'if-modified-since': 'SAME' }, 304],
  [{ 'if-modified-since': 'AFTER' }, 304],
  [{ 'if-modified-since': 'yesterday' }, 200],
  [{ 'if-unmodified-since': 'BEFORE' }, 412],
  [{ 'if-unmodified-since': 'SAME' }, 200],
  [{ 'if-unmodified-since': 'AFTER' }, 200],
  [{ 'if-unmodified-since': 'yesterday' }, 200],
  // The ETag's answer counts, the date's does not.
  [{ 'if-match': 'ETAG', 'if-unmodified-since': 'BEFORE' }, 200],
  [{ 'if-match': '"other"', 'if-unmodified-since': 'AFTER' }, 412],
  [{ 'if-none-match': 'ETAG', 'if-modified-since': 'BEFORE' }, 304],
  [{ 'if-none-match': '"other"', 'if-modified-since': 'AFTER' }, 200],
  // First whether it is the right one, then whether it is new.
  [{ 'if-match': 'ETAG', 'if-none-match': 'ETAG' }, 304],
  [{ 'if-match': '"other"', 'if-none-match': 'ETAG' }, 412],
  [{ 'if-unmodified-since': 'BEFORE', 'if-none-match': 'ETAG' }, 412],
  [{ 'if-unmodified-since': 'AFTER', 'if-modified-since': 'AFTER' }, 304],
  // Before any range.
  [{ 'if-match': '"other"', range: 'bytes=0-0' }, 412],
  [{ 'if-none-match': 'ETAG', range: 'bytes=0-0' }, 304],
  [{ 'if-none-match': 'ETAG', range: 'bytes=100-' }, 304],
  [{ 'if-match': 'ETAG', range: 'bytes=0-0' }, 206],
]

describe('a read', () => {
  it.each(reads)('with %j is answered %i', async (headers, status) => {
    for (const method of ['GET', 'HEAD']) {
      const response = await server.fetchSigned(method, `/${Bucket}/read`, { headers: filled(headers) })
      expect([method, response.status]).toEqual([method, status])
    }
  })

  it('answered 304 has no body and all that a cache needs', async () => {
    const response = await server.fetchSigned('GET', `/${Bucket}/read`, {
      headers: filled({ 'if-none-match': 'ETAG' }),
    })
    expect(await response.text()).toBe('')
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: facts.etag,
      'last-modified': facts.modified,
      'cache-control': 'max-age=5',
      'x-amz-request-id': expect.any(String),
    })
    expect(response.headers.get('content-type')).toBe(null)
    expect(response.headers.get('content-length')).toBe(null)
  })

  it.each([
    [{ 'if-match': '"other"' }, 'If-Match'],
    [{ 'if-unmodified-since': 'BEFORE' }, 'If-Unmodified-Since'],
  ])('answered 412 to %j names the condition', async (headers, condition) => {
    const response = await server.fetchSigned('GET', `/${Bucket}/read`, { headers: filled(headers) })
    expect(errorElements(await response.text())?.slice(0, 3)).toEqual([
      ['Code', 'PreconditionFailed'],
      ['Message', 'At least one of the pre-conditions you specified did not hold'],
      ['Condition', condition],
    ])
  })
})

async function makeObject(key: string): Promise<string> {
  const response = await server.fetchSigned('PUT', `/${Bucket}/${key}`, { body: 'before' })
  return response.headers.get('etag') ?? ''
}

async function contentOf(key: string): Promise<string> {
  const response = await server.fetchSigned('GET', `/${Bucket}/${key}`)
  return response.status === 200 ? response.text() : String(response.status)
}

const writes: [name: string, there: boolean, headers: Headers, code: string][] = [
  ['a new key, once', false, { 'if-none-match': '*' }, '200'],
  ['an old key, once', true, { 'if-none-match': '*' }, '412 PreconditionFailed'],
  ['what was seen', true, { 'if-match': 'ETAG' }, '200'],
  ['what was seen, without quotes', true, { 'if-match': 'BARE' }, '200'],
  ['what is there, whatever it is', true, { 'if-match': '*' }, '200'],
  ['what has changed', true, { 'if-match': '"0123456789abcdef0123456789abcdef"' }, '412 PreconditionFailed'],
  ['what is gone', false, { 'if-match': '"0123456789abcdef0123456789abcdef"' }, '404 NoSuchKey'],
]

describe.each([
  ['PUT', 'put'],
  ['CopyObject', 'copy'],
  ['CompleteMultipartUpload', 'complete'],
] as const)('%s', (_operation, how) => {
  async function write(key: string, headers: Headers): Promise<Response> {
    const path = `/${Bucket}/${key}`
    if (how === 'put') return server.fetchSigned('PUT', path, { body: 'after', headers })
    if (how === 'copy') {
      return server.fetchSigned('PUT', path, { headers: { ...headers, 'x-amz-copy-source': `/${Bucket}/read` } })
    }
    const created = await server.fetchSigned('POST', path, { query: { uploads: '' } })
    const uploadId = /<UploadId>([^<]+)/.exec(await created.text())?.[1] ?? ''
    const part = await server.fetchSigned('PUT', path, { query: { partNumber: '1', uploadId }, body: 'after' })
    const etag = part.headers.get('etag') ?? ''
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`
    return server.fetchSigned('POST', path, { query: { uploadId }, body, headers })
  }

  it.each(writes)('of %s', async (name, there, headers, code) => {
    const key = `${how}/${name.replaceAll(/\W/g, '-')}`
    const etag = there ? await makeObject(key) : ''
    const given = Object.fromEntries(
      Object.entries(headers).map(([header, value]) => [
        header,
        value.replace('ETAG', etag).replace('BARE', etag.replaceAll('"', '')),
      ]),
    )
    expect(await codeOf(write(key, given))).toBe(code)
    const kept = there ? 'before' : '404'
    expect(await contentOf(key)).toBe(code === '200' ? (how === 'copy' ? 'read' : 'after') : kept)
  })
})

describe('DELETE', () => {
  it.each<[string, boolean, Headers, string]>([
    ['what was seen', true, { 'if-match': 'ETAG' }, '204'],
    ['what is there', true, { 'if-match': '*' }, '204'],
    ['what has changed', true, { 'if-match': '"0123456789abcdef0123456789abcdef"' }, '412 PreconditionFailed'],
    ['what is gone', false, { 'if-match': '"0123456789abcdef0123456789abcdef"' }, '404 NoSuchKey'],
  ])('of %s', async (name, there, headers, code) => {
    const key = `delete/${name.replaceAll(' ', '-')}`
    const etag = there ? await makeObject(key) : ''
    const given = { 'if-match': (headers['if-match'] ?? '').replace('ETAG', etag) }
    expect(await codeOf(server.fetchSigned('DELETE', `/${Bucket}/${key}`, { headers: given }))).toBe(code)
    expect(await contentOf(key)).toBe(code.startsWith('412') ? 'before' : '404')
  })
})

describe('the source of a copy', () => {
  const prefix = 'x-amz-copy-source-'

  it.each<[Headers, number]>([
    [{ 'if-match': 'ETAG' }, 200],
    [{ 'if-match': '"other"' }, 412],
    [{ 'if-none-match': 'ETAG' }, 412],
    [{ 'if-none-match': '"other"' }, 200],
    [{ 'if-modified-since': 'BEFORE' }, 200],
    [{ 'if-modified-since': 'SAME' }, 412],
    [{ 'if-unmodified-since': 'BEFORE' }, 412],
    [{ 'if-unmodified-since': 'AFTER' }, 200],
    [{ 'if-match': 'ETAG', 'if-unmodified-since': 'BEFORE' }, 200],
    [{ 'if-none-match': 'ETAG', 'if-modified-since': 'BEFORE' }, 412],
  ])('with %j is answered %i', async (headers, status) => {
    const named = Object.fromEntries(Object.entries(filled(headers)).map(([name, value]) => [prefix + name, value]))
    const response = await server.fetchSigned('PUT', `/${Bucket}/copy-of-source`, {
      headers: { ...named, 'x-amz-copy-source': `${Bucket}/read` },
    })
    expect(response.status).toBe(status)
  })
})

describe('racers', () => {
  it('who all put once: one wins', async () => {
    for (let round = 0; round < 5; round++) {
      const racers = Array.from({ length: 12 }, (_, i) =>
        server.fetchSigned('PUT', `/${Bucket}/race-${round}`, { body: `${i}`, headers: { 'if-none-match': '*' } }),
      )
      const codes = await Promise.all(racers.map(codeOf))
      expect(codes.filter((code) => code === '200')).toHaveLength(1)
      const rest = new Set(codes.filter((code) => code !== '200'))
      expect(
        [...rest].every((code) => ['412 PreconditionFailed', '409 ConditionalRequestConflict'].includes(code)),
      ).toBe(true)
      expect(await contentOf(`race-${round}`)).toBe(String(codes.indexOf('200')))
    }
  })
})
