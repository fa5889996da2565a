// The audit of a running server: every mutating and every denied request leaves a record in the log and in the bucket.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startRuntime, type Runtime } from '../../infra/embedded/runtime.ts'
import type { AuditRecord } from '../../src/audit/audit-record.ts'
import { serverAt, type Account, type SignedRequest } from '../support/endpoint.ts'
import { callQuery } from '../support/iam-client.ts'
import { rootKey } from '../support/server-process.ts'
import { startServer, type TestServer } from '../support/server.ts'

const auditBucket = 'audit-trail'
const variablesOfRuntime = {
  EDGESHARD_SHARDS: '2',
  EDGESHARD_AUDIT_BUCKET: auditBucket,
  EDGESHARD_SECRET: 'a-secret-of-this-test-which-is-long-enough',
  ROOT_ACCESS_KEY_ID: rootKey.accessKeyId,
  ROOT_SECRET_ACCESS_KEY: rootKey.secretAccessKey,
}
let server: TestServer
let owner: Account

beforeAll(async () => {
  server = await startServer({
    environment: {
      EDGESHARD_AUDIT_BUCKET: auditBucket,
      EDGESHARD_AUDIT_PREFIX: 'log/',
      EDGESHARD_CLIENT_IP_HEADER: 'x-real-ip',
    },
  })
  await send('PUT', `/${auditBucket}`)
  owner = await server.account('audited')
  await send('PUT', '/things', { credentials: owner })
})

afterAll(() => server.stop())

/** The request id and the status of a signed request. */
async function send(
  method: string,
  target: string,
  request: SignedRequest = {},
): Promise<{ id: string; status: number }> {
  const headers = { 'user-agent': 'audit-test/1', 'x-real-ip': '203.0.113.9', ...request.headers }
  const response = await server.fetchSigned(method, target, { ...request, headers })
  await response.arrayBuffer()
  return { id: response.headers.get('x-amz-request-id') ?? '', status: response.status }
}

function logged(): AuditRecord[] {
  const text = readFileSync(path.join(server.dataDir, 'access.log'), 'utf8')
  const lines = text.split('\n').filter((line) => line.startsWith('{"audit":'))
  return lines.map((line) => (JSON.parse(line) as { audit: AuditRecord }).audit)
}

/** The records of a request, once its line is in the log: lines are written a moment after the answer. */
async function recordsOf(id: string): Promise<AuditRecord[]> {
  for (let attempt = 0; ; attempt++) {
    const found = logged().filter(({ requestId }) => requestId === id)
    if (found.length > 0 || attempt === 100) return found
    await sleep(20)
  }
}

async function recordOf({ id }: { id: string }): Promise<AuditRecord> {
  const [record, ...rest] = await recordsOf(id)
  expect(rest).toEqual([])
  if (record === undefined) throw new Error(`No record of ${id}`)
  return record
}

