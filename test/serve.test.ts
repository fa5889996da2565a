import { accountPrincipal } from '../src/iam/principal.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Access, type AccessSources } from '../src/access/access.ts'
import type { Authenticated, AuthRequest } from '../src/auth/authenticate.ts'
import type { Identity } from '../src/auth/identity.ts'
import { S3Error } from '../src/errors.ts'
import { bucketArn } from '../src/iam/permission.ts'
import { indexOperations } from '../src/s3/match.ts'
import { defineOperation, type Operation, type S3Response } from '../src/s3/operation.ts'
import { childText, parseXml } from '../src/s3/xml.ts'
import { serve, type Service } from '../src/serve.ts'
import type { Bucket } from '../src/store/buckets.ts'
import type { Store } from '../src/store/store.ts'
import { silentAudit } from './support/silent-audit.ts'

const alice = {
  kind: 'account' as const,
  accountId: '111111111111',
  canonicalId: 'a'.repeat(64),
  displayName: 'alice',
  accessKeyId: 'AKIA',
  isRoot: false,
  principal: accountPrincipal('111111111111'),
  session: null,
} satisfies Identity

const rules = JSON.stringify([
  {
    id: null,
    allowedOrigins: ['https://app.example'],
    allowedMethods: ['GET', 'PUT'],
    allowedHeaders: [],
    exposeHeaders: ['ETag'],
    maxAgeSeconds: null,
  },
])

function bucketOf(accountId: string): Bucket {
  return {
    bucketId: 'id',
    catalog: 'CATALOG_0',
    name: 'bucket',
    accountId,
    canonicalId: '',
    displayName: '',
    location: '',
    created: 0,
    shards: 1,
    versioning: 'unversioned',
    objectLock: false,
    ownership: 'BucketOwnerEnforced',
    configs: { cors: rules },
    accountPublicAccessBlock: null,
  }
}

/** A body of text; says whether it was read to its end. */
function textBody(text: string): Authenticated['body'] & { drained: boolean } {
  let rest: Uint8Array | null = new TextEncoder().encode(text)
  return {
    drained: false,
    length: text.length,
    algorithm: null,
    want: () => {},
    read: () => {
      const piece = rest
      rest = null
      return Promise.resolve(piece)
    },
    verify: () => Promise.resolve({ size: text.length, md5: '', checksum: null }),
    drain() {
      this.drained = true
      return Promise.resolve()
    },
  }
}

const steps: string[] = []

function operation(method: 'GET' | 'PUT' | 'POST' | 'DELETE', extra: Partial<Operation> = {}): Operation {
  const defined = defineOperation({
    name: `${method}Test`,
    route: { method, level: 'bucket' },
    parse({ address, xml, text }) {
      steps.push('parse')
      return { bucket: address.bucket, root: method === 'POST' ? (xml?.name ?? null) : null, text }
    },
    permissions({ bucket }) {
      steps.push('permissions')
      return [{ action: 's3:Test', resource: bucketArn(bucket) }]
    },
    handle({ root, text }) {
      steps.push('handle')
      return Promise.resolve({ status: 200, headers: { 'x-root': String(root), 'x-length': String(text.length) } })
    },
  })
  return { ...defined, ...extra }
}

interface Setting {
  operations?: Operation[]
  owner?: string | null
  identity?: Identity
  body?: Authenticated['body']
  authenticate?: (request: AuthRequest) => Promise<never>
}

/** An account's own bucket and a stranger's are told apart without any of these. */
const unaskedSources: AccessSources = {
  policies: () => Promise.resolve({ identity: [], boundary: null, serviceControl: null, tags: {} }),
  initiator: () => Promise.resolve(null),
  objectFacts: () => Promise.reject(new Error('Nothing of an object matters')),
  owner: () => Promise.reject(new Error('Nobody else owns anything')),
}

function service({ operations = [operation('GET')], owner = alice.accountId, ...setting }: Setting = {}): Service {
  const store: Partial<Store> = {
    bucket: () => {
      steps.push('bucket')
      return Promise.resolve(owner === null ? null : bucketOf(owner))
    },
  }
  return {
    // The pipeline asks the store for nothing but the bucket.
    store: store as Store,
    operations: indexOperations(operations),
    authenticate:
      setting.authenticate ??
      (() => {
        steps.push('authenticate')
        return Promise.resolve({
          identity: setting.identity ?? alice,
          signature: null,
          body: setting.body ?? textBody(''),
        })
      }),
    access: (facts) => new Access(facts, unaskedSources),
    audit: silentAudit,
    clientIpHeader: null,
    region: 'us-east-1',
    selectFanOut: null,
    selectDialect: 'extended',
    domains: ['localhost'],
    waitUntil: () => {},
    gatherLog: false,
  }
}

