import { S3Error } from '../../errors.ts'
import { bucketArn } from '../../iam/permission.ts'
import { defineOperation } from '../operation.ts'
import { checkStored } from '../outcomes.ts'
import { requiredDocument } from '../required-document.ts'
import { childText } from '../xml.ts'

/**
 * PutBucketRequestPayment: whether others than the owner must say that they pay for what they ask.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketRequestPayment.html
 */
export const putBucketRequestPayment = defineOperation({
  name: 'PutBucketRequestPayment',
  route: { method: 'PUT', level: 'bucket', query: { requestPayment: true } },
  body: 'xml',

  parse({ address, xml }) {
    const payer = childText(requiredDocument(xml, 'RequestPaymentConfiguration'), 'Payer')?.trim() ?? ''
    if (payer !== 'Requester' && payer !== 'BucketOwner')
      throw new S3Error('MalformedXML', { reason: `Payer ${payer}` })
    return { bucket: address.bucket, payer }
  },

  permissions({ bucket }) {
    return [{ action: 's3:PutBucketRequestPayment', resource: bucketArn(bucket) }]
  },

  async handle({ payer }, { bucket, store }) {
    const stored = payer === 'BucketOwner' ? null : JSON.stringify({ payer })
    checkStored(await store.setConfig(bucket, 'requestPayment', stored), bucket)
    return { status: 200 }
  },
})
