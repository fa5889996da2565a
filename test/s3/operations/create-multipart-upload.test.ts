import { describe, expect, it } from 'vitest'
import { cannedAcl } from '../../../src/iam/acl.ts'
import { createMultipartUpload } from '../../../src/s3/operations/create-multipart-upload.ts'
import { answerOf, codeOf, modified, permissionsOf, stranger, xmlOf } from '../../support/operation-call.ts'
import type { CreateUploadOutcome, UploadFacts } from '../../../src/shard/rpc.ts'
import type { Store } from '../../../src/store/store.ts'

const creates = (outcome: CreateUploadOutcome, seen: UploadFacts[] = []): Partial<Store> => ({
  createUpload(_, upload) {
    seen.push(upload)
    return Promise.resolve(outcome)
  },
})
const created = { outcome: 'created' } as const

const list = cannedAcl('public-read', 'object', { owner: 'd'.repeat(64), bucketOwner: 'c'.repeat(64) })

describe('CreateMultipartUpload', () => {
  it('needs PutObject, and PutObjectTagging with tags', () => {
    expect(permissionsOf(createMultipartUpload, { headers: { 'x-amz-tagging': 'a=1' } })).toEqual([
      's3:PutObject arn:aws:s3:::bucket/key',
      's3:PutObjectTagging arn:aws:s3:::bucket/key',
    ])
    expect(permissionsOf(createMultipartUpload, { headers: { 'x-amz-acl': 'private' } })).toEqual([
      's3:PutObject arn:aws:s3:::bucket/key',
      's3:PutObjectAcl arn:aws:s3:::bucket/key',
    ])
  })

  it('keeps owner and list of the object, and who began, where ACLs are enabled', async () => {
    const seen: UploadFacts[] = []
    const bucket = { ownership: 'ObjectWriter' }
    const headers = { 'x-amz-acl': 'public-read' }
    await answerOf(createMultipartUpload, { identity: stranger, bucket, headers, store: creates(created, seen) })
    const initiator = 'arn:aws:iam::222222222222:root'
    expect(seen[0]).toMatchObject({ owner: '222222222222', acl: list, initiator })
  })

  it('stores what the object will be and gives an id that needs no encoding', async () => {
    const seen: UploadFacts[] = []
    const response = await answerOf(createMultipartUpload, {
      key: 'a<b',
      headers: { 'content-type': 'text/plain', 'x-amz-tagging': 'a=1', 'x-amz-checksum-algorithm': 'SHA256' },
      store: creates(created, seen),
    })
    const uploadId = seen[0]?.uploadId ?? ''
    expect(uploadId).toMatch(/^[0-9a-f]{64}$/)
    expect(seen[0]).toEqual({
      uploadId,
      key: 'a<b',
      initiated: modified,
      headers: { 'content-type': 'text/plain' },
      tags: { a: '1' },
      checksumAlgorithm: 'SHA256',
      checksumType: 'COMPOSITE',
      storageClass: 'STANDARD',
      owner: '111122223333',
      initiator: 'arn:aws:iam::111122223333:root',
    })
    expect(response).toMatchObject({
      status: 200,
      headers: { 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-type': 'COMPOSITE' },
    })
    expect(await xmlOf(response)).toBe(
      `<InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>a&lt;b</Key><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
    )
  })

  it('names no checksum where none was asked for', async () => {
    expect(await answerOf(createMultipartUpload, { store: creates(created) })).toMatchObject({ headers: {} })
  })

  it('refuses anonymous callers', async () => {
    expect(await codeOf(createMultipartUpload, { identity: { kind: 'anonymous' } })).toBe('403 AccessDenied')
  })

  it.each<[Record<string, string>, string]>([
    [{ 'x-amz-checksum-type': 'COMPOSITE' }, '400 InvalidRequest'],
    [{ 'x-amz-acl': 'public-read' }, '400 AccessControlListNotSupported'],
    [{ 'x-amz-object-lock-mode': 'GOVERNANCE' }, '400 InvalidRequest'],
    [{ 'x-amz-storage-class': 'x' }, '400 InvalidStorageClass'],
  ])('%j is %s', async (headers, expected) => {
    expect(await codeOf(createMultipartUpload, { headers })).toBe(expected)
  })

  it.each<[CreateUploadOutcome, string]>([
    [{ outcome: 'bucket-gone' }, '404 NoSuchBucket'],
    [{ outcome: 'catalog-unavailable' }, '503 SlowDown'],
  ])('%j is %s', async (outcome, expected) => {
    expect(await codeOf(createMultipartUpload, { store: creates(outcome) })).toBe(expected)
  })
})
