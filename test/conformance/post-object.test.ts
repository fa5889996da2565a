// Uploads by HTML form, as browsers and other clients send them.
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
import { createHash } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { Readable } from 'node:stream'
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { boundary, formType, uploadForm } from '../support/form-body.ts'
import { connectRaw } from '../support/raw-connection.ts'
import { codeOf, errorElements } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { policyFields } from '../support/signers.ts'
import type { Credentials } from '../support/address.ts'

const server = sharedServer()
const client = server.client()
const bucket = uniqueBucketName('forms')
const path = `/${bucket}`

/** The fields of an upload that its policy allows: each of them as it is. */
function signed(fields: Record<string, string>, options: SignedOptions = {}): Record<string, string> {
  const { version = 4, conditions = [], by = server, of = bucket } = options
  const signer = { ...by, now: Date.now() }
  const own = version === 4 ? policyFields('', 4, signer) : {}
  const { Policy: _p, 'X-Amz-Signature': _s, ...auth } = own
  const expiration = new Date(Date.now() + 60_000).toISOString()
  const exact = Object.entries({ ...fields, ...auth }).map(([name, value]) => ({ [name]: value }))
  const all = [{ bucket: of }, ...exact.filter((one) => !('key' in one)), ['starts-with', '$key', ''], ...conditions]
  return { ...fields, ...policyFields({ expiration, conditions: all }, version, signer) }
}

interface SignedOptions {
  version?: 2 | 4
  conditions?: unknown[]
  by?: Credentials
  of?: string
}

/** Sends a form whole, with its length. */
function post(target: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  return send(target, { 'content-length': String(body.length), ...headers }, Readable.from([body]))
}

function send(target: string, headers: Record<string, string>, body: Readable): Promise<Response> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: server.port,
      method: 'POST',
      path: target,
      headers: { 'content-type': formType, ...headers },
    }
    const request = httpRequest(options, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const status = answer.statusCode ?? 0
        const text = status === 204 || status === 304 ? null : Buffer.concat(chunks)
        resolve(new Response(text, { status, headers: answer.headers as Record<string, string> }))
      })
    })
    request.on('error', reject)
    body.pipe(request)
  })
}

async function contentOf(key: string, of = bucket): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: of, Key: key }))
  return (await Body?.transformToString()) ?? ''
}

beforeAll(async () => {
  await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectOwnership: 'BucketOwnerEnforced' }))
  const CORSRules = [{ AllowedOrigins: ['https://app.example'], AllowedMethods: ['POST'], ExposeHeaders: ['ETag'] }]
  await client.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules } }))
})

