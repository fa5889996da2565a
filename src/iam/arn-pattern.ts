// Patterns for ARNs: of `Resource`, and of the Arn… condition operators, which AWS matches differently. No I/O, no clock.
import type { ConditionContext } from './condition-context.ts'
import { compileGlob, matchesGlob, type Glob } from './pattern.ts'
import { compileSegments, matchesSegments, type SegmentAutomaton } from './segment-automaton.ts'
import { hasVariables, substitute, variableValues, type Token } from './variables.ts'

/** What stands before the resource in an ARN has five colons: `arn:partition:service:region:account:resource`. */
const headerColons = 5

/**
 * A pattern of `Resource`. Mostly it has no wildcard before the fifth colon, and then it is a plain glob. Where it has one,
 * wildcards before the fifth colon keep within their segment, but for a `*` at a segment's end, which may go beyond.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export type ResourcePattern =
  | { kind: 'glob'; glob: Glob }
  | { kind: 'segments'; automaton: SegmentAutomaton }
  | { kind: 'template'; tokens: readonly Token[]; recent: Recent }

/** A template as it was last filled in. Requests of one user come one after the other. */
interface Recent {
  /** Of its variables in order; null at first. */
  values: readonly string[] | null
  pattern: ResourcePattern | null
}

export function compileResource(tokens: readonly Token[]): ResourcePattern {
  if (hasVariables(tokens)) return { kind: 'template', tokens, recent: { values: null, pattern: null } }
  if (isAny(tokens) || !hasWildHeader(tokens)) return { kind: 'glob', glob: compileGlob(tokens) }
  return { kind: 'segments', automaton: compileSegments(tokens, headerColons) }
}

export function matchesResource(pattern: ResourcePattern, resource: string, context: ConditionContext): boolean {
  switch (pattern.kind) {
    case 'glob':
      return matchesGlob(pattern.glob, resource)
    case 'segments':
      return matchesSegments(pattern.automaton, resource)
    case 'template': {
      const filled = filledIn(pattern.tokens, pattern.recent, context)
      return filled !== null && matchesResource(filled, resource, context)
    }
  }
}

/** Null: a variable has no value. */
function filledIn(tokens: readonly Token[], recent: Recent, context: ConditionContext): ResourcePattern | null {
  const values = variableValues(tokens, context)
  if (values === null) return null
  const isRecent = recent.values?.every((value, index) => value === values[index]) ?? false
  if (!isRecent) {
    recent.pattern = compileResource(substitute(tokens, values))
    recent.values = values
  }
  return recent.pattern
}

function isAny(tokens: readonly Token[]): boolean {
  return tokens.length === 1 && tokens[0]?.type === 'star'
}

function hasWildHeader(tokens: readonly Token[]): boolean {
  let colons = 0
  for (const token of tokens) {
    if (token.type !== 'text') return colons < headerColons
    colons += token.text.split(':').length - 1
    if (colons >= headerColons) return false
  }
  return false
}

/**
 * A pattern of ArnEquals, ArnLike and their negations: each of the six parts is matched by itself. A lone `*` is any ARN.
 * The parts are those of the policy's own text: a colon in a variable's value moves nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export type ArnPattern = { kind: 'parts'; parts: readonly Glob[] } | { kind: 'template'; parts: readonly Token[][] }

/** Null: not six parts, so that it matches nothing. */
export function compileArn(tokens: readonly Token[]): ArnPattern | null {
  const parts = isAny(tokens) ? Array.from({ length: headerColons + 1 }, () => [...tokens]) : partsOf(tokens)
  if (parts.length !== headerColons + 1) return null
  if (parts.some(hasVariables)) return { kind: 'template', parts }
  return { kind: 'parts', parts: parts.map(compileGlob) }
}

export function matchesArn(pattern: ArnPattern, arn: string, context: ConditionContext): boolean {
  const texts = arnParts(arn)
  if (texts === null) return false
  return texts.every((text, index) => {
    if (pattern.kind === 'parts') {
      const part = pattern.parts[index]
      return part !== undefined && matchesGlob(part, text)
    }
    const tokens = pattern.parts[index] ?? []
    const values = variableValues(tokens, context)
    return values !== null && matchesGlob(compileGlob(substitute(tokens, values)), text)
  })
}

/** The six parts of an ARN, the last with all its colons; null when there are fewer. */
export function arnParts(arn: string): string[] | null {
  const parts: string[] = []
  let start = 0
  for (let i = 0; i < headerColons; i++) {
    const end = arn.indexOf(':', start)
    if (end === -1) return null
    parts.push(arn.slice(start, end))
    start = end + 1
  }
  parts.push(arn.slice(start))
  return parts
}

/** Tokens cut at the first five colons of their texts. */
function partsOf(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = []
  let part: Token[] = []
  for (const token of tokens) {
    if (token.type !== 'text') part.push(token)
    else {
      let rest = token.text
      for (let end = rest.indexOf(':'); end !== -1 && parts.length < headerColons; end = rest.indexOf(':')) {
        parts.push([...part, { type: 'text', text: rest.slice(0, end) }])
        part = []
        rest = rest.slice(end + 1)
      }
      part.push({ type: 'text', text: rest })
    }
  }
  parts.push(part)
  return parts
}
