// Paths that routers, proxies and URL parsers change: here they name exactly the bytes that were sent.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
import { CreateBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { connectRaw } from '../support/raw-connection.ts'
import { codeIn, codeOf } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { signRequest } from '../support/sign-request.ts'

const server = sharedServer()
const client = server.client()
const Bucket = uniqueBucketName('paths')

beforeAll(async () => {
  await client.send(new CreateBucketCommand({ Bucket }))
})

async function keys(prefix: string): Promise<string[]> {
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }))
  return (Contents ?? []).map(({ Key }) => Key ?? '')
}

// `t/n/` keeps the keys of each row apart.
const rows: [path: string, key: string][] = [
  ['t/1//', 't/1//'],
  ['t/2//x//y', 't/2//x//y'],
  ['t/3/a%2Fb', 't/3/a/b'],
  ['t/4/a%2fb', 't/4/a/b'],
  ['t/5/%2F', 't/5//'],
  ['t/6/a+b', 't/6/a+b'],
  ['t/7/a%2Bb', 't/7/a+b'],
  ['t/8/a%20b', 't/8/a b'],
  ['t/9/.', 't/9/.'],
  ['t/10/..', 't/10/..'],
  ['t/11/a/./b', 't/11/a/./b'],
  ['t/12/a/../b', 't/12/a/../b'],
  ['t/13/%2E%2E/b', 't/13/../b'],
  ['t/14/%2e%2e%2fb', 't/14/../b'],
  ['t/15/a%5Cb', 't/15/a\\b'],
  ['t/16/a%3Fb%23c', 't/16/a?b#c'],
  ['t/17/100%25', 't/17/100%'],
  ['t/18/%2525', 't/18/%25'],
  ['t/19/%E2%82%AC', 't/19/€'],
  ['t/20/%F0%9F%98%80', 't/20/😀'],
  ['t/21/%C3%A9', 't/21/é'],
  ['t/22/e%CC%81', 't/22/e\u0301'],
  ['t/23/a=b&c@d:e,f;g!$*', 't/23/a=b&c@d:e,f;g!$*'],
  ['t/24/%7Etilde~', 't/24/~tilde~'],
  ['t/25/a%09b', 't/25/a\tb'],
  ['t/26/trailing/', 't/26/trailing/'],
  ['t/27/%61%62c', 't/27/abc'],
  ["t/28/(a)'b'", "t/28/(a)'b'"],
]

