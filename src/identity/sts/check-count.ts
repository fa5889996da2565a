import { QueryError } from '../query-error.ts'

/** The list as it is; throws ValidationError, in AWS's words, when it has more than `max` members. */
export function checkCount<T>(name: string, list: readonly T[], max: number): readonly T[] {
  if (list.length <= max) return list
  const member = name.charAt(0).toLowerCase() + name.slice(1)
  throw new QueryError(
    'ValidationError',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${max}`,
  )
}
