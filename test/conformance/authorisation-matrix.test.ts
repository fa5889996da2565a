// Every operation by everybody: the account itself, a user who may do everything, a user with exactly the permissions that
// AWS's pages name, users who have everything but one of them, another account, and nobody.
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { OPERATIONS } from '../../src/s3/operations.ts'
import type { Credentials } from '../support/address.ts'
import type { Account } from '../support/endpoint.ts'
import { formType, uploadForm } from '../support/form-body.ts'
import { iamClient, type TestUser } from '../support/iam-client.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { policyFields } from '../support/signers.ts'
import { AWS_OPERATIONS } from './aws-operations.ts'
import { requestsTo, type OperationRequest } from './aws-requests.ts'
import { REQUIRED_PERMISSIONS, type RequiredPermission } from './required-permissions.ts'

const server = sharedServer()
const key = 'key'
const accounts: { owner: Account | null; other: Account | null } = { owner: null, other: null }
const users: { all: TestUser | null; some: TestUser | null } = { all: null, some: null }

function present<T>(value: T | null): T {
  if (value === null) throw new Error('The accounts and users are made first')
  return value
}

beforeAll(async () => {
  accounts.owner = await server.account('matrix-owner')
  accounts.other = await server.account('matrix-other')
  const iam = iamClient(server, accounts.owner)
  users.all = await iam.user('everything')
  users.some = await iam.user('something')
  await users.all.allow([{ Effect: 'Allow', Action: '*', Resource: '*' }])
})

/** A bucket of the owner's with what the operations need: two objects and an upload. New for whatever changes it. */
async function freshTarget(): Promise<{ bucket: string; key: string; uploadId: string }> {
  const owner = present(accounts.owner)
  const bucket = uniqueBucketName('matrix')
  await owner.client.send(new CreateBucketCommand({ Bucket: bucket }))
  for (const name of [key, `${key}.old`, 'there', 'k']) {
    await server.fetchSigned('PUT', `/${bucket}/${name}`, { body: 'content', credentials: owner })
  }
  const created = await server.fetchSigned('POST', `/${bucket}/${key}`, { query: { uploads: '' }, credentials: owner })
  return { bucket, key, uploadId: /<UploadId>([^<]+)/.exec(await created.text())?.[1] ?? '' }
}

interface Ask {
  name: string
  /** Null: nobody signs. */
  credentials: Credentials | null
  prepare?: (target: { bucket: string; request: OperationRequest }) => Promise<void>
}

/** `200`, or `403 AccessDenied` with the code that stands in the answer, be it of the whole or of one key. */
async function outcomeOf({ name, credentials, prepare }: Ask): Promise<string> {
  const target = await freshTarget()
  const all = requestsTo(target)
  const request = all.find((one) => one.name === name)
  if (request === undefined) throw new Error(`There is no request of ${name}`)
  if (name === 'CreateBucket') request.path = `/${uniqueBucketName('matrix-new')}`
  await prepare?.({ bucket: request.path.split('/')[1] ?? '', request })
  if (name === 'PostObject') fillForm(request, credentials)
  const response =
    credentials === null || name === 'PostObject'
      ? await unsigned(request)
      : await server.fetchSigned(request.method, request.path, { ...request, credentials })
  const code = /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1] ?? response.headers.get('x-amz-error-code')
  return code === undefined || code === null ? String(response.status) : `${response.status} ${code}`
}

/** A form has its signature in its fields. */
function fillForm(request: OperationRequest, credentials: Credentials | null): void {
  const now = Date.now()
  const bucket = request.path.slice(1)
  const signed = ['algorithm', 'credential', 'date'].map((name) => ['starts-with', `$x-amz-${name}`, ''])
  const policy = { expiration: new Date(now + 60_000).toISOString(), conditions: [{ bucket }, { key }, ...signed] }
  const signature = credentials === null ? {} : policyFields(policy, 4, { ...credentials, now })
  request.headers = { 'content-type': formType }
  request.body = uploadForm({ key, ...signature }, 'by a form')
}

