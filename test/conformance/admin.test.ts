// The admin API of a running server: docs/admin.openapi.yaml holds, and what is changed there holds for S3 at once.
import { CreateBucketCommand, DeleteBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { ACCOUNT_LIFE, lifeBucket } from '../admin/account-life.ts'
import type { Credentials } from '../support/address.ts'
import { ADMIN_OPERATIONS, answerProblems, requestProblems } from '../support/admin-document.ts'
import { iamClient } from '../support/iam-client.ts'
import { connectRaw } from '../support/raw-connection.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { signRequest } from '../support/sign-request.ts'

const server = sharedServer()

interface Reply {
  status: number
  headers: Headers
  /** Undefined for none. */
  body: unknown
}

async function admin(method: string, path: string, body?: unknown, credentials?: Credentials): Promise<Reply> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const [pathname = '', search = ''] = path.split('?')
  const response = await server.fetchSigned(method, `/-/admin${pathname}`, {
    query: Object.fromEntries(new URLSearchParams(search)),
    ...(text !== undefined && { body: text, headers: { 'content-type': 'application/json' } }),
    ...(credentials !== undefined && { credentials }),
  })
  const answer = await response.text()
  return { status: response.status, headers: response.headers, body: answer === '' ? undefined : JSON.parse(answer) }
}

/** The documented operation a path belongs to. */
function operationOf(method: string, path: string): string {
  const wanted = `/-/admin${path.split('?')[0]}`
  const found = ADMIN_OPERATIONS.find(
    (one) => one.method === method && new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(wanted),
  )
  if (found === undefined) throw new Error(`No operation ${method} ${path}`)
  return found.operationId
}

// Nobody has such a bucket, and who may not ask about it does not learn that.
const explainQueries: Record<string, string> = {
  explainAccess: '?principal=anonymous&action=s3:GetObject&resource=arn:aws:s3:::no-such-bucket-here/k',
  explainReach: '?bucket=no-such-bucket-here',
}

/** Bodies of operations that look at theirs before they look at who asks. */
const bodies: Record<string, object> = { createServiceAccount: { name: 'x' }, updateServiceAccount: { name: 'x' } }

/** The path of an operation with its parameters. */
function filled(operationId: string, path: string, accountId = '123412341234'): string {
  const target = path
    .replace('/-/admin', '')
    .replace('{accountId}', accountId)
    .replace('{accessKeyId}', 'KEY')
    .replace('{policyName}', 'policy')
    .replace('{bucketName}', 'no-such-bucket-here')
  return `${target}${explainQueries[operationId] ?? ''}`
}

interface NewKey extends Credentials {
  status: string
}

interface NewAccount {
  accountId: string
  canonicalId: string
  accessKeys: NewKey[]
}

let accounts = 0

async function newAccount(more: object = {}): Promise<NewAccount> {
  accounts += 1
  const email = `live-${Date.now()}-${accounts}@example.com`
  const { status, body } = await admin('POST', '/accounts', { name: 'live', email, ...more })
  expect(status).toBe(201)
  return body as NewAccount
}

function firstKey({ accessKeys }: NewAccount): NewKey {
  const [key] = accessKeys
  if (key === undefined) throw new Error('The account has no key')
  return key
}

/** What S3 says to a key: `200`, or an error's name. */
async function s3Says({ accessKeyId, secretAccessKey }: Credentials): Promise<string> {
  const credentials = { accessKeyId, secretAccessKey }
  const client = server.client({ credentials })
  return client.send(new ListBucketsCommand({})).then(
    () => '200',
    (error: unknown) => (error instanceof Error ? error.name : 'no error'),
  )
}

describe('docs/admin.openapi.yaml', () => {
  it('fits the life of an account on the running server', async () => {
    await server.client().send(new CreateBucketCommand({ Bucket: lifeBucket }))
    for (const [method, path, body, status] of ACCOUNT_LIFE) {
      const operationId = operationOf(method, path)
      const reply = await admin(method, path, body)
      const place = `${method} ${path}: ${JSON.stringify(reply.body)}`
      expect(reply.status, place).toBe(status)
      expect(answerProblems(operationId, status, reply.body), place).toEqual([])
      if (status < 300) expect(requestProblems(operationId, body), place).toEqual([])
      expect(reply.headers.get('cache-control')).toBe('no-store')
      expect(reply.headers.get('x-amz-request-id')).toMatch(/^[0-9A-Z]{16}$/)
    }
  })

  it.each(ADMIN_OPERATIONS)('says that $operationId is for the root alone', async ({ operationId, method, path }) => {
    const { accountId } = await newAccount({ accessKeys: [] })
    const other = await server.account('admin')
    const target = filled(operationId, path, accountId)
    const reply = await admin(method, target, bodies[operationId], other)
    expect(reply).toMatchObject({ status: 403, body: { error: { code: 'AccessDenied' } } })
    expect(answerProblems(operationId, 403, reply.body)).toEqual([])
    const unsigned = await fetch(`${server.url}/-/admin${target}`, { method })
    expect([unsigned.status, answerProblems(operationId, 403, await unsigned.json())]).toEqual([403, []])
    const wrong = await admin(method, target, undefined, { ...server, secretAccessKey: 'wrong' })
    expect(wrong).toMatchObject({ status: 403, body: { error: { code: 'SignatureDoesNotMatch' } } })
  })
})

