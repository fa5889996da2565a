// Block Public Access by requests, of a bucket and of an account.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { awsEnvironment, findClient, runCommand } from '../support/clients.ts'
import type { Account } from '../support/endpoint.ts'
import { startForwardProxy, type ForwardProxy } from '../support/forward-proxy.ts'
import { iamClient } from '../support/iam-client.ts'
import { codeOf } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { askOf, type Caller } from '../support/unsigned.ts'

const server = sharedServer()
const ask = askOf(server)
const accounts: { owner: Account | null; other: Account | null } = { owner: null, other: null }

function present<T>(value: T | null): T {
  if (value === null) throw new Error('The accounts are made first')
  return value
}
const owner = () => present(accounts.owner)
const other = () => present(accounts.other)

beforeAll(async () => {
  accounts.owner = await server.account('block-owner')
  accounts.other = await server.account('block-other')
})

/** With ACLs enabled, and objects `private` and `public`. */
async function newBucket(): Promise<string> {
  const Bucket = uniqueBucketName('block')
  await owner().client.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'ObjectWriter' }))
  await ask(owner(), 'PUT', `/${Bucket}/private`, { body: 'x' })
  await ask(owner(), 'PUT', `/${Bucket}/public`, { body: 'x', headers: { 'x-amz-acl': 'public-read' } })
  return Bucket
}

type Setting = 'BlockPublicAcls' | 'IgnorePublicAcls' | 'BlockPublicPolicy' | 'RestrictPublicBuckets'

function documentOf(...on: Setting[]): string {
  return `<PublicAccessBlockConfiguration>${on.map((name) => `<${name}>true</${name}>`).join('')}</PublicAccessBlockConfiguration>`
}

const controlPath = '/v20180820/configuration/publicAccessBlock'
const control = (caller: Caller, method: string, accountId: string, body?: string) =>
  ask(caller, method, controlPath, { headers: { 'x-amz-account-id': accountId }, ...(body !== undefined && { body }) })

/** Sets them on the bucket, or on its owner's account. */
const places: [string, (bucket: string, ...on: Setting[]) => Promise<string>][] = [
  [
    'the bucket',
    (bucket, ...on) =>
      codeOf(ask(owner(), 'PUT', `/${bucket}`, { query: { publicAccessBlock: '' }, body: documentOf(...on) })),
  ],
  ['the account', (_, ...on) => codeOf(control(owner(), 'PUT', owner().accountId, documentOf(...on)))],
]

