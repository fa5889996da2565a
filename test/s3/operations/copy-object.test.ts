import { describe, expect, it } from 'vitest'
import { cannedAcl } from '../../../src/iam/acl.ts'
import { copyObject } from '../../../src/s3/operations/copy-object.ts'
import { copyVerdict } from '../../../src/shard/copy-facts.ts'
import {
  answerOf,
  bucketOf,
  codeOf,
  errorOf,
  modified,
  permissionsOf,
  stranger,
  versionOf,
  xmlOf,
} from '../../support/operation-call.ts'
import type { ObjectFacts, ObjectVersion, PutOutcome, SourceFault, WriteFault } from '../../../src/shard/rpc.ts'
import type { CopyTerms, Store } from '../../../src/store/store.ts'
import type { Call } from '../../support/operation-call.ts'

const written: PutOutcome = { outcome: 'written', versionId: 'd1', etag: 'abc', size: 10, modified, checksum: null }
const source = versionOf({
  headers: { 'content-type': 'text/plain', 'x-amz-meta-a': '1', 'x-amz-website-redirect-location': '/old' },
  tags: { t: '1' },
  storageClass: 'STANDARD_IA',
  versionId: 's1',
})

/** A store that holds `version` to the operation's terms, as a shard does, and then answers `result`. */
function copies(version: ObjectVersion, result: PutOutcome, decided: ObjectFacts[] = []): Partial<Store> {
  return {
    bucket: (name) => Promise.resolve(bucketOf({ name })),
    copy(_bucket, _key, request) {
      const verdict = copyVerdict(version, { ...request.terms, computed: null })
      if (verdict.outcome !== 'copy') return Promise.resolve({ outcome: 'refused', source: version, refusal: verdict })
      decided.push(verdict.object)
      return Promise.resolve({ outcome: 'copied', source: version, result })
    },
  }
}

const headers = { 'x-amz-copy-source': 'from/source' }
const plain: Call = { headers, store: copies(source, written) }

async function factsOf(more: Record<string, string>, version = source): Promise<ObjectFacts | undefined> {
  const decided: ObjectFacts[] = []
  await answerOf(copyObject, { headers: { ...headers, ...more }, store: copies(version, written, decided) })
  return decided[0]
}

const list = cannedAcl('public-read', 'object', { owner: 'd'.repeat(64), bucketOwner: 'c'.repeat(64) })

