// Parameters that several of STS's actions share. No I/O, no clock.
import { QueryError } from '../query-error.ts'
import { checkText } from '../iam/fields.ts'
import type { QueryParameters } from '../parameters.ts'

const namePattern = /^[\w+=,.@-]*$/

/** RoleSessionName. Throws ValidationError. */
export function parseSessionName(parameters: QueryParameters): string {
  return checkText('RoleSessionName', parameters.required('RoleSessionName'), { min: 2, max: 64, pattern: namePattern })
}

/** SourceIdentity, given by a caller or by an identity provider; null for none. Throws ValidationError. */
export function checkSourceIdentity(value: string | null): string | null {
  if (value === null) return null
  if (value.toLowerCase().startsWith('aws:')) {
    throw new QueryError('ValidationError', 'A source identity that begins with aws: is reserved for system use')
  }
  return checkText('SourceIdentity', value, { min: 2, max: 64, pattern: namePattern })
}

/**
 * Throws AccessDenied where a device is to confirm who asks: no user has one here.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export function refuseDevice(parameters: QueryParameters): void {
  if (parameters.optional('SerialNumber') === null && parameters.optional('TokenCode') === null) return
  throw new QueryError(
    'AccessDenied',
    'MultiFactorAuthentication failed, unable to validate MFA code. Please verify your MFA serial number is valid and associated with this user.',
  )
}