function request(method: string, path: string, init: RequestInit = {}): Request {
  return new Request(`http://127.0.0.1:9000${path}`, { method, ...init })
}

async function errorOf(response: Response): Promise<string | null> {
  return childText(parseXml(await response.text()), 'Code')
}

/** Posts XML to an operation that wants it. */
function post(text: string): Promise<Response> {
  const operations = [operation('POST', { body: 'xml' })]
  return serve(request('POST', '/bucket', { body: 'x' }), service({ operations, body: textBody(text) }))
}

function put(init: RequestInit, body: Authenticated['body'], extra: Partial<Operation> = {}): Promise<Response> {
  return serve(request('PUT', '/bucket', init), service({ operations: [operation('PUT', extra)], body }))
}

/** An operation that fails with `error`. */
function broken(error: Error): Operation {
  return operation('GET', { bind: () => ({ permissions: [], run: () => Promise.reject(error) }) })
}

/** A line break cannot be in a header. */
function unsendable(): Promise<S3Response> {
  return Promise.resolve({ status: 200, headers: { 'content-language': 'a\nb' } })
}

function unsigned(): Promise<never> {
  return Promise.reject(new S3Error('SignatureDoesNotMatch'))
}

const lines: Record<string, unknown>[] = []

beforeEach(() => {
  steps.length = 0
  lines.length = 0
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(JSON.parse(line)))
  vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(JSON.parse(line)))
})

afterEach(() => vi.restoreAllMocks())

