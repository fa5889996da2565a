// x-amz-expected-bucket-owner on every operation that has a bucket, and the source's owner on both that copy.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../support/endpoint.ts'
import { codeOf } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'
import { AWS_OPERATIONS } from './aws-operations.ts'
import { NOT_IMPLEMENTED, UNREACHABLE } from './known-gaps.ts'
import { requestsTo, type Target } from './aws-requests.ts'

const server = sharedServer()
const target: Target = { bucket: uniqueBucketName('expected'), key: 'key', uploadId: '' }
let owner: Account

beforeAll(async () => {
  owner = await server.account('expected')
  await owner.client.send(new CreateBucketCommand({ Bucket: target.bucket, ObjectOwnership: 'ObjectWriter' }))
  const path = `/${target.bucket}/${target.key}`
  await server.fetchSigned('PUT', path, { body: 'content', credentials: owner })
  const created = await server.fetchSigned('POST', path, { query: { uploads: '' }, credentials: owner })
  target.uploadId = /<UploadId>([^<]+)/.exec(await created.text())?.[1] ?? ''
})

/** They name no bucket that exists, or are not asked by who owns one. */
const without = new Set(['CreateBucket', 'ListBuckets', 'ListDirectoryBuckets', 'OptionsObject', 'PostObject'])
const missing = new Set([...NOT_IMPLEMENTED, ...UNREACHABLE].map(({ name }) => name))
const names = AWS_OPERATIONS.map(([name]) => name).filter((name) => !without.has(name) && !missing.has(name))
const nobodys = '999999999999'

async function answerTo(name: string, headers: Record<string, string>, change: Partial<Target> = {}): Promise<string> {
  const request = requestsTo({ ...target, ...change }).find((one) => one.name === name)
  if (request === undefined) throw new Error(`There is no request of ${name}`)
  const { method, path, ...rest } = request
  const all = { ...rest, headers: { ...rest.headers, ...headers }, credentials: owner }
  return codeOf(server.fetchSigned(method, path, all))
}

describe('the expected owner', () => {
  it.each(names)('of the bucket of %s', async (name) => {
    const other = await answerTo(name, { 'x-amz-expected-bucket-owner': nobodys })
    const isHead = name.startsWith('Head')
    expect(other).toBe(isHead ? '403' : '403 AccessDenied')
    const noAccount = await answerTo(name, { 'x-amz-expected-bucket-owner': 'me' })
    expect(noAccount).toBe(isHead ? '400' : '400 InvalidBucketOwnerAWSAccountID')
    expect(await codeOf(server.fetchSigned('GET', `/${target.bucket}/key`, { credentials: owner }))).toBe('200')
  })

  it.each(['CopyObject', 'UploadPartCopy'])('of the source of %s', async (name) => {
    const source = { 'x-amz-copy-source': `/${target.bucket}/${target.key}` }
    const expecting = (value: string) =>
      answerTo(name, { ...source, 'x-amz-source-expected-bucket-owner': value }, { key: 'copy' })
    expect(await expecting(nobodys)).toBe('403 AccessDenied')
    expect(await expecting('me')).toBe('400 InvalidBucketOwnerAWSAccountID')
    if (name !== 'CopyObject') return
    expect(await codeOf(server.fetchSigned('GET', `/${target.bucket}/copy`, { credentials: owner }))).toBe(
      '404 NoSuchKey',
    )
    expect(await expecting(owner.accountId)).toBe('200')
  })
})
