// Tags as parameters, and what becomes of a resource's tags. No I/O.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
import { identityTagsMax } from '../../limits.ts'
import { element, type Xml } from '../../s3/xml.ts'
import type { Tags } from '../../store/tables/tags.ts'
import type { QueryParameters } from '../parameters.ts'
import { QueryError } from '../query-error.ts'
import { checkText } from './fields.ts'

/**
 * Whether keys that differ in case alone are one: those of users and roles are, those of everything else are not.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
 */
export type KeyCase = 'one-key' | 'two-keys'

function folded(key: string, keyCase: KeyCase): string {
  return keyCase === 'one-key' ? key.toLowerCase() : key
}

const keyRule = { min: 1, max: 128, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u }
const valueRule = { min: 0, max: 256, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u }

/** `Tags.member.N.Key` and `.Value`. */
export function requestedTags(parameters: QueryParameters, keyCase: KeyCase): Tags {
  const members = parameters.structures('Tags')
  if (members.length > identityTagsMax) throw tooManyMembers('tags', identityTagsMax)
  const tags: Record<string, string> = Object.create(null) as Record<string, string>
  const seen = new Set<string>()
  for (const [index, member] of members.entries()) {
    const place = `tags.${index + 1}.member`
    const key = checkText(`${place}.key`, member.optional('Key') ?? '', keyRule)
    if (key.toLowerCase().startsWith('aws:')) {
      throw new QueryError('InvalidInput', 'aws: prefixed tag key names are not allowed for external use.')
    }
    if (seen.has(folded(key, keyCase))) {
      const note = keyCase === 'one-key' ? ' Please note that Tag keys are case insensitive.' : ''
      throw new QueryError('InvalidInput', `Duplicate tag keys found.${note}`)
    }
    seen.add(folded(key, keyCase))
    tags[key] = checkText(`${place}.value`, member.optional('Value') ?? '', valueRule)
  }
  return tags
}

/** `TagKeys.member.N`. */
export function requestedTagKeys(parameters: QueryParameters): string[] {
  const keys = parameters.list('TagKeys')
  if (keys.length > identityTagsMax) throw tooManyMembers('tagKeys', identityTagsMax)
  if (keys.every((key) => key.length >= keyRule.min && key.length <= keyRule.max && keyRule.pattern.test(key)))
    return keys
  throw new QueryError(
    'ValidationError',
    "1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: " +
      `[Member must have length less than or equal to ${keyRule.max}, ` +
      `Member must have length greater than or equal to ${keyRule.min}, ` +
      `Member must satisfy regular expression pattern: ${keyRule.pattern.source.slice(1, -1)}, Member must not be null]`,
  )
}

function tooManyMembers(member: string, max: number): QueryError {
  return new QueryError(
    'ValidationError',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ` +
      `Member must have length less than or equal to ${max}`,
  )
}

/** The tags after these were put. */
export function withTags(tags: Tags, put: Tags, keyCase: KeyCase): Tags {
  return { ...withoutTags(tags, Object.keys(put), keyCase), ...put }
}

/** The tags without these keys. */
export function withoutTags(tags: Tags, keys: readonly string[], keyCase: KeyCase): Tags {
  const removed = new Set(keys.map((key) => folded(key, keyCase)))
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(folded(key, keyCase))))
}

/** Throws LimitExceeded for more than a resource may have. */
export function checkTagCount(tags: Tags): Tags {
  if (Object.keys(tags).length > identityTagsMax) {
    throw new QueryError('LimitExceeded', 'The number of tags has reached the maximum limit.')
  }
  return tags
}

/** By key, as AWS lists them. */
export function sortedTags(tags: Tags): [key: string, value: string][] {
  return Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** `<member>`s of a list of tags. */
export function tagMembers(tags: readonly [key: string, value: string][]): Xml[][] {
  return tags.map(([key, value]) => [element('Key', key), element('Value', value)])
}
