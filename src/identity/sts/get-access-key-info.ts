import { accountOfSessionKey } from '../../store/session-key-id.ts'
import { accountOfKey } from '../../store/tables/access-keys.ts'
import { rootAccountId } from '../../store/tables/accounts.ts'
import { element } from '../../s3/xml.ts'
import { defineAction } from '../action.ts'
import { QueryError } from '../query-error.ts'
import { checkText } from '../iam/fields.ts'

/**
 * GetAccessKeyInfo: which account an access key belongs to, lasting or temporary, whatever its state.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 *
 * Differs from AWS: a lasting key that was deleted is not known any more, as its id does not name its account.
 */
export const getAccessKeyInfo = defineAction({
  name: 'GetAccessKeyInfo',
  service: 'sts',
  parse: (parameters) => ({
    accessKeyId: checkText('AccessKeyId', parameters.required('AccessKeyId'), {
      min: 3,
      max: 128,
      pattern: /^[\w.-]*$/,
    }),
  }),
  permissions: () => [{ action: 'sts:GetAccessKeyInfo', resource: '*' }],
  async handle({ accessKeyId }, { env }) {
    const isRootKey = accessKeyId === env.ROOT_ACCESS_KEY_ID
    const account = isRootKey
      ? rootAccountId
      : (accountOfSessionKey(accessKeyId) ?? (await accountOfKey(env, accessKeyId)))
    if (account === null) {
      throw new QueryError('ValidationError', 'The access key id is not the id of an access key of this deployment')
    }
    return [element('Account', account)]
  },
})
