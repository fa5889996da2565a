// Tags as parameters, and what becomes of a resource's tags. No I/O.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
import { identityTagsMax } from '../../limits.ts'
import { element, type Xml } from '../../s3/xml.ts'
import type { Tags } from '../../store/tables/tags.ts'
import type { QueryParameters } from '../parameters.ts'
import { QueryError } from '../query-error.ts'
import { checkText } from './fields.ts'

const keyRule = { min: 1, max: 128, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u }
const valueRule = { min: 0, max: 256, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u }

/** `Tags.member.N.Key` and `.Value`. Keys are not told apart by case. */
export function requestedTags(parameters: QueryParameters): Tags {
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
    if (seen.has(key.toLowerCase())) {
      throw new QueryError('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.')
    }
    seen.add(key.toLowerCase())
    tags[key] = checkText(`${place}.value`, member.optional('Value') ?? '', valueRule)
  }
  return tags
}

/** `TagKeys.member.N`. */
export function requestedTagKeys(parameters: QueryParameters): string[] {
  const keys = parameters.list('TagKeys')
  if (keys.length > identityTagsMax) throw tooManyMembers('tagKeys', identityTagsMax)
  return keys.map((key, index) => checkText(`tagKeys.${index + 1}.member`, key, keyRule))
}

function tooManyMembers(member: string, max: number): QueryError {
  return new QueryError(
    'ValidationError',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ` +
      `Member must have length less than or equal to ${max}`,
  )
}

/** The tags after these were put: a key replaces one that differs in case alone. */
export function withTags(tags: Tags, put: Tags): Tags {
  return { ...withoutTags(tags, Object.keys(put)), ...put }
}

/** The tags without these keys, whatever their case. */
export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  const removed = new Set(keys.map((key) => key.toLowerCase()))
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key.toLowerCase())))
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
