import { describe, expect, it } from 'vitest'
import { noPublicAccessBlock } from '../../../src/iam/public-access-block.ts'
import { getPublicAccessBlock } from '../../../src/s3/operations/get-public-access-block.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?publicAccessBlock'

describe('GetPublicAccessBlock', () => {
  it('needs s3:GetBucketPublicAccessBlock', () => {
    expect(permissionsOf(getPublicAccessBlock, url)).toEqual(['s3:GetBucketPublicAccessBlock arn:aws:s3:::photos'])
  })

  it("gives the bucket's four settings, whatever the account's are", async () => {
    const publicAccessBlock = JSON.stringify({ ...noPublicAccessBlock, IgnorePublicAcls: true })
    const accountPublicAccessBlock = JSON.stringify({ ...noPublicAccessBlock, BlockPublicAcls: true })
    const bucket = bucketRecord({ configs: { publicAccessBlock }, accountPublicAccessBlock })
    const { body } = await run(getPublicAccessBlock, url, contextWith({}, { bucket }))
    expect(body).toContain(
      '<BlockPublicAcls>false</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>' +
        '<BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets>' +
        '</PublicAccessBlockConfiguration>',
    )
  })

  it('answers NoSuchPublicAccessBlockConfiguration where none was put', async () => {
    const error = { code: 'NoSuchPublicAccessBlockConfiguration', status: 404, fields: { BucketName: 'photos' } }
    await expect(run(getPublicAccessBlock, url, contextWith())).rejects.toMatchObject(error)
  })
})
