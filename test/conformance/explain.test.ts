// Explanations of a running server: the header on any request, and /-/admin/explain.
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { beforeAll, describe, expect, it } from 'vitest'
import { answerProblems } from '../support/admin-document.ts'
import { ExplainedBucket } from '../support/explained-bucket.ts'
import { callQuery, elementOf, iamClient, type TestUser } from '../support/iam-client.ts'
import { sharedServer } from '../support/shared-server.ts'
import type { AccessReport, ReportedStatement } from '../../src/explain/explain-access.ts'
import type { Credentials } from '../support/address.ts'
import type { Account } from '../support/endpoint.ts'

const server = sharedServer()
let world: ExplainedBucket
let owner: Account
let other: Account
let alice: TestUser
let auditor: TestUser
let stranger: TestUser
const arn = (key?: string): string => world.arn(key)

beforeAll(async () => {
  world = await ExplainedBucket.make(server)
  ;({ owner, other, alice, auditor, stranger } = world)
})

interface Decision {
  decision: string
  asked: { action: string; resource: string; decision: string; statement?: object; missing?: string; reason: string }[]
  more?: number
}

/** What the header of an answer says; null for none. */
async function explained(
  method: string,
  target: string,
  {
    credentials,
    query = {},
    body = '',
  }: { credentials?: Credentials; query?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; decision: Decision | null }> {
  const response = await server.fetchSigned(method, target, {
    headers: { 'x-edgeshard-explain': 'true' },
    query,
    body,
    ...(credentials === undefined ? {} : { credentials }),
  })
  await response.arrayBuffer()
  const text = response.headers.get('x-edgeshard-decision')
  return { status: response.status, decision: text === null ? null : (JSON.parse(text) as Decision) }
}

async function listUsers({
  accessKeyId,
  secretAccessKey,
}: Credentials): Promise<{ status: number; text: string | null }> {
  const response = await callQuery(
    server.url,
    { service: 'iam', credentials: { accessKeyId, secretAccessKey } },
    { Action: 'ListUsers', Version: '2010-05-08' },
    { 'x-edgeshard-explain': 'true' },
  )
  return { status: response.status, text: response.headers.get('x-edgeshard-decision') }
}

describe('x-edgeshard-explain', () => {
  it('tells the root identity of the owner which statement denied', async () => {
    const { status, decision } = await explained('GET', `/${world.name}/secret/k`, { credentials: owner })
    expect(status).toBe(403)
    expect(decision).toEqual({
      decision: 'denied',
      asked: [
        {
          action: 's3:GetObject',
          resource: arn('secret/k'),
          decision: 'denied',
          statement: { kind: 'resource', policy: expect.stringContaining(world.name), sid: 'OnlyTls', index: 1 },
          reason: expect.stringMatching(/explicit deny/i),
        },
      ],
    })
  })

  it('tells whom a policy allows it, of that resource alone', async () => {
    await world.allowAlice({ Effect: 'Allow', Action: 'edgeshard:ExplainRequest', Resource: arn('home/*') })
    const read = await explained('GET', `/${world.name}/home/alice/k`, { credentials: alice })
    expect(read).toMatchObject({
      status: 200,
      decision: { decision: 'allowed', asked: [{ statement: { kind: 'identity', sid: 'Own', index: 0 } }] },
    })
    const removed = await explained('DELETE', `/${world.name}/home/alice/k`, { credentials: alice })
    expect(removed).toMatchObject({
      status: 403,
      decision: { decision: 'denied', asked: [{ action: 's3:DeleteObject', missing: 'identity' }] },
    })
    const elsewhere = await explained('DELETE', `/${world.name}/shared/k`, { credentials: alice })
    expect(elsewhere).toEqual({ status: 403, decision: null })
  })

  it('tells the root of the deployment', async () => {
    const { status, decision } = await explained('GET', `/${world.name}/shared/k`)
    expect([status, decision?.asked[0]?.missing]).toEqual([403, 'resource'])
  })

  it('is ignored for everybody else, whatever the answer', async () => {
    const asked = [
      await explained('GET', `/${world.name}/shared/k`, { credentials: other }),
      await explained('GET', `/${world.name}/home/alice/k`, { credentials: stranger }),
      await explained('PUT', `/${world.name}/home/alice/k`, {
        credentials: auditor,
        query: { tagging: '' },
        body: '<x',
      }),
    ]
    expect(asked.map(({ decision }) => decision)).toEqual([null, null, null])
    const unsigned = await fetch(`${server.url}/${world.name}/secret/k`, { headers: { 'x-edgeshard-explain': 'true' } })
    expect([unsigned.status, unsigned.headers.get('x-edgeshard-decision')]).toEqual([403, null])
  })

  it('is ignored on a presigned URL, whose holder is not who signed it', async () => {
    const url = await getSignedUrl(owner.client, new GetObjectCommand({ Bucket: world.name, Key: 'home/alice/k' }))
    const response = await fetch(url, { headers: { 'x-edgeshard-explain': 'true' } })
    expect([response.status, response.headers.get('x-edgeshard-decision')]).toEqual([200, null])
  })

  it('does not come unasked', async () => {
    const response = await server.fetchSigned('GET', `/${world.name}/secret/k`, { credentials: owner })
    expect(response.headers.has('x-edgeshard-decision')).toBe(false)
  })

  it('tells what DeleteObjects may not delete before what it may, within a bounded line of ASCII', async () => {
    const keys = Array.from({ length: 300 }, (_, index) => `${'é'.repeat(300)}${index}`)
    const objects = [...keys, 'secret/k'].map((key) => `<Object><Key>${key}</Key></Object>`).join('')
    const response = await server.fetchSigned('POST', `/${world.name}`, {
      query: { delete: '' },
      headers: { 'x-edgeshard-explain': 'true' },
      body: `<Delete>${objects}</Delete>`,
      credentials: owner,
    })
    const text = response.headers.get('x-edgeshard-decision') ?? ''
    expect(text).toMatch(/^[\x20-\x7e]{1,4096}$/)
    const decision = JSON.parse(text) as Decision
    expect(decision.decision).toBe('partly-denied')
    expect(decision.asked[0]).toMatchObject({ resource: arn('secret/k'), decision: 'denied' })
    expect(decision.asked.length + (decision.more ?? 0)).toBe(301)
  })

  it('works for IAM and STS', async () => {
    const asAuditor = await listUsers(auditor)
    expect(asAuditor.status).toBe(403)
    expect(JSON.parse(asAuditor.text ?? 'null')).toMatchObject({
      decision: 'denied',
      asked: [{ action: 'iam:ListUsers', missing: 'identity' }],
    })
    expect((await listUsers(owner)).text).toContain('"decision":"allowed"')
    expect(await listUsers(stranger)).toEqual({ status: 403, text: null })
  })
})

type Report = AccessReport & { principal: { arn?: string; type: string } }

async function explain(query: Record<string, string>, credentials: Credentials = owner): Promise<Report> {
  const { status, body } = await world.ask('/-/admin/explain', query, credentials)
  expect(status, JSON.stringify(body)).toBe(200)
  expect(answerProblems('explainAccess', 200, body)).toEqual([])
  return body as Report
}

/** Status and code of an explanation that is refused. */
async function refused(query: Record<string, string>, credentials: Credentials): Promise<[number, string]> {
  const { status, body } = await world.ask('/-/admin/explain', query, credentials)
  expect(answerProblems('explainAccess', status, body)).toEqual([])
  return [status, (body as { error: { code: string } }).error.code]
}

const bySid = (statements: ReportedStatement[], sid: string) => statements.find((one) => one.sid === sid)

describe('GET /-/admin/explain', () => {
  it('says of every statement what of it does not fit, with what it wants and what there is', async () => {
    const report = await explain({ principal: alice.arn, action: 's3:DeleteObject', resource: arn('home/alice/k') })
    expect(report).toMatchObject({
      principal: { type: 'User', arn: alice.arn },
      decision: 'denied',
      denial: 'implicit',
      missing: 'identity',
      decidedBy: null,
      matched: [],
    })
    expect(bySid(report.considered, 'Own')?.misfit).toEqual({
      element: 'Action',
      wanted: ['s3:GetObject', 's3:PutObject'],
      found: ['s3:DeleteObject'],
    })
    expect(bySid(report.considered, 'Office')).toMatchObject({
      statement: { Sid: 'Office', Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } },
      misfit: {
        element: 'Condition',
        operator: 'IpAddress',
        key: 'aws:sourceip',
        wanted: ['203.0.113.0/24'],
        found: null,
      },
    })
    expect(bySid(report.considered, 'OnlyTls')?.misfit).toMatchObject({
      element: 'Resource',
      found: [arn('home/alice/k')],
    })
    expect(bySid(report.considered, 'Partner')?.misfit).toMatchObject({ element: 'Action' })
    expect(report.context['aws:sourceip']).toBeNull()
  })

  it('supposes what it is told of the request', async () => {
    const asked = { principal: alice.arn, action: 's3:DeleteObject', resource: arn('home/alice/k') }
    const from = (sourceIp: string) => explain({ ...asked, sourceIp })
    expect(await from('203.0.113.9')).toMatchObject({
      decision: 'allowed',
      decidedBy: { sid: 'Office', index: 1 },
      toAllow: null,
    })
    expect(await from('198.51.100.1')).toMatchObject({ decision: 'denied' })
    const byKey = await explain({ ...asked, 'context.aws:SourceIp': '203.0.113.9' })
    expect(byKey.decision).toBe('allowed')
    const secret = { ...asked, principal: owner.accessKeyId, resource: arn('secret/k') }
    const plain = await explain(secret)
    expect(plain).toMatchObject({ decision: 'denied', denial: 'explicit', decidedBy: { sid: 'OnlyTls' } })
    expect(plain.toAllow).toMatchObject({ remove: [{ sid: 'OnlyTls' }], add: [] })
    expect(await explain({ ...secret, 'context.aws:SecureTransport': 'true' })).toMatchObject({ decision: 'allowed' })
  })

  it('says what would have to be added, and that is enough', async () => {
    const asked = { principal: alice.arn, action: 's3:GetObject', resource: arn('home/bob/k') }
    const { toAllow } = await explain(asked)
    expect(toAllow?.add).toEqual([
      {
        kind: 'identity',
        where: `a policy of ${alice.arn}`,
        statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: arn('home/bob/k') },
      },
    ])
    const bob = await iamClient(server, owner).user('bob')
    await bob.allow([toAllow?.add[0]?.statement ?? {}])
    expect((await explain({ ...asked, principal: bob.arn })).decision).toBe('allowed')
    const key = await server.fetchSigned('GET', `/${world.name}/home/bob/k`, { credentials: bob })
    // Allowed, and so asked whether the bucket may be listed: the key is not there.
    expect(await key.text()).toContain('s3:ListBucket')
  })

  it('says what both sides of two accounts lack', async () => {
    const { toAllow, missing } = await explain(
      { principal: stranger.arn, action: 's3:GetObject', resource: arn('home/alice/k') },
      server,
    )
    expect(missing).toBe('resource')
    expect(toAllow?.add.map(({ kind }) => kind).sort()).toEqual(['identity', 'resource'])
    const shared = await explain({ principal: stranger.arn, action: 's3:GetObject', resource: arn('shared/k') }, server)
    expect(bySid(shared.matched, 'Partner')).toMatchObject({ kind: 'resource', effect: 'Allow' })
    expect(shared.toAllow?.add.map(({ kind }) => kind)).toEqual(['identity'])
  })

  it('knows users by key, roles, their sessions, boundaries and nobody', async () => {
    const iam = iamClient(server, owner)
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: owner.accountId }, Action: 'sts:AssumeRole' }],
    }
    const boundary = await iam.call('CreatePolicy', {
      PolicyName: 'bound',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Sid: 'Lists', Effect: 'Allow', Action: 's3:List*', Resource: '*' }],
      }),
    })
    const role = await iam.call('CreateRole', {
      RoleName: 'reader',
      AssumeRolePolicyDocument: JSON.stringify(trust),
      PermissionsBoundary: elementOf(boundary, 'Arn'),
    })
    await iam.call('AttachRolePolicy', { RoleName: 'reader', PolicyArn: 'arn:aws:iam::aws:policy/readonly' })
    const asked = { action: 's3:GetObject', resource: arn('home/alice/k') }
    for (const principal of [elementOf(role, 'Arn'), `arn:aws:sts::${owner.accountId}:assumed-role/reader/tonight`]) {
      const report = await explain({ ...asked, principal })
      expect(report).toMatchObject({ principal: { type: 'AssumedRole' }, decision: 'denied', missing: 'boundary' })
      expect(report.matched).toMatchObject([
        { kind: 'identity', policy: 'arn:aws:iam::aws:policy/readonly', statement: { Effect: 'Allow' } },
      ])
      expect(report.toAllow?.add).toMatchObject([{ kind: 'boundary' }])
    }
    expect(await explain({ ...asked, principal: alice.accessKeyId })).toMatchObject({ decision: 'allowed' })
    expect(await explain({ ...asked, principal: 'anonymous' })).toMatchObject({
      principal: { type: 'Anonymous' },
      toAllow: { add: [{ kind: 'resource', statement: { Principal: '*' } }] },
    })
  })

  it('is for the owner, for whom it allows, and for administrators', async () => {
    const asked = { principal: alice.arn, action: 's3:GetObject', resource: arn('home/alice/k') }
    expect((await explain(asked, auditor)).decision).toBe('allowed')
    expect((await explain(asked, server)).decision).toBe('allowed')
    const no = [403, 'AccessDenied']
    expect(await refused(asked, alice)).toEqual(no)
    expect(await refused(asked, other)).toEqual(no)
    // Nothing of another account, be it the bucket or the principal, and not whether there is one.
    expect(await refused({ ...asked, principal: stranger.arn }, owner)).toEqual(no)
    expect(await refused({ ...asked, principal: `arn:aws:iam::${other.accountId}:user/nobody` }, owner)).toEqual(no)
    expect(await refused({ ...asked, principal: 'AKIANOBODYHASTHISKEY' }, owner)).toEqual(no)
    expect(await refused({ ...asked, resource: 'arn:aws:s3:::no-such-bucket-at-all' }, owner)).toEqual(no)
    expect(await refused({ ...asked, resource: `arn:aws:iam::${other.accountId}:user/stranger` }, owner)).toEqual(no)
    expect(await refused({ ...asked, principal: `arn:aws:iam::${owner.accountId}:user/nobody` }, owner)).toEqual([
      404,
      'NoSuchPrincipal',
    ])
    expect(await refused({ ...asked, resource: 'arn:aws:s3:::no-such-bucket-at-all' }, server)).toEqual([
      404,
      'NoSuchBucket',
    ])
  })

  it.each([
    [{}, /principal must be given.*action must be.*resource must be/],
    [{ principal: 'x y' }, /principal must be/],
    [{ resource: 'arn:aws:s3:::*' }, /resource must name one bucket/],
    [{ sourceIp: 'here' }, /sourceIp must be/],
    [{ principle: 'x' }, /there is no parameter "principle"/],
    [{ principal: 'arn:aws:iam::aws:policy/readonly' }, /principal must be/],
  ])('says what is wrong with %j', async (wrong, message) => {
    const right = { principal: 'anonymous', action: 's3:GetObject', resource: '*' }
    const query = Object.keys(wrong).length === 0 ? {} : { ...right, ...wrong }
    const { status, body } = await world.ask('/-/admin/explain', query, owner)
    expect([status, (body as { error: { message: string } }).error.message]).toEqual([
      400,
      expect.stringMatching(message),
    ])
  })
})