describe('a form', () => {
  it.each([4, 2] as const)('signed by Version %d is an object', async (version) => {
    const fields = signed({ key: `v${version}/\${filename}`, 'Content-Type': 'text/x-test' }, { version })
    const response = await post(path, uploadForm(fields, 'CONTENT', 'a.txt'))
    expect([response.status, response.headers.get('etag')]).toEqual([
      204,
      `"${createHash('md5').update('CONTENT').digest('hex')}"`,
    ])
    expect(response.headers.get('location')).toBe(`${server.url}/${bucket}/v${version}%2Fa.txt`)
    expect(await contentOf(`v${version}/a.txt`)).toBe('CONTENT')
  })

  it('is what fetch and FormData make of it', async () => {
    const form = new FormData()
    for (const [name, value] of Object.entries(signed({ key: 'fetched/${filename}' }))) form.set(name, value)
    form.set('file', new Blob(['by fetch']), 'ü "q".txt')
    expect((await fetch(server.url + path, { method: 'POST', body: form })).status).toBe(204)
    expect(await contentOf('fetched/ü "q".txt')).toBe('by fetch')
  })

  it('to the host of the bucket names it so', async () => {
    const host = `${bucket}.localhost:${server.port}`
    const fields = signed({ key: 'hosted', success_action_status: '201' })
    const response = await post('/', uploadForm(fields, 'x'), { host })
    expect(response.status).toBe(201)
    expect(await response.text()).toContain(
      `<Location>http://${host}/hosted</Location><Bucket>${bucket}</Bucket><Key>hosted</Key>`,
    )
  })

  it('stores metadata, tags, class and checksum', async () => {
    const fields = signed({
      key: 'facts',
      'x-amz-meta-Name': 'Zoë',
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-checksum-sha256': createHash('sha256').update('CONTENT').digest('base64'),
      tagging: '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>',
      'Cache-Control': 'no-cache',
    })
    const response = await post(path, uploadForm(fields, 'CONTENT'))
    expect([response.status, response.headers.get('x-amz-checksum-sha256')]).toEqual([
      204,
      fields['x-amz-checksum-sha256'],
    ])
    const target = { Bucket: bucket, Key: 'facts' }
    expect(await client.send(new HeadObjectCommand(target))).toMatchObject({
      Metadata: { name: '=?UTF-8?B?Wm/Dqw==?=' },
      StorageClass: 'STANDARD_IA',
      CacheControl: 'no-cache',
      ContentType: 'binary/octet-stream',
    })
    const { TagSet } = await client.send(new GetObjectTaggingCommand(target))
    expect(TagSet).toEqual([{ Key: 'a', Value: '1' }])
  })

  it('redirects a browser to where it is told', async () => {
    const fields = signed({ key: 'a b/c', success_action_redirect: 'https://app.example/done?x=1' })
    const response = await post(path, uploadForm(fields, 'x'))
    const etag = createHash('md5').update('x').digest('hex')
    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      `https://app.example/done?x=1&bucket=${bucket}&key=a%20b%2Fc&etag=%22${etag}%22`,
    ])
  })

  it('makes a version where there are versions', async () => {
    const versioned = uniqueBucketName('forms-versions')
    await client.send(new CreateBucketCommand({ Bucket: versioned }))
    const VersioningConfiguration = { Status: 'Enabled' as const }
    await client.send(new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration }))
    const response = await post(`/${versioned}`, uploadForm(signed({ key: 'k' }, { of: versioned }), 'x'))
    expect(response.headers.get('x-amz-version-id')).toMatch(/^\S{8,}$/)
  })
})

describe('a large file', () => {
  const size = 40 * 1024 * 1024 + 4321
  const digest = createHash('sha256')

  /** A form of which the file is made as it is sent; its pieces end anywhere. */
  function* pieces(fields: Record<string, string>): Generator<Buffer> {
    const whole = uploadForm(fields, 'X')
    const at = whole.indexOf('\r\n\r\nX\r\n') + 4
    yield whole.subarray(0, at)
    const piece = Buffer.alloc(65_537, `\r\n--${boundary.slice(0, -1)}\r\r\n`)
    for (let left = size; left > 0; left -= piece.length) {
      const part = piece.subarray(0, Math.min(left, piece.length))
      digest.update(part)
      yield part
    }
    yield whole.subarray(at + 1)
  }

  it('is streamed, whether its length is told or not', async () => {
    const response = await send(path, {}, Readable.from(pieces(signed({ key: 'large' }))))
    expect(response.status).toBe(204)
    const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'large' }))
    expect(ContentLength).toBe(size)
    const read = createHash('sha256')
    for await (const chunk of Body as Readable) read.update(chunk as Buffer)
    expect(read.digest('hex')).toBe(digest.digest('hex'))
  }, 60_000)

  it('that its policy forbids is refused while it comes, and the client sees it', async () => {
    const fields = signed({ key: 'too-large' }, { conditions: [['content-length-range', 0, 1000]] })
    const body = uploadForm(fields, Buffer.alloc(8 * 1024 * 1024))
    const response = await post(path, body)
    expect(errorElements(await response.text())?.slice(0, 4)).toEqual([
      ['Code', 'EntityTooLarge'],
      ['Message', 'Your proposed upload exceeds the maximum allowed size'],
      ['ProposedSize', String(8 * 1024 * 1024)],
      ['MaxSizeAllowed', '1000'],
    ])
    expect(await codeOf(server.fetchSigned('GET', `${path}/too-large`))).toBe('404 NoSuchKey')
  })

  it('that its policy finds too small is no object', async () => {
    const fields = signed({ key: 'too-small' }, { conditions: [['content-length-range', 300_000, 400_000]] })
    expect(await codeOf(post(path, uploadForm(fields, Buffer.alloc(299_999))))).toBe('400 EntityTooSmall')
    expect(await codeOf(server.fetchSigned('GET', `${path}/too-small`))).toBe('404 NoSuchKey')
    expect((await post(path, uploadForm(fields, Buffer.alloc(300_000)))).status).toBe(204)
  })
})

