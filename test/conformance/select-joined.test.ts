// Who may read the objects that a statement of S3 Select joins: docs/select.md, "Dialects".
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Credentials } from '../support/address.ts'
import type { Account } from '../support/endpoint.ts'
import { readMessages, recordsOf } from '../support/event-stream.ts'
import { iamClient } from '../support/iam-client.ts'
import { errorElements } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const ownBucket = uniqueBucketName('select-own')
const otherBucket = uniqueBucketName('select-others')
const accounts: { own: Account | null; other: Account | null } = { own: null, other: null }

function account(which: 'other' | 'own'): Account {
  const found = accounts[which]
  if (found === null) throw new Error('There are no accounts yet')
  return found
}

beforeAll(async () => {
  const own = await server.account('select-joins')
  const other = await server.account('select-is-joined')
  accounts.own = own
  accounts.other = other
  await own.client.send(new CreateBucketCommand({ Bucket: ownBucket }))
  await other.client.send(new CreateBucketCommand({ Bucket: otherBucket }))
  const put = (path: string, body: string, credentials: Account, headers: Record<string, string> = {}) =>
    server.fetchSigned('PUT', path, { body, headers, credentials })
  await put(`/${ownBucket}/orders.csv`, 'customer,amount\n1,10\n2,5\n1,7\n', own)
  await put(`/${ownBucket}/mine.csv`, 'id,name\n1,Mine\n', own)
  await put(`/${ownBucket}/cold.csv`, 'id,name\n1,Cold\n', own, { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' })
  for (const key of ['shared.csv', 'secret.csv', 'tagged.csv', 'untagged.csv']) {
    await put(`/${otherBucket}/${key}`, 'id,name\n1,Ann\n2,Bob\n', other)
  }
  const arn = `arn:aws:s3:::${otherBucket}`
  const Principal = { AWS: `arn:aws:iam::${own.accountId}:root` }
  const Action = 's3:GetObject'
  const Condition = { StringEquals: { 's3:ExistingObjectTag/class': 'public' } }
  const Statement = [
    { Effect: 'Allow', Principal, Action, Resource: `${arn}/shared.csv` },
    { Effect: 'Allow', Principal, Action, Resource: `${arn}/*tagged.csv`, Condition },
  ]
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  await other.client.send(new PutBucketPolicyCommand({ Bucket: otherBucket, Policy }))
  const Tagging = { TagSet: [{ Key: 'class', Value: 'public' }] }
  await other.client.send(new PutObjectTaggingCommand({ Bucket: otherBucket, Key: 'tagged.csv', Tagging }))
})

function ask(expression: string, credentials: Credentials = account('own'), headers: Record<string, string> = {}) {
  const body =
    `<SelectObjectContentRequest><Expression>${expression}</Expression><ExpressionType>SQL</ExpressionType>` +
    '<InputSerialization><CSV><FileHeaderInfo>USE</FileHeaderInfo></CSV></InputSerialization>' +
    '<OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>'
  const query = { select: '', 'select-type': '2' }
  return server.fetchSigned('POST', `/${ownBucket}/orders.csv`, { query, body, credentials, headers })
}

const joining = (object: string) =>
  `SELECT c.name, o.amount FROM S3Object o JOIN "${object}" c ON o.customer = c.id ORDER BY CAST(o.amount AS INT)`

async function select(expression: string, credentials?: Credentials): Promise<string> {
  const response = await ask(expression, credentials)
  const bytes = await response.bytes()
  return response.status === 200 ? recordsOf(readMessages([bytes])) : Buffer.from(bytes).toString()
}

/** Status and code, and what the answer says of the object. */
async function faultOf(asked: Promise<Response>) {
  const response = await asked
  const elements = Object.fromEntries(errorElements(await response.text()) ?? [])
  const { Code = '', Message = '', BucketName = '', Key = '' } = elements
  return { fault: `${response.status} ${Code}`, message: Message, object: `${BucketName}/${Key}` }
}

describe('an object of another account', () => {
  it('is joined where its bucket policy lets the requester read it', async () => {
    expect(await select(joining(`${otherBucket}/shared.csv`))).toBe('Bob,5\nAnn,7\nAnn,10\n')
  })

  it('is refused by name where nothing does, as is one that is not there', async () => {
    for (const key of ['secret.csv', 'none.csv']) {
      const { fault, object, message } = await faultOf(ask(joining(`${otherBucket}/${key}`)))
      expect(fault).toBe('403 AccessDenied')
      expect(object).toBe(`${otherBucket}/${key}`)
      expect(message).toContain(`${otherBucket}/${key}`)
    }
  })

  it('is judged by its own tags', async () => {
    expect(await select(joining(`${otherBucket}/tagged.csv`))).toBe('Bob,5\nAnn,7\nAnn,10\n')
    const { fault, object } = await faultOf(ask(joining(`${otherBucket}/untagged.csv`)))
    expect(fault).toBe('403 AccessDenied')
    expect(object).toBe(`${otherBucket}/untagged.csv`)
  })

  it('is refused wherever the statement hides it', async () => {
    const secret = `"${otherBucket}/secret.csv"`
    for (const expression of [
      `SELECT amount FROM S3Object WHERE customer IN (SELECT id FROM ${secret})`,
      `SELECT customer FROM S3Object UNION ALL SELECT name FROM ${secret}`,
      `WITH s AS (SELECT name FROM ${secret}) SELECT name FROM s`,
      `SELECT name FROM ${secret}`,
      `SELECT amount, (SELECT MAX(name) FROM ${secret}) FROM S3Object`,
      `SELECT amount FROM S3Object o LEFT JOIN (SELECT id FROM ${secret} LIMIT 0) q ON o.customer = q.id`,
    ]) {
      expect((await faultOf(ask(expression))).fault, expression).toBe('403 AccessDenied')
    }
  })
})

describe('an object of the same account', () => {
  it('is joined by a user who may read both, and by no other', async () => {
    const user = await iamClient(server, account('own')).user('select-joins')
    const arn = `arn:aws:s3:::${ownBucket}`
    const expression = joining(`${ownBucket}/mine.csv`)
    await user.allow([{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${arn}/orders.csv` }])
    expect((await faultOf(ask(expression, user))).object).toBe(`${ownBucket}/mine.csv`)
    await user.allow([{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${arn}/mine.csv` }])
    expect((await faultOf(ask(expression, user))).fault).toBe('403 AccessDenied')
    await user.allow([{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${arn}/*` }])
    expect(await select(expression, user)).toBe('Mine,7\nMine,10\n')
  })

  it('can be the queried object itself', async () => {
    const expression = `SELECT a.amount FROM S3Object a JOIN "${ownBucket}/orders.csv" b ON a.customer = b.customer AND a.amount = b.amount JOIN S3Object c ON c.amount = b.amount ORDER BY 1`
    expect(await select(expression)).toBe('10\n5\n7\n')
  })

  it.each([
    ['none.csv', '404 NoSuchKey'],
    ['cold.csv', '405 UnsupportedStorageClass'],
  ])('is named where it cannot be read: %s is %s', async (key, expected) => {
    const { fault, object, message } = await faultOf(ask(joining(`${ownBucket}/${key}`)))
    expect(fault.split(' ')[1]).toBe(expected.split(' ')[1])
    expect(object).toBe(`${ownBucket}/${key}`)
    expect(message).toContain(`${ownBucket}/${key}`)
  })

  it('is named where its bucket is not there', async () => {
    const { fault, object } = await faultOf(ask(joining('no-such-bucket-at-all/k')))
    expect(fault).toBe('404 NoSuchBucket')
    expect(object).toBe('no-such-bucket-at-all/k')
  })
})

describe('the dialect aws', () => {
  it.each([
    `SELECT a.amount FROM S3Object a JOIN "${ownBucket}/mine.csv" b ON a.customer = b.id`,
    'SELECT amount FROM S3Object UNION SELECT amount FROM S3Object',
    'SELECT RANK() OVER (ORDER BY amount) FROM S3Object',
    'SELECT amount FROM (SELECT amount FROM S3Object) q',
  ])('has no %s', async (expression) => {
    const { fault } = await faultOf(ask(expression, account('own'), { 'x-edgeshard-select-dialect': 'aws' }))
    expect(fault).toMatch(/^400 (Parse|Unsupported)/)
  })
})
