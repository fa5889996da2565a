import { describe, expect, it } from 'vitest'
import { S3Error } from '../../src/errors.ts'
import { splitUrl } from '../../src/http/raw-url.ts'
import {
  checkKey,
  isValidBucketName,
  parseAddress,
  parseDomains,
  parseQuery,
  utf8Length,
  type Address,
} from '../../src/s3/address.ts'

const domains = parseDomains('s3.example.com, Example.org')
const none = new Headers()
const address = (url: string, headers = none): Address => parseAddress(splitUrl(url), domains, headers)
const bucket = (name: string): Address => ({ level: 'bucket', bucket: name })
const object = (name: string, key: string): Address => ({ level: 'object', bucket: name, key })

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error)
  }
  return 'nothing thrown'
}

describe('parseAddress()', () => {
  const table: [url: string, expected: Address][] = [
    ['http://127.0.0.1:9000', { level: 'service' }],
    ['http://127.0.0.1:9000/', { level: 'service' }],
    ['http://127.0.0.1:9000?max-buckets=1', { level: 'service' }],
    ['http://127.0.0.1:9000/?a=/b/c', { level: 'service' }],
    ['http://s3.example.com/', { level: 'service' }],
    ['http://127.0.0.1:9000/bucket', bucket('bucket')],
    ['http://127.0.0.1:9000/bucket/', bucket('bucket')],
    ['http://127.0.0.1:9000/bucket?acl', bucket('bucket')],
    ['http://[::1]:9000/bucket/k', object('bucket', 'k')],
    ['http://h/bucket/a/b', object('bucket', 'a/b')],
    ['http://h/bucket/a/', object('bucket', 'a/')],
    ['http://h/bucket//x', object('bucket', '/x')],
    ['http://h/bucket//', object('bucket', '/')],
    ['http://h/bucket/a//b', object('bucket', 'a//b')],
    ['http://h/bucket/a%2Fb', object('bucket', 'a/b')],
    ['http://h/bucket/%2F', object('bucket', '/')],
    ['http://h/bucket/a+b', object('bucket', 'a+b')],
    ['http://h/bucket/a%20b', object('bucket', 'a b')],
    ['http://h/bucket/a%252Fb', object('bucket', 'a%2Fb')],
    ['http://h/bucket/../x', object('bucket', '../x')],
    ['http://h/bucket/./a/%2e%2e/b', object('bucket', './a/../b')],
    ['http://h/bucket/a\\b', object('bucket', 'a\\b')],
    ['http://h/bucket/%C3%A9%F0%9F%99%82', object('bucket', 'é🙂')],
    ['http://h/bucket/é', object('bucket', 'é')],
    ['http://h/bucket/a=b@c;d:e,f', object('bucket', 'a=b@c;d:e,f')],
    ['http://h/bucket/a?b=c?d', object('bucket', 'a')],
    ['http://bucket.localhost:9000/k', object('bucket', 'k')],
    ['http://BUCKET.LocalHost:9000/K', object('bucket', 'K')],
    ['http://bucket.localhost.:9000/', bucket('bucket')],
    ['http://my.dotted.bucket.localhost/k', object('my.dotted.bucket', 'k')],
    ['http://bucket.s3.example.com//k', object('bucket', '/k')],
    ['http://bucket.s3.example.com', bucket('bucket')],
    ['http://bucket.s3.example.com/?list-type=2', bucket('bucket')],
    ['http://bucket.s3.example.com/other/k', object('bucket', 'other/k')],
    ['http://bucket.example.org/k', object('bucket', 'k')],
    // No base domain of ours: path style.
    ['http://bucket.example.com/other/k', object('other', 'k')],
    ['http://notlocalhost/bucket/k', object('bucket', 'k')],
  ]
  for (const [url, expected] of table) {
    it(`reads ${url}`, () => expect(address(url)).toEqual(expected))
  }

  const refused: [url: string, code: string][] = [
    ['http://h/bucket/%', 'InvalidURI'],
    ['http://h/bucket/%ff', 'InvalidURI'],
    ['http://h/bucket/%zz', 'InvalidURI'],
    ['http://h/bucket/%00', 'InvalidURI'],
    ['http://h/bu%ffcket/k', 'InvalidURI'],
    ['http://h//k', 'InvalidBucketName'],
    ['http://h/Bucket/k', 'InvalidBucketName'],
    ['http://h/-/health', 'InvalidBucketName'],
    [`http://h/bucket/${'a'.repeat(1025)}`, 'KeyTooLongError'],
    [`http://h/bucket/${'%C3%A9'.repeat(513)}`, 'KeyTooLongError'],
  ]
  for (const [url, code] of refused) {
    it(`answers ${code} to ${url.slice(0, 40)}`, () => expect(codeOf(() => address(url))).toBe(code))
  }
  it('takes keys of exactly 1,024 bytes', () => {
    expect(address(`http://h/bucket/${'a'.repeat(1024)}`)).toMatchObject({ level: 'object' })
    expect(address(`http://h/bucket/${'%F0%9F%99%82'.repeat(256)}`)).toMatchObject({ level: 'object' })
  })
  it('tells the size of a key that is too long', () => {
    expect(() => checkKey('é'.repeat(600))).toThrow(
      expect.objectContaining({ fields: { Size: '1200', MaxSizeAllowed: '1024' } }),
    )
  })
})

