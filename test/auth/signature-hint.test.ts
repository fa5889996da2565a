// What is said of a signature that is right for another request than the one that arrived.
import { describe, expect, it } from 'vitest'
import { authenticate } from '../../src/auth/authenticate.ts'
import { defaultSettings } from '../../src/auth/settings.ts'
import { hintsPerSecondMax } from '../../src/limits.ts'
import { uploadForm } from '../support/form-body.ts'
import {
  accessKey,
  accessKeyId,
  authRequest,
  emptyHash,
  now,
  outcome,
  scope,
  secret,
  sha256,
  signWith,
  timestamp,
} from './doubles.ts'
import { post, signedFields } from './form-post.ts'
import { hmacSha1, presignedV2, signedV2, signedV4a, toSignV2 } from './signers.ts'
import type { AuthSettings } from '../../src/auth/settings.ts'
import type { RequestParts } from './doubles.ts'

/** What the client signs; each test changes a part of it. */
interface Signing {
  method: string
  path: string
  query: string
  headers: Record<string, string>
  hash: string
  secret: string
  keyScope: string
}

const host = 's3.example.com:9000'
const plain: Signing = {
  method: 'GET',
  path: '/bucket/a%20b%2Bc',
  query: 'prefix=x%20y',
  headers: { host, 'content-type': 'text/plain', 'x-amz-content-sha256': emptyHash, 'x-amz-date': timestamp },
  hash: emptyHash,
  secret,
  keyScope: scope,
}

function authorization(changed: Partial<Signing>): string {
  const { method, path, query, headers, hash, secret: key, keyScope } = { ...plain, ...changed }
  const names = Object.keys(headers).sort()
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('')
  const canonical = `${method}\n${path}\n${query}\n${lines}\n${names.join(';')}\n${hash}`
  const signature = signWith(`AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`, key, keyScope)
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
}

// Each in a second of its own: hints are few in one.
let seconds = 0

async function hintFor(parts: RequestParts, settings: AuthSettings = defaultSettings): Promise<string> {
  seconds += 1
  const request = authRequest({ now: now + seconds * 1000, ...parts })
  const found = (await outcome(authenticate(request, async () => accessKey, settings))) as Record<string, string>
  expect(found['code']).toBe('SignatureDoesNotMatch')
  expect(JSON.stringify(found)).not.toContain(secret)
  return found['Hint'] ?? 'none'
}

const url = `http://${host}${plain.path}?${plain.query}`
const sent = (changed: Record<string, string> = {}) => ({ ...plain.headers, ...changed })
const wrongSecret = expect.stringContaining('the secret access key is probably not that of this access key id')