describe('CopyObject parameters', () => {
  it('needs PutObject, PutObjectTagging where tags are given and PutObjectAcl with an ACL', () => {
    expect(permissionsOf(copyObject, plain)).toEqual(['s3:PutObject arn:aws:s3:::bucket/key'])
    const tagged = { headers: { ...headers, 'x-amz-tagging-directive': 'REPLACE', 'x-amz-tagging': 'a=1' } }
    expect(permissionsOf(copyObject, tagged)).toEqual([
      's3:PutObject arn:aws:s3:::bucket/key',
      's3:PutObjectTagging arn:aws:s3:::bucket/key',
    ])
    const listed = { headers: { ...headers, 'x-amz-acl': 'public-read' } }
    expect(permissionsOf(copyObject, listed)).toEqual([
      's3:PutObject arn:aws:s3:::bucket/key',
      's3:PutObjectAcl arn:aws:s3:::bucket/key',
    ])
  })

  it("gives the copy its owner and its list where ACLs are enabled, and nothing of the source's", async () => {
    const decided: ObjectFacts[] = []
    const from = versionOf({ acl: [{ grantee: { group: 'AllUsers' }, permission: 'WRITE_ACP' }] })
    const store = copies(from, written, decided)
    const call: Call = { store, identity: stranger, bucket: { ownership: 'ObjectWriter' } }
    await answerOf(copyObject, { ...call, headers: { ...headers, 'x-amz-acl': 'public-read' } })
    await answerOf(copyObject, { ...call, headers })
    expect(decided[0]).toMatchObject({ owner: '222222222222', acl: list })
    expect(decided[1]).not.toHaveProperty('acl')
  })

  it.each<[Record<string, string>, string]>([
    [{ 'x-amz-copy-source': 'nothing' }, '400 InvalidArgument'],
    [{ 'x-amz-metadata-directive': 'MERGE' }, '400 InvalidArgument'],
    [{ 'x-amz-tagging-directive': 'MERGE' }, '400 InvalidArgument'],
    [{ 'x-amz-checksum-algorithm': 'CRC16' }, '400 InvalidRequest'],
    [{ 'x-amz-storage-class': 'x' }, '400 InvalidStorageClass'],
    [{ 'x-amz-acl': 'public-read' }, '400 AccessControlListNotSupported'],
    [{ 'x-amz-object-lock-mode': 'GOVERNANCE' }, '400 InvalidRequest'],
    [{ 'x-amz-source-expected-bucket-owner': '999988887777' }, '403 AccessDenied'],
    [{ 'x-amz-copy-source-if-match': '"x"' }, '412 PreconditionFailed'],
    [{ 'x-amz-copy-source-if-none-match': '"abc"' }, '412 PreconditionFailed'],
  ])('%j is %s', async (more, expected) => {
    expect(await codeOf(copyObject, { ...plain, headers: { ...headers, ...more } })).toBe(expected)
  })

  it.each<[string, Call]>([
    ['an anonymous caller', { identity: { kind: 'anonymous' } }],
    ['one who may not read the source', { refused: ['s3:GetObject arn:aws:s3:::from/source'] }],
    ['one who may not read its tags', { refused: ['s3:GetObjectTagging arn:aws:s3:::from/source'] }],
    ['one who may not write the copied tags', { refused: ['s3:PutObjectTagging arn:aws:s3:::bucket/key'] }],
  ])('refuses %s', async (_, call) => {
    expect(await codeOf(copyObject, { ...plain, ...call })).toBe('403 AccessDenied')
  })

  it('asks for GetObjectVersion where a version is named', async () => {
    const call = {
      ...plain,
      headers: { 'x-amz-copy-source': 'from/source?versionId=s1' },
      refused: ['s3:GetObjectVersion arn:aws:s3:::from/source'],
    }
    expect(await codeOf(copyObject, call)).toBe('403 AccessDenied')
  })

  it('refuses more than 5 GiB', async () => {
    const store = copies(versionOf({ size: 5 * 1024 ** 3 + 1 }), written)
    expect(await codeOf(copyObject, { headers, store })).toBe('400 InvalidRequest')
  })

  it.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ 'x-amz-tagging-directive': 'REPLACE' }, false],
    [{ 'x-amz-metadata-directive': 'REPLACE' }, true],
    [{ 'x-amz-storage-class': 'STANDARD' }, true],
    [{ 'x-amz-website-redirect-location': '/x' }, true],
    [{ 'x-amz-copy-source': 'bucket/key?versionId=s1' }, true],
  ])('a copy onto itself with %j: allowed is %s', async (more, isAllowed) => {
    const call = { ...plain, headers: { 'x-amz-copy-source': 'bucket/key', ...more } }
    if (isAllowed) expect(await answerOf(copyObject, call)).toMatchObject({ status: 200 })
    else {
      expect(await errorOf(copyObject, call)).toMatchObject({
        status: 400,
        code: 'InvalidRequest',
        message: expect.stringMatching(
          /^This copy request is illegal because it is trying to copy an object to itself/,
        ),
      })
    }
  })
})

describe('CopyObject facts of the destination', () => {
  it('copies metadata and tags, but not redirect, storage class and owner', async () => {
    expect(await factsOf({ 'x-amz-meta-b': 'ignored' })).toEqual({
      etag: 'abc',
      size: 10,
      headers: { 'content-type': 'text/plain', 'x-amz-meta-a': '1' },
      tags: { t: '1' },
      checksum: source.checksum,
      storageClass: 'STANDARD',
      owner: '111122223333',
    })
  })

  it('replaces what the directives say', async () => {
    const facts = await factsOf({
      'x-amz-metadata-directive': 'REPLACE',
      'x-amz-meta-b': '2',
      'x-amz-tagging-directive': 'REPLACE',
      'x-amz-tagging': 'u=2',
      'x-amz-storage-class': 'GLACIER_IR',
    })
    expect(facts).toMatchObject({
      headers: { 'content-type': 'binary/octet-stream', 'x-amz-meta-b': '2' },
      tags: { u: '2' },
      storageClass: 'GLACIER_IR',
    })
  })

  it('takes the redirect of the request under either directive', async () => {
    const facts = await factsOf({ 'x-amz-website-redirect-location': '/new' })
    expect(facts?.headers).toMatchObject({ 'x-amz-website-redirect-location': '/new', 'x-amz-meta-a': '1' })
  })

  it('keeps a checksum of the algorithm asked for', async () => {
    const facts = await factsOf({ 'x-amz-checksum-algorithm': 'CRC32' })
    expect(facts?.checksum).toEqual(source.checksum)
  })

  it('leaves a checksum of another algorithm to the store', async () => {
    let terms: CopyTerms | undefined
    const store: Partial<Store> = {
      ...copies(source, written),
      copy(_bucket, _key, request) {
        terms = request.terms
        return Promise.resolve({ outcome: 'copied', source, result: written })
      },
    }
    await answerOf(copyObject, { headers: { ...headers, 'x-amz-checksum-algorithm': 'SHA256' }, store })
    expect(terms?.checksumAlgorithm).toBe('SHA256')
  })
})