/** What is signed: each byte encoded once, in upper case; an escaped slash stays escaped. */
function canonical(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(decodeURIComponent(part)).replace(/[!'()*]/g, percent))
    .join('/')
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/** Sends `path` as it stands, signed as clients sign it. */
async function send(method: string, path: string, body = ''): Promise<{ status: number; body: string }> {
  const { head } = await signRequest(server, {
    method,
    path: canonical(path),
    headers: { 'content-length': String(body.length) },
  })
  const connection = await connectRaw(server.port)
  await connection.send(head.replace(/^(\w+) \S+/, `$1 ${path}`) + body)
  const answer = await connection.answer(method)
  connection.close()
  return { status: answer.status, body: answer.body.toString('utf8') }
}

describe('the path', () => {
  it.each(rows)('%s is key %j', async (path, key) => {
    expect(await send('PUT', `/${Bucket}/${path}`, path)).toEqual({ status: 200, body: '' })
    const prefix = /^t\/\d+\//.exec(key)?.[0] ?? ''
    expect(await keys(prefix)).toEqual([key])
    expect(await send('GET', `/${Bucket}/${path}`)).toEqual({ status: 200, body: path })
    expect((await send('HEAD', `/${Bucket}/${path}`)).status).toBe(200)
    expect((await send('DELETE', `/${Bucket}/${path}`)).status).toBe(204)
    expect(await keys(prefix)).toEqual([])
  })

  it.each([
    ['/b%ZZ', '400 InvalidURI'],
    ['/%', '400 InvalidURI'],
    ['/a%2', '400 InvalidURI'],
    ['/%FF', '400 InvalidURI'],
    ['/%C3', '400 InvalidURI'],
    ['/%C0%AF', '400 InvalidURI'],
    ['/%ED%A0%80', '400 InvalidURI'],
    ['/a%00b', '400 InvalidURI'],
  ])('%s is refused', async (path, code) => {
    const connection = await connectRaw(server.port)
    await connection.send(`GET /${Bucket}${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
    const answer = await connection.answer()
    connection.close()
    expect(codeIn(answer.status, answer.body)).toBe(code)
  })

  it('of bytes that are no UTF-8 is refused, and harms nobody', async () => {
    const start = Buffer.from(`GET /${Bucket}/`)
    const end = Buffer.from(' HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    for (const bytes of [[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]) {
      const connection = await connectRaw(server.port)
      await connection.send(Buffer.concat([start, Buffer.from(bytes), end]))
      const { status } = await connection.answer()
      expect([bytes, status >= 400 && status < 500]).toEqual([bytes, true])
      connection.close()
    }
    expect((await fetch(`${server.url}/-/ready`)).status).toBe(200)
  })

  it('may name 1,024 bytes, and none more', async () => {
    const longest = ['k'.repeat(1024), 'é'.repeat(512), '😀'.repeat(256)]
    for (const key of longest) {
      const path = `/${Bucket}/${encodeURIComponent(key)}`
      expect((await server.fetchSigned('PUT', path, { body: 'x' })).status).toBe(200)
      expect(await (await server.fetchSigned('GET', path)).text()).toBe('x')
      expect(await codeOf(server.fetchSigned('PUT', `${path}k`, { body: 'x' }))).toBe('400 KeyTooLongError')
      expect((await server.fetchSigned('DELETE', path)).status).toBe(204)
    }
  })

  it.each([
    ['//', '400 InvalidBucketName'],
    ['//key', '400 InvalidBucketName'],
    ['/./key', '400 InvalidBucketName'],
    ['/../etc/passwd', '400 InvalidBucketName'],
    ['/%2e%2e/%2e%2e/etc/passwd', '400 InvalidBucketName'],
    ['/UPPER', '400 InvalidBucketName'],
    ['/ab', '400 InvalidBucketName'],
    ['/192.168.0.1', '400 InvalidBucketName'],
    [`/${'b'.repeat(64)}`, '400 InvalidBucketName'],
    ['/a..b', '400 InvalidBucketName'],
    ['/-', '400 InvalidBucketName'],
  ])('%s names no bucket', async (path, code) => {
    const connection = await connectRaw(server.port)
    await connection.send(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
    const answer = await connection.answer()
    connection.close()
    expect(codeIn(answer.status, answer.body)).toBe(code)
  })

  it('of a bucket may end in a slash', async () => {
    const answer = await server.fetchSigned('GET', `/${Bucket}/`, { query: { 'list-type': '2' } })
    expect(await answer.text()).toContain('<ListBucketResult')
  })

  it('of a missing key is 404 however it is written, not a wrong signature', async () => {
    for (const [path] of rows)
      expect(codeIn(404, (await send('GET', `/${Bucket}/no/${path}`)).body)).toBe('404 NoSuchKey')
  })
})

describe('the query', () => {
  it.each([
    ['list-type=2&prefix=t%20', true],
    ['prefix=t+&list-type=2', false],
    ['list-type=2&prefix=%E2%82%AC', true],
    ['list-type=2&prefix=a%2Fb&delimiter=%2F', true],
    ['list-type=2&prefix=&start-after=', true],
    ['x-id=ListObjectsV2&list-type=2', true],
    ['list-type=2&prefix=a%25b', true],
  ])('%s is signed as it is read', async (query, isSignable) => {
    // `+` is a space in a query; what AWS signs for it is %20.
    const parameters = Object.fromEntries(new URLSearchParams(query))
    const { head } = await signRequest(server, { method: 'GET', path: `/${Bucket}`, query: parameters })
    const connection = await connectRaw(server.port)
    await connection.send(isSignable ? head : head.replace(/\?\S*/, `?${query}`))
    const answer = await connection.answer()
    connection.close()
    expect(codeIn(answer.status, answer.body)).toBe('200')
  })

  it('with a broken escape is refused', async () => {
    const connection = await connectRaw(server.port)
    await connection.send(`GET /${Bucket}?prefix=%zz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
    const answer = await connection.answer()
    connection.close()
    expect(codeIn(answer.status, answer.body)).toBe('400 InvalidURI')
  })
})
