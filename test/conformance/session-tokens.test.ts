// Temporary credentials on S3: the token in a header or in a presigned URL, and what is answered for one that does not count.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { SignatureV4 } from '@smithy/signature-v4'
import { accountPrincipal } from '../../src/iam/principal.ts'
import { parseXml, childText } from '../../src/s3/xml.ts'
import { sealSession } from '../../src/store/session-token.ts'
import { rootAccountId, rootCanonicalId, rootDisplayName } from '../../src/store/tables/accounts.ts'
import { Sha256 } from '../support/endpoint.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { uniqueBucketName } from '../support/shared-server.ts'

// Known, so that a session can be made here that has expired already.
const secret = 'the-secret-of-a-deployment-under-test'
const bucket = uniqueBucketName('tokens')
let server: TestServer

interface Temporary {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
}

/** A session of the root account, as STS would make it. */
function session(milliseconds: number, policies: string[] = [], deployment = secret): Promise<Temporary> {
  const now = Date.now()
  return sealSession(deployment, {
    accountId: rootAccountId,
    canonicalId: rootCanonicalId,
    displayName: rootDisplayName,
    isRoot: true,
    principal: accountPrincipal(rootAccountId),
    session: {
      issued: now,
      expires: now + milliseconds,
      policies,
      tags: {},
      sourceIdentity: null,
      federatedProvider: null,
    },
  })
}

function client(credentials: Temporary): S3Client {
  return new S3Client({ endpoint: server.url, region: 'us-east-1', forcePathStyle: true, credentials, maxAttempts: 1 })
}

const get = new GetObjectCommand({ Bucket: bucket, Key: 'k' })

/** `<status> <code>` of a GET by header and by presigned URL. */
async function refusals(credentials: Temporary): Promise<string[]> {
  const url = await getSignedUrl(client(credentials), get)
  const answers = [await fetch(url), await server.fetchSigned('GET', `/${bucket}/k`, { credentials })]
  return Promise.all(
    answers.map(async (answer) => `${answer.status} ${childText(parseXml(await answer.text()), 'Code') ?? ''}`),
  )
}

function changed({ sessionToken, ...rest }: Temporary): Temporary {
  const middle = Math.floor(sessionToken.length / 2)
  const other = sessionToken[middle] === 'A' ? 'B' : 'A'
  return { ...rest, sessionToken: sessionToken.slice(0, middle) + other + sessionToken.slice(middle + 1) }
}

beforeAll(async () => {
  server = await startServer({ environment: { EDGESHARD_SECRET: secret } })
  await server.fetchSigned('PUT', `/${bucket}`)
})

afterAll(async () => {
  await server.stop()
})

describe('a session token', () => {
  it('counts in a header, with any kind of body', async () => {
    const s3 = client(await session(900_000))
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'hello' }))
    const { Body } = await s3.send(get)
    expect(await Body?.transformToString()).toBe('hello')
  })

  it('counts in a presigned URL', async () => {
    const url = await getSignedUrl(client(await session(900_000)), get)
    expect(url).toContain('X-Amz-Security-Token=')
    expect(await (await fetch(url)).text()).toBe('hello')
  })

  it('counts as a header beside a presigned URL that signs it', async () => {
    const credentials = await session(900_000)
    const { accessKeyId, secretAccessKey, sessionToken } = credentials
    const { host, hostname, port } = new URL(server.url)
    const signer = new SignatureV4({
      service: 's3',
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey },
      sha256: Sha256,
      uriEscapePath: false,
    })
    const headers = { host, 'x-amz-security-token': sessionToken, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
    const signed = await signer.presign(
      { method: 'GET', protocol: 'http:', hostname, port: Number(port), path: `/${bucket}/k`, query: {}, headers },
      { unhoistableHeaders: new Set(['x-amz-security-token']) },
    )
    const search = new URLSearchParams(signed.query as Record<string, string>)
    const url = `${server.url}/${bucket}/k?${search.toString()}`
    expect((await fetch(url, { headers: { 'x-amz-security-token': sessionToken } })).status).toBe(200)
    expect((await fetch(url)).status).toBe(403)
  })

  it('that has expired answers ExpiredToken', async () => {
    expect(await refusals(await session(-1))).toEqual(['400 ExpiredToken', '400 ExpiredToken'])
  })

  it.each<[string, () => Promise<Temporary>]>([
    ['that was changed', async () => changed(await session(900_000))],
    ['that was changed and has expired', async () => changed(await session(-1))],
    [
      'of another key',
      async () => ({ ...(await session(900_000)), accessKeyId: (await session(900_000)).accessKeyId }),
    ],
    ['of another deployment', () => session(900_000, [], `${secret}!`)],
    ['beside a lasting key', async () => ({ ...(await session(900_000)), accessKeyId: server.accessKeyId })],
    ['that is none', async () => ({ ...(await session(900_000)), sessionToken: 'x' })],
  ])('%s answers InvalidToken', async (_name, credentials) => {
    expect(await refusals(await credentials())).toEqual(['400 InvalidToken', '400 InvalidToken'])
  })

  it('that is missing leaves a key that nobody has', async () => {
    const { accessKeyId, secretAccessKey } = await session(900_000)
    const answer = await server.fetchSigned('GET', `/${bucket}/k`, { credentials: { accessKeyId, secretAccessKey } })
    expect([answer.status, childText(parseXml(await answer.text()), 'Code')]).toEqual([403, 'InvalidAccessKeyId'])
  })

  it('with the wrong secret answers SignatureDoesNotMatch', async () => {
    const credentials = { ...(await session(900_000)), secretAccessKey: 'x' }
    expect(await refusals(credentials)).toEqual(['403 SignatureDoesNotMatch', '403 SignatureDoesNotMatch'])
  })

  it('bounds even the root account, and does not administrate', async () => {
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` }],
    })
    const credentials = await session(900_000, [policy])
    const status = async (method: string, path: string) =>
      (await server.fetchSigned(method, path, { credentials })).status
    expect(await status('GET', `/${bucket}/k`)).toBe(200)
    expect(await status('PUT', `/${bucket}/k`)).toBe(403)
    expect(await status('GET', `/${bucket}`)).toBe(403)
    expect(await status('GET', '/-/admin/accounts')).toBe(403)
  })

  it('is never told in an answer', async () => {
    const credentials = changed(await session(900_000))
    const answer = await server.fetchSigned('GET', `/${bucket}/k`, { credentials })
    expect(await answer.text()).not.toContain(credentials.sessionToken.slice(0, 20))
    expect(server.output()).not.toContain(credentials.sessionToken.slice(0, 20))
  })
})
