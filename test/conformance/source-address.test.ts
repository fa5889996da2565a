// Where a request comes from is what the connection says, and nothing that a client could.
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const [near, far] = [uniqueBucketName('near'), uniqueBucketName('far')]

/** Everybody from this address may read. */
async function readableFrom(Bucket: string, address: string): Promise<void> {
  const client = server.client()
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${Bucket}/*`,
      Condition: { IpAddress: { 'aws:SourceIp': address } },
    },
  })
  await client.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'BucketOwnerEnforced' }))
  await client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'content' }))
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
}

beforeAll(async () => {
  await readableFrom(near, '127.0.0.0/8')
  await readableFrom(far, '203.0.113.0/24')
})

describe('aws:SourceIp', () => {
  it('is the address of the connection', async () => {
    expect((await fetch(`${server.url}/${near}/key`)).status).toBe(200)
    expect((await fetch(`${server.url}/${far}/key`)).status).toBe(403)
  })

  it.each([
    ['x-forwarded-for', '203.0.113.7'],
    ['cf-connecting-ip', '203.0.113.7'],
    ['forwarded', 'for=203.0.113.7'],
    // miniflare's own way of naming what Cloudflare's edge would.
    ['mf-cf-blob', '{"clientIp":"203.0.113.7:1"}'],
  ])('is not what %s says', async (name, value) => {
    expect((await fetch(`${server.url}/${far}/key`, { headers: { [name]: value } })).status).toBe(403)
    expect((await fetch(`${server.url}/${near}/key`, { headers: { [name]: value } })).status).toBe(200)
  })

  it('cannot be chosen by a call of another protocol either', async () => {
    const answer = await server.raw(
      'CONNECT miniflare-unsafe-internal-capnp-connect HTTP/1.1\r\nhost: miniflare-unsafe-internal-capnp-connect\r\n\r\n',
    )
    expect(answer.toString('latin1')).not.toMatch(/^HTTP\/1\.1 2/)
  })
})
