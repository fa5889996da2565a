import { describe, expect, it } from 'vitest'
import { authenticate } from '../../src/auth/authenticate.ts'
import { splitUrl } from '../../src/http/raw-url.ts'
import {
  accessKey,
  accessKeyId,
  authenticated,
  authRequest,
  emptyHash,
  now,
  outcome,
  scope,
  sha256,
  signed,
  signWith,
  streamOf,
  timestamp,
} from './doubles.ts'
import type { RequestParts } from './doubles.ts'

const host = 'examplebucket.s3.amazonaws.com'
const base = `http://${host}`

const noLookup = () => Promise.reject(new Error('no key is looked up'))
const spaced = (text: string) => Buffer.from(text).toString('hex').match(/../g)?.join(' ')

type Edit = (request: RequestParts & { headers: Record<string, string> }) => void
type Expected = unknown

const none: Edit = () => {}
const header =
  (name: string, value: string | null): Edit =>
  ({ headers }) => {
    if (value === null) delete headers[name]
    else headers[name] = value
  }
const authorization =
  (from: string | RegExp, to: string): Edit =>
  ({ headers }) => {
    headers['authorization'] = (headers['authorization'] ?? '').replace(from, to)
  }
const query =
  (name: string, value: string | null): Edit =>
  (request) => {
    const pairs = (splitUrl(request.url ?? `${base}/`).query || '').split('&').filter((pair) => pair !== '')
    const kept = pairs.filter((pair) => pair.split('=')[0] !== name)
    if (value !== null) kept.push(`${name}=${encodeURIComponent(value)}`)
    request.url = `${(request.url ?? `${base}/`).split('?')[0]}?${kept.join('&')}`
  }
const both =
  (...edits: Edit[]): Edit =>
  (request) => {
    for (const edit of edits) edit(request)
  }

const error = (status: number, code: string, message: string, fields: Record<string, string> = {}): Expected => ({
  code,
  status,
  message,
  ...fields,
})
const malformed = (problem: string) =>
  error(400, 'AuthorizationHeaderMalformed', `The authorization header is malformed; ${problem}`)
const parameters = (message: string) => error(400, 'AuthorizationQueryParametersError', message)
const denied = (message: string, fields = {}) => error(403, 'AccessDenied', message, fields)
const invalidRequest = (message: string) => error(400, 'InvalidRequest', message)
const argument = (message: string, fields: Record<string, string>) => error(400, 'InvalidArgument', message, fields)
const notSigned = (names: string) =>
  denied('There were headers present in the request which were not signed', { HeadersNotSigned: names })
const unknownKey = (id: string) =>
  error(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
    AWSAccessKeyId: id,
  })
const mismatch = expect.objectContaining({ code: 'SignatureDoesNotMatch', status: 403 })
const noDate = denied('AWS authentication requires a valid Date or x-amz-date header')
const components = malformed(
  'the authorization header requires three components: Credential, SignedHeaders, and Signature.',
)
const payloadNames =
  'UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER'
const severalMechanisms = argument(
  'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
  { ArgumentName: 'Authorization' },
)

const skewed = (RequestTime: string) =>
  error(403, 'RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', {
    RequestTime,
    ServerTime: '2013-05-24T00:20:00Z',
    MaxAllowedSkewMilliseconds: '900000',
    Hint: 'The clock of the client is about 20 minutes behind that of the server.',
  })

