// Members of STS's requests held against their constraints, in the words of AWS's services. No I/O, no clock.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
import { QueryError } from '../query-error.ts'

export interface TextConstraint {
  min?: number
  max?: number
  pattern?: RegExp
}

/** The value as it is. Throws ValidationError; `member` is its name with a small first letter: `roleSessionName`. */
export function checkText(member: string, value: string, { min, max, pattern }: TextConstraint): string {
  if (min !== undefined && value.length < min) {
    throw constraint(member, value, `Member must have length greater than or equal to ${min}`)
  }
  if (max !== undefined && value.length > max) {
    throw constraint(member, value, `Member must have length less than or equal to ${max}`)
  }
  if (pattern !== undefined && !pattern.test(value)) {
    throw constraint(member, value, `Member must satisfy regular expression pattern: ${sourceOf(pattern)}`)
  }
  return value
}

/** A whole number; throws ValidationError. */
export function checkNumber(member: string, text: string, { min, max }: { min: number; max: number }): number {
  if (!/^-?\d{1,9}$/.test(text)) {
    throw new QueryError('ValidationError', `Value '${shown(text)}' at '${member}' must be a whole number`)
  }
  const value = Number(text)
  if (value < min) throw constraint(member, text, `Member must have value greater than or equal to ${min}`)
  if (value > max) throw constraint(member, text, `Member must have value less than or equal to ${max}`)
  return value
}

/** The list as it is; throws ValidationError when it has more members. */
export function checkCount<T>(member: string, list: readonly T[], max: number): readonly T[] {
  if (list.length <= max) return list
  throw new QueryError(
    'ValidationError',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${max}`,
  )
}

function constraint(member: string, value: string, what: string): QueryError {
  return new QueryError(
    'ValidationError',
    `1 validation error detected: Value '${shown(value)}' at '${member}' failed to satisfy constraint: ${what}`,
  )
}

const shownCharsMax = 200

/** An answer does not repeat whatever it was sent. */
function shown(value: string): string {
  return value.length > shownCharsMax ? `${value.slice(0, shownCharsMax)}…` : value
}

/** Without the anchors that a constraint implies. */
function sourceOf({ source }: RegExp): string {
  return source.replace(/^\^/, '').replace(/\$$/, '')
}
