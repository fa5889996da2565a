// CORS as a browser meets it: preflights without a signature, and headers on whatever is answered, errors first.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
import { CreateBucketCommand, PutBucketCorsCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const client = server.client()
const Bucket = uniqueBucketName('cors')
const bare = uniqueBucketName('cors-bare')
const site = 'https://site.example'

beforeAll(async () => {
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new CreateBucketCommand({ Bucket: bare }))
  const CORSRules = [
    {
      AllowedOrigins: [site],
      AllowedMethods: ['GET', 'PUT', 'POST', 'DELETE'],
      AllowedHeaders: ['content-type', 'x-amz-*'],
      ExposeHeaders: ['ETag', 'x-amz-request-id'],
      MaxAgeSeconds: 600,
    },
    { AllowedOrigins: ['https://*.wild.example'], AllowedMethods: ['GET'] },
    { AllowedOrigins: ['*'], AllowedMethods: ['HEAD'] },
  ]
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
  await server.fetchSigned('PUT', `/${Bucket}/key`, { body: 'x' })
})

function preflight(headers: Record<string, string>, bucket = Bucket): Promise<Response> {
  return fetch(`${server.url}/${bucket}/key`, { method: 'OPTIONS', headers })
}

function corsOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'))
}

const vary = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'
const ofSite = {
  'access-control-allow-origin': site,
  'access-control-allow-methods': 'GET, PUT, POST, DELETE',
  'access-control-expose-headers': 'ETag, x-amz-request-id',
  'access-control-max-age': '600',
  'access-control-allow-credentials': 'true',
  vary,
}

describe('a preflight', () => {
  it('is allowed by the rule for origin, method and headers', async () => {
    const response = await preflight({
      origin: site,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'Content-Type, X-Amz-Date',
    })
    expect(response.status).toBe(200)
    expect(corsOf(response)).toEqual({ ...ofSite, 'access-control-allow-headers': 'content-type, x-amz-date' })
    expect(response.headers.get('x-amz-request-id')).toMatch(/^[0-9A-Z]{16}$/)
    expect([response.headers.get('content-length'), await response.text()]).toEqual(['0', ''])
  })

  it('by a wildcard names the origin, by * anybody', async () => {
    const wild = await preflight({ origin: 'https://a.wild.example', 'access-control-request-method': 'GET' })
    expect(corsOf(wild)['access-control-allow-origin']).toBe('https://a.wild.example')
    const any = await preflight({ origin: 'null', 'access-control-request-method': 'HEAD' })
    expect(corsOf(any)).toEqual({ 'access-control-allow-origin': '*', 'access-control-allow-methods': 'HEAD', vary })
  })

  it.each<[string, Record<string, string>, string]>([
    [
      'another origin',
      { origin: 'https://other.example', 'access-control-request-method': 'GET' },
      '403 AccessForbidden',
    ],
    [
      'the origin in other case',
      { origin: site.toUpperCase(), 'access-control-request-method': 'GET' },
      '403 AccessForbidden',
    ],
    [
      'a header that is not allowed',
      { origin: site, 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-secret' },
      '403 AccessForbidden',
    ],
    ['a method there is not', { origin: site, 'access-control-request-method': 'PATCH' }, '400 BadRequest'],
    ['no method', { origin: site }, '400 BadRequest'],
    ['no origin', { 'access-control-request-method': 'GET' }, '400 BadRequest'],
  ])('for %s is refused', async (_name, headers, code) => {
    const response = await preflight(headers)
    expect(corsOf(response)).toEqual({})
    expect(await codeOf(response)).toBe(code)
  })

  it('of a bucket without rules, or without being, is refused', async () => {
    const headers = { origin: site, 'access-control-request-method': 'GET' }
    expect(await codeOf(preflight(headers, bare))).toBe('403 AccessForbidden')
    expect(await codeOf(preflight(headers, uniqueBucketName('none')))).toBe('403 AccessForbidden')
  })
})

describe('an answer to another origin', () => {
  it('carries the headers of the rule', async () => {
    const response = await server.fetchSigned('GET', `/${Bucket}/key`, { headers: { origin: site } })
    expect([response.status, corsOf(response)]).toEqual([200, ofSite])
    const put = await server.fetchSigned('PUT', `/${Bucket}/key2`, { body: 'x', headers: { origin: site } })
    expect([put.status, corsOf(put)]).toEqual([200, ofSite])
    const listed = await server.fetchSigned('GET', `/${Bucket}`, { headers: { origin: site } })
    expect(corsOf(listed)).toEqual(ofSite)
  })

  it.each<[string, number, () => Promise<Response>]>([
    ['a missing key', 404, () => server.fetchSigned('GET', `/${Bucket}/none`, { headers: { origin: site } })],
    ['no signature', 403, () => fetch(`${server.url}/${Bucket}/key`, { headers: { origin: site } })],
    [
      'a wrong signature',
      403,
      () =>
        server.fetchSigned('GET', `/${Bucket}/key`, {
          headers: { origin: site },
          credentials: { accessKeyId: server.accessKeyId, secretAccessKey: 'wrong' },
        }),
    ],
    [
      'a condition',
      412,
      () => server.fetchSigned('GET', `/${Bucket}/key`, { headers: { origin: site, 'if-match': '"0"' } }),
    ],
    [
      'a 304',
      304,
      () => server.fetchSigned('GET', `/${Bucket}/key`, { headers: { origin: site, 'if-none-match': '*' } }),
    ],
    [
      'a range',
      416,
      () => server.fetchSigned('GET', `/${Bucket}/key`, { headers: { origin: site, range: 'bytes=9-' } }),
    ],
    [
      'what is not implemented',
      501,
      () =>
        server.fetchSigned('PUT', `/${Bucket}`, { headers: { origin: site }, query: { lifecycle: '' }, body: '{}' }),
    ],
    [
      'a wrong digest',
      400,
      () =>
        server.fetchSigned('PUT', `/${Bucket}/key`, {
          headers: { origin: site, 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' },
          body: 'x',
        }),
    ],
  ])('carries them on the error of %s', async (_name, status, send) => {
    const response = await send()
    expect([response.status, corsOf(response)]).toEqual([status, ofSite])
  })

  it('that has expired can be read by the page', async () => {
    const signingDate = new Date(Date.now() - 3600_000)
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'key' }), { expiresIn: 60, signingDate })
    const response = await fetch(url, { headers: { origin: site } })
    expect(corsOf(response)).toEqual(ofSite)
    expect(await codeOf(response)).toBe('403 AccessDenied')
  })

  it('carries none for an origin without a rule, nor for none', async () => {
    const other = await server.fetchSigned('GET', `/${Bucket}/key`, { headers: { origin: 'https://other.example' } })
    expect([other.status, corsOf(other)]).toEqual([200, {}])
    expect(corsOf(await server.fetchSigned('GET', `/${Bucket}/key`))).toEqual({})
  })
})
