import { describe, expect, it } from 'vitest'
import { uploadPart } from '../../../src/s3/operations/upload-part.ts'
import { answerOf, codeOf, errorOf, permissionsOf, uploadOf } from '../../support/operation-call.ts'
import type { Store, UploadPartResult } from '../../../src/store/store.ts'

const query = { partNumber: '7', uploadId: 'u' }
const uploads = (result: UploadPartResult, seen: unknown[] = []): Partial<Store> => ({
  uploadPart(_, part) {
    seen.push(part)
    return Promise.resolve(result)
  },
})
const written: UploadPartResult = {
  outcome: 'written',
  digests: { size: 3, md5: 'abc', checksum: { algorithm: 'CRC32', value: 'c' } },
  upload: uploadOf(),
}

describe('UploadPart', () => {
  it('needs PutObject', () => {
    expect(permissionsOf(uploadPart, { query })).toEqual(['s3:PutObject arn:aws:s3:::bucket/key'])
  })

  it('writes the part and echoes ETag and checksum', async () => {
    const seen: unknown[] = []
    expect(await answerOf(uploadPart, { query, store: uploads(written, seen) })).toEqual({
      status: 200,
      headers: { etag: '"abc"', 'x-amz-checksum-crc32': 'c' },
    })
    expect(seen).toEqual([{ key: 'key', uploadId: 'u', partNumber: 7 }])
  })

  it.each(['0', '10001', '-1', 'x', '', '1.5'])('refuses part number %j', async (partNumber) => {
    expect(await errorOf(uploadPart, { query: { ...query, partNumber } })).toMatchObject({
      code: 'InvalidArgument',
      message: 'Part number must be an integer between 1 and 10000, inclusive',
      fields: { ArgumentName: 'partNumber', ArgumentValue: partNumber },
    })
  })

  it.each(['1', '10000'])('takes part number %s', async (partNumber) => {
    const response = await answerOf(uploadPart, { query: { ...query, partNumber }, store: uploads(written) })
    expect(response.status).toBe(200)
  })

  it('refuses more than 5 GiB', async () => {
    expect(await codeOf(uploadPart, { query, body: { length: 5368709121 } })).toBe('400 EntityTooLarge')
  })

  it.each<[UploadPartResult, string]>([
    [{ outcome: 'no-such-upload' }, '404 NoSuchUpload'],
    [{ outcome: 'lease-lost' }, '400 RequestTimeout'],
    [{ outcome: 'bucket-gone' }, '404 NoSuchBucket'],
    [{ outcome: 'checksum-type-mismatch', expected: 'SHA256', actual: 'CRC32' }, '400 InvalidRequest'],
  ])('%j is %s', async (result, expected) => {
    expect(await codeOf(uploadPart, { query, store: uploads(result) })).toBe(expected)
  })

  it('says which checksum the upload is for', async () => {
    const store = uploads({ outcome: 'checksum-type-mismatch', expected: 'SHA256', actual: 'CRC32' })
    expect((await errorOf(uploadPart, { query, store })).message).toBe(
      'Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32',
    )
  })
})
