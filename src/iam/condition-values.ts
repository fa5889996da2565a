// The values of one condition, made ready: each comparison has a form in which the policy's values wait for a request's. No
// I/O, no clock.
import { compileArn, matchesArn, type ArnPattern } from './arn-pattern.ts'
import type { ConditionContext } from './condition-context.ts'
import { takesVariables, takesWildcards, type Comparison } from './condition-operators.ts'
import { compareDecimals, parseDecimal, type Decimal } from './decimal.ts'
import { foldCase } from './fold-case.ts'
import { isInRange, parseIpAddress, parseIpRange } from './ip-address.ts'
import { compileGlob, matchesGlob, type Glob } from './pattern.ts'
import { parsePolicyDate } from './policy-date.ts'
import {
  hasVariables,
  parseTemplate,
  substitute,
  textOf,
  variableKeys,
  variableValues,
  type Token,
} from './variables.ts'

/** Whether a value of the request matches any of the policy's. */
export type ValueMatcher = (value: string, context: ConditionContext) => boolean

export interface CompiledValues {
  matches: ValueMatcher
  /** Keys of the variables in the values, lower case. */
  keys: readonly string[]
  /** Which values can match nothing: no number, no date, a variable that does not end. */
  invalid: readonly number[]
}

/** `variables`: the policy's version has them. */
export function compileValues(
  comparison: Comparison,
  values: readonly string[],
  { variables }: { variables: boolean },
): CompiledValues {
  const syntax = { variables: variables && takesVariables(comparison), wildcards: takesWildcards(comparison) }
  const templates = values.map((value) => parseTemplate(value, syntax))
  const keys = templates.flatMap((tokens) => variableKeys(tokens ?? []))
  // A value that does not parse has no tokens; a template has its meaning only when a request is there.
  const fixed = values.map((_, index) => {
    const tokens = templates[index] ?? null
    return tokens === null || hasVariables(tokens) ? null : tokens
  })
  const open = templates.filter((tokens): tokens is Token[] => tokens !== null && hasVariables(tokens))
  const { matches, isValid } = compileFixed(comparison, fixed, values)
  const invalid = values.flatMap((_, index) => {
    const tokens = templates[index] ?? null
    return tokens === null || (fixed[index] !== null && !isValid(index)) ? [index] : []
  })
  if (open.length === 0) return { matches, keys, invalid }
  const matchesOpen = compileOpen(comparison, open)
  return { matches: (value, context) => matches(value, context) || matchesOpen(value, context), keys, invalid }
}

interface Fixed {
  matches: ValueMatcher
  /** Of the value with this index. */
  isValid: (index: number) => boolean
}

/** Values without variables; null stands where a value has one or is malformed. */
function compileFixed(comparison: Comparison, fixed: readonly (Token[] | null)[], values: readonly string[]): Fixed {
  const parsed = <Value>(parse: (text: string, tokens: Token[]) => Value | null): (Value | null)[] =>
    fixed.map((tokens, index) => (tokens === null ? null : parse(values[index] ?? '', tokens)))
  switch (comparison) {
    case 'string-equals':
      return equalsAny(parsed((_, tokens) => textOf(tokens)))
    case 'string-equals-ignore-case': {
      const { matches, isValid } = equalsAny(parsed((_, tokens) => foldCase(textOf(tokens))))
      return { matches: (value, context) => matches(foldCase(value), context), isValid }
    }
    case 'string-like':
      return globs(parsed((_, tokens) => compileGlob(tokens)))
    case 'numeric-equals':
    case 'numeric-less':
    case 'numeric-less-equals':
    case 'numeric-greater':
    case 'numeric-greater-equals':
      return ordered(parsed(parseDecimal), {
        parse: parseDecimal,
        compare: compareDecimals,
        test: orderTest(comparison),
      })
    case 'date-equals':
    case 'date-less':
    case 'date-less-equals':
    case 'date-greater':
    case 'date-greater-equals':
      return ordered(parsed(parsePolicyDate), {
        parse: parsePolicyDate,
        compare: (a, b) => a - b,
        test: orderTest(comparison),
      })
    case 'bool':
    case 'null': {
      const { matches, isValid } = equalsAny(parsed(parseBoolean))
      return { matches: (value, context) => matches(parseBoolean(value) ?? '', context), isValid }
    }
    case 'binary': {
      const { matches, isValid } = equalsAny(parsed(decodeBase64))
      return { matches: (value, context) => matches(decodeBase64(value) ?? notBinary, context), isValid }
    }
    case 'ip':
      return ranges(parsed(parseIpRange))
    case 'arn':
      return arns(parsed((_, tokens) => compileArn(tokens)))
  }
}

