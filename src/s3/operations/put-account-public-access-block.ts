import { defineOperation } from '../operation.ts'
import { ownAccount, parsePublicAccessBlock } from '../public-access-block.ts'

/**
 * PutPublicAccessBlock of S3 Control: replace the settings that hold for all buckets of the account.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html
 */
export const putAccountPublicAccessBlock = defineOperation({
  name: 'PutAccountPublicAccessBlock',
  route: { method: 'PUT', level: 'account' },
  body: 'xml',

  parse({ address, xml }) {
    return { accountId: address.accountId, block: parsePublicAccessBlock(xml) }
  },

  permissions() {
    return [{ action: 's3:PutAccountPublicAccessBlock', resource: '*' }]
  },

  async handle({ accountId, block }, context) {
    const own = ownAccount(accountId, context)
    await context.store.setAccountPublicAccessBlock(own, JSON.stringify(block))
    return { status: 201 }
  },
})
