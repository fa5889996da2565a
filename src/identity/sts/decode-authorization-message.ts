import { defineAction } from '../action.ts'
import { QueryError } from '../query-error.ts'

/**
 * DecodeAuthorizationMessage: what an encoded message of a refusal says. No service here sends one: a refusal says in plain
 * words what was missing, and `/-/admin/explain` which statement decided. So every message is one that was not made here.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
export const decodeAuthorizationMessage = defineAction({
  name: 'DecodeAuthorizationMessage',
  service: 'sts',
  parse: (parameters) => parameters.required('EncodedMessage'),
  permissions: () => [{ action: 'sts:DecodeAuthorizationMessage', resource: '*' }],
  handle() {
    throw new QueryError(
      'InvalidAuthorizationMessageException',
      'The message was not encoded by this service, which encodes none: its refusals say what was missing.',
    )
  },
})
