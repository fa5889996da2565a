import { describe, expect, it } from 'vitest'
import { putBucketRequestPayment } from '../../../src/s3/operations/put-bucket-request-payment.ts'
import { configStore, contextWith, permissionsOf, run } from '../../support/bucket-store.ts'

const url = '/photos?requestPayment'
const paidBy = (payer: string) => ({
  body: `<RequestPaymentConfiguration><Payer>${payer}</Payer></RequestPaymentConfiguration>`,
})

describe('PutBucketRequestPayment', () => {
  it('needs s3:PutBucketRequestPayment', () => {
    expect(permissionsOf(putBucketRequestPayment, url, paidBy('Requester'))).toEqual([
      's3:PutBucketRequestPayment arn:aws:s3:::photos',
    ])
  })

  it.each([
    ['Requester', '{"payer":"Requester"}'],
    ['BucketOwner', null],
  ])('stores %s', async (payer, config) => {
    const { stored, store } = configStore()
    expect(await run(putBucketRequestPayment, url, contextWith(store), paidBy(payer))).toEqual({ status: 200 })
    expect(stored).toEqual([['photos', 'requestPayment', config]])
  })

  it.each([
    ['', 'MissingRequestBodyError'],
    ['<Other/>', 'MalformedXML'],
    ['<RequestPaymentConfiguration/>', 'MalformedXML'],
    [paidBy('requester').body, 'MalformedXML'],
  ])('refuses the body %j', (body, code) => {
    expect(() => permissionsOf(putBucketRequestPayment, url, { body })).toThrow(expect.objectContaining({ code }))
  })

  it('answers NoSuchBucket when the bucket was deleted meanwhile', async () => {
    const { store } = configStore('missing')
    const call = run(putBucketRequestPayment, url, contextWith(store), paidBy('Requester'))
    await expect(call).rejects.toMatchObject({ code: 'NoSuchBucket' })
  })
})
