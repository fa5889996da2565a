import { describe, expect, it } from 'vitest'
import { getObjectLockConfiguration } from '../../../src/s3/operations/get-object-lock-configuration.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?object-lock'

describe('GetObjectLockConfiguration', () => {
  it('needs s3:GetBucketObjectLockConfiguration', () => {
    expect(permissionsOf(getObjectLockConfiguration, url)).toEqual([
      's3:GetBucketObjectLockConfiguration arn:aws:s3:::photos',
    ])
  })

  it('answers Enabled for a bucket made with object lock', async () => {
    const context = contextWith({}, { bucket: bucketRecord({ objectLock: true }) })
    const { body } = await run(getObjectLockConfiguration, url, context)
    expect(body).toContain('<ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>')
  })

  it('answers 404 for every other bucket', async () => {
    const error = { code: 'ObjectLockConfigurationNotFoundError', status: 404, fields: { BucketName: 'photos' } }
    await expect(run(getObjectLockConfiguration, url, contextWith())).rejects.toMatchObject(error)
  })
})
