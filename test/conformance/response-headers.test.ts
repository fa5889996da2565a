// What every answer carries, what HEAD leaves out, and what a request may have changed of an answer.
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { connectRaw } from '../support/raw-connection.ts'
import { codeOf } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { signRequest } from '../support/sign-request.ts'

const server = sharedServer()
const Bucket = uniqueBucketName('headers')
const key = `/${Bucket}/key`

beforeAll(async () => {
  await server.client().send(new CreateBucketCommand({ Bucket }))
  await server.fetchSigned('PUT', key, { body: 'hello', headers: { 'content-type': 'text/plain' } })
})

interface Sent {
  method: string
  path: string
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: string
  status: number
}

const answers: Sent[] = [
  { method: 'GET', path: '/', status: 200 },
  { method: 'GET', path: `/${Bucket}`, status: 200 },
  { method: 'HEAD', path: `/${Bucket}`, status: 200 },
  { method: 'GET', path: key, status: 200 },
  { method: 'HEAD', path: key, status: 200 },
  { method: 'GET', path: key, headers: { range: 'bytes=0-1' }, status: 206 },
  { method: 'GET', path: key, headers: { range: 'bytes=0-0,2-2' }, status: 206 },
  { method: 'GET', path: key, headers: { 'if-none-match': '*' }, status: 304 },
  { method: 'GET', path: key, headers: { 'if-match': '"0"' }, status: 412 },
  { method: 'GET', path: key, headers: { range: 'bytes=9-' }, status: 416 },
  { method: 'PUT', path: `${key}2`, body: 'x', status: 200 },
  { method: 'PUT', path: `${key}3`, headers: { 'x-amz-copy-source': key }, status: 200 },
  { method: 'DELETE', path: `${key}2`, status: 204 },
  {
    method: 'POST',
    path: `/${Bucket}`,
    query: { delete: '' },
    body: '<Delete><Object><Key>none</Key></Object></Delete>',
    status: 200,
  },
  { method: 'POST', path: key, query: { uploads: '' }, status: 200 },
  { method: 'PUT', path: `/${Bucket}`, query: { tagging: '' }, body: '<Tagging><TagSet/></Tagging>', status: 204 },
  { method: 'GET', path: `/${Bucket}`, query: { policy: '' }, status: 404 },
  { method: 'HEAD', path: `/${Bucket}/none`, status: 404 },
  { method: 'PUT', path: `/${Bucket}`, query: { lifecycle: '' }, body: '{}', status: 501 },
  {
    method: 'OPTIONS',
    path: key,
    headers: { origin: 'https://a.example', 'access-control-request-method': 'GET' },
    status: 403,
  },
  { method: 'PATCH', path: key, status: 405 },
  { method: 'GET', path: '/no_bucket', status: 400 },
]

