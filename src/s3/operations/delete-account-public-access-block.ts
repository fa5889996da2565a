import { defineOperation } from '../operation.ts'
import { ownAccount } from '../public-access-block.ts'

/**
 * DeletePublicAccessBlock of S3 Control: nothing holds for all buckets of the account any more.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_DeletePublicAccessBlock.html
 */
export const deleteAccountPublicAccessBlock = defineOperation({
  name: 'DeleteAccountPublicAccessBlock',
  route: { method: 'DELETE', level: 'account' },

  parse({ address }) {
    return { accountId: address.accountId }
  },

  permissions() {
    return [{ action: 's3:PutAccountPublicAccessBlock', resource: '*' }]
  },

  async handle({ accountId }, context) {
    const own = ownAccount(accountId, context)
    await context.store.setAccountPublicAccessBlock(own, null)
    return { status: 204 }
  },
})
