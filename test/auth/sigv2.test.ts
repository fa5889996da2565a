// What holds a request of Signature Version 2 and what does not; sigv2-examples.test.ts has AWS's own.
import { describe, expect, it } from 'vitest'
import { authenticate } from '../../src/auth/authenticate.ts'
import { defaultSettings } from '../../src/auth/settings.ts'
import { canonicalizedAmzHeaders, sha1Key, signatureV2Matches, subresources } from '../../src/auth/sigv2.ts'
import { OPERATIONS } from '../../src/s3/operations.ts'
import {
  accessKey,
  accessKeyId,
  authRequest,
  authenticated,
  now,
  outcome,
  secret,
  sha256,
  streamOf,
} from './doubles.ts'
import { hmacSha1, presignedV2, signedV2, toSignV2 } from './signers.ts'
import type { KeyLookup } from '../../src/auth/identity.ts'
import type { Signed } from './signers.ts'

const url = 'http://s3.example.com/bucket/key'
const mismatch = expect.objectContaining({ code: 'SignatureDoesNotMatch', status: 403 })
const denied = (message: string, fields = {}) => ({ code: 'AccessDenied', status: 403, message, ...fields })
const noDate = denied('AWS authentication requires a valid Date or x-amz-date header')
const malformed = {
  code: 'InvalidArgument',
  status: 400,
  message: 'AWS authorization header is invalid.  Expected AwsAccessKeyId:signature',
  ArgumentName: 'Authorization',
}

type Edit = (request: Signed) => void
const header =
  (name: string, value: string | null): Edit =>
  ({ headers }) => {
    if (value === null) delete headers[name]
    else headers[name] = value
  }

const bodyStream = () => streamOf(new Uint8Array(Buffer.from('body')))
const without = (name: string) => (request: Signed) =>
  void (request.url = request.url.replace(new RegExp(`${name}=[^&]*&?`), ''))