const read = (caller: Caller, bucket: string, key: string) => codeOf(ask(caller, 'GET', `/${bucket}/${key}`))
const policyOf = (bucket: string, Principal: unknown = '*') =>
  JSON.stringify({
    Statement: { Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` },
  })
const putPolicy = (bucket: string, policy: string) =>
  codeOf(ask(owner(), 'PUT', `/${bucket}`, { query: { policy: '' }, body: policy }))

describe.each(places)('set on %s', (_, set) => {
  beforeEach(async () => {
    expect(await codeOf(control(owner(), 'DELETE', owner().accountId))).toBe('204')
  })
  afterAll(async () => {
    await control(owner(), 'DELETE', owner().accountId)
  })

  it('BlockPublicAcls refuses public ACLs wherever one can be given, and leaves those there are', async () => {
    const bucket = await newBucket()
    expect(await set(bucket, 'BlockPublicAcls')).toMatch(/^20[01]$/)
    const copy = { 'x-amz-copy-source': `/${bucket}/private` }
    for (const acl of ['public-read', 'public-read-write', 'authenticated-read']) {
      const headers = { 'x-amz-acl': acl }
      const codes = await Promise.all([
        codeOf(ask(owner(), 'PUT', `/${bucket}/new`, { body: 'x', headers })),
        codeOf(ask(owner(), 'PUT', `/${bucket}/new`, { headers: { ...copy, ...headers } })),
        codeOf(ask(owner(), 'POST', `/${bucket}/new`, { query: { uploads: '' }, headers })),
        codeOf(ask(owner(), 'PUT', `/${bucket}/private`, { query: { acl: '' }, headers })),
        codeOf(ask(owner(), 'PUT', `/${bucket}`, { query: { acl: '' }, headers })),
      ])
      expect(codes).toEqual(codes.map(() => '403 AccessDenied'))
    }
    expect(
      await codeOf(ask(owner(), 'PUT', `/${bucket}/new`, { body: 'x', headers: { 'x-amz-acl': 'private' } })),
    ).toBe('200')
    expect(await read(null, bucket, 'public')).toBe('200')
    expect(await putPolicy(bucket, policyOf(bucket))).toBe('204')
  })

  it('IgnorePublicAcls lets public ACLs be set and makes them count for nothing', async () => {
    const bucket = await newBucket()
    await ask(owner(), 'PUT', `/${bucket}`, { query: { acl: '' }, headers: { 'x-amz-acl': 'public-read' } })
    expect(await codeOf(ask(null, 'GET', `/${bucket}`))).toBe('200')
    await set(bucket, 'IgnorePublicAcls')
    const headers = { 'x-amz-acl': 'public-read' }
    expect(await codeOf(ask(owner(), 'PUT', `/${bucket}/new`, { body: 'x', headers }))).toBe('200')
    for (const caller of [null, other()]) {
      expect(await codeOf(ask(caller, 'GET', `/${bucket}`))).toBe('403 AccessDenied')
      expect(await read(caller, bucket, 'public')).toBe('403 AccessDenied')
      expect(await read(caller, bucket, 'new')).toBe('403 AccessDenied')
    }
    expect(await read(owner(), bucket, 'new')).toBe('200')
  })

  it('BlockPublicPolicy refuses public policies and leaves the one there is', async () => {
    const bucket = await newBucket()
    await putPolicy(bucket, policyOf(bucket))
    await set(bucket, 'BlockPublicPolicy')
    expect(await putPolicy(bucket, policyOf(bucket))).toBe('403 AccessDenied')
    expect(await read(null, bucket, 'private')).toBe('200')
    expect(await putPolicy(bucket, policyOf(bucket, { AWS: other().accountId }))).toBe('204')
    expect(await read(null, bucket, 'private')).toBe('403 AccessDenied')
    expect(await read(other(), bucket, 'private')).toBe('200')
  })

  it('RestrictPublicBuckets keeps a public policy for the account, and no other policy', async () => {
    const bucket = await newBucket()
    await putPolicy(bucket, policyOf(bucket))
    await set(bucket, 'RestrictPublicBuckets')
    const alice = await iamClient(server, owner()).user(uniqueBucketName('alice'))
    expect(await read(null, bucket, 'private')).toBe('403 AccessDenied')
    expect(await read(other(), bucket, 'private')).toBe('403 AccessDenied')
    expect(await read(owner(), bucket, 'private')).toBe('200')
    expect(await read(alice, bucket, 'private')).toBe('200')
    // An ACL is no policy.
    expect(await read(null, bucket, 'public')).toBe('200')
    await putPolicy(bucket, policyOf(bucket, { AWS: other().accountId }))
    expect(await read(other(), bucket, 'private')).toBe('200')
  })
})

describe('the configuration of a bucket', () => {
  // What Terraform's aws_s3_bucket_public_access_block does: read, put, read, replace, read, delete, read.
  it('comes, changes and goes', async () => {
    const Bucket = await newBucket()
    const { client } = owner()
    const get = async () =>
      (await client.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchPublicAccessBlockConfiguration' })
    const all: PublicAccessBlockConfiguration = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    }
    for (const block of [all, { ...all, BlockPublicPolicy: false }]) {
      await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: block }))
      expect(await get()).toEqual(block)
    }
    await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
    await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchPublicAccessBlockConfiguration' })
  })
})

describe('the configuration of an account', () => {
  it('is its own affair: the account and users of it with the permission', async () => {
    const { accountId } = other()
    expect(await codeOf(control(other(), 'GET', accountId))).toBe('404 NoSuchPublicAccessBlockConfiguration')
    for (const caller of [owner(), null]) {
      expect(await codeOf(control(caller, 'GET', accountId))).toBe('403 AccessDenied')
      expect(await codeOf(control(caller, 'PUT', accountId, documentOf('BlockPublicAcls')))).toBe('403 AccessDenied')
      expect(await codeOf(control(caller, 'DELETE', accountId))).toBe('403 AccessDenied')
    }
    const bob = await iamClient(server, other()).user('bob')
    expect(await codeOf(control(bob, 'PUT', accountId, documentOf('BlockPublicAcls')))).toBe('403 AccessDenied')
    await bob.allow([{ Effect: 'Allow', Action: 's3:PutAccountPublicAccessBlock', Resource: '*' }])
    expect(await codeOf(control(bob, 'PUT', accountId, documentOf('BlockPublicAcls')))).toBe('201')
    expect(await codeOf(control(bob, 'GET', accountId))).toBe('403 AccessDenied')
    expect(await (await control(other(), 'GET', accountId)).text()).toContain('<BlockPublicAcls>true</BlockPublicAcls>')
    expect(await codeOf(control(bob, 'DELETE', accountId))).toBe('204')
  })

  it('is refused as S3 Control refuses', async () => {
    const { accountId } = other()
    const text = await (await control(other(), 'GET', accountId)).text()
    expect(text).toMatch(
      /^<\?xml [^>]*\?>\s*<ErrorResponse xmlns="http:\/\/awss3control\.amazonaws\.com\/doc\/2018-08-20\/"><Error><Code>NoSuchPublicAccessBlockConfiguration<\/Code>.*<\/Error><RequestId>\w+<\/RequestId><HostId>[^<]+<\/HostId><\/ErrorResponse>$/,
    )
    expect(await codeOf(control(other(), 'PUT', accountId, '<Other/>'))).toBe('400 MalformedXML')
    expect(await codeOf(control(other(), 'POST', accountId))).toBe('405 MethodNotAllowed')
    const headers = { 'x-amz-account-id': accountId }
    expect(await codeOf(ask(other(), 'GET', '/v20180820/accesspoint', { headers }))).toBe('501 NotImplemented')
  })

  it('takes nothing from a bucket of that name', async () => {
    const Bucket = 'v20180820'
    await other().client.send(new CreateBucketCommand({ Bucket }))
    expect(await codeOf(ask(other(), 'PUT', controlPath, { body: 'object' }))).toBe('200')
    expect(await (await ask(other(), 'GET', controlPath)).text()).toBe('object')
  })

  it('is changed by administrators, too', async () => {
    const path = `/-/admin/accounts/${other().accountId}/public-access-block`
    for (const name of ['blockPublicAcls', 'ignorePublicAcls', 'blockPublicPolicy', 'restrictPublicBuckets']) {
      const put = await server.fetchSigned('PUT', path, { body: JSON.stringify({ [name]: true }) })
      expect([put.status, Object.entries(await put.json<object>()).filter(([, is]) => is)]).toEqual([
        200,
        [[name, true]],
      ])
      const text = await (await control(other(), 'GET', other().accountId)).text()
      const setting = name.replace(/^./, (first) => first.toUpperCase())
      expect(text.match(/<\w+>true/g)).toEqual([`<${setting}>true`])
    }
    expect((await server.fetchSigned('DELETE', path)).status).toBe(204)
    expect(await codeOf(control(other(), 'GET', other().accountId))).toBe('404 NoSuchPublicAccessBlockConfiguration')
  })
})

const aws = await findClient('aws')

// The CLI puts the account before the host, a name that only a resolver of the deployment's can know: a proxy stands in.
describe.skipIf('skip' in aws)('aws s3control', () => {
  let proxy: ForwardProxy

  beforeAll(async () => {
    proxy = await startForwardProxy(server.port)
  })
  afterAll(() => proxy.close())

  it('puts, reads and removes the configuration', async () => {
    const { accountId } = owner()
    const run = (...args: string[]) =>
      runCommand(
        'command' in aws ? aws.command : '',
        ['s3control', ...args, '--account-id', accountId, '--output', 'json'],
        {
          environment: {
            ...awsEnvironment('http://s3.localhost', owner()),
            HTTP_PROXY: proxy.url,
            http_proxy: proxy.url,
          },
        },
      )
    const block = {
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: false,
    }
    const given = JSON.stringify(block)
    expect(await run('put-public-access-block', '--public-access-block-configuration', given)).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(JSON.parse((await run('get-public-access-block')).stdout)).toEqual({ PublicAccessBlockConfiguration: block })
    expect((await run('delete-public-access-block')).code).toBe(0)
    expect((await run('get-public-access-block')).stderr).toContain('(NoSuchPublicAccessBlockConfiguration)')
  })
})
