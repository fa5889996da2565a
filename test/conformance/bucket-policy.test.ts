// Bucket policies by requests: put, read and removed, and what they allow and deny.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { awsEnvironment, findClient, runCommand } from '../support/clients.ts'
import type { Account } from '../support/endpoint.ts'
import { iamClient, type TestUser } from '../support/iam-client.ts'
import { codeOf, errorElements } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { askOf, type Caller } from '../support/unsigned.ts'

const server = sharedServer()
const ask = askOf(server)
const accounts: { owner: Account | null; other: Account | null } = { owner: null, other: null }
const users: { own: TestUser | null; others: TestUser | null } = { own: null, others: null }
const aws = await findClient('aws')

function present<T>(value: T | null): T {
  if (value === null) throw new Error('Accounts and users are made first')
  return value
}
const owner = () => present(accounts.owner)
const other = () => present(accounts.other)

beforeAll(async () => {
  accounts.owner = await server.account('policy-owner')
  accounts.other = await server.account('policy-other')
  users.own = await iamClient(server, accounts.owner).user('alice')
  users.others = await iamClient(server, accounts.other).user('bob')
})

/** A bucket with an object `key`. */
async function newBucket(): Promise<string> {
  const Bucket = uniqueBucketName('policy')
  await owner().client.send(new CreateBucketCommand({ Bucket }))
  await ask(owner(), 'PUT', `/${Bucket}/key`, { body: 'content' })
  return Bucket
}

interface Statement {
  Effect?: 'Allow' | 'Deny'
  Principal?: unknown
  Action?: string | string[]
  Condition?: unknown
  /** After the bucket's ARN. */
  on?: string | string[]
}

function policyOf(bucket: string, ...statements: Statement[]): string {
  const Statement = statements.map(({ on = '/*', ...rest }) => ({
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: [on].flat().map((suffix) => `arn:aws:s3:::${bucket}${suffix}`),
    ...rest,
  }))
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

const putPolicy = (caller: Caller, bucket: string, body: string, headers: Record<string, string> = {}) =>
  ask(caller, 'PUT', `/${bucket}`, { query: { policy: '' }, body, headers })

async function apply(bucket: string, ...statements: Statement[]): Promise<void> {
  expect(await codeOf(putPolicy(owner(), bucket, policyOf(bucket, ...statements)))).toBe('204')
}

const read = (caller: Caller, bucket: string) => codeOf(ask(caller, 'GET', `/${bucket}/key`))
const list = (caller: Caller, bucket: string) => codeOf(ask(caller, 'GET', `/${bucket}`))

describe('the policy of a bucket', () => {
  it('is put, read as it was put, and removed', async () => {
    const Bucket = await newBucket()
    const { client } = owner()
    const Policy = `${policyOf(Bucket, {})}\n`
    await expect(client.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchBucketPolicy',
    })
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    const answer = await ask(owner(), 'GET', `/${Bucket}`, { query: { policy: '' } })
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['application/json', Policy])
    await client.send(new DeleteBucketPolicyCommand({ Bucket }))
    await client.send(new DeleteBucketPolicyCommand({ Bucket }))
    await expect(client.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchBucketPolicy',
    })
  })

  it('says whether it is public', async () => {
    const Bucket = await newBucket()
    const isPublic = async () => {
      const { PolicyStatus } = await owner().client.send(new GetBucketPolicyStatusCommand({ Bucket }))
      return PolicyStatus?.IsPublic
    }
    expect(await isPublic()).toBe(false)
    await apply(Bucket, {})
    expect(await isPublic()).toBe(true)
    await apply(Bucket, { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })
    expect(await isPublic()).toBe(false)
    await apply(Bucket, { Principal: { AWS: other().accountId } })
    expect(await isPublic()).toBe(false)
  })

  it.each<[string, (bucket: string) => string, string]>([
    ['nothing', () => '', 'Request Body is empty'],
    ['no JSON', () => 'policy', "Policies must be valid JSON and the first byte must be '{'"],
    ['another bucket', () => policyOf('another', {}), 'Policy has invalid resource'],
    ['no principal', (bucket) => policyOf(bucket, { Principal: undefined }), 'Missing required field Principal'],
    ['no such action', (bucket) => policyOf(bucket, { Action: 's3:Fly' }), 'Policy has invalid action'],
    [
      'an action that no object has',
      (bucket) => policyOf(bucket, { Action: 's3:ListBucket' }),
      'Action does not apply to any resource(s) in statement',
    ],
    [
      'an account that is not there',
      (bucket) => policyOf(bucket, { Principal: { AWS: '999999999999' } }),
      'Invalid principal in policy',
    ],
    [
      'a user that is not there',
      (bucket) => policyOf(bucket, { Principal: { AWS: `arn:aws:iam::${owner().accountId}:user/nobody` } }),
      'Invalid principal in policy',
    ],
    [
      'more than 20 KiB',
      (bucket) => policyOf(bucket, {}) + ' '.repeat(20_480),
      'Policy exceeds the maximum allowed document size.',
    ],
  ])('is refused for %s', async (_, document, message) => {
    const bucket = await newBucket()
    const response = await putPolicy(owner(), bucket, document(bucket))
    expect(response.status).toBe(400)
    expect(new Map(errorElements(await response.text())).get('Message')).toBe(message)
    expect(await codeOf(ask(owner(), 'GET', `/${bucket}`, { query: { policy: '' } }))).toBe('404 NoSuchBucketPolicy')
  })

  it('names the principal that is not there', async () => {
    const bucket = await newBucket()
    const document = policyOf(bucket, { Principal: { AWS: [other().accountId, '999999999999'] } })
    const text = await (await putPolicy(owner(), bucket, document)).text()
    expect(text).toContain('<Code>MalformedPolicy</Code>')
    expect(text).toContain('<Detail>&quot;AWS&quot; : &quot;999999999999&quot;</Detail>')
  })

  it('may name users, roles’ accounts and canonical ids that are there', async () => {
    const bucket = await newBucket()
    const acl = await (await ask(other(), 'GET', '/', {})).text()
    const canonical = /<ID>(\w+)<\/ID>/.exec(acl)?.[1] ?? ''
    await apply(bucket, { Principal: { AWS: [present(users.own).arn, present(users.others).arn, '*'] } })
    await apply(bucket, { Principal: { CanonicalUser: canonical } })
    expect(await read(other(), bucket)).toBe('200')
    expect(await read(null, bucket)).toBe('403 AccessDenied')
  })
})