describe('a user of the root account', () => {
  it.each(ADMIN_OPERATIONS)('may not $operationId by itself', async ({ operationId, method, path }) => {
    const user = await iamClient(server, server).user(`plain-${operationId}`)
    // Everything of S3 and IAM is nothing of this.
    await user.allow([{ Effect: 'Allow', Action: ['s3:*', 'iam:*', 'sts:*'], Resource: '*' }])
    const reply = await admin(method, filled(operationId, path), bodies[operationId], user)
    expect(reply).toMatchObject({ status: 403, body: { error: { code: 'AccessDenied' } } })
  })

  it('may do what its policies allow, and nothing else', async () => {
    const user = await iamClient(server, server).user('account-lister')
    await user.allow([{ Effect: 'Allow', Action: ['admin:ListAccounts', 'admin:explain*'], Resource: '*' }])
    expect((await admin('GET', '/accounts', undefined, user)).status).toBe(200)
    const created = await admin('POST', '/accounts', { name: 'x', email: 'x@example.com' }, user)
    expect(created.body).toMatchObject({
      error: {
        code: 'AccessDenied',
        message: `User: ${user.arn} is not authorized to perform: admin:CreateAccount on resource: * because no identity-based policy allows the admin:CreateAccount action`,
      },
    })
    // An administrator of explanations learns that there is no such bucket.
    expect((await admin('GET', `/explain/reach${explainQueries['explainReach']}`, undefined, user)).status).toBe(404)
  })

  it('may do everything with consoleAdmin, which in another account is worth nothing here', async () => {
    const other = await server.account('console')
    for (const [credentials, status] of [
      [server, 200],
      [other, 403],
    ] as const) {
      const iam = iamClient(server, credentials)
      const user = await iam.user(`console-admin-${status}`)
      await iam.call('AttachUserPolicy', {
        UserName: user.name,
        PolicyArn: 'arn:aws:iam::aws:policy/consoleAdmin',
      })
      expect((await admin('GET', '/accounts', undefined, user)).status).toBe(status)
    }
  })

  it('is bound by a boundary', async () => {
    const iam = iamClient(server, server)
    const user = await iam.user('bounded-admin')
    await user.allow([{ Effect: 'Allow', Action: '*', Resource: '*' }])
    expect((await admin('GET', '/accounts', undefined, user)).status).toBe(200)
    await iam.call('PutUserPermissionsBoundary', {
      UserName: user.name,
      PermissionsBoundary: 'arn:aws:iam::aws:policy/readwrite',
    })
    expect((await admin('GET', '/accounts', undefined, user)).status).toBe(403)
  })
})

describe('an account', () => {
  it('keeps the ids and keys that were given, and owns what it makes', async () => {
    const canonicalId = '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be'
    const accountId = '123456789012'
    const key = { accessKeyId: 'AKIAIMPORTED00000001', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
    const account = await newAccount({ accountId, canonicalId, accessKeys: [key] })
    expect(account).toMatchObject({ accountId, canonicalId })
    expect(JSON.stringify(account)).not.toContain(key.secretAccessKey)
    const client = server.client({ credentials: key })
    const { Owner } = await client.send(new ListBucketsCommand({}))
    expect(Owner?.ID).toBe(canonicalId)
  })

  it('is refused while it is disabled, and cannot go while it owns a bucket', async () => {
    const account = await newAccount()
    const key = firstKey(account)
    const client = server.client({ credentials: key })
    const Bucket = uniqueBucketName('admin')
    await client.send(new CreateBucketCommand({ Bucket }))
    await admin('POST', `/accounts/${account.accountId}/disable`)
    expect(await s3Says(key)).toMatch(/^(InvalidAccessKeyId|AccessDenied|AccountProblem)$/)
    await admin('POST', `/accounts/${account.accountId}/enable`)
    expect(await s3Says(key)).toBe('200')
    const busy = await admin('DELETE', `/accounts/${account.accountId}`)
    expect(busy).toMatchObject({ status: 409, body: { error: { code: 'AccountNotEmpty' } } })
    await client.send(new DeleteBucketCommand({ Bucket }))
    expect((await admin('DELETE', `/accounts/${account.accountId}`)).status).toBe(204)
    expect(await s3Says(key)).toBe('InvalidAccessKeyId')
  })

  it('is found page by page', async () => {
    for (let i = 0; i < 3; i++) await newAccount({ accessKeys: [] })
    const seen: string[] = []
    for (let after = ''; ;) {
      const { body } = await admin('GET', `/accounts?limit=2${after === '' ? '' : `&after=${after}`}`)
      const page = body as { accounts: { accountId: string }[]; next: string | null }
      seen.push(...page.accounts.map(({ accountId }) => accountId))
      if (page.next === null) break
      after = page.next
    }
    expect(seen).toEqual(seen.toSorted())
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen[0]).toBe('000000000000')
  })
})

