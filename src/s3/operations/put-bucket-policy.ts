import { S3Error } from '../../errors.ts'
import { bucketArn } from '../../iam/permission.ts'
import { isPublic } from '../../iam/public-policy.ts'
import { checkPolicyOwner, readBucketPolicy } from '../bucket-policy.ts'
import { defineOperation } from '../operation.ts'
import { checkStored } from '../outcomes.ts'
import { blockOf, preventedError } from '../public-access-block.ts'
import type { CompiledPolicy } from '../../iam/policy.ts'
import type { Store } from '../../store/store.ts'

/**
 * PutBucketPolicy: replace the bucket's policy, of at most 20 KB.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 *
 * x-amz-confirm-remove-self-bucket-access changes nothing: the root identity of the bucket's account always gets the
 * policy back, and others are not asked whether they lock themselves out.
 */
export const putBucketPolicy = defineOperation({
  name: 'PutBucketPolicy',
  route: { method: 'PUT', level: 'bucket', query: { policy: true } },
  body: 'xml',

  // What the document says is looked at only for those who may put one.
  parse({ address, text }) {
    return { bucket: address.bucket, text }
  },

  permissions({ bucket }) {
    return [{ action: 's3:PutBucketPolicy', resource: bucketArn(bucket) }]
  },

  async handle({ text }, context) {
    const { bucket, store } = context
    checkPolicyOwner(context, 'PUT')
    const policy = readBucketPolicy(text, bucket.name)
    await checkPrincipals(policy, store)
    if (isPublic(policy) && blockOf(bucket).BlockPublicPolicy) {
      const permission = { action: 's3:PutBucketPolicy', resource: bucketArn(bucket.name) }
      throw preventedError('BlockPublicPolicy', permission, context)
    }
    checkStored(await store.setConfig(bucket, 'policy', text), bucket)
    return { status: 204 }
  },
})

async function checkPrincipals({ statements }: CompiledPolicy, store: Store): Promise<void> {
  const named = statements.flatMap(({ source }) => (source.principals === 'everyone' ? [] : source.principals))
  const unknown = await store.unknownPrincipal(named)
  if (unknown === null) return
  throw new S3Error('MalformedPolicy', {
    message: 'Invalid principal in policy',
    fields: { Detail: `"${unknown.type}" : "${unknown.value}"` },
  })
}