describe('CopyObject answers', () => {
  it('gives ETag, date and checksum', async () => {
    const checksum = { algorithm: 'CRC32', type: 'FULL_OBJECT', value: 'AAAAAA==' } as const
    const response = await answerOf(copyObject, { headers, store: copies(source, { ...written, checksum }) })
    expect(response).toMatchObject({ status: 200, headers: {} })
    expect(await xmlOf(response)).toBe(
      '<CopyObjectResult><ETag>&quot;abc&quot;</ETag><LastModified>1994-11-06T08:49:37.000Z</LastModified>' +
        '<ChecksumType>FULL_OBJECT</ChecksumType><ChecksumCRC32>AAAAAA==</ChecksumCRC32></CopyObjectResult>',
    )
  })

  it('names the versions on both sides where they are versioned', async () => {
    const store: Partial<Store> = {
      ...copies(source, written),
      bucket: (name) => Promise.resolve(bucketOf({ name, versioning: 'enabled' })),
    }
    const response = await answerOf(copyObject, { headers, store, bucket: { versioning: 'enabled' } })
    expect(response.headers).toEqual({ 'x-amz-version-id': 'd1', 'x-amz-copy-source-version-id': 's1' })
  })

  it('answers NoSuchBucket for a source bucket that is not there', async () => {
    const store: Partial<Store> = { bucket: () => Promise.resolve(null) }
    expect(await errorOf(copyObject, { headers, store })).toMatchObject({
      status: 404,
      code: 'NoSuchBucket',
      fields: { BucketName: 'from' },
    })
  })

  it.each<[SourceFault, string]>([
    [{ outcome: 'missing' }, '404 NoSuchKey'],
    [{ outcome: 'no-such-version' }, '404 NoSuchVersion'],
    [{ outcome: 'delete-marker', versionId: 'm', modified, named: false }, '404 NoSuchKey'],
    [{ outcome: 'delete-marker', versionId: 'm', modified, named: true }, '400 InvalidRequest'],
    [{ outcome: 'range-unsatisfiable', version: source }, '416 InvalidRange'],
    [{ outcome: 'precondition-failed', condition: 'If-Match' }, '412 PreconditionFailed'],
  ])('a source that is %j is %s', async (outcome, expected) => {
    const store: Partial<Store> = {
      bucket: (name) => Promise.resolve(bucketOf({ name })),
      copy: () => Promise.resolve({ outcome: 'source', source: outcome }),
    }
    expect(await codeOf(copyObject, { headers, store })).toBe(expected)
  })

  it.each<[PutOutcome, string]>([
    [{ outcome: 'precondition-failed', condition: 'If-None-Match' }, '412 PreconditionFailed'],
    [{ outcome: 'missing' }, '404 NoSuchKey'],
    [{ outcome: 'bucket-gone' }, '404 NoSuchBucket'],
    [{ outcome: 'catalog-unavailable' }, '503 SlowDown'],
    [{ outcome: 'too-large' }, '400 EntityTooLarge'],
    [{ outcome: 'lease-lost' }, '400 RequestTimeout'],
  ])('a destination that is %j is %s', async (result, expected) => {
    expect(await codeOf(copyObject, { headers, store: copies(source, result) })).toBe(expected)
  })

  it.each<[WriteFault, string]>([
    [{ outcome: 'bucket-gone' }, '404 NoSuchBucket'],
    [{ outcome: 'catalog-unavailable' }, '503 SlowDown'],
  ])('a copy that ends in %j before its source was read is %s', async (fault, expected) => {
    const store = { ...copies(source, written), copy: () => Promise.resolve(fault) }
    expect(await codeOf(copyObject, { headers, store })).toBe(expected)
  })

  it('is OperationAborted when the source changes each time its checksum is computed', async () => {
    const refusal = { outcome: 'checksum-needed' } as const
    const copy: Store['copy'] = () => Promise.resolve({ outcome: 'refused', source, refusal })
    expect(await codeOf(copyObject, { headers, store: { ...copies(source, written), copy } })).toBe(
      '409 OperationAborted',
    )
  })
})
