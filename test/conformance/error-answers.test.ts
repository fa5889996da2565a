// Errors as documents: the golden table of error-answers.golden.txt, and what every answer carries.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { connectRaw } from '../support/raw-connection.ts'
import { errorElements } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { signRequest } from '../support/sign-request.ts'
import type { RequestToSign } from '../support/sign-request.ts'
import { ERROR_REQUESTS } from './error-requests.ts'
import type { ErrorRequest } from './error-requests.ts'

const server = sharedServer()
const stands = { BUCKET: uniqueBucketName('errors'), OTHER: uniqueBucketName('errors-other'), UPLOAD: '' }

beforeAll(async () => {
  const ownership = { ObjectOwnership: 'BucketOwnerEnforced' } as const
  await server.client().send(new CreateBucketCommand({ Bucket: stands.BUCKET, ...ownership }))
  const other = await server.account('errors')
  await other.client.send(new CreateBucketCommand({ Bucket: stands.OTHER }))
  const object = `/${stands.BUCKET}/key`
  await server.fetchSigned('PUT', object, { body: 'x' })
  const parts = `/${stands.BUCKET}/parts`
  const created = await server.fetchSigned('POST', parts, { query: { uploads: '' } })
  stands.UPLOAD = /<UploadId>([^<]+)/.exec(await created.text())?.[1] ?? ''
  for (const partNumber of ['1', '2']) {
    await server.fetchSigned('PUT', parts, { query: { uploadId: stands.UPLOAD, partNumber }, body: 'x' })
  }
})

function filled(text: string): string {
  return text.replaceAll('BUCKET', stands.BUCKET).replaceAll('OTHER', stands.OTHER).replaceAll('UPLOAD', stands.UPLOAD)
}

function filledAll(values: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, filled(value)]))
}

async function send(request: ErrorRequest, method = request.method) {
  const body = request.body ?? ''
  const length = { 'content-length': String(Buffer.byteLength(body)) }
  const asked: RequestToSign = {
    method,
    path: filled(request.path),
    query: filledAll(request.query),
    headers: { ...filledAll(request.headers), ...length },
    ...(body === 'HASHED' && { payload: '0'.repeat(64) }),
    ...(request.by === 'unknown key' && { credentials: { accessKeyId: 'NOBODY', secretAccessKey: 'x' } }),
    ...(request.by === 'wrong secret' && { credentials: { accessKeyId: server.accessKeyId, secretAccessKey: 'x' } }),
    ...(request.by === 'late clock' && { date: new Date(Date.now() - 16 * 60_000) }),
  }
  const { head } = await signRequest(server, asked)
  const connection = await connectRaw(server.port)
  await connection.send((request.by === 'nobody' ? head.replace(/^authorization:.*\r\n/im, '') : head) + filled(body))
  const answer = await connection.answer(method)
  connection.close()
  return answer
}

/** The document without what differs from run to run. */
function golden(xml: string): string {
  return xml
    .replace(/k{1025}/, 'k…')
    .replaceAll(stands.BUCKET, 'BUCKET')
    .replaceAll(stands.OTHER, 'OTHER')
    .replaceAll(stands.UPLOAD, 'UPLOAD')
    .replace(/<RequestId>[0-9A-Z]{16}</, '<RequestId>…<')
    .replace(/<HostId>[A-Za-z0-9+/=]{76}</, '<HostId>…<')
    .replace(/<(StringToSign|CanonicalRequest|SignatureProvided)(Bytes)?>[^<]+</g, '<$1$2>…<')
    .replace(/<(RequestTime|ServerTime)>[^<]+</g, '<$1>…<')
}

describe('errors', () => {
  it('are the documents of the golden table', async () => {
    const documents: string[] = []
    for (const request of ERROR_REQUESTS) {
      const { status, body } = await send(request)
      documents.push(`${request.name}: ${status}\n${golden(body.toString('utf8'))}\n`)
    }
    await expect(documents.join('\n')).toMatchFileSnapshot('error-answers.golden.txt')
  })

  it.each(ERROR_REQUESTS)("$name: XML whose ids are the headers'", async (request) => {
    const { status, headers, body } = await send(request)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(headers.get('content-type')).toBe('application/xml')
    expect(headers.get('content-length')).toBe(String(body.length))
    const elements = new Map(errorElements(body.toString('utf8')))
    expect(elements.get('RequestId')).toBe(headers.get('x-amz-request-id'))
    expect(elements.get('HostId')).toBe(headers.get('x-amz-id-2'))
    expect(elements.get('Message')).not.toBe('')
  })

  it.each(ERROR_REQUESTS.filter(({ method }) => method === 'GET'))('$name: HEAD has no body', async (request) => {
    const answer = await send(request, 'HEAD')
    expect(answer.body.length).toBe(0)
    expect(answer.headers.get('x-amz-request-id')).toMatch(/^[0-9A-Z]{16}$/)
    expect(answer.headers.get('x-amz-id-2')).toMatch(/^[A-Za-z0-9+/]{76}$/)
    // A sub-resource means nothing on HEAD.
    if (request.query === undefined) expect(answer.headers.get('x-amz-error-code')).toBe(request.name.split(' ')[0])
  })
})
