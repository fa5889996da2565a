// What temporary credentials may not be used for, whatever policies say. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
import type { Action, Caller } from './action.ts'
import { QueryError } from './query-error.ts'

/** What a session may always do with itself, and a user's or an account's in STS beside it. */
const ofEveryone: readonly string[] = ['GetCallerIdentity']
const ofTheirOwn: readonly string[] = [...ofEveryone, 'AssumeRole']

/**
 * Throws QueryError where the caller's session may not be used for the action. A role's may be used for anything but to
 * make sessions out of itself. Those of GetSessionToken cannot call IAM without multi-factor authentication, which there
 * is none of here, nor STS but to assume a role; those of GetFederationToken can call neither.
 */
export function checkSession({ name, service }: Pick<Action, 'name' | 'service'>, caller: Caller): void {
  const { principal } = caller
  if (!isTemporary(caller)) return
  if (name === 'GetSessionToken' || name === 'GetFederationToken') {
    throw new QueryError('AccessDenied', `Cannot call ${name} with session credentials`)
  }
  if (principal.type === 'AssumedRole') return
  if (service === 'iam') {
    throw new QueryError('InvalidClientTokenId', 'The security token included in the request is invalid')
  }
  const allowed = principal.type === 'FederatedUser' ? ofEveryone : ofTheirOwn
  if (allowed.includes(name)) return
  throw new QueryError('AccessDenied', `User: ${principal.arn} is not authorized to perform: sts:${name}`)
}

/** Whether the caller signs with temporary credentials: not with a key of its own, which a service account has too. */
export function isTemporary({ session }: Caller): boolean {
  return session !== null && session.issued !== null
}
