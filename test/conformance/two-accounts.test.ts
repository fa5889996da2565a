// Two accounts: what one owns, the other can neither read, change nor learn of. Nobody, without a signature, is the same.
import { CreateBucketCommand, ListBucketsCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../support/endpoint.ts'
import { codeOf, errorElements } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { AWS_OPERATIONS } from './aws-operations.ts'
import { requestsTo } from './aws-requests.ts'
import type { OperationRequest, Target } from './aws-requests.ts'

const server = sharedServer()
const secret = 'secret-content-of-the-owner'
const target: Target = { bucket: uniqueBucketName('owned'), key: 'secret-key', uploadId: '' }
const accounts: { owner: Account | null; other: Account | null } = { owner: null, other: null }
const otherBucket = uniqueBucketName('foreign')

function other(): Account {
  if (accounts.other === null) throw new Error('There is no other account')
  return accounts.other
}

beforeAll(async () => {
  const owner = await server.account('owner-of-secrets')
  accounts.owner = owner
  accounts.other = await server.account('somebody-else')
  const Bucket = target.bucket
  await owner.client.send(new CreateBucketCommand({ Bucket }))
  await owner.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  await other().client.send(new CreateBucketCommand({ Bucket: otherBucket }))
  const path = `/${Bucket}/${target.key}`
  await server.fetchSigned('PUT', path, { body: secret, headers: { 'x-amz-tagging': 'tag=hush' }, credentials: owner })
  const created = await server.fetchSigned('POST', path, { query: { uploads: '' }, credentials: owner })
  target.uploadId = /<UploadId>([^<]+)/.exec(await created.text())?.[1] ?? ''
})

/** All there is to see for the owner; the same text as long as nothing changed. */
async function ownersView(): Promise<string> {
  const credentials = accounts.owner ?? undefined
  const { bucket, key, uploadId } = target
  const look = (path: string, query: Record<string, string>) =>
    server.fetchSigned('GET', path, { query, ...(credentials && { credentials }) }).then(async (r) => r.text())
  const views = await Promise.all([
    look(`/${bucket}/${key}`, {}),
    look(`/${bucket}/${key}`, { tagging: '' }),
    look(`/${bucket}`, { versions: '' }),
    look(`/${bucket}/${key}`, { uploadId }),
    look(`/${bucket}`, { versioning: '' }),
    look(`/${bucket}`, { uploads: '' }),
  ])
  return views.join('\n').replaceAll(/<(RequestId|HostId)>[^<]*/g, '')
}

/** Null where the method changes nothing. */
async function viewBefore(method: string): Promise<string | null> {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method) ? null : ownersView()
}

/** What these answer is nobody's secret: their own buckets, a name that is taken, and a preflight. */
const open: Record<string, string> = {
  CreateBucket: '409 BucketAlreadyExists',
  ListBuckets: '200',
  ListDirectoryBuckets: '200',
  OptionsObject: '403 AccessForbidden',
}

function named(name: string): OperationRequest {
  const request = requestsTo(target).find((one) => one.name === name)
  if (request === undefined) throw new Error(`There is no request of ${name}`)
  return request
}

async function expectNothingOf(response: Response): Promise<void> {
  const everything = `${JSON.stringify([...response.headers])} ${await response.text()}`
  expect(everything).not.toContain(secret)
  expect(everything).not.toContain('hush')
  expect(everything).not.toContain('owner-of-secrets')
  expect(everything).not.toContain(accounts.owner?.accountId)
}

const names = AWS_OPERATIONS.map(([name]) => name)

