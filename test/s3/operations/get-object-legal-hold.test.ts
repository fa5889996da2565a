import { describe, expect, it } from 'vitest'
import { getObjectLegalHold } from '../../../src/s3/operations/get-object-legal-hold.ts'
import { bucketRecord, contextWith, foundObject, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos/a.jpg?legal-hold'
const locked = { bucket: bucketRecord({ objectLock: true, versioning: 'enabled' }) }

describe('GetObjectLegalHold', () => {
  it('needs s3:GetObjectLegalHold', () => {
    expect(permissionsOf(getObjectLegalHold, url)).toEqual(['s3:GetObjectLegalHold arn:aws:s3:::photos/a.jpg'])
  })

  it('refuses a bucket without object lock', async () => {
    const message = 'Bucket is missing Object Lock Configuration'
    const error = { code: 'InvalidRequest', status: 400, message }
    await expect(run(getObjectLegalHold, url, contextWith(foundObject()))).rejects.toMatchObject(error)
  })

  it('answers NoSuchObjectLockConfiguration for an object, NoSuchKey for none', async () => {
    const there = run(getObjectLegalHold, url, contextWith(foundObject(), locked))
    await expect(there).rejects.toMatchObject({ code: 'NoSuchObjectLockConfiguration', status: 404 })
    const missing = contextWith({ open: async () => ({ outcome: 'missing' }) }, locked)
    await expect(run(getObjectLegalHold, url, missing)).rejects.toMatchObject({ code: 'NoSuchKey' })
  })
})
