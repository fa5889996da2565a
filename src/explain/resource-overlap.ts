// How much of a set of resources a pattern of `Resource` covers: for questions about a whole prefix. Pure.
import { compileResource, matchesResource } from '../iam/arn-pattern.ts'
import { parseTemplate, type Token } from '../iam/variables.ts'
import type { ConditionContext } from '../iam/condition-context.ts'
import type { CompiledPolicy, CompiledStatement } from '../iam/policy.ts'

/** One resource, or all whose ARN begins with it. */
export interface ResourceSet {
  arn: string
  isPrefix: boolean
}

/** `some`: of a set some and maybe not all, or it depends on what is not known. */
export type Overlap = 'none' | 'some' | 'all'

/** `context` knows what is sure of the principal; a variable it does not know may be anything. */
export function overlapOf(
  { resources, source }: CompiledStatement,
  set: ResourceSet,
  { version, context }: { version: CompiledPolicy['version']; context: ConditionContext },
): Overlap {
  // A trust policy has no resources; here there are none of those.
  if (resources === null) return 'all'
  const variables = version === '2012-10-17'
  let best: Overlap = 'none'
  for (const text of source.resources) {
    const overlap = patternOverlap(text, set, { variables, context })
    if (overlap === 'all') best = 'all'
    else if (overlap === 'some' && best === 'none') best = 'some'
  }
  if (!resources.isNegated || best === 'some') return best
  return best === 'all' ? 'none' : 'all'
}

export function patternOverlap(
  text: string,
  { arn, isPrefix }: ResourceSet,
  { variables, context }: { variables: boolean; context: ConditionContext },
): Overlap {
  const tokens = parseTemplate(text, { variables, wildcards: true })
  if (tokens === null) return 'none'
  const { known, isExact } = withKnownValues(tokens, context)
  const pattern = compileResource(known)
  const matches = (resource: string): boolean => matchesResource(pattern, resource, context)
  if (!isPrefix) {
    if (!matches(arn)) return 'none'
    return isExact ? 'all' : 'some'
  }
  const { reaches, ends } = afterPrefix(known, arn)
  if (!reaches) return 'none'
  // Wildcards among the first parts of an ARN are narrower than those below, so that the engine has the last word.
  return isExact && ends && matches(arn) && matches(`${arn}any/thing`) ? 'all' : 'some'
}

/** Variables with their values; one that is not known becomes a wildcard, and the pattern is not exact any more. */
function withKnownValues(tokens: readonly Token[], context: ConditionContext): { known: Token[]; isExact: boolean } {
  let isExact = true
  const known = tokens.map((token): Token => {
    if (token.type !== 'variable') return token
    const values = context.get(token.key)
    const [only] = values ?? []
    if (values?.length === 1 && only !== undefined) return { type: 'text', text: only }
    isExact = false
    return { type: 'star' }
  })
  return { known, isExact }
}

/**
 * Follows every way through the pattern at once. `reaches`: some text that begins with `prefix` matches; `ends`: after it
 * nothing but wildcards for any text may be left, so that every such text matches.
 */
function afterPrefix(tokens: readonly Token[], prefix: string): { reaches: boolean; ends: boolean } {
  // `=c` for a character, `star`, `any`.
  const steps: string[] = []
  for (const token of tokens) {
    if (token.type === 'text') steps.push(...token.text.split('').map((character) => `=${character}`))
    else if (token.type !== 'variable') steps.push(token.type)
  }
  let alive = skipStars(steps, new Set([0]))
  for (const character of prefix.split('')) {
    const next = new Set<number>()
    for (const at of alive) {
      const step = steps[at]
      if (step === 'star') next.add(at)
      else if (step === 'any' || step === `=${character}`) next.add(at + 1)
    }
    alive = skipStars(steps, next)
  }
  const last = steps.length - 1
  return { reaches: alive.size > 0, ends: steps[last] === 'star' && alive.has(last) }
}

/** With the places behind stars that stand for nothing. */
function skipStars(steps: readonly string[], places: Set<number>): Set<number> {
  for (const at of places) if (steps[at] === 'star') places.add(at + 1)
  return places
}
