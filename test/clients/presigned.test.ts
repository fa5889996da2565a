// URLs signed for somebody without a key: what browsers, curl and fetch do with them.
import { createHash } from 'node:crypto'
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  CreateMultipartUploadCommand,
  CompleteMultipartUploadCommand,
} from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { beforeAll, describe, expect, it } from 'vitest'
import { objectKeys, sampleBytes, sampleSizes } from '../support/samples.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const client = sharedServer().client()
const Bucket = uniqueBucketName('presigned')

beforeAll(async () => {
  await client.send(new CreateBucketCommand({ Bucket }))
})

async function codeOf(response: Response): Promise<string> {
  return `${response.status} ${/<Code>(\w+)<\/Code>/.exec(await response.text())?.[1] ?? ''}`
}

async function put(url: string, body: Uint8Array | string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'PUT', body, headers })
}

describe('a presigned PUT', () => {
  it.each(Object.entries(sampleSizes))('made by default stores a body of size %s', async (name, size) => {
    const Key = `put/${name}`
    const bytes = sampleBytes(size)
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key }))
    // The SDK hoists the checksum of the body it does not have. If that ends, this test shows nothing any more.
    expect(new URL(url).searchParams.get('x-amz-checksum-crc32')).toBe('AAAAAA==')
    expect((await put(url, bytes)).status).toBe(200)
    const got = await fetch(await getSignedUrl(client, new GetObjectCommand({ Bucket, Key })))
    expect(got.headers.get('content-length')).toBe(String(size))
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true)
  })

  it('holds the body to a checksum that was really signed', async () => {
    const ChecksumSHA256 = createHash('sha256').update('promised').digest('base64')
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'sha256', ChecksumSHA256 }))
    expect(new URL(url).searchParams.get('x-amz-checksum-sha256')).toBe(ChecksumSHA256)
    expect(await codeOf(await put(url, 'other'))).toBe('400 BadDigest')
    expect((await put(url, 'promised')).status).toBe(200)
  })

  it('stores the headers signed with it, and wants them', async () => {
    const command = new PutObjectCommand({ Bucket, Key: 'typed', ContentType: 'image/png' })
    const url = await getSignedUrl(client, command, { signableHeaders: new Set(['content-type']) })
    expect(await codeOf(await put(url, 'x', { 'content-type': 'text/html' }))).toBe('403 SignatureDoesNotMatch')
    expect((await put(url, 'x', { 'content-type': 'image/png' })).status).toBe(200)
    const { ContentType } = await client.send(new HeadObjectCommand({ Bucket, Key: 'typed' }))
    expect(ContentType).toBe('image/png')
  })

  it('serves no other method, key or query', async () => {
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'narrow' }))
    expect(await codeOf(await fetch(url))).toBe('403 SignatureDoesNotMatch')
    expect(await codeOf(await put(url.replace('/narrow?', '/other?'), 'x'))).toBe('403 SignatureDoesNotMatch')
    expect(await codeOf(await put(`${url}&x-amz-acl=private`, 'x'))).toBe('403 SignatureDoesNotMatch')
  })

  it('uploads the parts of a multipart upload', async () => {
    const target = { Bucket, Key: 'parts' }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(target))
    const bytes = sampleBytes(sampleSizes.overOnePart)
    const pieces = [bytes.subarray(0, -1), bytes.subarray(-1)]
    const Parts = await Promise.all(
      pieces.map(async (piece, index) => {
        const PartNumber = index + 1
        const url = await getSignedUrl(client, new UploadPartCommand({ ...target, UploadId, PartNumber }))
        const ETag = (await put(url, piece)).headers.get('etag') ?? ''
        return { PartNumber, ETag }
      }),
    )
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }))
    const got = await fetch(await getSignedUrl(client, new GetObjectCommand(target)))
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true)
  })
})

