import { element } from '../../s3/xml.ts'
import { defineAction } from '../action.ts'
import { QueryError } from '../query-error.ts'

/**
 * GetCallerIdentity: who the credentials belong to. Needs no permission.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const getCallerIdentity = defineAction({
  name: 'GetCallerIdentity',
  service: 'sts',
  parse: () => null,
  permissions: () => [],
  async handle(_input, { caller }) {
    if (caller === null) throw new QueryError('MissingAuthenticationToken', 'Request is missing Authentication Token')
    const { arn, userId, accountId } = caller.principal
    return [element('Arn', arn), element('UserId', userId), element('Account', accountId)]
  },
})
