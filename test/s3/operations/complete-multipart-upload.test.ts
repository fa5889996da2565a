import { describe, expect, it } from 'vitest'
import { completeMultipartUpload } from '../../../src/s3/operations/complete-multipart-upload.ts'
import { answerOf, codeOf, errorOf, modified, permissionsOf, uploadOf, xmlOf } from '../../support/operation-call.ts'
import type { CompleteOutcome } from '../../../src/shard/rpc.ts'
import type { Store } from '../../../src/store/store.ts'

const query = { uploadId: 'u' }
const part = (number: number | string, more = '') =>
  `<Part><PartNumber>${number}</PartNumber><ETag>&quot;e&quot;</ETag>${more}</Part>`
const request = (...parts: string[]) => `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
const xml = request(part(1))
const completes = (outcome: CompleteOutcome, seen: unknown[] = []): Partial<Store> => ({
  completeUpload(_, command) {
    seen.push(command)
    return Promise.resolve(outcome)
  },
  listParts: () =>
    Promise.resolve({
      outcome: 'found',
      upload: uploadOf({ checksumAlgorithm: 'SHA256' }),
      parts: [],
      isTruncated: false,
    }),
})
const written: CompleteOutcome = {
  outcome: 'written',
  versionId: 'v',
  etag: 'abc-1',
  size: 10,
  modified,
  checksum: { algorithm: 'SHA256', type: 'COMPOSITE', value: 'x-1' },
}

describe('CompleteMultipartUpload parameters', () => {
  it('needs PutObject', () => {
    expect(permissionsOf(completeMultipartUpload, { query, xml })).toEqual(['s3:PutObject arn:aws:s3:::bucket/key'])
  })

  it('hands everything to the store, in the client’s order', async () => {
    const seen: unknown[] = []
    await answerOf(completeMultipartUpload, {
      query,
      xml: `<CompletedMultipartUpload>${part(2, '<ChecksumSHA256>s</ChecksumSHA256>')}<Part><ETag>f</ETag><PartNumber>1</PartNumber></Part></CompletedMultipartUpload>`,
      headers: {
        'x-amz-mp-object-size': '10',
        'x-amz-checksum-crc32': 'AAAAAA==',
        'x-amz-checksum-type': 'FULL_OBJECT',
        'if-none-match': '*',
      },
      store: completes(written, seen),
    })
    expect(seen).toEqual([
      {
        key: 'key',
        uploadId: 'u',
        parts: [
          { partNumber: 2, etag: 'e', checksum: { algorithm: 'SHA256', value: 's' } },
          { partNumber: 1, etag: 'f', checksum: null },
        ],
        objectSize: 10,
        checksum: { algorithm: 'CRC32', value: 'AAAAAA==' },
        checksumType: 'FULL_OBJECT',
        conditions: { ifNoneMatch: '*' },
      },
    ])
  })

  it.each<[string, string | undefined, string]>([
    ['no body', undefined, '400 MalformedXML'],
    ['no part', request(), '400 MalformedXML'],
    ['another root', '<Complete/>', '400 MalformedXML'],
    ['no ETag', request('<Part><PartNumber>1</PartNumber></Part>'), '400 MalformedXML'],
    ['no number', request('<Part><ETag>e</ETag></Part>'), '400 MalformedXML'],
    ['a number that is none', request(part('x')), '400 MalformedXML'],
    ['part 0', request(part(0)), '400 InvalidArgument'],
    ['more than 10,000 parts', request(part(1).repeat(10_001)), '400 MalformedXML'],
  ])('%s is refused', async (_, body, expected) => {
    expect(await codeOf(completeMultipartUpload, { query, ...(body === undefined ? {} : { xml: body }) })).toBe(
      expected,
    )
  })

  it.each<[Record<string, string>, string]>([
    [{ 'x-amz-mp-object-size': '-1' }, "Value for x-amz-mp-object-size header is less than zero: '-1'"],
    [{ 'x-amz-mp-object-size': 'x' }, "Value for x-amz-mp-object-size header is invalid: 'x'"],
    [{ 'x-amz-checksum-type': 'x' }, 'Value for x-amz-checksum-type header is invalid.'],
    [{ 'x-amz-checksum-sha256': 'bad' }, 'The SHA256 you specified did not match the calculated checksum.'],
    [
      { 'x-amz-checksum-sha256': 'a', 'x-amz-checksum-crc32': 'b' },
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    ],
  ])('refuses %j', async (headers, message) => {
    expect((await errorOf(completeMultipartUpload, { query, xml, headers })).message).toBe(message)
  })
})

describe('CompleteMultipartUpload answers', () => {
  it('describes the object', async () => {
    const response = await answerOf(completeMultipartUpload, {
      query,
      xml,
      key: 'dir/a b',
      store: completes(written),
      bucket: { versioning: 'enabled' },
    })
    expect(response).toMatchObject({ status: 200, headers: { 'x-amz-version-id': 'v' } })
    expect(await xmlOf(response)).toBe(
      '<CompleteMultipartUploadResult><Location>http://127.0.0.1:9000/bucket/dir/a%20b</Location>' +
        '<Bucket>bucket</Bucket><Key>dir/a b</Key><ETag>&quot;abc-1&quot;</ETag>' +
        '<ChecksumSHA256>x-1</ChecksumSHA256><ChecksumType>COMPOSITE</ChecksumType></CompleteMultipartUploadResult>',
    )
  })

  it.each<[CompleteOutcome, string, Record<string, string>]>([
    [{ outcome: 'no-such-upload' }, '404 NoSuchUpload', { UploadId: 'u' }],
    [
      { outcome: 'invalid-part', partNumber: 3, etag: 'e' },
      '400 InvalidPart',
      { UploadId: 'u', PartNumber: '3', ETag: 'e' },
    ],
    [{ outcome: 'invalid-part-order' }, '400 InvalidPartOrder', { UploadId: 'u' }],
    [
      { outcome: 'part-too-small', partNumber: 1, etag: 'e', size: 7 },
      '400 EntityTooSmall',
      { ProposedSize: '7', MinSizeAllowed: '5242880', PartNumber: '1', ETag: 'e' },
    ],
    [{ outcome: 'part-checksum-missing', partNumber: 1 }, '400 InvalidRequest', {}],
    [{ outcome: 'checksum-mismatch', algorithm: 'CRC32' }, '400 BadDigest', {}],
    [{ outcome: 'checksum-type-mismatch', expected: 'COMPOSITE', actual: 'FULL_OBJECT' }, '400 InvalidRequest', {}],
    [{ outcome: 'size-mismatch', size: 9 }, '400 InvalidRequest', {}],
    [{ outcome: 'too-large' }, '400 EntityTooLarge', { MaxSizeAllowed: '54975581388800' }],
    [{ outcome: 'precondition-failed', condition: 'If-Match' }, '412 PreconditionFailed', { Condition: 'If-Match' }],
    [{ outcome: 'missing' }, '404 NoSuchKey', { Key: 'key' }],
    [{ outcome: 'bucket-gone' }, '404 NoSuchBucket', { BucketName: 'bucket' }],
    [{ outcome: 'catalog-unavailable' }, '503 SlowDown', {}],
  ])('%j is %s', async (outcome, expected, fields) => {
    const error = await errorOf(completeMultipartUpload, { query, xml, store: completes(outcome) })
    expect(`${error.status} ${error.code}`).toBe(expected)
    expect(error.fields).toEqual(fields)
  })

  it.each<[CompleteOutcome, string]>([
    [
      { outcome: 'part-checksum-missing', partNumber: 2 },
      'The upload was created using a sha256 checksum. The complete request must include the checksum for each part. It was missing for part 2 in the request.',
    ],
    [
      { outcome: 'checksum-type-mismatch', expected: 'FULL_OBJECT', actual: 'COMPOSITE' },
      'The upload was created using the FULL_OBJECT checksum mode. The complete request must use the same checksum mode.',
    ],
    [
      { outcome: 'checksum-type-mismatch', expected: 'SHA1', actual: 'CRC32' },
      'Checksum Type mismatch occurred, expected checksum Type: sha1, actual checksum Type: crc32',
    ],
  ])('%j says what AWS says', async (outcome, message) => {
    expect((await errorOf(completeMultipartUpload, { query, xml, store: completes(outcome) })).message).toBe(message)
  })
})
