import { describe, expect, it } from 'vitest'
import { getObjectRetention } from '../../../src/s3/operations/get-object-retention.ts'
import { bucketRecord, contextWith, foundObject, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos/a.jpg?retention'
const locked = { bucket: bucketRecord({ objectLock: true, versioning: 'enabled' }) }

describe('GetObjectRetention', () => {
  it('needs s3:GetObjectRetention', () => {
    expect(permissionsOf(getObjectRetention, url)).toEqual(['s3:GetObjectRetention arn:aws:s3:::photos/a.jpg'])
  })

  it('refuses a bucket without object lock', async () => {
    const message = 'Bucket is missing Object Lock Configuration'
    const error = { code: 'InvalidRequest', status: 400, message }
    await expect(run(getObjectRetention, url, contextWith(foundObject()))).rejects.toMatchObject(error)
  })

  it('answers NoSuchObjectLockConfiguration for an object, NoSuchKey for none', async () => {
    const there = run(getObjectRetention, url, contextWith(foundObject(), locked))
    await expect(there).rejects.toMatchObject({ code: 'NoSuchObjectLockConfiguration', status: 404 })
    const missing = contextWith({ open: async () => ({ outcome: 'missing' }) }, locked)
    await expect(run(getObjectRetention, url, missing)).rejects.toMatchObject({ code: 'NoSuchKey' })
  })
})
