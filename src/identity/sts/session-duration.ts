// How long a session lasts. No I/O, no clock.
import {
  accountSessionSecondsMax,
  chainedSessionSecondsMax,
  roleSessionSecondsDefault,
  roleSessionSecondsMax,
  sessionSecondsMin,
  tokenSessionSecondsDefault,
  tokenSessionSecondsMax,
} from '../../limits.ts'
import { QueryError } from '../query-error.ts'
import { isTemporary } from '../session-limits.ts'
import { integer } from '../iam/fields.ts'
import type { Caller } from '../action.ts'
import type { QueryParameters } from '../parameters.ts'

/** Null where none is given. */
function duration(parameters: QueryParameters, max: number): number | null {
  return integer(parameters, 'DurationSeconds', { min: sessionSecondsMin, max })
}

/** DurationSeconds of a role's session, before the role is known. Throws ValidationError. */
export function parseRoleDuration(parameters: QueryParameters): number {
  return duration(parameters, roleSessionSecondsMax) ?? roleSessionSecondsDefault
}

/**
 * Throws ValidationError for longer than the role allows, and for longer than an hour when a session assumes the role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
 */
export function checkRoleDuration(seconds: number, maxSessionSeconds: number, caller: Caller | null): void {
  const isChained = caller !== null && isTemporary(caller)
  if (isChained && seconds > chainedSessionSecondsMax) {
    throw new QueryError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  if (seconds > maxSessionSeconds) {
    throw new QueryError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  }
}

/**
 * DurationSeconds of GetSessionToken and GetFederationToken. An account itself gets an hour at most, whatever it asks for.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export function parseTokenDuration(parameters: QueryParameters, caller: Caller | null): number {
  const asked = duration(parameters, tokenSessionSecondsMax) ?? tokenSessionSecondsDefault
  return caller?.principal.type === 'Account' ? Math.min(asked, accountSessionSecondsMax) : asked
}
