import { describe, expect, it } from 'vitest'
import { abortMultipartUpload } from '../../../src/s3/operations/abort-multipart-upload.ts'
import { answerOf, codeOf, permissionsOf, uploadOf } from '../../support/operation-call.ts'
import type { AbortOutcome } from '../../../src/shard/rpc.ts'
import type { Store } from '../../../src/store/store.ts'

const query = { uploadId: 'u' }
const aborts = (outcome: AbortOutcome): Partial<Store> => ({
  abortUpload: () => Promise.resolve(outcome),
  listParts: () => Promise.resolve({ outcome: 'found', upload: uploadOf(), parts: [], isTruncated: false }),
})
const initiated = (time: string) => ({ 'x-amz-if-match-initiated-time': time })

describe('AbortMultipartUpload', () => {
  it('needs AbortMultipartUpload', () => {
    expect(permissionsOf(abortMultipartUpload, { query })).toEqual(['s3:AbortMultipartUpload arn:aws:s3:::bucket/key'])
  })

  it('answers 204', async () => {
    expect(await answerOf(abortMultipartUpload, { query, store: aborts({ outcome: 'aborted' }) })).toEqual({
      status: 204,
    })
  })

  it('holds the upload against the time given', async () => {
    const store = aborts({ outcome: 'aborted' })
    const same = initiated('Sun, 06 Nov 1994 08:49:37 GMT')
    expect(await answerOf(abortMultipartUpload, { query, store, headers: same })).toEqual({ status: 204 })
    const other = initiated('Sun, 06 Nov 1994 08:49:38 GMT')
    expect(await codeOf(abortMultipartUpload, { query, store, headers: other })).toBe('412 PreconditionFailed')
    expect(await codeOf(abortMultipartUpload, { query, store, headers: initiated('x') })).toBe('400 InvalidArgument')
    const none: Partial<Store> = { listParts: () => Promise.resolve({ outcome: 'no-such-upload' }) }
    expect(await codeOf(abortMultipartUpload, { query, store: none, headers: same })).toBe('404 NoSuchUpload')
  })

  it.each<[AbortOutcome, string]>([
    [{ outcome: 'no-such-upload' }, '404 NoSuchUpload'],
    [{ outcome: 'bucket-gone' }, '404 NoSuchBucket'],
    [{ outcome: 'catalog-unavailable' }, '503 SlowDown'],
  ])('%j is %s', async (outcome, expected) => {
    expect(await codeOf(abortMultipartUpload, { query, store: aborts(outcome) })).toBe(expected)
  })
})