describe('the hint of a signature of Version 4', () => {
  const cases: [name: string, signed: Partial<Signing>, arrived: RequestParts, hint: unknown][] = [
    ['another secret', { secret: 'another' }, {}, wrongSecret],
    ['another method', { method: 'HEAD' }, {}, 'The signature is of a HEAD request, but GET was sent.'],
    ['a host that a proxy changed and tells', { headers: { ...plain.headers, host: 'cdn.example.org' } }, { headers: sent({ 'x-forwarded-host': 'cdn.example.org' }) }, `The host was signed as "cdn.example.org" and arrived as "${host}": a proxy changed the Host header.`],
    ['a host in Forwarded', { headers: { ...plain.headers, host: 'cdn.example.org' } }, { headers: sent({ forwarded: 'for=1.2.3.4;host="cdn.example.org";proto=https' }) }, expect.stringContaining('"cdn.example.org"')],
    ['a host without its port', { headers: { ...plain.headers, host: 's3.example.com' } }, {}, expect.stringContaining('signed as "s3.example.com"')],
    ['a host with the port of the proxy', { headers: { ...plain.headers, host: 's3.example.com:443' } }, {}, expect.stringContaining('signed as "s3.example.com:443"')],
    ['a virtual-hosted request', { path: '/a%20b%2Bc', headers: { ...plain.headers, host: `bucket.${host}` } }, {}, `A virtual-hosted request was signed ("bucket.${host}"); it arrived path-style at "${host}".`],
    ['a path to which a proxy adds the bucket', { path: '/a%20b%2Bc' }, {}, 'The path was signed without "/bucket": a proxy put the bucket into it.'],
    ['a path-style request', { path: '/bucket/bucket/a%20b%2Bc' }, { headers: sent({ host: `bucket.${host}` }), hostBucket: 'bucket' }, expect.stringContaining('A path-style request was signed')],
    ['a type without its charset', {}, { headers: sent({ 'content-type': 'text/plain; charset=utf-8' }) }, 'The header content-type was signed as "text/plain" and arrived otherwise: something on the way changed it.'],
    ['a header that something added', { headers: { ...plain.headers, te: '' } }, { headers: sent({ te: 'trailers' }) }, 'The header te was signed without a value and arrived otherwise: something on the way changed it.'],
    ['a header that something removed', { headers: { ...plain.headers, 'x-forwarded-for': '1.2.3.4' } }, {}, 'The header x-forwarded-for was signed and did not arrive: a proxy may have removed it.'],
    ['a path encoded twice', { path: '/bucket/a%2520b%252Bc' }, {}, 'The path was percent-encoded twice: S3 encodes it once.'],
    ['a plus sign as a space', { path: '/bucket/a%20b%20c' }, {}, expect.stringContaining('A "+" in the path was signed as a space')],
    ['a space as a plus sign', { path: '/bucket/a%2Bb%2Bc' }, {}, 'A space was signed as "+": in a signature it is "%20".'],
    ['a path as other services sign it', { path: '/bucket/k' }, { url: `http://${host}/bucket//k?${plain.query}` }, expect.stringContaining('normalized')],
    ['a query with plus signs', { query: 'prefix=x+y' }, {}, 'A space was signed as "+": in a signature it is "%20".'],
    ['a parameter that something added', {}, { url: `${url}&utm_source=mail` }, 'The query parameter utm_source was not signed: something on the way added it.'],
    ['an unsigned payload', { hash: 'UNSIGNED-PAYLOAD' }, {}, 'The request was signed with UNSIGNED-PAYLOAD, but x-amz-content-sha256 says otherwise.'],
    ['a key of another region', { keyScope: scope.replace('us-east-1', 'auto') }, {}, 'The key was derived for the region "auto"; the credential names "us-east-1".'],
    ['a key of another service', { keyScope: scope.replace('/s3/', '/execute-api/') }, {}, 'The key was derived for the service "execute-api"; the credential names "s3".'],
    ['a secret with a line end', { secret: `${secret}\n` }, {}, 'The secret access key was used with white space or quotes around it.'],
    ['a secret in quotes', { secret: `"${secret}"` }, {}, 'The secret access key was used with white space or quotes around it.'],
    ['a secret that is encoded', { secret: encodeURIComponent(secret) }, {}, 'The secret access key was used percent-encoded.'],
  ] // prettier-ignore
  it.each(cases)('%s', async (_name, signed, arrived, hint) => {
    const headers = { ...sent(), ...arrived.headers, authorization: authorization(signed) }
    expect(await hintFor({ url, ...arrived, headers })).toEqual(hint)
  })

  it('knows the domains of the deployment', async () => {
    const headers = {
      ...sent(),
      authorization: authorization({ headers: { ...plain.headers, host: 's3.example.org' } }),
    }
    expect(await hintFor({ url, headers })).toEqual(wrongSecret)
    const settings = { ...defaultSettings, domains: ['s3.example.org'] }
    expect(await hintFor({ url, headers }, settings)).toContain('signed as "s3.example.org"')
  })

  it('is about the method for a presigned URL of GET that is asked for by HEAD', async () => {
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(`${accessKeyId}/${scope}`)}&X-Amz-Date=${timestamp}&X-Amz-Expires=600&X-Amz-SignedHeaders=host`
    const canonical = `GET\n/bucket/key\n${query}\nhost:${host}\n\nhost\nUNSIGNED-PAYLOAD`
    const signature = signWith(`AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`)
    const presigned = `http://${host}/bucket/key?${query}&X-Amz-Signature=${signature}`
    expect(await hintFor({ url: presigned, method: 'HEAD', headers: { host } })).toContain('of a GET request')
  })

  it('is given to few a second', async () => {
    const request = { url, headers: { ...sent(), authorization: authorization({ secret: 'x' }) }, now: now - 60_000 }
    const found = []
    for (let i = 0; i < hintsPerSecondMax + 5; i++) found.push(await hintFor(request))
    expect(found.filter((hint) => hint === 'none')).toHaveLength(5)
    expect(await hintFor({ ...request, now: now - 59_000 })).toEqual(wrongSecret)
  })

  it('takes little time, whatever the request has of everything', async () => {
    const many = Array.from({ length: 200 }, (_, i) => [`x-amz-meta-${i}`, 'v'])
    const headers = { ...sent(), ...Object.fromEntries(many), authorization: authorization({ secret: 'x' }) }
    headers.authorization = headers.authorization.replace(
      'x-amz-date',
      many.map(([name]) => name).join(';') + ';x-amz-date',
    )
    const long = `${url}&${Array.from({ length: 500 }, (_, i) => `p${i}=${'/'.repeat(20)}`).join('&')}`
    const started = performance.now()
    expect(await hintFor({ url: long, headers })).toEqual(wrongSecret)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

describe('the hint of a signature of Version 4A', () => {
  it('is found in the same way', async () => {
    const request = signedV4a({ method: 'HEAD', url: `http://${host}/bucket/key` })
    expect(await hintFor({ ...request, method: 'GET' })).toContain('of a HEAD request')
    expect(await hintFor({ ...request, url: `http://${host}/bucket/other` })).toEqual(wrongSecret)
  })
})

describe('the hint of a signature of Version 2', () => {
  const target = 'http://s3.example.com/bucket/a%20b?acl'
  const signed = signedV2({ url: target, headers: { 'content-type': 'text/plain' } })
  const by = (toSign: string, key = secret) => ({
    ...signed.headers,
    authorization: `AWS ${accessKeyId}:${hmacSha1(toSign, key)}`,
  })
  const dated = new Date(now).toUTCString()
  const right = toSignV2({ url: target, headers: { 'content-type': 'text/plain' } }, dated)
  const cases: [name: string, arrived: RequestParts, signing: { toSign: string; key: string }, hint: unknown][] = [
    ['another secret', {}, { toSign: right, key: 'another' }, wrongSecret],
    [
      'another method',
      { method: 'PUT' },
      { toSign: right, key: secret },
      'The signature is of a GET request, but PUT was sent.',
    ],
    [
      'another type',
      { headers: { 'content-type': 'text/plain; charset=utf-8' } },
      { toSign: right, key: secret },
      expect.stringContaining('content-type'),
    ],
    [
      'a virtual-hosted resource',
      {},
      { toSign: right.replace('/bucket/', '/'), key: secret },
      expect.stringContaining('without the bucket'),
    ],
    [
      'a sub-resource that is not signed',
      {},
      { toSign: right.replace('?acl', ''), key: secret },
      expect.stringContaining('sub-resource'),
    ],
    ['a decoded path', {}, { toSign: right.replace('%20', ' '), key: secret }, expect.stringContaining('decoded')],
    [
      'a path encoded twice',
      {},
      { toSign: right.replace('%20', '%2520'), key: secret },
      expect.stringContaining('twice'),
    ],
    ['a secret with a space', {}, { toSign: right, key: `${secret} ` }, expect.stringContaining('white space')],
  ]
  it.each(cases)('%s', async (_name, arrived, { toSign, key }, hint) => {
    expect(await hintFor({ ...signed, ...arrived, headers: { ...by(toSign, key), ...arrived.headers } })).toEqual(hint)
  })

  it('is about the method for a presigned URL', async () => {
    expect(await hintFor({ ...presignedV2({ url: target }, 600), method: 'HEAD' })).toContain('of a GET request')
  })
})

describe('the hint of a form', () => {
  it.each([2, 4] as const)('of Version %d', async (version) => {
    seconds += 1
    const at = now + seconds * 1000
    const fields = signedFields(version)
    const key = { ...accessKey, secret: 'another' }
    expect(await post({ body: uploadForm(fields, 'x'), key, at })).toMatchObject({ Hint: wrongSecret })
    const trimmed = { ...accessKey, secret: secret.slice(1) }
    const spaced = signedFields(version, {}, [], ` ${secret.slice(1)}`)
    expect(await post({ body: uploadForm(spaced, 'x'), key: trimmed, at })).toMatchObject({
      Hint: 'The secret access key was used with white space or quotes around it.',
    })
    const policy = version === 2 ? 'policy' : 'Policy'
    const broken = { ...fields, [policy]: fields[policy]?.replace(/^.{60}/, '$&\r\n') ?? '' }
    expect(await post({ body: uploadForm(broken, 'x'), at })).toMatchObject({
      Hint: 'The policy was signed without the white space it arrived with.',
    })
  })
})

describe('what a wrong signature shows', () => {
  it('is not a session token, nor a key of encryption', async () => {
    const headers = {
      ...plain.headers,
      'x-amz-security-token': 'TOKENTOKEN',
      'x-amz-server-side-encryption-customer-key': 'KEYKEYKEY',
    }
    const request = authRequest({
      url,
      headers: { ...headers, authorization: authorization({ headers, secret: 'x' }) },
      now: now + 1000 * ++seconds,
    })
    const found = (await outcome(authenticate(request, async () => accessKey))) as Record<string, string>
    expect(found['CanonicalRequest']).toContain('x-amz-security-token:…\n')
    expect(JSON.stringify(found)).not.toMatch(/TOKENTOKEN|KEYKEYKEY/)
    expect(found['CanonicalRequestBytes']).not.toContain(Buffer.from('TOKEN').toString('hex').match(/../g)?.join(' '))
  })

  it('is not the token of a presigned URL', async () => {
    const request = presignedV2({ url: `http://${host}/b/k?x-amz-security-token=TOKENTOKEN` }, 600)
    const asked = authRequest({ ...request, method: 'PUT', now: now + 1000 * ++seconds })
    const found = await outcome(authenticate(asked, async () => accessKey))
    expect(found).toMatchObject({ code: 'SignatureDoesNotMatch' })
    expect(JSON.stringify(found)).not.toContain('TOKENTOKEN')
  })
})
