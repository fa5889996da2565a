// An upload that is refused: the client reads why, and no reset, however much it still has to send. And Expect:
// 100-continue, by which it need not send anything.
import { randomUUID } from 'node:crypto'
import { CreateBucketCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { connectRaw } from '../support/raw-connection.ts'
import { codeIn, codeOf } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { signRequest } from '../support/sign-request.ts'
import type { RequestToSign } from '../support/sign-request.ts'

const server = sharedServer()
const client = server.client()
const Bucket = uniqueBucketName('early')
const large = Buffer.alloc(8 * 1024 * 1024, 'large ')
let foreign = ''

beforeAll(async () => {
  await client.send(new CreateBucketCommand({ Bucket }))
  await server.fetchSigned('PUT', `/${Bucket}/there`, { body: 'x' })
  const other = await server.account('early')
  foreign = uniqueBucketName('early-foreign')
  await other.client.send(new CreateBucketCommand({ Bucket: foreign }))
})

interface Refusal {
  code: string
  /** Made when the buckets are there. */
  request: () => Omit<RequestToSign, 'method'>
}

const refusals: [name: string, refusal: Refusal][] = [
  ['a missing bucket', { code: '404 NoSuchBucket', request: () => ({ path: `/${uniqueBucketName('no')}/key` }) }],
  ['a bucket of another account', { code: '403 AccessDenied', request: () => ({ path: `/${foreign}/key` }) }],
  [
    'a wrong key',
    {
      code: '403 SignatureDoesNotMatch',
      request: () => ({
        path: `/${Bucket}/key`,
        credentials: { accessKeyId: server.accessKeyId, secretAccessKey: 'not the secret' },
      }),
    },
  ],
  [
    'an unknown key',
    {
      code: '403 InvalidAccessKeyId',
      request: () => ({ path: `/${Bucket}/key`, credentials: { accessKeyId: 'NOBODY', secretAccessKey: 'x' } }),
    },
  ],
  [
    'a condition that does not hold',
    {
      code: '412 PreconditionFailed',
      request: () => ({ path: `/${Bucket}/there`, headers: { 'if-none-match': '*' } }),
    },
  ],
  [
    'a header that is wrong',
    {
      code: '400 InvalidStorageClass',
      request: () => ({ path: `/${Bucket}/key`, headers: { 'x-amz-storage-class': 'X' } }),
    },
  ],
  ['a name that cannot be', { code: '400 InvalidBucketName', request: () => ({ path: '/No_Bucket/key' }) }],
  [
    'an operation there is not',
    { code: '501 NotImplemented', request: () => ({ path: `/${Bucket}`, query: { lifecycle: '' } }) },
  ],
  [
    'too much XML',
    { code: '400 MaxMessageLengthExceeded', request: () => ({ path: `/${Bucket}`, query: { tagging: '' } }) },
  ],
]

describe.each(refusals)('8 MiB for %s', (_name, { code, request }) => {
  it('are answered, whoever sends them', async () => {
    for (let attempt = 0; attempt < 4; attempt++) {
      const { head } = await signRequest(server, {
        method: 'PUT',
        ...request(),
        unsignedHeaders: { 'content-length': String(large.length) },
      })
      const connection = await connectRaw(server.port)
      await connection.send(head)
      expect(await connection.sendInPieces(large, 256 * 1024)).toBe(true)
      const answer = await connection.answer()
      connection.close()
      expect(codeIn(answer.status, answer.body)).toBe(code)
    }
  })

  it('are answered when they come chunked, and the connection stays usable', async () => {
    const { head } = await signRequest(server, {
      method: 'PUT',
      ...request(),
      unsignedHeaders: { 'transfer-encoding': 'chunked' },
    })
    const connection = await connectRaw(server.port)
    const size = large.length.toString(16)
    await connection.send(head)
    await connection.send(Buffer.concat([Buffer.from(`${size}\r\n`), large, Buffer.from('\r\n0\r\n\r\n')]))
    const answer = await connection.answer()
    expect(codeIn(answer.status, answer.body)).toBe(code)
    await connection.send(`GET /-/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
    expect((await connection.answer()).status).toBe(200)
    connection.close()
  })
})

describe('fetch', () => {
  it('reads the refusal of a stream it has not sent yet', async () => {
    const url = `${server.url}/${uniqueBucketName('no')}/key`
    const results = Array.from({ length: 4 }, () => fetch(url, { method: 'PUT', body: large }).then(codeOf))
    expect(new Set(await Promise.all(results))).toEqual(new Set(['404 NoSuchBucket']))
  })
})

describe('Expect: 100-continue', () => {
  const expectHeader = { expect: '100-continue' }

  it('is answered before the body, and then the body is taken', async () => {
    const key = `continue-${randomUUID()}`
    const { head } = await signRequest(server, {
      method: 'PUT',
      path: `/${Bucket}/${key}`,
      unsignedHeaders: { 'content-length': String(large.length), ...expectHeader },
    })
    const connection = await connectRaw(server.port)
    await connection.send(head)
    await connection.interim(1)
    await connection.send(large)
    const answer = await connection.answer()
    connection.close()
    expect([answer.interim, answer.status]).toEqual([[100], 200])
    const stored = await client.send(new HeadObjectCommand({ Bucket, Key: key }))
    expect(stored.ContentLength).toBe(large.length)
  })

  it('is answered for an empty body, too', async () => {
    const { head } = await signRequest(server, {
      method: 'PUT',
      path: `/${Bucket}/empty`,
      unsignedHeaders: { 'content-length': '0', ...expectHeader },
    })
    const connection = await connectRaw(server.port)
    await connection.send(head)
    expect((await connection.answer()).status).toBe(200)
    connection.close()
  })

  const beforeTheBody = refusals.filter(([, { code }]) => !/^412|^400 Max/.test(code))
  it.each(beforeTheBody)('is not answered for %s: the refusal comes at once', async (_name, { code, request }) => {
    const { head } = await signRequest(server, {
      method: 'PUT',
      ...request(),
      unsignedHeaders: { 'content-length': String(large.length), ...expectHeader },
    })
    const connection = await connectRaw(server.port)
    await connection.send(head)
    const answer = await connection.answer()
    connection.close()
    expect([answer.interim, codeIn(answer.status, answer.body)]).toEqual([[], code])
  })

  it('leaves no connection behind on which the body would be taken for a request', async () => {
    const { head } = await signRequest(server, {
      method: 'PUT',
      path: `/${uniqueBucketName('no')}/key`,
      unsignedHeaders: { 'content-length': '100', ...expectHeader },
    })
    const connection = await connectRaw(server.port)
    await connection.send(head)
    expect((await connection.answer()).status).toBe(404)
    // The client may send the body all the same (RFC 9110 section 10.1.1): it must not be answered.
    await connection.send(`GET /-/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`.padEnd(100, ' '))
    await expect(connection.answer()).rejects.toThrow(/ended/)
    connection.close()
  })
})

describe('a body that ends early', () => {
  it('is stored nowhere', async () => {
    const key = `cut-${randomUUID()}`
    const { head } = await signRequest(server, {
      method: 'PUT',
      path: `/${Bucket}/${key}`,
      unsignedHeaders: { 'content-length': String(large.length) },
    })
    const connection = await connectRaw(server.port)
    await connection.send(head)
    await connection.send(large.subarray(0, 5_000_000))
    connection.close()
    expect(await codeOf(server.fetchSigned('GET', `/${Bucket}/${key}`))).toBe('404 NoSuchKey')
    expect((await fetch(`${server.url}/-/ready`)).status).toBe(200)
  })
})