describe('another account', () => {
  it.each(names)('gets nothing out of %s', async (name) => {
    const { method, path, ...request } = named(name)
    const before = await viewBefore(method)
    const response = await server.fetchSigned(method, path, { ...request, credentials: other() })
    const copy = response.clone()
    const expected = open[name] ?? (method === 'HEAD' ? '403' : '403 AccessDenied')
    // One refusal for each key stands in a 200.
    if (name === 'DeleteObjects') expect(await response.text()).toContain('<Code>AccessDenied</Code>')
    else expect(await codeOf(response)).toBe(expected)
    await expectNothingOf(copy)
    if (before !== null) expect(await ownersView()).toBe(before)
  })

  it.each([
    ['CopyObject', {}],
    ['UploadPartCopy', { partNumber: '1' }],
  ])('cannot take an object by %s into a bucket of its own', async (_name, query: Record<string, string>) => {
    const path = `/${otherBucket}/stolen`
    const credentials = other()
    const created = await server.fetchSigned('POST', path, { query: { uploads: '' }, credentials })
    const uploadId = /<UploadId>([^<]+)/.exec(await created.text())?.[1] ?? ''
    const copy = (key: string) =>
      server.fetchSigned('PUT', path, {
        query: 'partNumber' in query ? { ...query, uploadId } : query,
        headers: { 'x-amz-copy-source': `/${target.bucket}/${key}` },
        credentials,
      })
    expect(await codeOf(copy(target.key))).toBe('403 AccessDenied')
    expect(await codeOf(copy('missing'))).toBe('403 AccessDenied')
    expect(await codeOf(server.fetchSigned('GET', path, { credentials }))).toBe('404 NoSuchKey')
  })

  it('cannot tell what is there from what is not', async () => {
    const credentials = other()
    const ask = async (method: string, key: string) => {
      const response = await server.fetchSigned(method, `/${target.bucket}/${key}`, { credentials })
      const elements = errorElements(await response.text()) ?? []
      const shown = elements.filter(([name]) => !['Resource', 'RequestId', 'HostId'].includes(name))
      const headers = [...response.headers.keys()].toSorted()
      return { status: response.status, shown, headers }
    }
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      expect(await ask(method, target.key)).toEqual(await ask(method, 'missing'))
    }
  })

  it('lists its own buckets and no other', async () => {
    const { Buckets, Owner } = await other().client.send(new ListBucketsCommand({}))
    expect(Buckets?.map(({ Name }) => Name)).toEqual([otherBucket])
    expect(Owner?.DisplayName).not.toBe('owner-of-secrets')
  })

  it('has no admin API', async () => {
    const { accountId } = accounts.owner ?? { accountId: '' }
    for (const path of ['/-/admin/accounts', `/-/admin/accounts/${accountId}`, '/-/admin/anything']) {
      const response = await server.fetchSigned('GET', path, { credentials: other() })
      expect(response.status).toBe(403)
      await expectNothingOf(response)
    }
  })

  it('is held to the owner it expects', async () => {
    const credentials = other()
    const expecting = (owner: string) =>
      server.fetchSigned('GET', `/${otherBucket}`, { headers: { 'x-amz-expected-bucket-owner': owner }, credentials })
    expect(await codeOf(expecting(credentials.accountId))).toBe('200')
    expect(await codeOf(expecting(accounts.owner?.accountId ?? ''))).toBe('403 AccessDenied')
  })
})

describe('nobody', () => {
  it.each(names)('gets nothing out of %s', async (name) => {
    const { method, path, query = {}, headers = {}, body = '' } = named(name)
    const before = await viewBefore(method)
    const search = new URLSearchParams(query).toString()
    const isWithBody = method === 'PUT' || method === 'POST'
    const response = await fetch(`${server.url}${path}?${search}`, { method, headers, ...(isWithBody && { body }) })
    const copy = response.clone()
    const expected: Record<string, string> = {
      OptionsObject: '403 AccessForbidden',
      // Of each key.
      DeleteObjects: '200 AccessDenied',
    }
    expect(await codeOf(response)).toBe(expected[name] ?? (method === 'HEAD' ? '403' : '403 AccessDenied'))
    await expectNothingOf(copy)
    if (before !== null) expect(await ownersView()).toBe(before)
  })
})
