import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { payerOf } from '../request-payment.ts'
import { element, xmlDocument } from '../xml.ts'

/**
 * GetBucketRequestPayment: who pays for requests and downloads, the owner or whoever asks.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html
 */
export const getBucketRequestPayment = defineOperation({
  name: 'GetBucketRequestPayment',
  route: { method: 'GET', level: 'bucket', query: { requestPayment: true } },

  parse({ address }) {
    return { bucket: address.bucket }
  },

  permissions({ bucket }) {
    return [{ action: 's3:GetBucketRequestPayment', resource: bucketArn(bucket) }]
  },

  async handle(_input, { bucket }) {
    return { status: 200, body: xmlDocument('RequestPaymentConfiguration', [element('Payer', payerOf(bucket))]) }
  },
})
