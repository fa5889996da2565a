import { describe, expect, it } from 'vitest'
import { deleteBucket } from '../../../src/s3/operations/delete-bucket.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'
import type { Versioning } from '../../../src/shard/rpc.ts'

function deleting(outcome: 'deleted' | 'not-empty' | 'missing', versioning: Versioning = 'unversioned') {
  const context = contextWith({ deleteBucket: async () => ({ outcome }) }, { bucket: bucketRecord({ versioning }) })
  return run(deleteBucket, '/photos', context)
}

describe('DeleteBucket', () => {
  it('needs s3:DeleteBucket', () => {
    expect(permissionsOf(deleteBucket, '/photos')).toEqual(['s3:DeleteBucket arn:aws:s3:::photos'])
  })

  it('answers 204', async () => {
    expect(await deleting('deleted')).toEqual({ status: 204 })
  })

  const notEmpty = 'The bucket you tried to delete is not empty'
  it.each([
    ['unversioned', notEmpty],
    ['enabled', `${notEmpty}. You must delete all versions in the bucket.`],
    ['suspended', `${notEmpty}. You must delete all versions in the bucket.`],
  ] as const)('refuses a bucket that holds something (%s)', async (versioning, message) => {
    const error = { code: 'BucketNotEmpty', status: 409, message, fields: { BucketName: 'photos' } }
    await expect(deleting('not-empty', versioning)).rejects.toMatchObject(error)
  })

  it('says so when somebody was faster', async () => {
    await expect(deleting('missing')).rejects.toMatchObject({ code: 'NoSuchBucket', fields: { BucketName: 'photos' } })
  })
})