describe('authenticate() with a header of Signature Version 2', () => {
  const cases: [name: string, edit: Edit, expected: unknown][] = [
    ['nothing changed', () => {}, 'ok'],
    ['another method', (request) => void (request.method = 'DELETE'), mismatch],
    ['another path', (request) => void (request.url = `${url}x`), mismatch],
    ['another type', header('content-type', 'text/html'), mismatch],
    ['a header more', header('x-amz-acl', 'public-read'), mismatch],
    ['a sub-resource more', (request) => void (request.url = `${url}?acl`), mismatch],
    ['a parameter of no account', (request) => void (request.url = `${url}?list-type=2`), 'ok'],
    ['no signature', header('authorization', `AWS ${accessKeyId}`), malformed],
    ['an empty signature', header('authorization', `AWS ${accessKeyId}:`), malformed],
    ['no key', header('authorization', 'AWS :c2lnbmF0dXJl'), malformed],
    ['two colons', header('authorization', `AWS a:${accessKeyId}:c2lnbmF0dXJl`), expect.objectContaining({ code: 'InvalidAccessKeyId' })],
    ['no date', header('date', null), noDate],
    ['a date that is none', header('date', 'Bad Date'), noDate],
    ['a date before 1970', header('date', 'Fri, 07 Jul 1950 21:53:04 GMT'), noDate],
    ['an x-amz-date that is none', header('x-amz-date', 'Bad Date'), noDate],
    ['an empty x-amz-date', header('x-amz-date', ''), noDate],
    ['a date of long ago', header('date', 'Wed, 07 Jul 2010 21:53:04 GMT'), expect.objectContaining({ code: 'RequestTimeTooSkewed', RequestTime: 'Wed, 07 Jul 2010 21:53:04 GMT' })],
    ['a date far ahead', header('date', 'Wed, 07 Jul 9999 21:53:04 GMT'), expect.objectContaining({ code: 'RequestTimeTooSkewed' })],
    ['an x-amz-date beside the date', header('x-amz-date', new Date(now).toUTCString()), mismatch],
    ['a session token', header('x-amz-security-token', 'token'), expect.objectContaining({ code: 'InvalidToken' })],
  ] // prettier-ignore
  it.each(cases)('%s', async (_name, edit, expected) => {
    const request = signedV2({ url, headers: { 'content-type': 'text/plain' } })
    edit(request)
    expect(await outcome(authenticated(request))).toEqual(expected)
  })

  it('signs x-amz-date in its own place, in any format of a date', async () => {
    for (const date of [new Date(now).toUTCString(), '20130524T000000Z', 'Fri, 24 May 2013 00:00:00 +0000']) {
      expect(await outcome(authenticated(signedV2({ url, headers: { 'x-amz-date': date } })))).toBe('ok')
    }
  })

  it('signs nothing in the place of the date beside x-amz-date', async () => {
    const request = signedV2({ url, headers: { 'x-amz-date': new Date(now).toUTCString() } })
    header('date', 'Wed, 07 Jul 2010 21:53:04 GMT')(request)
    expect(await outcome(authenticated(request))).toBe('ok')
  })

  it('knows the bucket of the host', async () => {
    const request = signedV2({ url: 'http://photos.s3.example.com/key?acl', hostBucket: 'photos' })
    expect(await outcome(authenticated({ ...request, hostBucket: 'photos' }))).toBe('ok')
    expect(await outcome(authenticated({ ...request, hostBucket: null }))).toEqual(mismatch)
    expect(await outcome(authenticated({ ...request, hostBucket: 'other' }))).toEqual(mismatch)
  })

  it('takes a bucket in the path with a slash after it, as botocore signs it', async () => {
    const signing = signedV2({ url: 'http://s3.example.com/photos/?acl' })
    expect(await outcome(authenticated({ ...signing, url: 'http://s3.example.com/photos?acl' }))).toBe('ok')
    expect(await outcome(authenticated(signedV2({ url: 'http://s3.example.com/photos?acl' })))).toBe('ok')
    const object = signedV2({ url: 'http://s3.example.com/photos/a/' })
    expect(await outcome(authenticated({ ...object, url: 'http://s3.example.com/photos/a' }))).toEqual(mismatch)
  })

  it('takes decoded values of what belongs to the resource, with a plus sign as either', async () => {
    for (const query of [
      'response-content-type=text%2Fplain%3B%20a',
      'versionId=null&acl',
      'response-content-type=a%2Bb',
    ]) {
      expect(await outcome(authenticated(signedV2({ url: `${url}?${query}` })))).toBe('ok')
    }
    const request = signedV2({ url: `${url}?response-content-type=a b` })
    expect(await outcome(authenticated({ ...request, url: `${url}?response-content-type=a+b` }))).toBe('ok')
  })

  it('folds repeated headers, which arrive joined otherwise', async () => {
    const request = signedV2({ url, headers: { 'x-amz-meta-a': 'one,two' } })
    expect(
      await outcome(authenticated({ ...request, headers: { ...request.headers, 'x-amz-meta-a': 'one, two' } })),
    ).toBe('ok')
    const spaced = signedV2({ url, headers: { 'x-amz-meta-a': 'one, two' } })
    expect(await outcome(authenticated(spaced))).toBe('ok')
  })

  it('verifies a hash of the body where one is signed, and takes any body where none is', async () => {
    const plain = await authenticated({ ...signedV2({ url, method: 'PUT' }), body: bodyStream() })
    expect((await plain.body.verify()).size).toBe(4)
    const headers = { 'x-amz-content-sha256': sha256('BODY') }
    const hashed = await authenticated({ ...signedV2({ url, method: 'PUT', headers }), body: bodyStream() })
    expect(await outcome(hashed.body.verify())).toMatchObject({ code: 'XAmzContentSHA256Mismatch' })
    const chunked = {
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'x-amz-decoded-content-length': '1',
    }
    expect(await outcome(authenticated(signedV2({ url, headers: chunked })))).toMatchObject({ code: 'InvalidRequest' })
  })

  it('shows what it signed, and no canonical request', async () => {
    const request = signedV2({ url }, 'another secret')
    const StringToSign = toSignV2({ url }, new Date(now).toUTCString())
    expect(await outcome(authenticated({ ...request, now: now + 1000 }))).toEqual({
      code: 'SignatureDoesNotMatch',
      status: 403,
      message:
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      AWSAccessKeyId: accessKeyId,
      StringToSign,
      SignatureProvided: hmacSha1(StringToSign, 'another secret'),
      StringToSignBytes: Buffer.from(StringToSign).toString('hex').match(/../g)?.join(' '),
      Hint: expect.stringContaining('secret access key'),
    })
  })

  it('can be switched off', async () => {
    const settings = { ...defaultSettings, signatureV2: false }
    for (const request of [signedV2({ url }), presignedV2({ url })]) {
      expect(await outcome(authenticate(authRequest(request), async () => accessKey, settings))).toEqual({
        code: 'InvalidRequest',
        status: 400,
        message: 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
      })
    }
  })
})

