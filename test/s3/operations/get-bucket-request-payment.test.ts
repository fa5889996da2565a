import { describe, expect, it } from 'vitest'
import { getBucketRequestPayment } from '../../../src/s3/operations/get-bucket-request-payment.ts'
import { bucketRecord, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?requestPayment'

describe('GetBucketRequestPayment', () => {
  it('needs s3:GetBucketRequestPayment', () => {
    expect(permissionsOf(getBucketRequestPayment, url)).toEqual(['s3:GetBucketRequestPayment arn:aws:s3:::photos'])
  })

  it.each<[Record<string, string>, string]>([
    [{}, 'BucketOwner'],
    [{ requestPayment: '{"payer":"Requester"}' }, 'Requester'],
  ])('with %j it is %s who pays', async (configs, payer) => {
    const { body } = await run(getBucketRequestPayment, url, contextWith({}, { bucket: bucketRecord({ configs }) }))
    expect(body).toContain(`><Payer>${payer}</Payer></RequestPaymentConfiguration>`)
  })
})