describe('a key', () => {
  it('is made, disabled, enabled and deleted, and S3 follows', async () => {
    const account = await newAccount()
    const keys = `/accounts/${account.accountId}/access-keys`
    const made = (await admin('POST', keys)).body as NewKey
    expect(await s3Says(made)).toBe('200')
    await admin('POST', `${keys}/${made.accessKeyId}/disable`)
    expect(await s3Says(made)).toBe('InvalidAccessKeyId')
    await admin('POST', `${keys}/${made.accessKeyId}/enable`)
    expect(await s3Says(made)).toBe('200')
    expect((await admin('DELETE', `${keys}/${made.accessKeyId}`)).status).toBe(204)
    expect(await s3Says(made)).toBe('InvalidAccessKeyId')
    expect(await s3Says(firstKey(account))).toBe('200')
  })

  it('is rotated: both hold for the grace, then the new one alone', async () => {
    const account = await newAccount()
    const old = firstKey(account)
    const rotate = `/accounts/${account.accountId}/access-keys/${old.accessKeyId}/rotate`
    const { accessKey } = (await admin('POST', rotate, { graceSeconds: 600 })).body as { accessKey: NewKey }
    expect([await s3Says(old), await s3Says(accessKey)]).toEqual(['200', '200'])
    const again = (await admin('POST', rotate, { graceSeconds: 0 })).body as { accessKey: NewKey }
    expect([await s3Says(old), await s3Says(again.accessKey)]).toEqual(['InvalidAccessKeyId', '200'])
  })

  it('keeps its id while its secret is changed: both hold for the grace, then the new one alone', async () => {
    const account = await newAccount()
    const old = firstKey(account)
    const rotate = `/accounts/${account.accountId}/access-keys/${old.accessKeyId}/rotate`
    const kept = { keepAccessKeyId: true, graceSeconds: 600 }
    const { accessKey } = (await admin('POST', rotate, kept)).body as { accessKey: NewKey }
    expect(accessKey.accessKeyId).toBe(old.accessKeyId)
    expect([await s3Says(old), await s3Says(accessKey)]).toEqual(['200', '200'])
    const again = (await admin('POST', rotate, { ...kept, graceSeconds: 0 })).body as { accessKey: NewKey }
    expect([await s3Says(old), await s3Says(accessKey), await s3Says(again.accessKey)]).toEqual([
      'SignatureDoesNotMatch',
      'SignatureDoesNotMatch',
      '200',
    ])
  })

  it('is never shown again', async () => {
    const account = await newAccount()
    const key = firstKey(account)
    const keys = `/accounts/${account.accountId}/access-keys`
    const shown = [await admin('GET', keys), await admin('GET', `${keys}/${key.accessKeyId}`)]
    expect(JSON.stringify(shown.map(({ body }) => body))).not.toContain(key.secretAccessKey)
  })
})

describe('a request', () => {
  it('that is too large is told so, and sees it', async () => {
    const body = Buffer.alloc(8 * 1024 * 1024, ' ')
    const { head } = await signRequest(server, {
      method: 'POST',
      path: '/-/admin/accounts',
      headers: { 'content-length': String(body.length) },
    })
    for (let attempt = 0; attempt < 4; attempt++) {
      const connection = await connectRaw(server.port)
      await connection.send(head)
      expect(await connection.sendInPieces(body, 256 * 1024)).toBe(true)
      expect((await connection.answer()).status).toBe(413)
      connection.close()
    }
  })

  it('with another method, to another path, or with no JSON is told so', async () => {
    const wrong = await admin('PUT', '/accounts')
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST'])
    expect(await admin('GET', '/nothing')).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } })
    const broken = await admin('POST', '/accounts', '{')
    expect(broken).toMatchObject({ status: 400, body: { error: { code: 'InvalidRequest' } } })
  })
})
