import { describe, expect, it } from 'vitest'
import { objectBytesMax } from '../../../src/limits.ts'
import { uploadPartCopy } from '../../../src/s3/operations/upload-part-copy.ts'
import { copyVerdict } from '../../../src/shard/copy-facts.ts'
import { answerOf, bucketOf, codeOf, modified, permissionsOf, versionOf, xmlOf } from '../../support/operation-call.ts'
import type { PartCopyOutcome, SourceFault } from '../../../src/shard/rpc.ts'
import type { Store } from '../../../src/store/store.ts'

const query = { partNumber: '2', uploadId: 'u' }
const headers = { 'x-amz-copy-source': 'from/source' }
const part = {
  partNumber: 2,
  etag: 'p',
  size: 10,
  modified,
  checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT', value: 'c' },
} as const

/** A store whose source has `size` bytes: holds it to the range and the terms of the request, as a shard does. */
function copies(size = 10, seen: unknown[] = []): Partial<Store> {
  const source = versionOf({ size, versionId: 's1' })
  return {
    bucket: (name) => Promise.resolve(bucketOf({ name })),
    uploadPartCopy(_, target, { range, terms }) {
      const end = range === null ? size : range.offset + range.length
      if (end > size) return sourceIs({ outcome: 'range-unsatisfiable', version: source })
      const tooLarge = (range?.length ?? size) > terms.sizeMax ? ({ outcome: 'too-large' } as const) : null
      const verdict = tooLarge ?? copyVerdict(source, { ...terms, computed: null, sizeMax: objectBytesMax })
      if (verdict.outcome !== 'copy') return Promise.resolve({ outcome: 'refused', source, refusal: verdict })
      seen.push(target, range)
      return Promise.resolve({ outcome: 'copied', source, part })
    },
  }
}
const sourceIs = (source: SourceFault) => Promise.resolve<PartCopyOutcome>({ outcome: 'source', source })

describe('UploadPartCopy', () => {
  it('needs PutObject on the destination', () => {
    expect(permissionsOf(uploadPartCopy, { query, headers })).toEqual(['s3:PutObject arn:aws:s3:::bucket/key'])
  })

  it('copies the whole source or a range of it', async () => {
    const seen: unknown[] = []
    const response = await answerOf(uploadPartCopy, { query, headers, store: copies(10, seen) })
    await answerOf(uploadPartCopy, {
      query,
      headers: { ...headers, 'x-amz-copy-source-range': 'bytes=2-9' },
      store: copies(10, seen),
    })
    const target = { key: 'key', uploadId: 'u', partNumber: 2 }
    expect(seen).toEqual([target, null, target, { offset: 2, length: 8 }])
    expect(response).toMatchObject({ status: 200, headers: {} })
    expect(await xmlOf(response)).toBe(
      '<CopyPartResult><ETag>&quot;p&quot;</ETag><LastModified>1994-11-06T08:49:37.000Z</LastModified>' +
        '<ChecksumCRC32>c</ChecksumCRC32></CopyPartResult>',
    )
  })

  it('names the source’s version where its bucket is versioned', async () => {
    const store: Partial<Store> = {
      ...copies(),
      bucket: (name) => Promise.resolve(bucketOf({ name, versioning: 'suspended' })),
    }
    expect((await answerOf(uploadPartCopy, { query, headers, store })).headers).toEqual({
      'x-amz-copy-source-version-id': 's1',
    })
  })

  it.each<[Record<string, string>, string]>([
    [{ 'x-amz-copy-source-range': 'bytes=0-10' }, '416 InvalidRange'],
    [{ 'x-amz-copy-source-range': 'bytes=0-' }, '400 InvalidArgument'],
    [{ 'x-amz-copy-source-range': '0-2' }, '400 InvalidArgument'],
    [{ 'x-amz-copy-source-if-match': 'x' }, '412 PreconditionFailed'],
    [{ 'x-amz-copy-source': 'x' }, '400 InvalidArgument'],
    [{ 'x-amz-source-expected-bucket-owner': '999988887777' }, '403 AccessDenied'],
  ])('%j is %s', async (more, expected) => {
    const call = { query, headers: { ...headers, ...more }, store: copies() }
    expect(await codeOf(uploadPartCopy, call)).toBe(expected)
  })

  it('takes a range of a source over 5 GiB, but not all of it', async () => {
    const store = copies(6 * 1024 ** 3)
    const ranged = { ...headers, 'x-amz-copy-source-range': 'bytes=0-1023' }
    expect((await answerOf(uploadPartCopy, { query, headers: ranged, store })).status).toBe(200)
    expect(await codeOf(uploadPartCopy, { query, headers, store })).toBe('400 InvalidRequest')
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['part number 0', { query: { ...query, partNumber: '0' } }, '400 InvalidArgument'],
    ['an anonymous caller', { identity: { kind: 'anonymous' } }, '403 AccessDenied'],
    ['one who may not read', { refused: ['s3:GetObject arn:aws:s3:::from/source'] }, '403 AccessDenied'],
    ['no source bucket', { store: { bucket: () => Promise.resolve(null) } }, '404 NoSuchBucket'],
  ])('refuses %s', async (_, call, expected) => {
    expect(await codeOf(uploadPartCopy, { query, headers, store: copies(), ...call })).toBe(expected)
  })

  it.each<[SourceFault, string]>([
    [{ outcome: 'missing' }, '404 NoSuchKey'],
    [{ outcome: 'no-such-version' }, '404 NoSuchVersion'],
    [{ outcome: 'delete-marker', versionId: 'm', modified, named: false }, '404 NoSuchKey'],
    [{ outcome: 'delete-marker', versionId: 'm', modified, named: true }, '400 InvalidRequest'],
    [{ outcome: 'range-unsatisfiable', version: versionOf() }, '416 InvalidRange'],
  ])('a source that is %j is %s', async (source, expected) => {
    const store: Partial<Store> = {
      bucket: (name) => Promise.resolve(bucketOf({ name })),
      uploadPartCopy: () => sourceIs(source),
    }
    expect(await codeOf(uploadPartCopy, { query, headers, store })).toBe(expected)
  })

  it.each<[PartCopyOutcome, string]>([
    [{ outcome: 'no-such-upload' }, '404 NoSuchUpload'],
    [{ outcome: 'lease-lost' }, '400 RequestTimeout'],
  ])('%j is %s', async (result, expected) => {
    const store = { ...copies(), uploadPartCopy: () => Promise.resolve(result) }
    expect(await codeOf(uploadPartCopy, { query, headers, store })).toBe(expected)
  })
})
