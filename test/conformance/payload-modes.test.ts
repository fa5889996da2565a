// x-amz-content-sha256: every value it may have, and what is said of the others.
import { createHash } from 'node:crypto'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { connectRaw } from '../support/raw-connection.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { signRequest } from '../support/sign-request.ts'

const server = sharedServer()
const Bucket = uniqueBucketName('payload')

beforeAll(async () => {
  await server.client().send(new CreateBucketCommand({ Bucket }))
})

/** Status and code of a PUT of `body`. */
async function put(payload: string, body: string, headers: Record<string, string> = {}): Promise<string> {
  const length = { 'content-length': String(body.length) }
  const request = { method: 'PUT', path: `/${Bucket}/key`, payload, headers: { ...length, ...headers } }
  const { head } = await signRequest(server, request)
  const connection = await connectRaw(server.port)
  await connection.send(head + body)
  const answer = await connection.answer()
  connection.close()
  return `${answer.status} ${/<Code>(\w+)<\/Code>/.exec(answer.body.toString())?.[1] ?? ''}`.trim()
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

describe('x-amz-content-sha256', () => {
  it.each([
    ['UNSIGNED-PAYLOAD', '200'],
    [sha256('body'), '200'],
    [sha256('body').toUpperCase(), '200'],
    [sha256('other'), '400 XAmzContentSHA256Mismatch'],
    ['STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD', '400 InvalidArgument'],
    ['STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER', '400 InvalidArgument'],
    ['unsigned-payload', '400 InvalidArgument'],
    ['STREAMING-NOTHING', '400 InvalidArgument'],
    ['', '400 InvalidArgument'],
    ['ABC', '400 InvalidArgument'],
  ])('%j is answered %s', async (payload, code) => {
    expect(await put(payload, 'body')).toBe(code)
  })

  it('in chunks needs the decoded length', async () => {
    const mode = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
    expect(await put(mode, '0\r\n\r\n')).toBe('411 MissingContentLength')
    expect(await put(mode, '0\r\n\r\n', { 'x-amz-decoded-content-length': 'ten' })).toBe('400 InvalidArgument')
    expect(await put(mode, '0\r\n\r\n', { 'x-amz-decoded-content-length': '0' })).toBe('200')
  })

  it('of a body that comes without any length is enough', async () => {
    const request = { method: 'PUT', path: `/${Bucket}/unknown-length`, payload: sha256('hello') }
    const { head } = await signRequest(server, { ...request, unsignedHeaders: { 'transfer-encoding': 'chunked' } })
    const connection = await connectRaw(server.port)
    await connection.send(head)
    await connection.sendInPieces('3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n', 1)
    expect((await connection.answer()).status).toBe(200)
    connection.close()
    expect(await (await server.fetchSigned('GET', `/${Bucket}/unknown-length`)).text()).toBe('hello')
  })
})
