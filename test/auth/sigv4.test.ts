// AWS's worked examples: sig-v4-header-based-auth.html, sigv4-query-string-auth.html, sigv4-streaming.html,
// sigv4-streaming-trailers.html (https://docs.aws.amazon.com/AmazonS3/latest/API/).
import { describe, expect, it } from 'vitest'
import {
  canonicalHeaderValue,
  canonicalQueryString,
  canonicalRequest,
  canonicalUri,
  chunkStringToSign,
  sha256Hex,
  signature,
  signatureMatches,
  signingKey,
  stringToSign,
  trailerStringToSign,
} from '../../src/auth/sigv4.ts'
import { parseClaim } from '../../src/auth/credential.ts'
import { canonicalRequests } from '../../src/auth/request-forms.ts'
import { accessKeyId, authRequest, emptyHash, scope, secret, signWith, timestamp } from './doubles.ts'

const host = 'examplebucket.s3.amazonaws.com'
const algorithm = 'AWS4-HMAC-SHA256'
const day = { date: '20130524', region: 'us-east-1', service: 's3' }

interface Example {
  name: string
  method: string
  target: string
  headers: Record<string, string>
  signedHeaders?: string
  canonical: string
  hash: string
  signature: string
}

const examples: Example[] = [
  {
    name: 'GET Object',
    method: 'GET',
    target: '/test.txt',
    headers: { host, range: 'bytes=0-9', 'x-amz-content-sha256': emptyHash, 'x-amz-date': timestamp },
    signedHeaders: 'host;range;x-amz-content-sha256;x-amz-date',
    canonical: `GET\n/test.txt\n\nhost:${host}\nrange:bytes=0-9\nx-amz-content-sha256:${emptyHash}\nx-amz-date:${timestamp}\n\nhost;range;x-amz-content-sha256;x-amz-date\n${emptyHash}`,
    hash: '7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972',
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    name: 'PUT Object',
    method: 'PUT',
    target: '/test$file.text',
    headers: {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      host,
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      'x-amz-date': timestamp,
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    },
    signedHeaders: 'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
    canonical: `PUT\n/test%24file.text\n\ndate:Fri, 24 May 2013 00:00:00 GMT\nhost:${host}\nx-amz-content-sha256:44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072\nx-amz-date:${timestamp}\nx-amz-storage-class:REDUCED_REDUNDANCY\n\ndate;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class\n44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072`,
    hash: '9e0e90d9c76de8fa5b200d8c849cd5b8dc7a3be3951ddb7f6a76b4158342019d',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    name: 'GET Bucket Lifecycle',
    method: 'GET',
    target: '/?lifecycle',
    headers: { host, 'x-amz-content-sha256': emptyHash, 'x-amz-date': timestamp },
    signedHeaders: 'host;x-amz-content-sha256;x-amz-date',
    canonical: `GET\n/\nlifecycle=\nhost:${host}\nx-amz-content-sha256:${emptyHash}\nx-amz-date:${timestamp}\n\nhost;x-amz-content-sha256;x-amz-date\n${emptyHash}`,
    hash: '9766c798316ff2757b517bc739a67f6213b4ab36dd5da2f94eaebf79c77395ca',
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    name: 'Get Bucket (List Objects)',
    method: 'GET',
    target: '/?max-keys=2&prefix=J',
    headers: { host, 'x-amz-content-sha256': emptyHash, 'x-amz-date': timestamp },
    signedHeaders: 'host;x-amz-content-sha256;x-amz-date',
    canonical: `GET\n/\nmax-keys=2&prefix=J\nhost:${host}\nx-amz-content-sha256:${emptyHash}\nx-amz-date:${timestamp}\n\nhost;x-amz-content-sha256;x-amz-date\n${emptyHash}`,
    hash: 'df57d21db20da04d7fa30298dd4488ba3a2b47ca3a489c74750e0f1e7df1b9b7',
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
  {
    name: 'Presigned URL (GET Object)',
    method: 'GET',
    target: `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${accessKeyId}%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=${timestamp}&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
    headers: { host },
    canonical: `GET\n/test.txt\nX-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${accessKeyId}%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=${timestamp}&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\nhost:${host}\n\nhost\nUNSIGNED-PAYLOAD`,
    hash: '3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04',
    signature: 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  },
  {
    name: 'PUT Object, chunked upload (seed signature)',
    method: 'PUT',
    target: '/examplebucket/chunkObject.txt',
    headers: {
      'content-encoding': 'aws-chunked',
      'content-length': '66824',
      host: 's3.amazonaws.com',
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'x-amz-date': timestamp,
      'x-amz-decoded-content-length': '66560',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    },
    signedHeaders:
      'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class',
    canonical: `PUT\n/examplebucket/chunkObject.txt\n\ncontent-encoding:aws-chunked\ncontent-length:66824\nhost:s3.amazonaws.com\nx-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-PAYLOAD\nx-amz-date:${timestamp}\nx-amz-decoded-content-length:66560\nx-amz-storage-class:REDUCED_REDUNDANCY\n\ncontent-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class\nSTREAMING-AWS4-HMAC-SHA256-PAYLOAD`,
    hash: 'cee3fed04b70f867d036f722359b0b1f2f0e5dc0efadbc082b76c4c60e316455',
    signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  },
  {
    name: 'PUT Object, trailing headers (seed signature)',
    method: 'PUT',
    target: '/examplebucket/chunkObject.txt',
    headers: {
      'content-encoding': 'aws-chunked',
      host: 's3.amazonaws.com',
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
      'x-amz-date': timestamp,
      'x-amz-decoded-content-length': '66560',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-trailer': 'x-amz-checksum-crc32c',
    },
    signedHeaders:
      'content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer',
    canonical: `PUT\n/examplebucket/chunkObject.txt\n\ncontent-encoding:aws-chunked\nhost:s3.amazonaws.com\nx-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER\nx-amz-date:${timestamp}\nx-amz-decoded-content-length:66560\nx-amz-storage-class:REDUCED_REDUNDANCY\nx-amz-trailer:x-amz-checksum-crc32c\n\ncontent-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer\nSTREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER`,
    hash: '44d48b8c2f70eae815a0198cc73d7a546a73a93359c070abbaa5e6c7de112559',
    signature: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  },
]

describe("AWS's worked examples", () => {
  it.each(examples)('$name', async (example) => {
    const headers: Record<string, string> = { ...example.headers }
    if (example.signedHeaders !== undefined) {
      headers['authorization'] =
        `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope},SignedHeaders=${example.signedHeaders},Signature=${example.signature}`
    }
    const request = authRequest({ method: example.method, headers })
    const [path = '', query = ''] = example.target.split('?')
    const found = parseClaim(request.headers, query)
    if (found.kind !== 'signed') throw new Error('not a signed claim')
    const [canonical = ''] = canonicalRequests(request, { authority: '', path, query }, found.claim)
    expect(canonical).toBe(example.canonical)

    const toSign = stringToSign({ algorithm, timestamp: found.claim.timestamp, scope }, canonical)
    expect(toSign).toBe(`AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${example.hash}`)

    expect(signature(signingKey(secret, found.claim.scope), toSign)).toBe(example.signature)
    expect(found.claim.signature).toBe(example.signature)
  })

  const a64 = 'bf718b6f653bebc184e1479f1935b8da974d701b893afcf49e701f3e2f9f9c5a'
  const a1 = '2edc986847e209b4016e141a6dc8716d3207350f416969382d431539bf292e4a'
  it.each([
    [
      'chunked upload',
      '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
      [
        'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
        '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
        'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
      ],
    ],
    [
      'trailing headers',
      '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
      [
        'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
        '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
        '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
      ],
    ],
  ])('%s: the signatures of its chunks', async (_name, seed, expected) => {
    const key = signingKey(secret, day)
    let previous = seed
    for (const [index, hash] of [a64, a1, emptyHash].entries()) {
      const toSign = chunkStringToSign({ algorithm, timestamp, scope }, previous, hash)
      expect(toSign).toBe(`AWS4-HMAC-SHA256-PAYLOAD\n${timestamp}\n${scope}\n${previous}\n${emptyHash}\n${hash}`)
      previous = signature(key, toSign)
      expect(previous).toBe(expected[index])
    }
  })

  it('trailing headers: the signature of the trailer', async () => {
    const hash = sha256Hex('x-amz-checksum-crc32c:sOO8/Q==\n')
    expect(hash).toBe('1e376db7e1a34a8ef1c4bcee131a2d60a1cb62503747488624e10995f448d774')
    const previous = '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992'
    const toSign = trailerStringToSign({ algorithm, timestamp, scope }, previous, hash)
    expect(signature(signingKey(secret, day), toSign)).toBe(
      'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
    )
  })
})

describe('canonicalUri()', () => {
  it.each([
    ['', '/'],
    ['/', '/'],
    ['/b/key', '/b/key'],
    ['/b//x//y/', '/b//x//y/'],
    ['/b/./../k', '/b/./../k'],
    ['/b/a%2Fb', '/b/a%2Fb'],
    ['/b/a%2fb', '/b/a%2Fb'],
    ['/b/%7Ea%2Db', '/b/~a-b'],
    ['/b/a+b', '/b/a%2Bb'],
    ['/b/a%20b', '/b/a%20b'],
    ["/b/!*'()=&:@$,;", '/b/%21%2A%27%28%29%3D%26%3A%40%24%2C%3B'],
    ['/b/100%', '/b/100%25'],
    ['/b/100%2', '/b/100%252'],
    ['/b/%zz', '/b/%25zz'],
    ['/b/%c3%bc', '/b/%C3%BC'],
    ['/b/ü', '/b/%C3%BC'],
    ['/b/%ff', '/b/%FF'],
    ['/b/%2525', '/b/%2525'],
    ['/b/😀', '/b/%F0%9F%98%80'],
  ])('%j is %j', (path, expected) => {
    expect(canonicalUri(path)).toBe(expected)
  })
})

describe('canonicalQueryString()', () => {
  it.each([
    ['', ''],
    ['acl', 'acl='],
    ['b=2&a=1', 'a=1&b=2'],
    ['a=2&a=1&a=&A=3', 'A=3&a=&a=1&a=2'],
    // By name and then by value: as whole text '-' would come before '='.
    ['k=1&k-x=2&k.y=3&k0=4', 'k=1&k-x=2&k.y=3&k0=4'],
    ['a=b+c&d=e%2Bf', 'a=b%20c&d=e%2Bf'],
    ['l=a=b&m=a:b/c', 'l=a%3Db&m=a%3Ab%2Fc'],
    ['prefix=%c3%bc~', 'prefix=%C3%BC~'],
    ['&&a&', 'a='],
    ['=x', '=x'],
  ])('%j is %j', (query, expected) => {
    expect(canonicalQueryString(query)).toBe(expected)
  })

  it('leaves out what it is told to', () => {
    expect(canonicalQueryString('a=1&X-Amz-Signature=f0', (name) => name === 'X-Amz-Signature')).toBe('a=1')
  })
})

describe('canonicalHeaderValue()', () => {
  it.each([
    ['a b', 'a b'],
    ['  a  b   c  ', 'a b c'],
    [' a \t b ', 'a b'],
    ['', ''],
    ['"a  b"', '"a b"'],
    ['a\u00a0\u00a0b', 'a\u00a0\u00a0b'],
  ])('%j is %j', (value, expected) => {
    expect(canonicalHeaderValue(value)).toBe(expected)
  })
})

describe('canonicalRequest()', () => {
  it('leaves an empty line for no headers and no query', () => {
    const parts = {
      method: 'GET',
      uri: '/',
      query: '',
      headers: [],
      signedHeaders: '',
      payloadHash: 'UNSIGNED-PAYLOAD',
    }
    expect(canonicalRequest(parts)).toBe('GET\n/\n\n\n\nUNSIGNED-PAYLOAD')
  })
})

describe('signatureMatches()', () => {
  it('takes upper case, and refuses everything that is not the signature', async () => {
    const key = signingKey(secret, day)
    const right = signWith('text')
    expect(signatureMatches(key, 'text', right)).toBe(true)
    expect(signatureMatches(key, 'text', right.toUpperCase())).toBe(true)
    for (const wrong of [
      '',
      '00',
      right.slice(1),
      `${right}00`,
      `${right.slice(0, 63)}g`,
      right.replace(/.$/, (c) => (c === '0' ? '1' : '0')),
    ]) {
      expect(signatureMatches(key, 'text', wrong)).toBe(false)
    }
  })
})
