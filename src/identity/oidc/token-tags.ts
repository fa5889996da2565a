// Session tags and a source identity that an identity provider puts into its tokens. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
import type { IdentityTokenProblem } from './identity-token-problem.ts'
import { isObject } from './json-web-token.ts'

const tagsClaim = 'https://aws.amazon.com/tags'
const sourceIdentityClaim = 'https://aws.amazon.com/source_identity'

export interface TokenTags {
  tags: [key: string, value: string][]
  transitiveTagKeys: string[]
  sourceIdentity: string | null
}

interface Refused {
  outcome: 'refused'
  problem: IdentityTokenProblem
}

type Claims = Readonly<Record<string, unknown>>

/** What the token brings along: nested in one claim, or flattened into claims whose names begin like it. */
export function tokenTags(claims: Claims): { outcome: 'read'; found: TokenTags } | Refused {
  const nested = claims[tagsClaim] ?? {}
  if (!isObject(nested)) return refused(tagsClaim)
  const principalTags = nested['principal_tags'] ?? {}
  const keys = nested['transitive_tag_keys'] ?? claims[`${tagsClaim}/transitive_tag_keys`] ?? []
  if (!isObject(principalTags) || !isListOfTexts(keys)) return refused(tagsClaim)
  const tags: [string, string][] = []
  for (const [key, value] of [...Object.entries(principalTags), ...flattened(claims)]) {
    const text = onlyText(value)
    if (text === null) return refused(tagsClaim)
    tags.push([key, text])
  }
  const sourceIdentity = claims[sourceIdentityClaim] ?? null
  if (sourceIdentity !== null && typeof sourceIdentity !== 'string') return refused(sourceIdentityClaim)
  return { outcome: 'read', found: { tags, transitiveTagKeys: keys, sourceIdentity } }
}

function refused(claim: string): Refused {
  return { outcome: 'refused', problem: { problem: 'claim-malformed', claim } }
}

/** `https://aws.amazon.com/tags/principal_tags/Project`. */
function flattened(claims: Claims): [string, unknown][] {
  const prefix = `${tagsClaim}/principal_tags/`
  return Object.entries(claims)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value])
}

/** A tag has one value: a text, or a list with one. */
function onlyText(value: unknown): string | null {
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  return typeof only === 'string' ? only : null
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
