// Parameters of IAM's actions as typed values, refused in AWS's words. No I/O.
// Patterns and lengths: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Types.html and each action's page.
import type { EntityKind } from '../../iam/arn.ts'
import type { Caller } from '../action.ts'
import type { QueryParameters } from '../parameters.ts'
import { QueryError } from '../query-error.ts'
import { capitalise } from './refusals.ts'

/** What a text must be. */
interface Rule {
  min?: number
  max?: number
  pattern?: RegExp
  /** What is said when the pattern does not match; absent: the pattern. */
  says?: string
}

function invalid(member: string, constraint: string): QueryError {
  return new QueryError(
    'ValidationError',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  )
}

/** A parameter's name as errors have it: `UserName` is `userName`. */
function memberOf(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

/** The value if it follows the rule. */
export function checkText(name: string, value: string, { min = 1, max, pattern, says }: Rule): string {
  const member = memberOf(name)
  if (value.length < min) throw invalid(member, `Member must have length greater than or equal to ${min}`)
  if (max !== undefined && value.length > max) {
    throw invalid(member, `Member must have length less than or equal to ${max}`)
  }
  if (pattern === undefined || pattern.test(value)) return value
  if (says === undefined) {
    throw invalid(member, `Member must satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`)
  }
  throw new QueryError('ValidationError', `The specified value for ${member} is invalid. ${says}`)
}

/** The text of a parameter; throws ValidationError when it was not sent. */
export function requiredText(parameters: QueryParameters, name: string): string {
  const value = parameters.optional(name)
  if (value === null) throw invalid(memberOf(name), 'Member must not be null')
  return value
}

function required(parameters: QueryParameters, name: string, rule: Rule): string {
  return checkText(name, requiredText(parameters, name), rule)
}

function optional(parameters: QueryParameters, name: string, rule: Rule): string | null {
  const value = parameters.optional(name)
  return value === null ? null : checkText(name, value, rule)
}

const namePattern = /^[\w+=,.@-]+$/
const nameSays = 'It must contain only alphanumeric characters and/or the following: +=,.@_-'

/** Lengths of names that are given to something new; existing users may be longer on AWS. */
const nameMax: Record<EntityKind, number> = { user: 64, group: 128, role: 64 }

/** The name of something new or existing: `UserName`, or `NewUserName` with `parameter`. */
export function entityName(
  parameters: QueryParameters,
  kind: EntityKind,
  parameter: string = `${capitalise(kind)}Name`,
): string {
  return required(parameters, parameter, { max: nameMax[kind], pattern: namePattern, says: nameSays })
}

export function optionalEntityName(parameters: QueryParameters, kind: EntityKind, parameter: string): string | null {
  return optional(parameters, parameter, { max: nameMax[kind], pattern: namePattern, says: nameSays })
}

/**
 * `UserName`, or who asks: the caller's own name where it is a user, null where it is the account itself.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
 */
export function userOrCaller(parameters: QueryParameters, { principal }: Caller): string | null {
  if (parameters.optional('UserName') !== null) return entityName(parameters, 'user')
  if (principal.type === 'User') return principal.username
  if (principal.type === 'Account') return null
  throw new QueryError('ValidationError', 'Must specify userName when calling with non-User credentials')
}

export function policyName(parameters: QueryParameters): string {
  return required(parameters, 'PolicyName', { max: 128, pattern: namePattern, says: nameSays })
}

const pathSays = 'It must begin and end with / and contain only alphanumeric characters and/or / characters.'

/** `/` where none is given. */
export function path(parameters: QueryParameters, parameter: 'Path' | 'NewPath' = 'Path'): string {
  return optionalPath(parameters, parameter) ?? '/'
}

export function optionalPath(parameters: QueryParameters, parameter: 'Path' | 'NewPath'): string | null {
  return optional(parameters, parameter, { max: 512, pattern: /^\/(?:[\x21-\x7e]+\/)?$/, says: pathSays })
}

/** `/` where none is given. */
export function policyPath(parameters: QueryParameters): string {
  return optional(parameters, 'Path', { max: 512, pattern: /^(?:\/[A-Za-z0-9.,+@=_-]+)*\/$/, says: pathSays }) ?? '/'
}

/** Empty where none is given: everything has a path that begins so. */
export function pathPrefix(parameters: QueryParameters): string {
  return optional(parameters, 'PathPrefix', { max: 512, pattern: /^\/[\x21-\x7f]*$/ }) ?? ''
}

export function policyArnParameter(
  parameters: QueryParameters,
  parameter: 'PolicyArn' | 'PermissionsBoundary',
): string {
  return checkArn(parameter, requiredText(parameters, parameter))
}

export function optionalBoundary(parameters: QueryParameters): string | null {
  const arn = parameters.optional('PermissionsBoundary')
  return arn === null ? null : checkArn('PermissionsBoundary', arn)
}

function checkArn(parameter: string, arn: string): string {
  checkText(parameter, arn, { min: 20, max: 2048 })
  if (/^arn:aws:iam::(?:\d{12}|aws):policy\/\S+$/.test(arn)) return arn
  // What is no ARN at all, and an ARN that is no policy's.
  throw new QueryError(arn.startsWith('arn:') ? 'InvalidInput' : 'ValidationError', `ARN ${arn} is not valid.`)
}

/** `v3` is 3. */
export function versionId(parameters: QueryParameters): number {
  const id = required(parameters, 'VersionId', { pattern: /^v[1-9][0-9]*(\.[A-Za-z0-9-]*)?$/ })
  return Number.parseInt(id.slice(1), 10)
}

export function accessKeyId(parameters: QueryParameters): string {
  return required(parameters, 'AccessKeyId', { min: 16, max: 128, pattern: /^\w+$/ })
}

/** A description of a role or policy; null where none is given. */
export function description(parameters: QueryParameters): string | null {
  return optional(parameters, 'Description', {
    min: 0,
    max: 1000,
    // oxlint-disable-next-line no-control-regex -- tabs and line ends are allowed
    pattern: /^[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*$/,
  })
}

/** Seconds; null where none is given. */
export function maxSessionSeconds(parameters: QueryParameters): number | null {
  return integer(parameters, 'MaxSessionDuration', { min: 3600, max: 43_200 })
}

/** Null where none is given. */
export function integer(
  parameters: QueryParameters,
  name: string,
  { min, max }: { min: number; max: number },
): number | null {
  const text = parameters.optional(name)
  if (text === null) return null
  if (!/^-?\d{1,9}$/.test(text)) throw new QueryError('MalformedInput', `Value '${text}' for ${name} is no integer`)
  const value = Number(text)
  const member = memberOf(name)
  if (value < min) throw invalid(member, `Member must have value greater than or equal to ${min}`)
  if (value > max) throw invalid(member, `Member must have value less than or equal to ${max}`)
  return value
}

/** False where none is given. */
export function flag(parameters: QueryParameters, name: string): boolean {
  const text = parameters.optional(name)?.toLowerCase()
  if (text === undefined || text === 'false') return false
  if (text === 'true') return true
  throw new QueryError('MalformedInput', `Value '${text}' for ${name} is neither true nor false`)
}

/** One of several words; null where none is given. */
export function choice<Word extends string>(
  parameters: QueryParameters,
  name: string,
  words: readonly Word[],
): Word | null {
  const text = parameters.optional(name)
  if (text === null) return null
  return oneOf(name, text, words)
}

/** The text as one of several words. */
export function oneOf<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === text)
  if (word === undefined) throw invalid(memberOf(name), 'Member must satisfy enum value set')
  return word
}
