import { describe, expect, it } from 'vitest'
import { getBucketPolicy } from '../../../src/s3/operations/get-bucket-policy.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'
import { stranger } from '../../support/operation-call.ts'

const url = '/photos?policy'
const bucket = bucketRecord({ configs: { policy: '{ "Statement": [] }' } })

describe('GetBucketPolicy', () => {
  it('needs s3:GetBucketPolicy', () => {
    expect(permissionsOf(getBucketPolicy, url)).toEqual(['s3:GetBucketPolicy arn:aws:s3:::photos'])
  })

  it('gives the document as it was put, as JSON', async () => {
    expect(await run(getBucketPolicy, url, contextWith({}, { bucket }))).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{ "Statement": [] }',
    })
  })

  it('answers NoSuchBucketPolicy where there is none, and other accounts never', async () => {
    await expect(run(getBucketPolicy, url, contextWith())).rejects.toMatchObject({ code: 'NoSuchBucketPolicy' })
    const theirs = contextWith({}, { bucket, identity: stranger })
    await expect(run(getBucketPolicy, url, theirs)).rejects.toMatchObject({
      code: 'MethodNotAllowed',
      fields: { Method: 'GET' },
    })
  })
})