describe('authenticate() with a presigned URL of Signature Version 2', () => {
  const missing = denied('Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters')
  const cases: [name: string, edit: Edit, expected: unknown][] = [
    ['nothing changed', () => {}, 'ok'],
    ['another method', (request) => void (request.method = 'PUT'), mismatch],
    ['another object', (request) => void (request.url = request.url.replace('/key', '/kez')), mismatch],
    ['a later end', (request) => void (request.url = request.url.replace(/Expires=(\d)/, 'Expires=9')), mismatch],
    ['a parameter that makes another operation of it', (request) => void (request.url += '&tagging'), mismatch],
    ['an x-amz-… parameter that was not signed', (request) => void (request.url += '&x-amz-acl=public-read'), mismatch],
    ['an x-amz-… header that was not signed', header('x-amz-acl', 'public-read'), mismatch],
    ['a type that was not signed', header('content-type', 'text/html'), mismatch],
    ['a range', header('range', 'bytes=0-1'), 'ok'],
    ['a signature whose plus signs are not escaped', (request) => void (request.url = request.url.replaceAll('%2B', '+')), 'ok'],
    ['no AWSAccessKeyId', without('AWSAccessKeyId'), missing],
    ['no Expires', without('Expires'), missing],
    ['no Signature', without('Signature'), missing],
    ['an end that is no number', (request) => void (request.url = request.url.replace(/Expires=\d+/, 'Expires=soon')), denied('Invalid date (should be seconds since epoch): soon')],
    ['an Authorization header beside it', header('authorization', 'AWS a:b'), expect.objectContaining({ code: 'InvalidArgument' })],
  ] // prettier-ignore
  it.each(cases)('%s', async (_name, edit, expected) => {
    const request = presignedV2({ url })
    edit(request)
    expect(await outcome(authenticated(request))).toEqual(expected)
  })

  it('counts until its end', async () => {
    const request = presignedV2({ url }, 60)
    expect(await outcome(authenticated({ ...request, now: now + 60_000 }))).toBe('ok')
    expect(await outcome(authenticated({ ...request, now: now + 60_001 }))).toEqual(
      denied('Request has expired', { Expires: '2013-05-24T00:01:00Z', ServerTime: '2013-05-24T00:01:00Z' }),
    )
  })

  it('takes signed headers from the query, where SDKs put them', async () => {
    const headers = { 'x-amz-meta-a': 'b c', 'content-type': 'text/plain', 'content-md5': 'rL0Y20zC+Fzt72VPzMSk2A==' }
    const request = presignedV2({ url, headers })
    const hoisted = Object.entries(headers).map(([name, value]) => `&${name}=${encodeURIComponent(value)}`)
    const moved = { ...request, url: request.url + hoisted.join(''), headers: { host: 's3.example.com' } }
    expect(await outcome(authenticated(moved))).toBe('ok')
    // A header that is sent as well counts.
    expect(
      await outcome(authenticated({ ...moved, headers: { ...moved.headers, 'content-type': 'text/html' } })),
    ).toEqual(mismatch)
  })
})

describe('what is known of a request of Signature Version 2', () => {
  const headers = { 'x-amz-security-token': 'a/token+=' }
  const token = encodeURIComponent(headers['x-amz-security-token'])
  const presigned = presignedV2({ url, headers })
  const hoisted = { ...presigned, url: `${presigned.url}&x-amz-security-token=${token}`, headers: {} }

  it.each<[string, Signed, { authType: string; ageMilliseconds: number | null }]>([
    ['a header', signedV2({ url, headers }), { authType: 'REST-HEADER', ageMilliseconds: 1000 }],
    ['a query', presigned, { authType: 'REST-QUERY-STRING', ageMilliseconds: null }],
    ['a query with everything in it', hoisted, { authType: 'REST-QUERY-STRING', ageMilliseconds: null }],
  ])('%s: its session token, how it is signed, and since when', async (_name, request, facts) => {
    const asked: unknown[] = []
    const lookup: KeyLookup = async (...key) => {
      asked.push(key)
      return accessKey
    }
    const { signature } = await authenticate(authRequest({ ...request, now: now + 1000 }), lookup)
    expect(asked).toEqual([[accessKeyId, headers['x-amz-security-token']]])
    expect(signature).toEqual({ version: 'AWS', ...facts })
  })
})

describe('the sub-resources that are signed', () => {
  it('are all that a route knows: else a presigned URL could become another operation', () => {
    const routed = OPERATIONS.flatMap(({ route }) => Object.keys(route.query ?? {}))
    // Both choose between forms of one operation, and configurations by name beside a sub-resource.
    const harmless = ['list-type', 'id', 'select-type']
    const unsigned = routed.filter((name) => !subresources.has(name) && !harmless.includes(name))
    expect([...new Set(unsigned)]).toEqual([])
  })
})

describe('canonicalizedAmzHeaders()', () => {
  it('sorts by name and leaves out the white space around values', () => {
    const headers = [
      ['x-amz-meta-b', ' two  words '],
      ['x-amz-acl', 'private'],
    ] as const
    expect(canonicalizedAmzHeaders(headers)).toBe('x-amz-acl:private\nx-amz-meta-b:two  words\n')
  })
})

describe('signatureV2Matches()', () => {
  it('takes one spelling of a signature alone', async () => {
    const key = await sha1Key(secret)
    const right = hmacSha1('text')
    expect(await signatureV2Matches(key, 'text', right)).toBe(true)
    // The last character but one has two bits that mean nothing.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    const last = alphabet.indexOf(right[26] ?? '')
    const others = [1, 2, 3].map((bits) => `${right.slice(0, 26)}${alphabet[last ^ bits]}=`)
    for (const wrong of ['', '=', right.slice(1), `${right}=`, right.slice(0, 27), ` ${right}`, ...others]) {
      expect(await signatureV2Matches(key, 'text', wrong)).toBe(false)
    }
  })
})
