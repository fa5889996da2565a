import { describe, expect, it } from 'vitest'
import { getBucketVersioning } from '../../../src/s3/operations/get-bucket-versioning.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

describe('GetBucketVersioning', () => {
  it('needs s3:GetBucketVersioning', () => {
    expect(permissionsOf(getBucketVersioning, '/photos?versioning')).toEqual([
      's3:GetBucketVersioning arn:aws:s3:::photos',
    ])
  })

  it.each([
    ['unversioned', ''],
    ['enabled', '<Status>Enabled</Status>'],
    ['suspended', '<Status>Suspended</Status>'],
  ] as const)('answers for a bucket that is %s', async (versioning, status) => {
    const context = contextWith({}, { bucket: bucketRecord({ versioning }) })
    const { body } = await run(getBucketVersioning, '/photos?versioning', context)
    const root = '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    expect(body).toContain(`${root}${status}</VersioningConfiguration>`)
  })
})
