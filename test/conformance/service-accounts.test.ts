// What a service account and a service control policy do to requests to S3.
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Credentials } from '../support/address.ts'
import type { Account } from '../support/endpoint.ts'
import { iamClient, type TestUser } from '../support/iam-client.ts'
import { codeOf } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const Bucket = uniqueBucketName('service')
const allow = (...Action: string[]) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action, Resource: `arn:aws:s3:::${Bucket}/*` },
})

let account: Account
let user: TestUser

type Answer = Credentials & { lastUsed: string | null }

async function admin(method: string, rest: string, body: unknown, credentials: Credentials): Promise<Response> {
  const path = `/-/admin/accounts/${account.accountId}/${rest}`
  return server.fetchSigned(method, path, { credentials, ...(body !== undefined && { body: JSON.stringify(body) }) })
}

/** A service account, made by the account itself. */
async function serviceAccount(input: object): Promise<Credentials> {
  const response = await admin('POST', 'service-accounts', { name: 'job', ...input }, account)
  expect(response.status).toBe(201)
  return response.json<Answer>()
}

/** `200`, or why not: of reading and of writing the object. */
async function mayReadAndWrite(credentials: Credentials): Promise<string[]> {
  const answers = []
  for (const method of ['GET', 'PUT']) {
    const response = await server.fetchSigned(method, `/${Bucket}/key`, {
      credentials,
      ...(method === 'PUT' && { body: 'x' }),
    })
    answers.push(response.ok ? '200' : await codeOf(response))
  }
  return answers
}

const denied = '403 AccessDenied'
const unknown = '403 InvalidAccessKeyId'

beforeAll(async () => {
  account = await server.account('service')
  await account.client.send(new CreateBucketCommand({ Bucket }))
  await account.client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'x' }))
  user = await iamClient(server, account).user('parent')
  await user.allow([allow('s3:GetObject', 's3:DeleteObject').Statement])
})

describe('a service account', () => {
  it('of the account may do everything, or what its policy says', async () => {
    expect(await mayReadAndWrite(await serviceAccount({}))).toEqual(['200', '200'])
    expect(await mayReadAndWrite(await serviceAccount({ policy: allow('s3:PutObject') }))).toEqual([denied, '200'])
  })

  it('of a user may do what the user may, and of that no more than its policy says', async () => {
    expect(await mayReadAndWrite(await serviceAccount({ userName: 'parent' }))).toEqual(['200', denied])
    const writing = await serviceAccount({ userName: 'parent', policy: allow('s3:PutObject') })
    expect(await mayReadAndWrite(writing)).toEqual([denied, denied])
    const reading = await serviceAccount({ userName: 'parent', policy: allow('s3:Get*') })
    expect(await mayReadAndWrite(reading)).toEqual(['200', denied])
  })

  it('ends at once when it is disabled, and is told when it was used', async () => {
    const service = await serviceAccount({ userName: 'parent' })
    const place = `service-accounts/${service.accessKeyId}`
    expect(await mayReadAndWrite(service)).toEqual(['200', denied])
    await expect
      .poll(async () => (await (await admin('GET', place, undefined, account)).json<Answer>()).lastUsed)
      .toMatch(/^\d{4}-/)
    expect((await admin('PATCH', place, { status: 'disabled' }, account)).status).toBe(200)
    expect(await mayReadAndWrite(service)).toEqual([unknown, unknown])
  })

  it('is made by a user only where a policy lets it', async () => {
    const input = { name: 'own', userName: 'parent' }
    expect((await admin('POST', 'service-accounts', input, user)).status).toBe(403)
    await user.allow([
      allow('s3:GetObject').Statement,
      { Effect: 'Allow', Action: 'edgeshard:CreateServiceAccount', Resource: user.arn },
    ])
    const made = await admin('POST', 'service-accounts', input, user)
    expect(made.status).toBe(201)
    expect(await mayReadAndWrite(await made.json<Answer>())).toEqual(['200', denied])
    expect((await admin('POST', 'service-accounts', { name: 'more' }, user)).status).toBe(403)
    expect((await admin('GET', 'service-control-policies', undefined, user)).status).toBe(403)
  })
})

it('a service control policy bounds the account itself, its users and its service accounts', async () => {
  const root = { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey }
  const service = await serviceAccount({})
  const put = await admin('PUT', 'service-control-policies/reading', { policy: allow('s3:GetObject') }, root)
  expect(put.status).toBe(200)
  for (const who of [account, user, service]) expect(await mayReadAndWrite(who)).toEqual(['200', denied])
  expect((await admin('DELETE', 'service-control-policies/reading', undefined, root)).status).toBe(204)
  expect(await mayReadAndWrite(account)).toEqual(['200', '200'])
})