function unsigned({ method, path, query, headers, body }: OperationRequest): Promise<Response> {
  const search = new URLSearchParams(query).toString()
  const init = {
    method,
    headers: headers ?? {},
    ...(['GET', 'HEAD', 'OPTIONS'].includes(method) ? {} : { body: body ?? '' }),
  }
  return fetch(`${server.url}${path}${search === '' ? '' : `?${search}`}`, init)
}

function arnOf([, resource]: RequiredPermission, bucket: string): string {
  const names = { bucket: '', object: `/${key}`, source: '', deleted: '/k', renamed: '/there', '*': '' }
  if (resource === '*') return '*'
  return `arn:aws:s3:::${bucket}${names[resource]}`
}

/** The resource of a permission in a request: a copy reads what its header names. */
function resourceOf(
  permission: RequiredPermission,
  { bucket, request }: { bucket: string; request: OperationRequest },
): string {
  const source = request.headers?.['x-amz-copy-source']
  return permission[1] === 'source' && source !== undefined
    ? `arn:aws:s3:::${source.slice(1)}`
    : arnOf(permission, bucket)
}

/** Refused whole, or, for DeleteObjects, in the answer. HEAD has no body to say it in. */
function isRefused(name: string, outcome: string): boolean {
  if (name === 'DeleteObjects') return outcome === '200 AccessDenied'
  return outcome === '403 AccessDenied' || (name.startsWith('Head') && outcome.startsWith('403'))
}

const implemented = new Set(OPERATIONS.map(({ name }) => name))
const names = AWS_OPERATIONS.map(([name]) => name)
/** A preflight is answered by the bucket's rules, whoever asks. */
const guarded = names.filter((name) => name !== 'OptionsObject')
/** What everybody with an account may do: make buckets of one's own, and list them. */
const open = new Set(['CreateBucket', 'ListBuckets'])

describe('the table of permissions', () => {
  it('has a row for every operation there is', () => {
    const missing = [...implemented].filter(
      (name) => REQUIRED_PERMISSIONS[name] === undefined && !name.startsWith('Options'),
    )
    expect(missing).toEqual([])
  })
})

describe.each(guarded)('%s', (name) => {
  const required = REQUIRED_PERMISSIONS[name] ?? []

  it('is open to the account and to a user who may do everything', async () => {
    const asRoot = await outcomeOf({ name, credentials: present(accounts.owner) })
    expect(isRefused(name, asRoot)).toBe(false)
    expect(await outcomeOf({ name, credentials: present(users.all) })).toBe(asRoot)
  })

  it('is open to a user with exactly its permissions', async () => {
    const user = present(users.some)
    const outcome = await outcomeOf({
      name,
      credentials: user,
      prepare: (at) =>
        user.allow(required.map((one) => ({ Effect: 'Allow', Action: one[0], Resource: resourceOf(one, at) }))),
    })
    // Who may not list is not told that something is missing.
    expect(isRefused(name, outcome)).toBe(false)
  })

  it.each(required)('is closed to a user without %s on the %s', async (...lacking) => {
    const user = present(users.some)
    const outcome = await outcomeOf({
      name,
      credentials: user,
      prepare: (at) =>
        user.allow([
          { Effect: 'Allow', NotAction: lacking[0], Resource: '*' },
          ...required
            .filter((one) => one[0] === lacking[0] && one[1] !== lacking[1])
            .map((one) => ({ Effect: 'Allow', Action: one[0], Resource: resourceOf(one, at) })),
        ]),
    })
    expect(isRefused(name, outcome)).toBe(true)
  })

  it('is closed to another account and to nobody', async () => {
    if (!open.has(name))
      expect(isRefused(name, await outcomeOf({ name, credentials: present(accounts.other) }))).toBe(true)
    expect(isRefused(name, await outcomeOf({ name, credentials: null }))).toBe(true)
  })
})
