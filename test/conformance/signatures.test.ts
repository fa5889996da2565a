// Signature Version 2 and 4A, strict settings, and hints, through the front door.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectRaw } from '../support/raw-connection.ts'
import { codeIn, errorElements } from '../support/s3-error.ts'
import { startServer } from '../support/server.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { signRequest } from '../support/sign-request.ts'
import { framedV4a, presignedV2, presignedV4a, signedV2, signedV4a } from '../support/signers.ts'
import type { Endpoint } from '../support/endpoint.ts'
import type { TestServer } from '../support/server.ts'
import type { Signed } from '../support/signers.ts'

const server = sharedServer()
const bucket = uniqueBucketName('signatures')
const url = `${server.url}/${bucket}/key`

const signer = (of: Endpoint = server) => ({ ...of, now: Date.now() })

/** Sends a signed request as it is. `200`, or `403 SignatureDoesNotMatch`. */
async function send(
  request: Signed,
  options: { body?: Uint8Array; at?: Endpoint; path?: string } = {},
): Promise<Answer> {
  const { body = new Uint8Array(0), at = server } = options
  const target = options.path ?? request.url.slice(new URL(request.url).origin.length)
  const headers = { ...request.headers, 'content-length': String(body.length) }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const connection = await connectRaw(at.port)
  await connection.send(
    Buffer.concat([Buffer.from(`${request.method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`), body]),
  )
  const answer = await connection.answer(request.method)
  connection.close()
  const text = answer.body.toString('utf8')
  return { code: codeIn(answer.status, text), text, fields: Object.fromEntries(errorElements(text) ?? []) }
}

interface Answer {
  code: string
  text: string
  fields: Record<string, string>
}

beforeAll(async () => {
  await server.fetchSigned('PUT', `/${bucket}`)
  await server.fetchSigned('PUT', `/${bucket}/key`, { body: 'CONTENT' })
})

describe.each([
  ['Version 2', signedV2, presignedV2],
  ['Version 4A', signedV4a, presignedV4a],
])('a signature of %s', (_name, byHeader, byQuery) => {
  it('is taken in the header and in the query', async () => {
    expect((await send(byHeader({ url }, signer()))).text).toBe('CONTENT')
    expect((await send(byQuery({ url }, signer()))).text).toBe('CONTENT')
    expect((await send(byHeader({ url: `${url}?acl` }, signer()))).text).toContain('AccessControlPolicy')
  })

  it('of another request is refused', async () => {
    const request = byHeader({ url }, signer())
    expect((await send({ ...request, method: 'DELETE' })).code).toBe('403 SignatureDoesNotMatch')
    expect((await send(byQuery({ url }, signer()), { path: `/${bucket}/other` })).code).not.toBe('200')
  })

  it('says what was signed, why it may be wrong, and no secret', async () => {
    const { code, fields, text } = await send({ ...byHeader({ url }, signer()), method: 'PUT' })
    expect([code, fields['Hint']]).toEqual([
      '403 SignatureDoesNotMatch',
      'The signature is of a GET request, but PUT was sent.',
    ])
    expect(text).not.toContain(server.secretAccessKey)
  })
})

describe('a signature of Version 2', () => {
  it('is of the bucket in the host', async () => {
    const hosted = `http://${bucket}.localhost:${server.port}/key`
    expect((await send(signedV2({ url: hosted, hostBucket: bucket }, signer()))).text).toBe('CONTENT')
    expect((await send(presignedV2({ url: hosted, hostBucket: bucket }, signer()))).text).toBe('CONTENT')
    expect((await send(signedV2({ url: hosted }, signer()))).code).toBe('403 SignatureDoesNotMatch')
  })

  it('carries metadata and a body', async () => {
    const headers = {
      'content-type': 'text/x-test',
      'x-amz-meta-a': 'b, c',
      'content-md5': createHash('md5').update('body').digest('base64'),
    }
    const request = signedV2({ method: 'PUT', url: `${url}-2`, headers }, signer())
    expect((await send(request, { body: Buffer.from('body') })).code).toBe('200')
    expect((await send(request, { body: Buffer.from('BODY') })).code).toBe('400 BadDigest')
    const head = await server.fetchSigned('HEAD', `/${bucket}/key-2`)
    expect([head.headers.get('content-type'), head.headers.get('x-amz-meta-a')]).toEqual(['text/x-test', 'b, c'])
  })
})