describe('serve()', () => {
  it('goes its steps in order', async () => {
    const response = await serve(request('GET', '/bucket'), service())
    expect(response.status).toBe(200)
    expect(steps).toEqual(['authenticate', 'parse', 'permissions', 'bucket', 'handle'])
  })

  it('writes one line for each request, without the query', async () => {
    await serve(request('GET', '/bucket?X-Amz-Signature=secret'), service())
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      operation: 'GETTest',
      method: 'GET',
      status: 200,
      bytesIn: 0,
      account: alice.accountId,
      bucket: 'bucket',
    })
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  const refusals: [title: string, line: string, setting: Setting, init: RequestInit, status: number, code: string][] = [
    ['a bucket that is not there', 'GET /bucket', { owner: null }, {}, 404, 'NoSuchBucket'],
    ["another's bucket", 'GET /bucket', { owner: '222222222222' }, {}, 403, 'AccessDenied'],
    ['nobody', 'GET /bucket', { identity: { kind: 'anonymous' } }, {}, 403, 'AccessDenied'],
    ['an unknown method', 'PUT /bucket', {}, {}, 405, 'MethodNotAllowed'],
    ['a broken URL', 'GET /bucket/%zz', {}, {}, 400, 'InvalidURI'],
    [
      'an unexpected owner',
      'GET /bucket',
      {},
      { headers: { 'x-amz-expected-bucket-owner': '222222222222' } },
      403,
      'AccessDenied',
    ],
    [
      'an owner that is no account',
      'GET /bucket',
      {},
      { headers: { 'x-amz-expected-bucket-owner': 'me' } },
      400,
      'InvalidBucketOwnerAWSAccountID',
    ],
    [
      'a header it must not pass over',
      'GET /bucket',
      { operations: [operation('GET', { refuses: ['x-amz-mfa'] })] },
      { headers: { 'x-amz-mfa': '1' } },
      501,
      'NotImplemented',
    ],
  ]
  for (const [title, line, setting, init, status, code] of refusals) {
    it(`refuses ${title}`, async () => {
      const [method = '', path = ''] = line.split(' ')
      const response = await serve(request(method, path, init), service(setting))
      expect(response.status).toBe(status)
      expect(await errorOf(response)).toBe(code)
      expect(steps).not.toContain('handle')
      expect(lines[0]).toMatchObject({ status, error: code })
    })
  }

  it('lets an expected owner pass', async () => {
    const init = { headers: { 'x-amz-expected-bucket-owner': '111111111111' } }
    expect((await serve(request('GET', '/bucket', init), service())).status).toBe(200)
  })

  it('does not ask for a signature on OPTIONS, and matches first', async () => {
    const preflight = { ...operation('GET'), name: 'Preflight', anonymous: true }
    preflight.route = { method: 'OPTIONS', level: 'bucket' }
    const response = await serve(request('OPTIONS', '/bucket'), service({ operations: [preflight] }))
    expect(response.status).toBe(200)
    expect(steps).not.toContain('authenticate')
  })

  it('does not load a bucket that need not exist', async () => {
    const operations = [operation('PUT', { bucketOptional: true })]
    expect((await serve(request('PUT', '/bucket'), service({ operations, owner: null }))).status).toBe(200)
    expect(steps).not.toContain('bucket')
  })

  describe('with an Origin', () => {
    const init = { headers: { origin: 'https://app.example' } }
    it('carries CORS headers on an answer', async () => {
      const { headers } = await serve(request('GET', '/bucket', init), service())
      expect(headers.get('access-control-allow-origin')).toBe('https://app.example')
      expect(headers.get('access-control-expose-headers')).toBe('ETag')
    })
    it('carries them on an error that came before the bucket was known', async () => {
      const response = await serve(request('GET', '/bucket', init), service({ authenticate: unsigned }))
      expect(response.status).toBe(403)
      expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example')
    })
    it('carries none for another origin', async () => {
      const other = { headers: { origin: 'https://other.example' } }
      const { headers } = await serve(request('GET', '/bucket', other), service())
      expect(headers.get('access-control-allow-origin')).toBeNull()
    })
    it('takes the method a request says it will use for the one to allow', async () => {
      const asking = { headers: { ...init.headers, 'access-control-request-method': 'DELETE' } }
      const { headers } = await serve(request('GET', '/bucket', asking), service())
      expect(headers.get('access-control-allow-origin')).toBeNull()
    })
    it('answers without a bucket', async () => {
      expect((await serve(request('GET', '/bucket', init), service({ owner: null }))).status).toBe(404)
    })
  })

  describe('with XML', () => {
    it('hands over the parsed body', async () => expect((await post('<Delete/>')).headers.get('x-root')).toBe('Delete'))
    it('hands over null for no body', async () => expect((await post('')).headers.get('x-root')).toBe('null'))
    it('refuses what is not well-formed', async () => expect(await errorOf(await post('<a>'))).toBe('MalformedXML'))
    it('refuses what is too long before it reads it', async () => {
      const body = { ...textBody('<a/>'), length: 100 * 1024 * 1024 }
      const operations = [operation('POST', { body: 'xml' })]
      const response = await serve(request('POST', '/bucket', { body: 'x' }), service({ operations, body }))
      expect(await errorOf(response)).toBe('MaxMessageLengthExceeded')
    })
  })

  describe('when something breaks', () => {
    it('answers InternalError and tells the log alone', async () => {
      const response = await serve(request('GET', '/bucket'), service({ operations: [broken(new Error('secret'))] }))
      expect(response.status).toBe(500)
      const text = await response.text()
      expect(text).toContain('<Code>InternalError</Code>')
      expect(text).not.toContain('secret')
      expect(JSON.stringify(lines)).toContain('secret')
    })
    it('answers SlowDown where a Durable Object is overloaded', async () => {
      const overloaded = Object.assign(new Error('Too many requests queued'), { overloaded: true })
      const response = await serve(request('GET', '/bucket'), service({ operations: [broken(overloaded)] }))
      expect(response.status).toBe(503)
      expect(await errorOf(response)).toBe('SlowDown')
    })
    it('answers an S3Error as it is', async () => {
      const error = new S3Error('NoSuchKey', { fields: { Key: 'k' }, reason: 'for the log' })
      const response = await serve(request('GET', '/bucket'), service({ operations: [broken(error)] }))
      expect(response.status).toBe(404)
      expect(lines[0]).toMatchObject({ error: 'NoSuchKey', reason: 'for the log' })
    })
    it('answers even where an operation sets a header that cannot be sent', async () => {
      const operations = [operation('GET', { bind: () => ({ permissions: [], run: unsendable }) })]
      expect((await serve(request('GET', '/bucket'), service({ operations }))).status).toBe(500)
    })
  })

  describe('drains', () => {
    it('a body that the operation has no use for', async () => {
      const body = textBody('x')
      await put({ body: 'x' }, body)
      expect(body.drained).toBe(true)
    })
    it('a body of a refused upload', async () => {
      const body = textBody('x')
      const setting = { operations: [operation('PUT', { body: 'stream' as const })], body, owner: '222222222222' }
      expect((await serve(request('PUT', '/bucket', { body: 'x' }), service(setting))).status).toBe(403)
      expect(body.drained).toBe(true)
    })
    it('a body of a request that did not authenticate', async () => {
      const refused = request('PUT', '/bucket', { body: 'x' })
      expect((await serve(refused, service({ authenticate: unsigned }))).status).toBe(403)
      expect(refused.bodyUsed).toBe(true)
    })
    it('no body that was stored', async () => {
      const body = textBody('x')
      await put({ body: 'x' }, body, { body: 'stream' })
      expect(body.drained).toBe(false)
    })
    it('no body that the client still holds back', async () => {
      const body = textBody('x')
      await put({ body: 'x', headers: { expect: '100-continue' } }, body)
      expect(body.drained).toBe(false)
    })
  })
})
