import { describe, expect, it } from 'vitest'
import { getBucketLocation } from '../../../src/s3/operations/get-bucket-location.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

describe('GetBucketLocation', () => {
  it('needs s3:GetBucketLocation', () => {
    expect(permissionsOf(getBucketLocation, '/photos?location')).toEqual(['s3:GetBucketLocation arn:aws:s3:::photos'])
  })

  it.each(['', 'EU', 'eu-west-1'])('answers the constraint %j as it was given', async (location) => {
    const context = contextWith({}, { bucket: bucketRecord({ location }) })
    const { body } = await run(getBucketLocation, '/photos?location', context)
    expect(body).toContain(
      `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${location}</LocationConstraint>`,
    )
  })
})
