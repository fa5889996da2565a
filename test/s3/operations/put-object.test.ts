import { describe, expect, it } from 'vitest'
import { cannedAcl } from '../../../src/iam/acl.ts'
import { putObject } from '../../../src/s3/operations/put-object.ts'
import { answerOf, bodyOf, codeOf, errorOf, modified, permissionsOf, stranger } from '../../support/operation-call.ts'
import type { PutOutcome } from '../../../src/shard/rpc.ts'
import type { PutOptions, Store } from '../../../src/store/store.ts'
import type { Call } from '../../support/operation-call.ts'

const written: PutOutcome = {
  outcome: 'written',
  versionId: 'v1',
  etag: 'abc',
  size: 3,
  modified,
  checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'c' },
}
const puts = (result: PutOutcome): Partial<Store> => ({ put: () => Promise.resolve(result) })

const list = cannedAcl('public-read', 'object', { owner: 'd'.repeat(64), bucketOwner: 'c'.repeat(64) })

describe('PutObject parameters', () => {
  it('needs PutObject, PutObjectTagging with tags and PutObjectAcl with an ACL', () => {
    expect(permissionsOf(putObject, {})).toEqual(['s3:PutObject arn:aws:s3:::bucket/key'])
    expect(permissionsOf(putObject, { headers: { 'x-amz-tagging': 'a=1' } })).toEqual([
      's3:PutObject arn:aws:s3:::bucket/key',
      's3:PutObjectTagging arn:aws:s3:::bucket/key',
    ])
    expect(permissionsOf(putObject, { headers: { 'x-amz-acl': 'private' } })).toEqual([
      's3:PutObject arn:aws:s3:::bucket/key',
      's3:PutObjectAcl arn:aws:s3:::bucket/key',
    ])
  })

  it('gives the object its owner and its list where ACLs are enabled', async () => {
    const seen: PutOptions[] = []
    const store: Partial<Store> = {
      put(_bucket, _key, _body, options) {
        seen.push(options)
        return Promise.resolve(written)
      },
    }
    const call: Call = { store, identity: stranger, bucket: { ownership: 'ObjectWriter' } }
    await answerOf(putObject, { ...call, headers: { 'x-amz-acl': 'public-read' } })
    await answerOf(putObject, { ...call, headers: { 'x-amz-acl': 'private' } })
    expect(seen[0]).toMatchObject({ owner: '222222222222', acl: list })
    expect(seen[1]).toMatchObject({ owner: '222222222222' })
    expect(seen[1]).not.toHaveProperty('acl')
  })

  it('hands everything to the store', async () => {
    let seen: [string, PutOptions] | undefined
    const body = bodyOf()
    await answerOf(putObject, {
      key: 'a/b',
      headers: {
        'content-type': 'text/plain',
        'content-encoding': 'aws-chunked',
        'x-amz-meta-a': '1',
        'x-amz-tagging': 't=1',
        'x-amz-storage-class': 'STANDARD_IA',
        'if-none-match': '*',
      },
      body,
      store: {
        put(_, key, _body, options) {
          seen = [key, options]
          return Promise.resolve(written)
        },
      },
    })
    expect(seen).toEqual([
      'a/b',
      {
        headers: { 'content-type': 'text/plain', 'x-amz-meta-a': '1' },
        tags: { t: '1' },
        storageClass: 'STANDARD_IA',
        owner: '111122223333',
        conditions: { ifNoneMatch: '*' },
      },
    ])
  })

  it.each<[Call, string]>([
    [{ query: { partNumber: '1' } }, '400 InvalidArgument'],
    [{ query: { uploadId: 'u' } }, '400 InvalidArgument'],
    [{ headers: { 'x-amz-write-offset-bytes': '-1' } }, '400 InvalidArgument'],
    [{ headers: { 'x-amz-write-offset-bytes': 'x' } }, '400 InvalidArgument'],
    [{ headers: { 'x-amz-write-offset-bytes': '3', 'x-amz-meta-a': '1' } }, '400 InvalidRequest'],
    [{ headers: { 'x-amz-write-offset-bytes': '3' }, body: { length: 0 } }, '400 InvalidRequest'],
    [{ headers: { 'x-amz-storage-class': 'x' } }, '400 InvalidStorageClass'],
    [{ headers: { 'x-amz-meta-a': 'x'.repeat(2048) } }, '400 MetadataTooLarge'],
    [{ headers: { 'x-amz-tagging': 'a=1&a=2' } }, '400 InvalidArgument'],
    [{ headers: { 'x-amz-acl': 'public-read' } }, '400 AccessControlListNotSupported'],
    [{ headers: { 'x-amz-object-lock-legal-hold': 'ON' } }, '400 InvalidRequest'],
    [{ headers: { 'if-match': 'a', 'if-none-match': '*' } }, '501 NotImplemented'],
    [{ body: { length: 5 * 1024 ** 3 + 1 } }, '400 EntityTooLarge'],
  ])('%j is %s', async (call, expected) => {
    expect(await codeOf(putObject, { store: puts(written), ...call })).toBe(expected)
  })

  it('says how large a body may be', async () => {
    const error = await errorOf(putObject, { body: { length: 5368709121 } })
    expect(error.fields).toEqual({ ProposedSize: '5368709121', MaxSizeAllowed: '5368709120' })
  })
})

describe('PutObject answers', () => {
  it('echoes ETag, checksum and, where versioned, the version', async () => {
    expect(await answerOf(putObject, { store: puts(written) })).toEqual({
      status: 200,
      headers: { etag: '"abc"', 'x-amz-checksum-crc64nvme': 'c', 'x-amz-checksum-type': 'FULL_OBJECT' },
    })
    expect(await answerOf(putObject, { store: puts(written), bucket: { versioning: 'enabled' } })).toMatchObject({
      headers: { 'x-amz-version-id': 'v1' },
    })
  })

  it('tells the new size after an append', async () => {
    let appendAt: number | undefined
    const store: Partial<Store> = {
      put(_bucket, _key, _body, options) {
        appendAt = options.appendAt
        return Promise.resolve({ ...written, size: 13 })
      },
    }
    const response = await answerOf(putObject, { store, headers: { 'x-amz-write-offset-bytes': '10' } })
    expect(appendAt).toBe(10)
    expect(response.headers).toMatchObject({ 'x-amz-object-size': '13' })
  })

  it.each<[PutOutcome, string, Record<string, string>]>([
    [{ outcome: 'precondition-failed', condition: 'If-Match' }, '412 PreconditionFailed', { Condition: 'If-Match' }],
    [{ outcome: 'missing' }, '404 NoSuchKey', { Key: 'key' }],
    [{ outcome: 'bucket-gone' }, '404 NoSuchBucket', { BucketName: 'bucket' }],
    [{ outcome: 'catalog-unavailable' }, '503 SlowDown', {}],
    [{ outcome: 'offset-mismatch', size: 4 }, '400 InvalidWriteOffset', {}],
    [{ outcome: 'too-large' }, '400 EntityTooLarge', { MaxSizeAllowed: '5368709120' }],
    [{ outcome: 'lease-lost' }, '400 RequestTimeout', {}],
  ])('%j is %s', async (result, expected, fields) => {
    const error = await errorOf(putObject, { store: puts(result) })
    expect(`${error.status} ${error.code}`).toBe(expected)
    expect(error.fields).toEqual(fields)
  })
})
