import { S3Error } from '../../errors.ts'
import { readPublicAccessBlock } from '../../iam/public-access-block.ts'
import { defineOperation } from '../operation.ts'
import { ownAccount, publicAccessBlockElements } from '../public-access-block.ts'
import { controlNamespace, element, xmlDeclaration } from '../xml.ts'

/**
 * GetPublicAccessBlock of S3 Control: the settings that hold for all buckets of the account.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html
 */
export const getAccountPublicAccessBlock = defineOperation({
  name: 'GetAccountPublicAccessBlock',
  route: { method: 'GET', level: 'account' },

  parse({ address }) {
    return { accountId: address.accountId }
  },

  permissions() {
    return [{ action: 's3:GetAccountPublicAccessBlock', resource: '*' }]
  },

  async handle({ accountId }, context) {
    const own = ownAccount(accountId, context)
    const stored = await context.store.accountPublicAccessBlock(own)
    if (stored === null) {
      throw new S3Error('NoSuchPublicAccessBlockConfiguration', { fields: { AccountId: accountId } })
    }
    const settings = publicAccessBlockElements(readPublicAccessBlock(stored))
    const document = element('PublicAccessBlockConfiguration', settings, { xmlns: controlNamespace })
    return { status: 200, body: xmlDeclaration + document }
  },
})
