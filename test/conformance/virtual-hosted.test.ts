// Buckets addressed by host: `bucket.localhost` always works, further domains are settings.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
import { lookup } from 'node:dns'
import { Agent } from 'node:http'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../support/s3-error.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const client = server.client()

function at(host: string, method: string, path: string, body = ''): Promise<Response> {
  return server.fetchSigned(method, path, { headers: { host: `${host}:${server.port}` }, body })
}

describe('a bucket by its host', () => {
  it('takes the whole path for the key', async () => {
    const bucket = uniqueBucketName('host')
    const host = `${bucket}.localhost`
    expect((await at(host, 'PUT', '/')).status).toBe(200)
    expect((await at(host, 'PUT', '/key', 'one')).status).toBe(200)
    expect((await at(host, 'PUT', `/${bucket}/key`, 'two')).status).toBe(200)
    expect((await at(host, 'PUT', '//', 'three')).status).toBe(200)
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
    expect(Contents?.map(({ Key }) => Key)).toEqual(['/', `${bucket}/key`, 'key'])
    expect(await (await at(host, 'GET', '//')).text()).toBe('three')
    const listed = await (await at(host, 'GET', '/')).text()
    expect(listed).toContain(`<Name>${bucket}</Name>`)
  })

  it("has keys of the names that are the service's own elsewhere", async () => {
    const bucket = uniqueBucketName('host')
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
    expect((await at(`${bucket}.localhost`, 'PUT', '/-/health', 'an object')).status).toBe(200)
    expect(await (await at(`${bucket}.localhost`, 'GET', '/-/health')).text()).toBe('an object')
    expect(await (await server.fetchSigned('GET', `/${bucket}/-/health`)).text()).toBe('an object')
  })

  it('may have dots, capitals in the host, and a dot at its end', async () => {
    const bucket = uniqueBucketName('with.dots')
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' }))
    expect(await (await at(`${bucket}.localhost`, 'GET', '/k')).text()).toBe('x')
    expect(await (await at(`${bucket.toUpperCase()}.LocalHost`, 'GET', '/k')).text()).toBe('x')
    expect(await (await at(`${bucket}.localhost.`, 'GET', '/k')).text()).toBe('x')
  })

  it('that cannot be a name is refused; another host is no bucket', async () => {
    expect(await codeOf(at('no_bucket.localhost', 'GET', '/k'))).toBe('400 InvalidBucketName')
    expect(await codeOf(at(`${uniqueBucketName('none')}.localhost`, 'GET', '/k'))).toBe('404 NoSuchBucket')
    const bucket = uniqueBucketName('host')
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
    expect((await at('localhost', 'GET', `/${bucket}`)).status).toBe(200)
    expect((await at(`${bucket}.example.com`, 'GET', `/${bucket}`)).status).toBe(200)
  })
})

describe('the SDK without forcePathStyle', () => {
  it('works as against AWS', async () => {
    const localhost = lookup as unknown as (host: string, ...rest: unknown[]) => void
    const httpAgent = new Agent({ lookup: (_host, ...rest) => localhost('127.0.0.1', ...rest) })
    const endpoint = `http://localhost:${server.port}`
    const virtual = server.client({ endpoint, forcePathStyle: false, requestHandler: { httpAgent } })
    const Bucket = uniqueBucketName('host')
    await virtual.send(new CreateBucketCommand({ Bucket }))
    await virtual.send(new PutObjectCommand({ Bucket, Key: 'a/ü +', Body: 'virtual' }))
    const { Body } = await virtual.send(new GetObjectCommand({ Bucket, Key: 'a/ü +' }))
    expect(await Body?.transformToString()).toBe('virtual')
    await virtual.send(new DeleteObjectCommand({ Bucket, Key: 'a/ü +' }))
    await virtual.send(new DeleteBucketCommand({ Bucket }))
    expect(await codeOf(server.fetchSigned('GET', `/${Bucket}`))).toBe('404 NoSuchBucket')
    httpAgent.destroy()
  })
})
