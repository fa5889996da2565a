// A role's ARN, taken to pieces. No I/O, no clock.
import { QueryError } from '../query-error.ts'
import { checkText } from '../iam/fields.ts'

export interface RoleArn {
  arn: string
  accountId: string
  /** Without its path. */
  name: string
}

/** Throws ValidationError for what is no ARN of a role. */
export function parseRoleArn(text: string): RoleArn {
  checkText('RoleArn', text, { min: 20, max: 2048 })
  const [, accountId, name] = /^arn:aws:iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64})$/.exec(text) ?? []
  if (accountId === undefined || name === undefined) throw new QueryError('ValidationError', 'Request ARN is invalid')
  return { arn: text, accountId, name }
}
