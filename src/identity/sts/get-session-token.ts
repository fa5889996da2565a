import { defineAction } from '../action.ts'
import { QueryError } from '../query-error.ts'
import { issueCredentials, ownSession } from './issue-session.ts'
import { parseTokenDuration } from './session-duration.ts'
import { refuseDevice } from './session-input.ts'

/**
 * GetSessionToken: temporary credentials of the caller itself. Needs no permission, as at AWS.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export const getSessionToken = defineAction({
  name: 'GetSessionToken',
  service: 'sts',
  parse(parameters, caller) {
    refuseDevice(parameters)
    return { seconds: parseTokenDuration(parameters, caller) }
  },
  permissions: () => [],
  async handle({ seconds }, { env, caller, now }) {
    if (caller === null) throw new QueryError('MissingAuthenticationToken', 'Request is missing Authentication Token')
    return [await issueCredentials(env, ownSession(caller, { now, seconds }, []))]
  },
})