describe('a presigned GET', () => {
  it.each(objectKeys)('of %j', async (key) => {
    const target = { Bucket, Key: `get/${key}` }
    await client.send(new PutObjectCommand({ ...target, Body: key }))
    const url = await getSignedUrl(client, new GetObjectCommand(target))
    // fetch resolves dot segments before it sends anything.
    const response = await fetch(url)
    if (key.includes('/../')) expect(response.status).toBe(403)
    else expect(await response.text()).toBe(key)
  })

  it('overrides headers, takes ranges and conditions', async () => {
    const target = { Bucket, Key: 'typed-get' }
    const { ETag } = await client.send(new PutObjectCommand({ ...target, Body: '0123456789' }))
    const url = await getSignedUrl(
      client,
      new GetObjectCommand({ ...target, ResponseContentType: 'text/csv', ResponseContentDisposition: 'inline' }),
    )
    const response = await fetch(url, { headers: { range: 'bytes=2-4' } })
    expect([response.status, await response.text()]).toEqual([206, '234'])
    expect(response.headers.get('content-type')).toBe('text/csv')
    expect(response.headers.get('content-disposition')).toBe('inline')
    expect((await fetch(url, { headers: { 'if-none-match': ETag ?? '' } })).status).toBe(304)
  })

  it('ends when it expires', async () => {
    const target = { Bucket, Key: 'expires' }
    await client.send(new PutObjectCommand({ ...target, Body: 'x' }))
    const signingDate = new Date(Date.now() - 61_000)
    const sign = (expiresIn: number) => getSignedUrl(client, new GetObjectCommand(target), { expiresIn, signingDate })
    expect((await fetch(await sign(120))).status).toBe(200)
    const expired = await fetch(await sign(60))
    const text = await expired.clone().text()
    expect(await codeOf(expired)).toBe('403 AccessDenied')
    expect(text).toContain('<Message>Request has expired</Message><X-Amz-Expires>60</X-Amz-Expires>')
  })

  it('of a missing key is 404 and not a wrong signature', async () => {
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'never was + there=é' }))
    expect(await codeOf(await fetch(url))).toBe('404 NoSuchKey')
  })
})

describe('a presigned POST', () => {
  it.each(Object.entries(sampleSizes))('stores a file of size %s', async (name, size) => {
    const Key = `post/${name}/\${filename}`
    const { url, fields } = await createPresignedPost(client, {
      Bucket,
      Key,
      Conditions: [
        ['content-length-range', 0, size],
        ['starts-with', '$Content-Type', 'image/'],
      ],
      Fields: { acl: 'private', 'x-amz-meta-colour': 'green' },
    })
    const post = (bytes: Uint8Array, more: Record<string, string> = {}) => {
      const form = new FormData()
      for (const [field, value] of Object.entries({ ...fields, 'Content-Type': 'image/png', ...more }))
        form.set(field, value)
      form.set('file', new Blob([Buffer.from(bytes)]), 'photo + é.png')
      return fetch(url, { method: 'POST', body: form })
    }
    const bytes = sampleBytes(size)
    const response = await post(bytes)
    expect([response.status, response.headers.get('etag')]).toEqual([
      204,
      `"${createHash('md5').update(bytes).digest('hex')}"`,
    ])
    const target = { Bucket, Key: `post/${name}/photo + é.png` }
    const got = await client.send(new GetObjectCommand(target))
    expect(got).toMatchObject({ ContentType: 'image/png', Metadata: { colour: 'green' }, ContentLength: size })
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true)
    expect(await codeOf(await post(sampleBytes(size + 1)))).toBe('400 EntityTooLarge')
    expect(await codeOf(await post(bytes, { 'Content-Type': 'text/html' }))).toBe('403 AccessDenied')
    expect(await codeOf(await post(bytes, { acl: 'public-read' }))).toBe('403 AccessDenied')
    expect(await codeOf(await post(bytes, { 'X-Amz-Signature': '0'.repeat(64) }))).toBe('403 SignatureDoesNotMatch')
  })
})