describe('every answer', () => {
  it.each(answers)('$method $path $headers: ids, date, server and one length', async (sent) => {
    const body = sent.body ?? ''
    const { head } = await signRequest(server, {
      ...sent,
      headers: { ...sent.headers, 'content-length': String(body.length) },
    })
    const connection = await connectRaw(server.port)
    await connection.send(head + body)
    const answer = await connection.answer(sent.method)
    expect(answer.status).toBe(sent.status)
    expect(answer.headers.get('x-amz-request-id')).toMatch(/^[0-9A-Z]{16}$/)
    expect(answer.headers.get('x-amz-id-2')).toMatch(/^[A-Za-z0-9+/]{76}$/)
    expect(Math.abs(Date.parse(answer.headers.get('date') ?? '') - Date.now())).toBeLessThan(10_000)
    expect(answer.headers.get('server')).toBe('Edgeshard')
    expect(answer.headers.get('content-encoding')).toBe(null)
    if (sent.method !== 'HEAD' && sent.status !== 204 && sent.status !== 304) {
      expect(answer.headers.get('content-length')).toBe(String(answer.body.length))
    }
    // The connection is at its end of the answer, and takes the next request.
    await connection.send('GET /-/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    expect((await connection.answer()).status).toBe(200)
    connection.close()
  })

  it('has a request id of its own', async () => {
    const ids = await Promise.all(
      Array.from({ length: 50 }, async () => (await fetch(`${server.url}/`)).headers.get('x-amz-request-id')),
    )
    expect(new Set(ids).size).toBe(50)
  })
})

/** What HEAD and GET of one object have in common. */
function comparable({ status, headers }: Response): object {
  const ofTheMoment = ['date', 'x-amz-request-id', 'connection', 'keep-alive']
  return { status, headers: Object.fromEntries([...headers].filter(([name]) => !ofTheMoment.includes(name))) }
}

describe('HEAD', () => {
  it.each<[string, Record<string, string>]>([
    ['key', {}],
    ['key', { range: 'bytes=1-3' }],
    ['key', { 'accept-encoding': 'gzip, br' }],
    ['empty', {}],
  ])('of %s with %j says what GET says', async (name, headers) => {
    await server.fetchSigned('PUT', `/${Bucket}/empty`)
    const path = `/${Bucket}/${name}`
    const got = await server.fetchSigned('GET', path, { headers })
    const head = await server.fetchSigned('HEAD', path, { headers })
    expect(comparable(head)).toEqual(comparable(got))
    expect(await head.text()).toBe('')
  })

  it('of an error has no body, and the connection goes on', async () => {
    const connection = await connectRaw(server.port)
    for (const path of [`/${Bucket}/none`, `/${uniqueBucketName('none')}`, '/no_bucket']) {
      const { head } = await signRequest(server, { method: 'HEAD', path })
      await connection.send(head)
      const answer = await connection.answer('HEAD')
      expect([answer.status >= 400, answer.body.length]).toEqual([true, 0])
    }
    connection.close()
  })
})

describe('response-…', () => {
  const all = {
    'response-cache-control': 'no-cache',
    'response-content-disposition': 'attachment; filename="ü.txt"',
    'response-content-encoding': 'x-none',
    'response-content-language': 'de, en',
    'response-content-type': 'application/x-other',
    'response-expires': 'Thu, 01 Dec 2033 16:00:00 GMT',
  }

  it.each(['GET', 'HEAD'])('replaces headers of %s', async (method) => {
    const ascii = { ...all, 'response-content-disposition': 'attachment; filename="u.txt"' }
    const response = await server.fetchSigned(method, key, { query: ascii })
    const shown = Object.entries(ascii).map(([name]) => [name, response.headers.get(name.replace('response-', ''))])
    expect(Object.fromEntries(shown)).toEqual(ascii)
    const plain = await server.fetchSigned(method, key)
    expect(plain.headers.get('content-type')).toBe('text/plain')
  })

  it('cannot smuggle a header', async () => {
    const query = { 'response-content-type': 'text/plain\r\nx-forged: 1' }
    expect(await codeOf(server.fetchSigned('GET', key, { query }))).toBe('400 InvalidArgument')
  })

  it('is not for those who do not sign', async () => {
    const response = await fetch(`${server.url}${key}?response-content-type=text/html`)
    expect(await codeOf(response)).toBe('403 AccessDenied')
  })

  it('counts on ranges, and on a 304 it does not', async () => {
    const query = { 'response-content-type': 'text/x-part' }
    const part = await server.fetchSigned('GET', key, { query, headers: { range: 'bytes=0-0' } })
    expect([part.status, part.headers.get('content-type')]).toEqual([206, 'text/x-part'])
    const same = await server.fetchSigned('GET', key, { query, headers: { 'if-none-match': '*' } })
    expect(same.status).toBe(304)
  })
})

describe('compression', () => {
  it.each(['text/plain', 'text/html', 'application/json', 'application/xml', 'image/svg+xml', 'text/javascript'])(
    'is never done to %s',
    async (type) => {
      const path = `/${Bucket}/typed`
      const body = 'compressible '.repeat(1000)
      await server.fetchSigned('PUT', path, { body, headers: { 'content-type': type } })
      const response = await server.fetchSigned('GET', path, {
        headers: { 'accept-encoding': 'gzip, deflate, br, zstd' },
      })
      expect(response.headers.get('content-encoding')).toBe(null)
      expect(response.headers.get('content-length')).toBe(String(body.length))
      expect(await response.text()).toBe(body)
    },
  )

  it('of the client is stored and comes back untouched', async () => {
    const path = `/${Bucket}/compressed`
    const body = Buffer.from('1f8b08000000000000034bcc4b0600c2413524 03000000'.replaceAll(' ', ''), 'hex')
    await server.fetchSigned('PUT', path, {
      body,
      headers: { 'content-encoding': 'gzip', 'content-type': 'text/plain' },
    })
    const response = await server.fetchSigned('GET', path)
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true)
  })
})
