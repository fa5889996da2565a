// curl with --aws-sigv4: what shell scripts do.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findClient, runCommand } from '../support/clients.ts'
import type { CommandResult } from '../support/clients.ts'
import { sampleBytes, sampleSizes } from '../support/samples.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const client = server.client()
const Bucket = uniqueBucketName('curl')
const folder = mkdtempSync(path.join(tmpdir(), 'edgeshard-curl-'))
const found = await findClient('curl')

function curl(...args: string[]): Promise<CommandResult> {
  const command = 'command' in found ? found.command : ''
  const user = `${server.accessKeyId}:${server.secretAccessKey}`
  // S3 wants this header; curl sends it by itself from 8.6 on.
  const payload = ['-H', 'x-amz-content-sha256: UNSIGNED-PAYLOAD']
  return runCommand(command, ['-sS', '--aws-sigv4', 'aws:amz:us-east-1:s3', '--user', user, ...payload, ...args])
}

beforeAll(async () => {
  await client.send(new CreateBucketCommand({ Bucket }))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const reason = 'skip' in found ? found.skip : null

describe.skipIf(reason !== null)(`curl ${reason ?? ''}`, () => {
  it.each(Object.entries(sampleSizes))('puts and gets a body of size %s', async (name, size) => {
    const url = `${server.url}/${Bucket}/${name}`
    const file = path.join(folder, name)
    writeFileSync(file, sampleBytes(size))
    expect(await curl('-f', '-T', file, url)).toMatchObject({ code: 0, stderr: '' })
    const copy = `${file}.copy`
    expect(await curl('-f', '-o', copy, url)).toMatchObject({ code: 0, stderr: '' })
    expect(readFileSync(copy).equals(sampleBytes(size))).toBe(true)
  })

  it('stores what --data sends, and reads a range of it', async () => {
    const url = `${server.url}/${Bucket}/data`
    const put = await curl('-f', '-X', 'PUT', '--data-binary', 'hello there', '-H', 'x-amz-meta-a: b', url)
    expect(put).toMatchObject({ code: 0, stderr: '' })
    const { Body, Metadata } = await client.send(new GetObjectCommand({ Bucket, Key: 'data' }))
    expect([await Body?.transformToString(), Metadata]).toEqual(['hello there', { a: 'b' }])
    expect((await curl('-r', '6-', url)).stdout).toBe('there')
  })

  it('lists and deletes', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'list/one', Body: 'x' }))
    const list = await curl(`${server.url}/${Bucket}?list-type=2&prefix=list%2F`)
    expect(list.stdout).toContain('<Key>list/one</Key>')
    expect((await curl('-X', 'DELETE', '-w', '%{http_code}', `${server.url}/${Bucket}/list/one`)).stdout).toBe('204')
    expect((await curl('-I', '-w', '%{http_code}', `${server.url}/${Bucket}/list/one`)).stdout).toMatch(/404$/)
  })

  it('sees the answer to an upload that is refused', async () => {
    const file = path.join(folder, 'refused')
    writeFileSync(file, sampleBytes(sampleSizes.severalParts))
    const refused = await curl('-T', file, `${server.url}/${uniqueBucketName('nowhere')}/key`)
    expect(refused).toMatchObject({ code: 0, stdout: expect.stringContaining('<Code>NoSuchBucket</Code>') })
  })
})
