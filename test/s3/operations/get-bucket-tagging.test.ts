import { describe, expect, it } from 'vitest'
import { getBucketTagging } from '../../../src/s3/operations/get-bucket-tagging.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?tagging'

describe('GetBucketTagging', () => {
  it('needs s3:GetBucketTagging', () => {
    expect(permissionsOf(getBucketTagging, url)).toEqual(['s3:GetBucketTagging arn:aws:s3:::photos'])
  })

  it('writes the tags', async () => {
    const bucket = bucketRecord({ configs: { tagging: '{"a":"1","b":""}' } })
    const { body } = await run(getBucketTagging, url, contextWith({}, { bucket }))
    const tags = '<Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value></Value></Tag>'
    expect(body).toContain(`<TagSet>${tags}</TagSet></Tagging>`)
  })

  it('answers NoSuchTagSet without any', async () => {
    const error = { code: 'NoSuchTagSet', status: 404, fields: { BucketName: 'photos' } }
    await expect(run(getBucketTagging, url, contextWith())).rejects.toMatchObject(error)
  })
})