const metric = async (line: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/-/metrics`)).text()
  const found = text.split('\n').find((one) => one.startsWith(`${line} `))
  return Number(found?.split(' ').at(-1) ?? 0)
}

describe('a mutating request', () => {
  it('that succeeds is recorded: who, what, from where, what was decided', async () => {
    const put = await send('PUT', '/things/a%20key', {
      body: 'the body itself',
      headers: { 'x-amz-storage-class': 'STANDARD', 'x-amz-meta-private': "of nobody's business" },
      credentials: owner,
    })
    expect(put.status).toBe(200)
    const record = await recordOf(put)
    expect(record).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      requestId: put.id,
      service: 's3',
      operation: 'PutObject',
      who: {
        type: 'Account',
        arn: `arn:aws:iam::${owner.accountId}:root`,
        accountId: owner.accountId,
        accessKeyId: owner.accessKeyId,
      },
      from: { address: '203.0.113.9', userAgent: 'audit-test/1', tls: false, tlsVersion: null },
      what: {
        method: 'PUT',
        bucket: 'things',
        key: 'a key',
        parameters: { 'content-length': '15', 'x-amz-storage-class': 'STANDARD' },
      },
      decision: {
        outcome: 'allowed',
        permissions: [
          {
            action: 's3:PutObject',
            resource: 'arn:aws:s3:::things/a key',
            decision: 'allowed',
            reason: expect.any(String),
          },
        ],
      },
      status: 200,
    })
  })

  it('that fails is recorded with its error', async () => {
    const failed = await send('PUT', '/things', { query: { cors: '' }, body: '<nonsense', credentials: owner })
    const record = await recordOf(failed)
    expect(record).toMatchObject({ operation: 'PutBucketCors', status: 400, error: 'MalformedXML' })
    expect(record.decision).toEqual({ outcome: 'undecided', permissions: [] })
  })

  it('names every key of DeleteObjects, a hundred in a record', async () => {
    const keys = Array.from({ length: 250 }, (_, index) => `key-${index}`)
    const body = `<Delete>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`
    const { id } = await send('POST', '/things', { query: { delete: '' }, body, credentials: owner })
    const records = await recordsOf(id)
    expect(records.map(({ part }) => part)).toEqual([1, 2, 3].map((number) => ({ number, of: 3 })))
    const resources = records.flatMap(({ decision }) => decision.permissions.map(({ resource }) => resource))
    expect(resources).toEqual(keys.map((key) => `arn:aws:s3:::things/${key}`))
  })

  it('of another account is recorded as denied, with what was missing', async () => {
    const other = await server.account('stranger')
    const denied = await send('DELETE', '/things/a%20key', { credentials: other })
    expect(denied.status).toBe(403)
    const record = await recordOf(denied)
    expect(record).toMatchObject({ status: 403, error: 'AccessDenied', who: { accountId: other.accountId } })
    expect(record.decision).toMatchObject({
      outcome: 'denied',
      denial: 'no-resource-policy',
      permissions: [{ action: 's3:DeleteObject', decision: 'denied', missing: 'resource' }],
    })
  })
})

describe('a request that reads', () => {
  it('leaves nothing when it succeeds, or finds nothing', async () => {
    const reads = [
      await send('GET', '/things/a%20key', { credentials: owner }),
      await send('HEAD', '/things', { credentials: owner }),
      await send('GET', '/things/nothing', { credentials: owner }),
      await send('GET', '/-/admin/accounts'),
    ]
    expect(reads.map(({ status }) => status)).toEqual([200, 200, 404, 200])
    // A later record is there, so theirs would be.
    await recordOf(await send('PUT', '/things/later', { credentials: owner }))
    const ids = new Set(reads.map(({ id }) => id))
    expect(logged().filter(({ requestId }) => ids.has(requestId))).toEqual([])
  })

  it('is recorded when nobody signed it', async () => {
    const before = await metric('edgeshard_denied_requests_total{service="s3",denial="no-resource-policy"}')
    const response = await fetch(`${server.url}/things/a%20key?prefix=x`)
    const record = await recordOf({ id: response.headers.get('x-amz-request-id') ?? '' })
    expect(record).toMatchObject({ operation: 'GetObject', who: { type: 'Anonymous' }, status: 403 })
    expect(record.decision.outcome).toBe('denied')
    const after = await metric('edgeshard_denied_requests_total{service="s3",denial="no-resource-policy"}')
    expect(after).toBe(before + 1)
  })
})

describe('a request that is refused before it is known who asks', () => {
  it.each([
    ['an unknown key', { accessKeyId: 'AKIANOBODYHASIT00000', secretAccessKey: 'x' }, 'InvalidAccessKeyId'],
    ['a wrong secret', { accessKeyId: '', secretAccessKey: 'wrong' }, 'SignatureDoesNotMatch'],
  ])('is recorded with the key it claims: %s', async (_, claimed, error) => {
    const credentials = { ...claimed, accessKeyId: claimed.accessKeyId || owner.accessKeyId }
    const refused = await send('GET', '/things/a%20key', { credentials })
    expect(await recordOf(refused)).toMatchObject({
      who: { type: 'Unverified', claimedAccessKeyId: credentials.accessKeyId },
      what: { bucket: 'things', key: 'a key' },
      decision: { outcome: 'denied', denial: error, permissions: [] },
      error,
    })
  })

  it('is recorded for a presigned URL too, without its signature and its token', async () => {
    const query = [
      'X-Amz-Algorithm=AWS4-HMAC-SHA256',
      `X-Amz-Credential=${owner.accessKeyId}%2F20200101%2Fus-east-1%2Fs3%2Faws4_request`,
      'X-Amz-Date=20200101T000000Z',
      'X-Amz-Expires=60',
      'X-Amz-SignedHeaders=host',
      'X-Amz-Security-Token=a-secret-token',
      'X-Amz-Signature=0123456789abcdef',
    ].join('&')
    const response = await fetch(`${server.url}/things/a%20key?${query}`)
    const record = await recordOf({ id: response.headers.get('x-amz-request-id') ?? '' })
    expect(record).toMatchObject({ who: { type: 'Unverified', claimedAccessKeyId: owner.accessKeyId } })
    expect(JSON.stringify(record)).not.toMatch(/a-secret-token|0123456789abcdef/)
  })
})

describe('IAM, STS and the admin API', () => {
  it('record what makes credentials, and nothing that reads', async () => {
    const credentials = { accessKeyId: owner.accessKeyId, secretAccessKey: owner.secretAccessKey }
    const ask = (parameters: Record<string, string>) =>
      callQuery(server.url, { service: 'sts', credentials }, { Version: '2011-06-15', ...parameters })
    const read = await ask({ Action: 'GetCallerIdentity' })
    const made = await ask({
      Action: 'GetFederationToken',
      Name: 'visitor',
      Policy: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}',
    })
    const text = await made.text()
    expect([read.status, made.status], text).toEqual([200, 200])
    const record = await recordOf({ id: made.headers.get('x-amzn-requestid') ?? '' })
    const key = /<AccessKeyId>(\w+)/.exec(text)?.[1]
    expect(record).toMatchObject({
      service: 'sts',
      operation: 'GetFederationToken',
      what: { parameters: { Name: 'visitor', madeAccessKeyId: key } },
    })
    const secrets = ['SecretAccessKey', 'SessionToken'].map(
      (name) => new RegExp(`<${name}>([^<]+)`).exec(text)?.[1] ?? '-',
    )
    for (const secret of [...secrets, 's3:GetObject']) expect(JSON.stringify(record)).not.toContain(secret)
    expect(logged().some(({ operation }) => operation === 'GetCallerIdentity')).toBe(false)
  })

  it('record a refused signature', async () => {
    const credentials = { accessKeyId: owner.accessKeyId, secretAccessKey: 'wrong' }
    const refused = await callQuery(server.url, { service: 'iam', credentials }, { Action: 'GetCallerIdentity' })
    const record = await recordOf({ id: refused.headers.get('x-amzn-requestid') ?? '' })
    expect(record).toMatchObject({
      operation: 'GetCallerIdentity',
      who: { type: 'Unverified', claimedAccessKeyId: owner.accessKeyId },
      decision: { outcome: 'denied', denial: 'SignatureDoesNotMatch' },
    })
  })

  it('record what administrators change, and whom they refuse', async () => {
    const body = JSON.stringify({ name: 'made', email: 'made@example.com' })
    const made = await send('POST', '/-/admin/accounts', { body })
    const record = await recordOf(made)
    expect(record).toMatchObject({
      service: 'admin',
      operation: 'createAccount',
      what: {
        method: 'POST',
        parameters: { accountId: expect.stringMatching(/^\d{12}$/), madeAccessKeyId: expect.any(String) },
      },
      decision: { outcome: 'allowed', permissions: [{ action: 'admin:CreateAccount', decision: 'allowed' }] },
      status: 201,
    })
    const refused = await recordOf(await send('GET', '/-/admin/accounts', { credentials: owner }))
    expect(refused).toMatchObject({ operation: 'listAccounts', decision: { outcome: 'denied' }, status: 403 })
  })
})

interface Batch {
  key: string
  records: AuditRecord[]
}

async function batches(): Promise<Batch[]> {
  const client = server.client()
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: auditBucket }))
  return Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body, ContentType } = await client.send(new GetObjectCommand({ Bucket: auditBucket, Key }))
      expect(ContentType).toBe('application/x-ndjson')
      const lines = ((await Body?.transformToString()) ?? '').trimEnd().split('\n')
      return { key: Key ?? '', records: lines.map((line) => JSON.parse(line) as AuditRecord) }
    }),
  )
}

/** The batch that has the record of a request; null when there is none after ten seconds. */
async function batchWith(id: string): Promise<Batch | null> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const found = (await batches()).find(({ records }) => records.some(({ requestId }) => requestId === id))
    if (found !== undefined) return found
    await sleep(200)
  }
  return null
}

describe('the audit bucket', () => {
  it('holds the same records in objects named by time, and no record of itself', async () => {
    const put = await send('PUT', '/things/in-the-bucket', { body: 'x', credentials: owner })
    const batch = await batchWith(put.id)
    expect(batch?.key).toMatch(/^log\/\d{4}\/\d\d\/\d\d\/\d{8}T\d{6}Z-[0-9a-f-]{36}\.ndjson$/)
    expect(batch?.records.find(({ requestId }) => requestId === put.id)).toEqual(await recordOf(put))
    const ofItself = logged().filter(({ what, operation }) => what.bucket === auditBucket && operation === 'PutObject')
    expect(ofItself).toEqual([])
  })

  it('that is not there costs no request, but a fault in the log and a count', async () => {
    for (const { key } of await batches()) await send('DELETE', `/${auditBucket}/${key}`)
    await sleep(2500)
    for (const { key } of await batches()) await send('DELETE', `/${auditBucket}/${key}`)
    expect((await send('DELETE', `/${auditBucket}`)).status).toBe(204)
    const put = await send('PUT', '/things/without', { body: 'x', credentials: owner })
    expect(put.status).toBe(200)
    await expect
      .poll(() => server.output(), { timeout: 15_000, interval: 200 })
      .toContain('There is no bucket audit-trail')
    expect(await metric('edgeshard_audit_lost_records_total')).toBeGreaterThan(0)
    await recordOf(put)
  })
})

it('has what was gathered when the server is stopped', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'edgeshard-audit-'))
  const running = new Set<Runtime>()
  onTestFinished(async () => {
    for (const runtime of running) await runtime.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const start = async () => {
    const runtime = await startRuntime({ host: '127.0.0.1', port: 0, dataDir, variables: variablesOfRuntime })
    running.add(runtime)
    return { ...serverAt({ url: runtime.url, dataDir, ...rootKey }), runtime }
  }
  const before = await start()
  await before.fetchSigned('PUT', `/${auditBucket}`)
  const { headers } = await before.fetchSigned('PUT', `/${auditBucket}/last`, { body: 'x' })
  await before.runtime.stop()
  running.delete(before.runtime)
  const after = await start()
  const client = after.client()
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: auditBucket, Prefix: '20' }))
  const all = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: auditBucket, Key }))
      return Body?.transformToString()
    }),
  )
  expect(all.join('')).toContain(headers.get('x-amz-request-id'))
  const unknown = await fetch(`${after.url}/-/flush`, { method: 'POST', headers: { authorization: 'Bearer x' } })
  expect(unknown.status).toBe(404)
})
