// What a warm request by somebody with policies asks of the databases: nothing. Keys, policies and buckets are remembered, and
// temporary credentials are whole in what the client holds.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callQuery, elementOf, iamClient } from '../support/iam-client.ts'
import { startProbedServer, type ProbedServer } from '../support/probe/server.ts'
import type { Credentials } from '../support/address.ts'
import type { Account } from '../support/endpoint.ts'

const bucket = 'guarded'
const policies = 5
let server: ProbedServer
let owner: Account
const callers = new Map<string, Credentials & { sessionToken?: string }>()

beforeAll(async () => {
  server = await startProbedServer()
  owner = await server.account('owner')
  const other = await server.account('other')
  await server.fetchSigned('PUT', `/${bucket}`, { credentials: owner })
  await server.fetchSigned('PUT', `/${bucket}/k`, { credentials: owner, body: 'x' })
  const iam = iamClient(server, owner)
  const user = await iam.user('reader')
  for (let number = 1; number <= policies; number++) {
    const last = { Effect: 'Allow', Action: ['s3:*'], Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`] }
    const some = { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::other-${number}/*` }
    const created = await iam.call('CreatePolicy', {
      PolicyName: `policy-${number}`,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: number === policies ? [some, last] : [some] }),
    })
    await iam.call('AttachUserPolicy', { UserName: user.name, PolicyArn: elementOf(created, 'Arn') })
  }
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: other.accountId },
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
  }
  const body = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const put = await server.fetchSigned('PUT', `/${bucket}`, { query: { policy: '' }, body, credentials: owner })
  expect(put.status, await put.text()).toBe(204)
  callers.set('a user with five policies', user)
  callers.set('the root identity of the account', owner)
  callers.set('another account, which the bucket names', other)
  callers.set('a session', await sessionOf(user))
})

afterAll(async () => {
  await server.stop()
})

async function sessionOf({
  accessKeyId,
  secretAccessKey,
}: Credentials): Promise<Credentials & { sessionToken: string }> {
  const credentials = { accessKeyId, secretAccessKey }
  const parameters = { Action: 'GetSessionToken', Version: '2011-06-15' }
  const text = await (await callQuery(server.url, { service: 'sts', credentials }, parameters)).text()
  return {
    accessKeyId: elementOf(text, 'AccessKeyId'),
    secretAccessKey: elementOf(text, 'SecretAccessKey'),
    sessionToken: elementOf(text, 'SessionToken'),
  }
}

/** Records are trusted for five seconds, and renewed in the last of them. */
const warmMilliseconds = 3500

describe('a warm request makes no statement to a database', () => {
  it.each<[string, string, string, number]>([
    ['a user with five policies', 'GET', 'k', 200],
    ['a user with five policies', 'HEAD', 'k', 200],
    ['a user with five policies', 'PUT', 'written', 200],
    ['a user with five policies', 'DELETE', 'written', 204],
    ['a session', 'GET', 'k', 200],
    ['the root identity of the account', 'GET', 'k', 200],
    ['another account, which the bucket names', 'GET', 'k', 200],
    ['another account, which the bucket names', 'PUT', 'k', 403],
  ])('%s: %s %s', async (who, method, key, status) => {
    const credentials = callers.get(who)
    if (credentials === undefined) throw new Error(`There is no ${who}`)
    const send = async (): Promise<void> => {
      const response = await server.fetchSigned(method, `/${bucket}/${key}`, { credentials })
      expect(response.status, await response.text()).toBe(status)
    }
    for (let attempt = 0; attempt < 10; attempt++) {
      const start = Date.now()
      // The records that it needs are new now, and the key's last use is noted.
      await server.fetchSigned('PUT', `/${bucket}`, {
        query: { tagging: '' },
        credentials: owner,
        body: tagging(attempt),
      })
      await send()
      await new Promise((resolve) => setTimeout(resolve, 50))
      const counts = await server.countsOf(async () => {
        for (let time = 0; time < 5; time++) await send()
      })
      if (Date.now() - start > warmMilliseconds) continue
      expect([counts.control, counts.catalog]).toEqual([0, 0])
      return
    }
    throw new Error('The machine is too busy to keep anything warm')
  })
})

const tagging = (value: number) => `<Tagging><TagSet><Tag><Key>a</Key><Value>${value}</Value></Tag></TagSet></Tagging>`