/** Values with variables, put together for each request. */
function compileOpen(comparison: Comparison, templates: readonly Token[][]): ValueMatcher {
  if (comparison === 'arn') {
    const { matches } = arns(templates.map(compileArn))
    return matches
  }
  return (value, context) =>
    templates.some((template) => {
      const values = variableValues(template, context)
      if (values === null) return false
      const tokens = substitute(template, values)
      if (comparison === 'string-like') return matchesGlob(compileGlob(tokens), value)
      const text = textOf(tokens)
      if (comparison === 'string-equals-ignore-case') return foldCase(text) === foldCase(value)
      if (comparison === 'bool') return parseBoolean(text) !== null && parseBoolean(text) === parseBoolean(value)
      return text === value
    })
}

function equalsAny(wanted: readonly (string | null)[]): Fixed {
  const texts = wanted.filter((text) => text !== null)
  const [only] = texts
  const isValid = (index: number): boolean => wanted[index] !== null
  if (texts.length === 1 && only !== undefined) return { matches: (value) => value === only, isValid }
  const set = new Set(texts)
  return { matches: (value) => set.has(value), isValid }
}

function globs(wanted: readonly (Glob | null)[]): Fixed {
  const patterns = wanted.filter((glob) => glob !== null)
  return { matches: (value) => patterns.some((glob) => matchesGlob(glob, value)), isValid: () => true }
}

function arns(wanted: readonly (ArnPattern | null)[]): Fixed {
  const patterns = wanted.filter((pattern) => pattern !== null)
  return {
    matches: (value, context) => patterns.some((pattern) => matchesArn(pattern, value, context)),
    // AWS stores patterns of fewer than six parts, which then match nothing.
    isValid: () => true,
  }
}

function ranges(wanted: readonly ReturnType<typeof parseIpRange>[]): Fixed {
  const list = wanted.filter((range) => range !== null)
  return {
    matches: remembering((value) => {
      const address = parseIpAddress(value)
      return address !== null && list.some((range) => isInRange(address, range))
    }),
    isValid: (index) => wanted[index] !== null,
  }
}

/** The same, but for the value that it was asked about last it knows the answer: clients come with many requests. */
function remembering(matches: (value: string) => boolean): (value: string) => boolean {
  let last: string | null = null
  let answer = false
  return (value) => {
    if (value !== last) {
      answer = matches(value)
      last = value
    }
    return answer
  }
}

interface Order<Value> {
  parse: (text: string) => Value | null
  compare: (a: Value, b: Value) => number
  test: (order: number) => boolean
}

function ordered<Value extends number | Decimal>(
  wanted: readonly (Value | null)[],
  { parse, compare, test }: Order<Value>,
): Fixed {
  const limits = wanted.filter((limit) => limit !== null)
  return {
    matches: remembering((text) => {
      const value = parse(text)
      return value !== null && limits.some((limit) => test(compare(value, limit)))
    }),
    isValid: (index) => wanted[index] !== null,
  }
}

function orderTest(comparison: Comparison): (order: number) => boolean {
  if (comparison.endsWith('-less')) return (order) => order < 0
  if (comparison.endsWith('-less-equals')) return (order) => order <= 0
  if (comparison.endsWith('-greater')) return (order) => order > 0
  if (comparison.endsWith('-greater-equals')) return (order) => order >= 0
  return (order) => order === 0
}

/** `true` and `false` in any case; null for anything else. */
export function parseBoolean(text: string): 'true' | 'false' | null {
  const lower = text.toLowerCase()
  return lower === 'true' || lower === 'false' ? lower : null
}

/** No base64 decodes to a character above 255. */
const notBinary = '\u{ffff}'

/** The octets as characters; null when the text is no base64. */
function decodeBase64(text: string): string | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  return atob(text)
}