describe('authenticate() with an Authorization header', () => {
  const ofAnotherDay = signWith('x')
  const cases: [name: string, edit: Edit, expected: Expected][] = [
    ['nothing changed', none, 'ok'],
    ['the signature in upper case', ({ headers }) => (headers['authorization'] = (headers['authorization'] ?? '').replace(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase())), 'ok'],
    ['no spaces between the components', authorization(/, /g, ','), 'ok'],
    ['no Credential', authorization(/Credential=\S+ /, ''), components],
    ['no SignedHeaders', authorization(/SignedHeaders=\S+ /, ''), components],
    ['no Signature', authorization(/, Signature=.*/, ''), components],
    ['nothing after the algorithm', header('authorization', 'AWS4-HMAC-SHA256 x'), components],
    ['a credential of four parts', authorization('/us-east-1/', '/'), malformed('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".')],
    ['a credential without a key', authorization(accessKeyId, ''), malformed('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".')],
    ['a date of seven digits', authorization('/20130524/', '/2013052/'), malformed('incorrect date format "2013052". This date in the credential must be in the format "yyyyMMdd".')],
    ['another service', authorization('/s3/', '/ec2/'), malformed('incorrect service "ec2". This endpoint belongs to "s3".')],
    ['another terminal', authorization('aws4_request', 'aws4_reques'), malformed('incorrect terminal "aws4_reques". This endpoint uses "aws4_request".')],
    ['the date of another day', authorization('/20130524/', '/20130523/'), malformed('Invalid credential date "20130523". This date is not the same as X-Amz-Date: "20130524".')],
    ['another region', authorization('/us-east-1/', '/auto/'), mismatch],
    ['a signature of Version 2 that is another', header('authorization', `AWS ${accessKeyId}:frJIUN8DYpKDtOLCwo//yllqDzg=`), mismatch],
    ['Signature Version 4A without its parts', header('authorization', 'AWS4-ECDSA-P256-SHA256 Credential=a'), components],
    ['the Bearer scheme, whose token is not told', header('authorization', 'Bearer token'), argument('Unsupported Authorization Type', { ArgumentName: 'Authorization', ArgumentValue: 'Bearer' })],
    ['one word', header('authorization', 'AWS4-HMAC-SHA256'), argument("Authorization header is invalid -- one and only one ' ' (space) required.", { ArgumentName: 'Authorization' })],
    ['a presigned query beside it', query('X-Amz-Algorithm', 'AWS4-HMAC-SHA256'), severalMechanisms],
    ['a Version 2 query beside it', query('Signature', 'x'), severalMechanisms],
    ['no x-amz-content-sha256', header('x-amz-content-sha256', null), invalidRequest('Missing required header for this request: x-amz-content-sha256')],
    ['an x-amz-content-sha256 that is no hash', header('x-amz-content-sha256', emptyHash.slice(1)), argument(`x-amz-content-sha256 must be ${payloadNames} or a valid sha256 value.`, { ArgumentName: 'x-amz-content-sha256', ArgumentValue: emptyHash.slice(1) })],
    ['an ECDSA payload', header('x-amz-content-sha256', 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD'), argument('The x-amz-content-sha256 value is not one of AWS4-HMAC-SHA256 signatures.', { ArgumentName: 'x-amz-content-sha256', ArgumentValue: 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD' })],
    ['no date', header('x-amz-date', null), noDate],
    ['an empty date', header('x-amz-date', ''), noDate],
    ['a date in another format', header('x-amz-date', '2013-05-24T00:00:00Z'), noDate],
    ['a date that does not exist', header('x-amz-date', '20130230T000000Z'), noDate],
    ['nonsense for a date', header('x-amz-date', 'Bad Date'), noDate],
    ['an x-amz-* header that is not signed', header('x-amz-meta-color', 'red'), notSigned('x-amz-meta-color')],
    ['two x-amz-* headers that are not signed', both(header('x-amz-meta-b', 'red'), header('x-amz-acl', 'private')), notSigned('x-amz-acl, x-amz-meta-b')],
    ['host not signed', authorization('SignedHeaders=host;', 'SignedHeaders='), notSigned('host')],
    ['a signed header of a name that cannot be', authorization('SignedHeaders=host;', 'SignedHeaders=host;a b;;'), mismatch],
    ['an unknown access key', authorization(accessKeyId, 'AKIAUNKNOWN'), unknownKey('AKIAUNKNOWN')],
    ['a signature of something else', authorization(/[0-9a-f]{64}$/, ofAnotherDay), mismatch],
    ['a signature that is no hex', authorization(/[0-9a-f]{64}$/, 'x'), mismatch],
    ['another method', (request) => void (request.method = 'HEAD'), mismatch],
    ['another path', (request) => void (request.url = `${base}/k`), mismatch],
    ['another parameter', query('x-id', 'GetObject'), mismatch],
    ['another value of a signed header', header('host', 'other.example'), mismatch],
  ] // prettier-ignore
  it.each(cases)('%s', async (_name, edit, expected) => {
    const request = signed({})
    edit(request)
    expect(await outcome(authenticated(request))).toEqual(expected)
  })

  it('tells who it is', async () => {
    expect((await authenticated(signed({}))).identity).toEqual(accessKey.identity)
  })

  it('refuses a disabled key as an unknown one', async () => {
    expect(await outcome(authenticated(signed({}), { ...accessKey, disabled: true }))).toEqual(unknownKey(accessKeyId))
  })

  it('refuses the old secret after a rotation, although its key was cached', async () => {
    expect(await outcome(authenticated(signed({})))).toBe('ok')
    expect(await outcome(authenticated(signed({}), { ...accessKey, secret: 'rotated' }))).toEqual(mismatch)
    expect(await outcome(authenticated(signed({})))).toBe('ok')
  })

  it('takes the Date header where there is no x-amz-date', async () => {
    const canonical = `GET\n/\n\ndate:Fri, 24 May 2013 00:00:00 GMT\nhost:${host}\nx-amz-content-sha256:${emptyHash}\n\ndate;host;x-amz-content-sha256\n${emptyHash}`
    const signature = signWith(`AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`)
    const request = {
      headers: {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        host,
        'x-amz-content-sha256': emptyHash,
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope},SignedHeaders=date;host;x-amz-content-sha256,Signature=${signature}`,
      },
    }
    expect(await outcome(authenticated(request))).toBe('ok')
  })

  it.each([
    [-900, 'ok'],
    [900, 'ok'],
    [1200, skewed(timestamp)],
  ])('a request signed %d seconds ago', async (seconds, expected) => {
    expect(await outcome(authenticated({ ...signed({}), now: now + seconds * 1000 }))).toEqual(expected)
  })

  it('shows what it signed when the signature is of another secret', async () => {
    const request = signed({ url: `${base}/?prefix=a%20b` })
    const provided = request.headers['authorization']?.slice(-64)
    const found = await outcome(authenticated(request, { ...accessKey, secret: 'other' }))
    const CanonicalRequest = `GET\n/\nprefix=a%20b\nhost:${host}\nx-amz-content-sha256:${emptyHash}\nx-amz-date:${timestamp}\n\nhost;x-amz-content-sha256;x-amz-date\n${emptyHash}`
    const StringToSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(CanonicalRequest)}`
    expect(found).toEqual({
      code: 'SignatureDoesNotMatch',
      status: 403,
      message:
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      AWSAccessKeyId: accessKeyId,
      StringToSign,
      SignatureProvided: provided,
      StringToSignBytes: spaced(StringToSign),
      CanonicalRequest,
      CanonicalRequestBytes: spaced(CanonicalRequest),
      Hint: 'None of the usual changes explains it: the secret access key is probably not that of this access key id.',
    })
    expect(JSON.stringify(found)).not.toContain(accessKey.secret)
  })

  it('refuses a session token: no key has one', async () => {
    const request = signed({ headers: { 'x-amz-security-token': 'token' } })
    expect(await outcome(authenticated(request))).toEqual(
      error(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.'),
    )
  })
})

// The request as it arrives after the edge had it.
const arrived = (name: string, value: string | null, clientAcceptEncoding: string | null = null) => {
  return (request: ReturnType<typeof signed>): RequestParts => {
    header(name, value)(request)
    return { ...request, clientAcceptEncoding }
  }
}

describe('authenticate() where the edge changed a signed header', () => {
  it.each([
    ['accept-encoding', 'identity', arrived('accept-encoding', 'br, gzip', 'identity')],
    ['accept-encoding', 'identity', arrived('accept-encoding', 'br, gzip', '')],
    ['accept-encoding', 'gzip', arrived('accept-encoding', 'br, gzip')],
    ['accept-encoding', 'gzip, deflate', arrived('accept-encoding', 'br, gzip', 'gzip,  deflate')],
    ['accept-encoding', 'zstd, br', arrived('accept-encoding', 'zstd, br')],
    ['accept-encoding', '', arrived('accept-encoding', null)],
    ['x-amz-meta-a', '1,2', arrived('x-amz-meta-a', '1, 2')],
    ['x-amz-meta-a', 'a b c', arrived('x-amz-meta-a', 'a  b   c')],
    ['expect', '100-continue', arrived('expect', null)],
    ['transfer-encoding', 'chunked', arrived('transfer-encoding', null)],
  ])('%s signed as %j', async (name, value, arrive) => {
    expect(await outcome(authenticated(arrive(signed({ headers: { [name]: value } }))))).toBe('ok')
  })

  it('takes no other Accept-Encoding', async () => {
    const request = signed({ headers: { 'accept-encoding': 'compress' } })
    header('accept-encoding', 'br, gzip')(request)
    expect(await outcome(authenticated({ ...request, clientAcceptEncoding: 'identity' }))).toEqual(mismatch)
  })
})

/** A presigned URL by an independent canonicalisation; `extra` are further query parameters. */
function presigned(extra: Record<string, string> = {}, parts: RequestParts = {}, expires = '60') {
  const all: Record<string, string> = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyId}/${scope}`,
    'X-Amz-Date': timestamp,
    'X-Amz-Expires': expires,
    'X-Amz-SignedHeaders': Object.keys({ host, ...parts.headers })
      .sort()
      .join(';'),
    ...extra,
  }
  const search = Object.keys(all)
    .sort()
    .map((name) => `${name}=${encodeURIComponent(all[name] ?? '')}`)
    .join('&')
  const headers: Record<string, string> = { host, ...parts.headers }
  const names = Object.keys(headers).sort()
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('')
  const hash = headers['x-amz-content-sha256'] ?? extra['X-Amz-Content-Sha256'] ?? 'UNSIGNED-PAYLOAD'
  const canonical = [parts.method ?? 'GET', '/key', search, lines, names.join(';'), hash].join('\n')
  const signature = signWith(`AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`)
  return { ...parts, headers, url: `${base}/key?${search}&X-Amz-Signature=${signature}` }
}

describe('authenticate() with a presigned URL', () => {
  const required = parameters(
    'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
  )
  const week =
    'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds'
  const names = ['Algorithm', 'Credential', 'Signature', 'Date', 'SignedHeaders', 'Expires']
  const cases: [name: string, edit: Edit, expected: Expected][] = [
    ['nothing changed', none, 'ok'],
    ...names.map((name): [string, Edit, Expected] => [`no X-Amz-${name}`, query(`X-Amz-${name}`, null), required]),
    ['another algorithm', query('X-Amz-Algorithm', 'AWS4-HMAC-SHA1'), parameters('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"')],
    ['Signature Version 4A with a region in its credential', query('X-Amz-Algorithm', 'AWS4-ECDSA-P256-SHA256'), parameters('Error parsing the X-Amz-Credential parameter; incorrect date format "us-east-1". This date in the credential must be in the format "yyyyMMdd".')],
    ['a date in another format', query('X-Amz-Date', 'Fri, 24 May 2013 00:00:00 GMT'), parameters(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`)],
    ['more than a week', query('X-Amz-Expires', '604801'), denied(week)],
    ['a negative time', query('X-Amz-Expires', '-1'), denied('X-Amz-Expires must be non-negative')],
    ['a time that is no number', query('X-Amz-Expires', '1h'), parameters('X-Amz-Expires should be a number')],
    ['a credential of another service', query('X-Amz-Credential', `${accessKeyId}/20130524/us-east-1/ec2/aws4_request`), parameters('Error parsing the X-Amz-Credential parameter; incorrect service "ec2". This endpoint belongs to "s3".')],
    ['a credential that is none', query('X-Amz-Credential', 'x'), parameters('Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".')],
    ['an unknown access key', query('X-Amz-Credential', `AKIAUNKNOWN/${scope}`), unknownKey('AKIAUNKNOWN')],
    ['one more parameter', query('versionId', 'null'), mismatch],
    ['an x-amz-* header that is not signed', header('x-amz-acl', 'public-read'), notSigned('x-amz-acl')],
    ['a header that needs no signature', header('range', 'bytes=0-9'), 'ok'],
    ['a Version 2 URL of an unknown key', (request) => void (request.url = `${base}/key?AWSAccessKeyId=a&Expires=1&Signature=b`), unknownKey('a')],
  ] // prettier-ignore
  it.each(cases)('%s', async (_name, edit, expected) => {
    const request = presigned()
    edit(request)
    expect(await outcome(authenticated(request))).toEqual(expected)
  })

  const expired = (seconds: string, Expires: string, ServerTime: string) =>
    denied('Request has expired', { 'X-Amz-Expires': seconds, Expires, ServerTime })
  it.each([
    ['60', 0, 'ok'],
    ['60', 60_000, 'ok'],
    ['60', 60_001, expired('60', '2013-05-24T00:01:00Z', '2013-05-24T00:01:00Z')],
    ['0', 0, expired('0', '2013-05-24T00:00:00Z', '2013-05-24T00:00:00Z')],
    ['604800', 604_800_000, 'ok'],
    ['60', -900_000, 'ok'],
    [
      '60',
      -901_000,
      denied('Request is not yet valid', {
        'X-Amz-Date': String(now),
        Expires: '2013-05-24T00:01:00Z',
        ServerTime: '2013-05-23T23:44:59Z',
      }),
    ],
  ])('for %s seconds, used after %d ms', async (expires, later, expected) => {
    expect(await outcome(authenticated({ ...presigned({}, {}, expires), now: now + later }))).toEqual(expected)
  })

  it('honours a hash in the query and in a signed header', async () => {
    const hash = sha256('body')
    for (const request of [
      presigned({ 'X-Amz-Content-Sha256': hash }, { method: 'PUT' }),
      presigned({}, { method: 'PUT', headers: { 'x-amz-content-sha256': hash } }),
    ]) {
      const right = await authenticated({ ...request, body: streamOf(new Uint8Array(Buffer.from('body'))) })
      expect((await right.body.verify()).size).toBe(4)
      const wrong = await authenticated({ ...request, body: streamOf(new Uint8Array(Buffer.from('BODY'))) })
      expect(await outcome(wrong.body.verify())).toMatchObject({ code: 'XAmzContentSHA256Mismatch' })
    }
  })

  it('takes parameter names in any case', async () => {
    const all = `X-AMZ-CREDENTIAL=${encodeURIComponent(`${accessKeyId}/${scope}`)}&X-Amz-Signedheaders=host&x-amz-algorithm=AWS4-HMAC-SHA256&x-amz-date=${timestamp}&x-amz-expires=60`
    const canonical = `GET\n/key\n${all}\nhost:${host}\n\nhost\nUNSIGNED-PAYLOAD`
    const signature = signWith(`AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`)
    const url = `${base}/key?${all}&x-amz-SIGNATURE=${signature}`
    expect(await outcome(authenticated({ url, headers: { host } }))).toBe('ok')
  })
})

describe('authenticate() without a claim', () => {
  it.each([
    ['no header', {}],
    ['an empty Authorization', { authorization: '' }],
  ])('%s is anonymous', async (_name, headers) => {
    expect((await authenticate(authRequest({ headers }), noLookup)).identity).toEqual({ kind: 'anonymous' })
  })

  it('refuses chunks that nobody signed', async () => {
    const headers = {
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'x-amz-decoded-content-length': '1',
    }
    expect(await outcome(authenticated({ headers }))).toEqual(
      invalidRequest(
        "Anonymous requests don't support this x-amz-content-sha256 value. Please use UNSIGNED-PAYLOAD or STREAMING-UNSIGNED-PAYLOAD-TRAILER.",
      ),
    )
  })
})