describe('the S3 Control API', () => {
  const headers = new Headers({ 'x-amz-account-id': '111122223333' })
  const path = '/v20180820/configuration/publicAccessBlock'

  it.each(['http://127.0.0.1:9000', 'http://111122223333.127.0.0.1:9000', 'http://111122223333.s3.example.com'])(
    'is told by path and header together, at %s',
    (host) => {
      expect(address(host + path, headers)).toEqual({ level: 'account', accountId: '111122223333' })
      expect(address(host + path).level).toBe('object')
      expect(address(`${host}/bucket/key`, headers).level).toBe('object')
    },
  )

  it('is the public access block and nothing more', () => {
    expect(codeOf(() => address('http://h/v20180820/accesspoint', headers))).toBe('NotImplemented')
    expect(codeOf(() => address(`http://h${path}/`, headers))).toBe('NotImplemented')
    expect(address('http://h/v20180820', headers)).toEqual(bucket('v20180820'))
  })
})

describe('parseDomains()', () => {
  it('knows localhost, and the longest domain first', () => {
    expect(parseDomains(undefined)).toEqual(['localhost'])
    expect(parseDomains('example.com, s3.example.com,,')).toEqual(['s3.example.com', 'example.com', 'localhost'])
  })
  it('lets a base domain under another one be no bucket', () => {
    const nested = parseDomains('example.com,s3.example.com')
    expect(parseAddress(splitUrl('http://s3.example.com/bucket'), nested, none)).toEqual(bucket('bucket'))
    expect(parseAddress(splitUrl('http://abc.s3.example.com/k'), nested, none)).toEqual(object('abc', 'k'))
  })
})

describe('utf8Length()', () => {
  for (const text of ['', 'a', 'é', '€', '🙂', 'a🙂é€']) {
    it(`counts ${JSON.stringify(text)}`, () => expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length))
  }
})

describe('isValidBucketName()', () => {
  const good = ['abc', 'a-b', 'a.b.c', '123', 'a'.repeat(63), '1.2.3.4.5', '1.2.3', '1.2.3.a', 'a--b', '0-0-0-0']
  const bad = [
    '',
    'ab',
    'a'.repeat(64),
    'Abc',
    'a_b',
    'a b',
    'ábc',
    '-abc',
    'abc-',
    '.abc',
    'abc.',
    'a..b',
    'a.-b',
    'a-.b',
    '192.168.5.4',
    '999.1.1.1',
    'xn--abc',
    'sthree-abc',
    'amzn-s3-demo-bucket',
    'abc-s3alias',
    'abc--ol-s3',
    'abc.mrap',
    'abc--x-s3',
    'abc--table-s3',
  ]
  for (const name of good) it(`takes ${name}`, () => expect(isValidBucketName(name)).toBe(true))
  for (const name of bad) it(`refuses ${JSON.stringify(name)}`, () => expect(isValidBucketName(name)).toBe(false))
})

describe('parseQuery()', () => {
  const table: [query: string, expected: Record<string, string>][] = [
    ['', {}],
    ['uploads', { uploads: '' }],
    ['uploads=', { uploads: '' }],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=1&a=2', { a: '1' }],
    ['prefix=a+b%20c%2B', { prefix: 'a b c+' }],
    ['a=b=c', { a: 'b=c' }],
    ['&&a=1&', { a: '1' }],
    ['%61=%C3%A9', { a: 'é' }],
    [
      '__proto__=x&constructor=y',
      Object.fromEntries([
        ['__proto__', 'x'],
        ['constructor', 'y'],
      ]),
    ],
  ]
  for (const [text, expected] of table) {
    it(`reads ${JSON.stringify(text)}`, () => {
      const query = parseQuery(text)
      expect(query.names()).toEqual(Object.keys(expected))
      for (const name of query.names()) expect(query.get(name)).toBe(expected[name])
    })
  }
  it('knows what is not there', () => {
    expect(parseQuery('a=1').get('b')).toBeNull()
    expect(parseQuery('a').has('a')).toBe(true)
    expect(parseQuery('').has('a')).toBe(false)
  })
  it('refuses broken escapes', () => expect(codeOf(() => parseQuery('a=%zz'))).toBe('InvalidURI'))
})
