// Texts of a policy taken apart: literal text, wildcards, variables. `${*}`, `${?}` and `${$}` are literal characters. What
// a variable stands for is put in as literal text: a `*` in a tag's value is no wildcard. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
import type { ConditionContext } from './condition-context.ts'

export type Token =
  | { type: 'text'; text: string }
  /** `*` */
  | { type: 'star' }
  /** `?` */
  | { type: 'any' }
  /** `${aws:username, 'nobody'}`: the key in lower case; `fallback` null when there is no default. */
  | { type: 'variable'; key: string; fallback: string | null }

/** What a text may have in it besides itself. */
export interface TemplateSyntax {
  /** Version 2012-10-17 has variables; before, `${` is text. */
  variables: boolean
  wildcards: boolean
}

/** The parts of a text, in order, no two texts side by side; null when a variable in it is not well formed. */
export function parseTemplate(text: string, { variables, wildcards }: TemplateSyntax): Token[] | null {
  const tokens: Token[] = []
  let literal = ''
  const flush = (): void => {
    if (literal !== '') tokens.push({ type: 'text', text: literal })
    literal = ''
  }
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (wildcards && (character === '*' || character === '?')) {
      flush()
      tokens.push({ type: character === '*' ? 'star' : 'any' })
    } else if (variables && character === '$' && text[at + 1] === '{') {
      const variable = readVariable(text, at + 2)
      if (variable === null) return null
      if (variable.token.type === 'text') literal += variable.token.text
      else {
        flush()
        tokens.push(variable.token)
      }
      at = variable.end
    } else literal += character
  }
  flush()
  return tokens
}

/** The variable whose inside begins at `start`, and where its `}` stands. */
function readVariable(text: string, start: number): { token: Token; end: number } | null {
  const special = text.charAt(start)
  if ('*?$'.includes(special) && text[start + 1] === '}') {
    return { token: { type: 'text', text: special }, end: start + 1 }
  }
  let at = start
  while (at < text.length && !"{}',".includes(text.charAt(at))) at++
  const key = text.slice(start, at).trim().toLowerCase()
  if (key === '') return null
  if (text[at] === '}') return { token: { type: 'variable', key, fallback: null }, end: at }
  if (text[at] !== ',') return null
  at = skipSpaces(text, at + 1)
  if (text[at] !== "'") return null
  const close = text.indexOf("'", at + 1)
  const end = skipSpaces(text, close + 1)
  if (close === -1 || text[end] !== '}') return null
  return { token: { type: 'variable', key, fallback: text.slice(at + 1, close) }, end }
}

function skipSpaces(text: string, start: number): number {
  let at = start
  while (text[at] === ' ') at++
  return at
}

export function hasVariables(tokens: readonly Token[]): boolean {
  return tokens.some(({ type }) => type === 'variable')
}

/** The keys that the variables among `tokens` read. */
export function variableKeys(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token) => (token.type === 'variable' ? [token.key] : []))
}

/**
 * What the variables among `tokens` stand for, in order. Null when one has no value and no default, or several values: such a
 * text matches nothing.
 */
export function variableValues(tokens: readonly Token[], context: ConditionContext): string[] | null {
  const values: string[] = []
  for (const token of tokens) {
    if (token.type !== 'variable') continue
    const found = context.get(token.key)
    const value = found === null || found.length === 0 ? token.fallback : found.length === 1 ? found[0] : null
    if (value === null || value === undefined) return null
    values.push(value)
  }
  return values
}

/** The same tokens with the values of their variables as literal text. */
export function substitute(tokens: readonly Token[], values: readonly string[]): Token[] {
  let index = 0
  return tokens.map((token) => (token.type === 'variable' ? { type: 'text', text: values[index++] ?? '' } : token))
}

/** Tokens without wildcards and variables as one text. */
export function textOf(tokens: readonly Token[]): string {
  let text = ''
  for (const token of tokens) if (token.type === 'text') text += token.text
  return text
}