describe('a policy', () => {
  it('opens objects to everybody, and nothing else', async () => {
    const bucket = await newBucket()
    expect(await read(null, bucket)).toBe('403 AccessDenied')
    await apply(bucket, {})
    expect(await read(null, bucket)).toBe('200')
    expect(await read(other(), bucket)).toBe('200')
    expect(await list(null, bucket)).toBe('403 AccessDenied')
    expect(await codeOf(ask(null, 'PUT', `/${bucket}/key`, { body: 'x' }))).toBe('403 AccessDenied')
    // Whoever may not list is not told what is missing.
    expect(await codeOf(ask(null, 'GET', `/${bucket}/missing`))).toBe('403 AccessDenied')
    await apply(bucket, {}, { Action: 's3:ListBucket', on: '' })
    expect(await list(null, bucket)).toBe('200')
    expect(await codeOf(ask(null, 'GET', `/${bucket}/missing`))).toBe('404 NoSuchKey')
  })

  it('lets another account in, whose users need a policy of their own', async () => {
    const bucket = await newBucket()
    await apply(bucket, { Principal: { AWS: `arn:aws:iam::${other().accountId}:root` } })
    const bob = present(users.others)
    expect(await read(other(), bucket)).toBe('200')
    expect(await read(bob, bucket)).toBe('403 AccessDenied')
    await bob.allow([{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` }])
    expect(await read(bob, bucket)).toBe('200')
    expect(await read(null, bucket)).toBe('403 AccessDenied')
  })

  it('is enough for a user of the same account whom it names', async () => {
    const bucket = await newBucket()
    const alice = present(users.own)
    expect(await read(alice, bucket)).toBe('403 AccessDenied')
    await apply(bucket, { Principal: { AWS: alice.arn } })
    expect(await read(alice, bucket)).toBe('200')
  })

  it('denies what everything else allows, the account itself included', async () => {
    const bucket = await newBucket()
    await apply(bucket, {}, { Effect: 'Deny', Principal: '*' })
    expect(await read(owner(), bucket)).toBe('403 AccessDenied')
    expect(await read(null, bucket)).toBe('403 AccessDenied')
    expect(await list(owner(), bucket)).toBe('200')
  })

  it('locks nobody out of the policy who owns the bucket, and everybody else', async () => {
    const bucket = await newBucket()
    const alice = present(users.own)
    await alice.allow([{ Effect: 'Allow', Action: 's3:*', Resource: '*' }])
    const document = policyOf(bucket, { Effect: 'Deny', Action: 's3:*', on: ['', '/*'] })
    const confirmed = { 'x-amz-confirm-remove-self-bucket-access': 'true' }
    expect(await codeOf(putPolicy(alice, bucket, document, confirmed))).toBe('204')
    expect(await codeOf(putPolicy(alice, bucket, document))).toBe('403 AccessDenied')
    expect(await codeOf(ask(alice, 'GET', `/${bucket}`, { query: { policy: '' } }))).toBe('403 AccessDenied')
    expect(await codeOf(ask(alice, 'DELETE', `/${bucket}`, { query: { policy: '' } }))).toBe('403 AccessDenied')
    expect(await list(owner(), bucket)).toBe('403 AccessDenied')
    expect(await codeOf(ask(owner(), 'GET', `/${bucket}`, { query: { policy: '' } }))).toBe('200')
    expect(await codeOf(putPolicy(owner(), bucket, document))).toBe('204')
    expect(await codeOf(ask(owner(), 'DELETE', `/${bucket}`, { query: { policy: '' } }))).toBe('204')
    expect(await list(owner(), bucket)).toBe('200')
  })

  it('lets others into everything but the policy itself', async () => {
    const bucket = await newBucket()
    await apply(bucket, { Principal: { AWS: other().accountId }, Action: 's3:*', on: ['', '/*'] })
    const codes = await Promise.all([
      codeOf(ask(other(), 'GET', `/${bucket}`, { query: { policy: '' } })),
      codeOf(putPolicy(other(), bucket, policyOf(bucket, {}))),
      codeOf(ask(other(), 'DELETE', `/${bucket}`, { query: { policy: '' } })),
    ])
    expect(codes).toEqual(codes.map(() => '405 MethodNotAllowed'))
    expect(await codeOf(ask(other(), 'GET', `/${bucket}`, { query: { policyStatus: '' } }))).toBe('200')
    expect(await codeOf(ask(other(), 'GET', `/${bucket}`, { query: { acl: '' } }))).toBe('200')
  })
})

const run = (...args: string[]) =>
  runCommand('command' in aws ? aws.command : '', ['s3api', ...args, '--output', 'json'], {
    environment: awsEnvironment(server.url, owner()),
  })

describe.skipIf('skip' in aws)('aws s3api', () => {
  it('puts, reads and removes a policy, and asks for its status', async () => {
    const bucket = await newBucket()
    const policy = policyOf(bucket, {})
    expect(await run('put-bucket-policy', '--bucket', bucket, '--policy', policy)).toMatchObject({
      code: 0,
      stderr: '',
    })
    const got = await run('get-bucket-policy', '--bucket', bucket)
    expect(JSON.parse(got.stdout)).toEqual({ Policy: policy })
    const status = await run('get-bucket-policy-status', '--bucket', bucket)
    expect(JSON.parse(status.stdout)).toEqual({ PolicyStatus: { IsPublic: true } })
    expect((await run('delete-bucket-policy', '--bucket', bucket)).code).toBe(0)
    const gone = await run('get-bucket-policy', '--bucket', bucket)
    expect(gone.stderr).toContain('(NoSuchBucketPolicy)')
    const malformed = await run('put-bucket-policy', '--bucket', bucket, '--policy', policyOf('another', {}))
    expect(malformed.stderr).toContain('(MalformedPolicy)')
  })

  it('sets and shows ACLs, ownership, blocks and payment', async () => {
    const bucket = await newBucket()
    const at = ['--bucket', bucket]
    const ownership = await run(
      'put-bucket-ownership-controls',
      ...at,
      '--ownership-controls',
      'Rules=[{ObjectOwnership=ObjectWriter}]',
    )
    expect(ownership).toMatchObject({ code: 0, stderr: '' })
    expect(await run('put-object-acl', ...at, '--key', 'key', '--acl', 'public-read')).toMatchObject({
      code: 0,
      stderr: '',
    })
    const acl = JSON.parse((await run('get-object-acl', ...at, '--key', 'key')).stdout) as {
      Grants: { Permission: string }[]
    }
    expect(acl.Grants.map(({ Permission }) => Permission)).toEqual(['READ', 'FULL_CONTROL'])
    const block = 'BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=false,RestrictPublicBuckets=false'
    expect((await run('put-public-access-block', ...at, '--public-access-block-configuration', block)).code).toBe(0)
    expect(JSON.parse((await run('get-public-access-block', ...at)).stdout)).toEqual({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: false,
        RestrictPublicBuckets: false,
      },
    })
    const refused = await run('put-bucket-acl', ...at, '--acl', 'public-read')
    expect(refused.stderr).toContain('because public ACLs are prevented by the BlockPublicAcls setting')
    const payment = await run('put-bucket-request-payment', ...at, '--request-payment-configuration', 'Payer=Requester')
    expect(payment.code).toBe(0)
    expect(JSON.parse((await run('get-bucket-request-payment', ...at)).stdout)).toEqual({ Payer: 'Requester' })
  })
})
