// Session tags: what a session is called beside its role's own tags, and which of them its own sessions inherit.
// No I/O, no clock. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
import { sessionTagsMax, tagKeyCharsMax, tagValueCharsMax } from '../../limits.ts'
import type { Session } from '../../auth/identity.ts'
import { QueryError } from '../query-error.ts'
import { checkText } from '../iam/fields.ts'
import { checkCount } from './check-count.ts'
import type { QueryParameters } from '../parameters.ts'

export interface SessionTags {
  tags: Readonly<Record<string, string>>
  /** Keys of tags that sessions assumed from this one have too. */
  transitiveTagKeys: readonly string[]
}

export const noTags: SessionTags = { tags: {}, transitiveTagKeys: [] }

const keyPattern = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u
const valuePattern = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** `Tags.member.N.Key`, `.Value` and `TransitiveTagKeys.member.N`. Throws QueryError. */
export function parseSessionTags(parameters: QueryParameters): SessionTags {
  const pairs = parameters
    .structures('Tags')
    .map((tag): [string, string] => [tag.required('Key'), tag.optional('Value') ?? ''])
  return checkedTags(pairs, parameters.list('TransitiveTagKeys'))
}

/** Tags as given, from parameters or from an identity token. Throws QueryError for those that cannot be. */
export function checkedTags(
  pairs: readonly [key: string, value: string][],
  transitive: readonly string[],
): SessionTags {
  checkCount('Tags', pairs, sessionTagsMax)
  checkCount('TransitiveTagKeys', transitive, sessionTagsMax)
  const names = new Set<string>()
  for (const [key, value] of pairs) {
    checkText('Tags.member.key', key, { max: tagKeyCharsMax, pattern: keyPattern })
    checkText('Tags.member.value', value, { min: 0, max: tagValueCharsMax, pattern: valuePattern })
    if (/^aws:/i.test(key)) {
      throw new QueryError('InvalidParameterValue', 'Tag keys that begin with aws: are reserved for system use')
    }
    names.add(key.toLowerCase())
  }
  if (names.size < pairs.length) {
    throw new QueryError(
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    )
  }
  if (transitive.some((key) => !names.has(key.toLowerCase()))) {
    throw new QueryError(
      'InvalidParameterValue',
      'The specified transitive tag key must be included in the requested tags.',
    )
  }
  return { tags: Object.fromEntries(pairs), transitiveTagKeys: transitive }
}

/**
 * The tags of a session that is assumed from another one: those passed, and the transitive ones of the other, which cannot
 * be replaced. `from` is null for a caller without a session. Throws QueryError.
 */
export function withInherited({ tags, transitiveTagKeys }: SessionTags, from: Session | null): SessionTags {
  const passed = new Set(Object.keys(tags).map((key) => key.toLowerCase()))
  const keys = new Set((from?.transitiveTagKeys ?? []).map((key) => key.toLowerCase()))
  if ([...keys].some((key) => passed.has(key))) {
    throw new QueryError(
      'InvalidParameterValue',
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    )
  }
  const inherited = Object.entries(from?.tags ?? {}).filter(([key]) => keys.has(key.toLowerCase()))
  return {
    tags: { ...Object.fromEntries(inherited), ...tags },
    transitiveTagKeys: [...inherited.map(([key]) => key), ...transitiveTagKeys],
  }
}