function good() {
  return signed({ key: 'refused' })
}

describe('a form that is refused', () => {
  const cases: [name: string, body: () => Uint8Array, code: string][] = [
    ['with another signature', () => uploadForm({ ...good(), 'X-Amz-Signature': '0'.repeat(64) }, 'x'), '403 SignatureDoesNotMatch'],
    ['of an unknown key', () => uploadForm(signed({ key: 'refused' }, { by: { accessKeyId: 'NOBODY', secretAccessKey: 'x' } }), 'x'), '403 InvalidAccessKeyId'],
    ['with a field no condition names', () => uploadForm({ ...good(), acl: 'public-read' }, 'x'), '403 AccessDenied'],
    ['for another bucket', () => uploadForm(signed({ key: 'refused' }, { of: 'another-bucket' }), 'x'), '403 AccessDenied'],
    ['of nobody', () => uploadForm({ key: 'refused' }, 'x'), '403 AccessDenied'],
    ['with a wrong checksum', () => uploadForm(signed({ key: 'refused', 'x-amz-checksum-crc32': 'AAAAAA==' }), 'x'), '400 BadDigest'],
    ['without a key', () => uploadForm({}, 'x'), '400 InvalidArgument'],
    ['cut short', () => uploadForm(good(), 'x').subarray(0, -40), '400 MalformedPOSTRequest'],
    ['asking for encryption', () => uploadForm(signed({ key: 'refused', 'x-amz-server-side-encryption': 'AES256' }), 'x'), '501 NotImplemented'],
    ['with an ACL where there are none', () => uploadForm(signed({ key: 'refused', acl: 'public-read' }), 'x'), '400 AccessControlListNotSupported'],
  ] // prettier-ignore
  it.each(cases)('%s leaves nothing behind', async (_name, body, code) => {
    expect(await codeOf(post(path, body()))).toBe(code)
    expect(await codeOf(server.fetchSigned('GET', `${path}/refused`))).toBe('404 NoSuchKey')
  })

  it('tells a script of the page, for CORS counts on errors too', async () => {
    const headers = { origin: 'https://app.example' }
    for (const fields of [{ ...good(), 'X-Amz-Signature': '0'.repeat(64) }, { key: 'x', policy: 'x' }, {}, good()]) {
      const response = await post(path, uploadForm(fields, 'x'), headers)
      expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example')
    }
    const other = await post(path, uploadForm({}, 'x'), { origin: 'https://other.example' })
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('is of a bucket that is not there', async () => {
    const gone = uniqueBucketName('gone')
    expect(await codeOf(post(`/${gone}`, uploadForm(signed({ key: 'k' }, { of: gone }), 'x')))).toBe('404 NoSuchBucket')
  })

  it('is no form at all', async () => {
    const response = await server.fetchSigned('POST', path, { body: 'x' })
    expect(errorElements(await response.text())?.slice(0, 3)).toEqual([
      ['Code', 'PreconditionFailed'],
      ['Message', 'At least one of the pre-conditions you specified did not hold'],
      ['Condition', 'Bucket POST must be of the enclosure-type multipart/form-data'],
    ])
    expect(response.status).toBe(412)
  })

  it('says what was to be signed, and why it may be wrong, but no secret', async () => {
    const fields = signed({ key: 'k' }, { by: { ...server, secretAccessKey: `${server.secretAccessKey}\n` } })
    const text = await (await post(path, uploadForm(fields, 'x'))).text()
    expect(Object.fromEntries(errorElements(text) ?? [])).toMatchObject({
      Code: 'SignatureDoesNotMatch',
      StringToSign: fields['Policy'],
      Hint: 'The secret access key was used with white space or quotes around it.',
    })
    expect(text).not.toContain(server.secretAccessKey)
  })
})

describe('what a form may do', () => {
  it('is what its key may do: of another account nothing', async () => {
    const other = await server.account('forms')
    expect(await codeOf(post(path, uploadForm(signed({ key: 'k' }, { by: other }), 'x')))).toBe('403 AccessDenied')
  })

  it('is judged by its fields, whatever headers come with it', async () => {
    const judged = uniqueBucketName('forms-policy')
    await client.send(new CreateBucketCommand({ Bucket: judged, ObjectOwnership: 'BucketOwnerEnforced' }))
    const statement = (Effect: string, Condition: unknown) => ({
      Effect,
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${judged}/*`,
      ...(Condition !== null && { Condition }),
    })
    const Statement = [
      statement('Allow', null),
      statement('Deny', { StringEquals: { 's3:x-amz-storage-class': 'GLACIER' } }),
      statement('Deny', { StringEquals: { 's3:signatureversion': 'AWS' } }),
    ]
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    await client.send(new PutBucketPolicyCommand({ Bucket: judged, Policy }))
    const target = `/${judged}`
    expect((await post(target, uploadForm({ key: 'a' }, 'by nobody'))).status).toBe(204)
    expect(await contentOf('a', judged)).toBe('by nobody')
    const cold = { key: 'a', 'x-amz-storage-class': 'GLACIER' }
    expect(await codeOf(post(target, uploadForm(cold, 'x')))).toBe('403 AccessDenied')
    expect(await codeOf(post(target, uploadForm(cold, 'x'), { 'x-amz-storage-class': 'STANDARD' }))).toBe(
      '403 AccessDenied',
    )
    expect((await post(target, uploadForm({ key: 'a' }, 'x'), { 'x-amz-storage-class': 'GLACIER' })).status).toBe(204)
    const tagged = { key: 'a', tagging: '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>' }
    expect(await codeOf(post(target, uploadForm(tagged, 'x')))).toBe('403 AccessDenied')
    const byVersion2 = signed({ key: 'a' }, { version: 2, of: judged })
    expect(await codeOf(post(target, uploadForm(byVersion2, 'x')))).toBe('403 AccessDenied')
    expect((await post(target, uploadForm(signed({ key: 'a' }, { of: judged }), 'x'))).status).toBe(204)
  })
})

function head(length: number, more = ''): string {
  return `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\ncontent-type: ${formType}\r\n${length < 0 ? 'transfer-encoding: chunked' : `content-length: ${length}`}\r\n${more}\r\n`
}

describe('a form over a bare socket', () => {
  it.each([1, 3, 50])('comes in writes of %d bytes', async (size) => {
    const body = uploadForm(signed({ key: `socket-${size}` }), `\r\n--${boundary.slice(0, -1)}\r\n`)
    const connection = await connectRaw(server.port)
    await connection.send(head(body.length))
    await connection.sendInPieces(body, size)
    expect((await connection.answer()).status).toBe(204)
    connection.close()
    expect(await contentOf(`socket-${size}`)).toBe(`\r\n--${boundary.slice(0, -1)}\r\n`)
  })

  it('waits for 100 Continue, and keeps the connection for the next', async () => {
    const connection = await connectRaw(server.port)
    for (const key of ['first', 'second']) {
      const body = uploadForm(signed({ key }), key)
      await connection.send(head(body.length, 'expect: 100-continue\r\n'))
      await connection.interim(1)
      await connection.send(body)
      expect((await connection.answer()).status).toBe(204)
    }
    connection.close()
    expect(await contentOf('second')).toBe('second')
  })

  it('comes chunked, with junk after its end, and the next request is read after it', async () => {
    const body = Buffer.concat([uploadForm(signed({ key: 'chunked' }), 'CONTENT'), Buffer.alloc(100_000, 'junk')])
    const connection = await connectRaw(server.port)
    await connection.send(head(-1))
    await connection.send(
      Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]),
    )
    expect((await connection.answer()).status).toBe(204)
    await connection.send(`GET /-/health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`)
    expect((await connection.answer('GET')).status).toBe(200)
    connection.close()
  })
})
