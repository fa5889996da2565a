// Requester pays by requests. https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetBucketRequestPaymentCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketRequestPaymentCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../support/endpoint.ts'
import { codeOf } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { askOf } from '../support/unsigned.ts'

const server = sharedServer()
const ask = askOf(server)
const bucket = uniqueBucketName('pays')
const accounts: { owner: Account | null; reader: Account | null } = { owner: null, reader: null }

function account(name: 'owner' | 'reader'): Account {
  const found = accounts[name]
  if (found === null) throw new Error('The accounts are made first')
  return found
}

beforeAll(async () => {
  const owner = await server.account('payment-owner')
  accounts.owner = owner
  accounts.reader = await server.account('payment-reader')
  await owner.client.send(new CreateBucketCommand({ Bucket: bucket }))
  await ask(owner, 'PUT', `/${bucket}/key`, { body: 'content' })
  const arn = `arn:aws:s3:::${bucket}`
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: [arn, `${arn}/*`] }
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: statement })
  expect(await codeOf(ask(owner, 'PUT', `/${bucket}`, { query: { policy: '' }, body: policy }))).toBe('204')
  const RequestPaymentConfiguration = { Payer: 'Requester' as const }
  await owner.client.send(new PutBucketRequestPaymentCommand({ Bucket: bucket, RequestPaymentConfiguration }))
})

const offer = { 'x-amz-request-payer': 'requester' }

describe('a bucket whose requesters pay', () => {
  it('says so', async () => {
    const { Payer } = await account('owner').client.send(new GetBucketRequestPaymentCommand({ Bucket: bucket }))
    expect(Payer).toBe('Requester')
  })

  it.each<[string, string, string, Record<string, string>, string]>([
    ['GetObject', 'GET', '/key', {}, '200'],
    ['HeadObject', 'HEAD', '/key', {}, '200'],
    ['PutObject', 'PUT', '/new', {}, '200'],
    ['GetObjectTagging', 'GET', '/key', { tagging: '' }, '200'],
    ['GetObjectAcl', 'GET', '/key', { acl: '' }, '200'],
    ['DeleteObject', 'DELETE', '/new', {}, '204'],
    ['CreateMultipartUpload', 'POST', '/new', { uploads: '' }, '200'],
    ['ListObjects', 'GET', '', {}, '200'],
    ['ListObjectsV2', 'GET', '', { 'list-type': '2' }, '200'],
    ['ListObjectVersions', 'GET', '', { versions: '' }, '200'],
    ['ListMultipartUploads', 'GET', '', { uploads: '' }, '200'],
  ])('charges another account for %s, and nobody else', async (...row) => {
    const [, method, path, query, code] = row
    const at = `/${bucket}${path}`
    const body = method === 'PUT' ? { body: 'x' } : {}
    const refused = method === 'HEAD' ? '403' : '403 AccessDenied'
    expect(await codeOf(ask(account('reader'), method, at, { query, ...body }))).toBe(refused)
    expect(await codeOf(ask(null, method, at, { query, headers: offer, ...body }))).toBe(refused)
    const paid = await ask(account('reader'), method, at, { query, headers: offer, ...body })
    expect([await codeOf(paid.clone()), paid.headers.get('x-amz-request-charged')]).toEqual([code, 'requester'])
    const own = await ask(account('owner'), method, at, { query, ...body })
    expect([await codeOf(own.clone()), own.headers.get('x-amz-request-charged')]).toEqual([code, null])
  })

  it('charges for DeleteObjects, and for the source of a copy', async () => {
    const body = '<Delete><Object><Key>none</Key></Object></Delete>'
    const remove = (headers: Record<string, string>) =>
      ask(account('reader'), 'POST', `/${bucket}`, { query: { delete: '' }, headers, body })
    expect(await codeOf(remove({}))).toBe('403 AccessDenied')
    expect((await remove(offer)).headers.get('x-amz-request-charged')).toBe('requester')
    const own = uniqueBucketName('pays-copy')
    const { client } = account('reader')
    await client.send(new CreateBucketCommand({ Bucket: own }))
    const copy = { Bucket: own, Key: 'copy', CopySource: `${bucket}/key` }
    await expect(client.send(new CopyObjectCommand(copy))).rejects.toMatchObject({ name: 'AccessDenied' })
    await client.send(new CopyObjectCommand({ ...copy, RequestPayer: 'requester' }))
  })

  it('is used by the SDK, and by presigned URLs that carry the offer', async () => {
    const { client } = account('reader')
    const at = { Bucket: bucket, Key: 'key' }
    const got = await client.send(new GetObjectCommand({ ...at, RequestPayer: 'requester' }))
    expect([await got.Body?.transformToString(), got.RequestCharged]).toEqual(['content', 'requester'])
    const headed = await client.send(new HeadObjectCommand({ ...at, RequestPayer: 'requester' }))
    expect(headed.RequestCharged).toBe('requester')
    const listed = await client.send(new ListObjectsV2Command({ Bucket: bucket, RequestPayer: 'requester' }))
    expect(listed.RequestCharged).toBe('requester')
    const url = await getSignedUrl(client, new GetObjectCommand({ ...at, RequestPayer: 'requester' }))
    expect(await codeOf(fetch(url))).toBe('200')
    const without = await getSignedUrl(client, new GetObjectCommand(at))
    expect(await codeOf(fetch(without))).toBe('403 AccessDenied')
  })

  it('leaves what is no request for data to permissions alone', async () => {
    for (const query of ['requestPayment', 'location', 'versioning']) {
      expect(await codeOf(ask(account('reader'), 'GET', `/${bucket}`, { query: { [query]: '' } }))).toBe('200')
    }
    expect(await codeOf(ask(account('reader'), 'HEAD', `/${bucket}`))).toBe('200')
  })

  it('answers preflights, which nobody can pay for', async () => {
    const cors =
      '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>'
    await ask(account('owner'), 'PUT', `/${bucket}`, { query: { cors: '' }, body: cors })
    const headers = { origin: 'https://site.example', 'access-control-request-method': 'GET' }
    expect((await ask(null, 'OPTIONS', `/${bucket}/key`, { headers })).status).toBe(200)
  })

  it('becomes an ordinary one again', async () => {
    const RequestPaymentConfiguration = { Payer: 'BucketOwner' as const }
    await account('owner').client.send(
      new PutBucketRequestPaymentCommand({ Bucket: bucket, RequestPaymentConfiguration }),
    )
    const answer = await ask(null, 'GET', `/${bucket}/key`, { headers: offer })
    expect([answer.status, answer.headers.get('x-amz-request-charged')]).toEqual([200, null])
  })
})