describe('a signature of Version 4A', () => {
  it.each([true, false])('covers a body of signed chunks, trailer: %s', async (hasTrailer) => {
    const data = Buffer.alloc(300_000, 'some bytes')
    const sum = createHash('sha256').update(data).digest('base64')
    const by = signer()
    const headers = {
      'x-amz-content-sha256': `STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD${hasTrailer ? '-TRAILER' : ''}`,
      'x-amz-decoded-content-length': String(data.length),
      'content-encoding': 'aws-chunked',
      ...(hasTrailer && { 'x-amz-trailer': 'x-amz-checksum-sha256' }),
    }
    const request = signedV4a({ method: 'PUT', url: `${url}-4a`, headers }, by)
    const seed = /Signature=(\w+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? ''
    const body = framedV4a(data, by, seed, hasTrailer ? [`x-amz-checksum-sha256:${sum}`] : undefined)
    expect((await send(request, { body })).code).toBe('200')
    const got = await server.fetchSigned('GET', `/${bucket}/key-4a`)
    expect(Buffer.from(await got.arrayBuffer()).equals(data)).toBe(true)
    const changed = Uint8Array.from(body)
    changed[200_000] = 0
    expect((await send(request, { body: changed })).code).toBe('403 SignatureDoesNotMatch')
  })
})

describe('a hint', () => {
  it.each([
    ['names the host that a proxy replaced', { host: 'cdn.example.org' }, { host: `127.0.0.1:${server.port}`, 'x-forwarded-host': 'cdn.example.org' }, 'a proxy changed the Host header'],
    ['names a domain of the deployment', { host: `localhost` }, { host: `127.0.0.1:${server.port}` }, 'signed as &quot;localhost&quot;'],
  ])('%s', async (_name, signedHeaders, sentHeaders, hint) => {
    const { head } = await signRequest(server, { method: 'GET', path: `/${bucket}/key`, headers: signedHeaders })
    const lines = Object.entries(sentHeaders).map(([name, value]) => `${name}: ${value}\r\n`)
    const connection = await connectRaw(server.port)
    await connection.send(head.replace(/^host:.*\r\n/im, lines.join('')))
    const answer = await connection.answer('GET')
    connection.close()
    const fields = Object.fromEntries(errorElements(answer.body.toString('utf8')) ?? [])
    expect(fields).toMatchObject({ Code: 'SignatureDoesNotMatch', Hint: expect.stringContaining(hint) })
  }) // prettier-ignore
})

function accessLog(dataDir: string): string {
  return readFileSync(path.join(dataDir, 'access.log'), 'utf8')
}

describe('a server with strict settings', () => {
  let strict: TestServer
  const dataDir = mkdtempSync(path.join(tmpdir(), 'edgeshard-strict-'))
  beforeAll(async () => {
    strict = await startServer({
      dataDir,
      environment: { EDGESHARD_SIGV2: 'off', EDGESHARD_STRICT_REGION: 'on', EDGESHARD_REGION: 'eu-west-3' },
    })
  })
  afterAll(async () => {
    await strict.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('takes no Version 2', async () => {
    for (const request of [
      signedV2({ url: `${strict.url}/` }, signer(strict)),
      presignedV2({ url: `${strict.url}/` }, signer(strict)),
    ]) {
      const { code, fields } = await send(request, { at: strict })
      expect([code, fields['Message']]).toEqual([
        '400 InvalidRequest',
        'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
      ])
    }
  })

  it('wants its own region, and says which', async () => {
    // Signed for us-east-1.
    const refused = await strict.fetchSigned('GET', '/')
    const text = await refused.text()
    expect([refused.status, errorElements(text)?.slice(0, 3)]).toEqual([
      400,
      [
        ['Code', 'AuthorizationHeaderMalformed'],
        ['Message', "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-3'"],
        ['Region', 'eu-west-3'],
      ],
    ])
    for (const set of ['*', 'us-east-1,eu-west-*']) {
      const request = signedV4a({ url: `${strict.url}/`, headers: { 'x-amz-region-set': set } }, signer(strict))
      expect((await send(request, { at: strict })).code).toBe('200')
    }
    const other = signedV4a({ url: `${strict.url}/`, headers: { 'x-amz-region-set': 'us-*' } }, signer(strict))
    expect((await send(other, { at: strict })).code).toBe('400 AuthorizationHeaderMalformed')
  })

  it('logs no signature and no secret', async () => {
    await send(presignedV4a({ url: `${strict.url}/x-y-z/key` }, signer(strict)), { at: strict })
    // Lines are written a moment after the answer.
    await expect.poll(() => accessLog(dataDir), { timeout: 5000 }).toContain('"status":404')
    const log = accessLog(dataDir)
    expect(log).not.toMatch(/Signature=|X-Amz-|Credential=/i)
    expect(log).not.toContain(strict.secretAccessKey)
  })
})
