// The names of condition operators: `ForAnyValue:StringNotLikeIfExists` and what it is made of. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html

/** How one value of a request is held against the values of a policy. */
export type Comparison =
  | 'string-equals'
  | 'string-equals-ignore-case'
  | 'string-like'
  | 'numeric-equals'
  | 'numeric-less'
  | 'numeric-less-equals'
  | 'numeric-greater'
  | 'numeric-greater-equals'
  | 'date-equals'
  | 'date-less'
  | 'date-less-equals'
  | 'date-greater'
  | 'date-greater-equals'
  | 'bool'
  | 'binary'
  | 'ip'
  | 'arn'
  | 'null'

export interface Operator {
  /** As the policy has it. */
  name: string
  comparison: Comparison
  /** `…Not…`: true when no value of the policy matches. */
  isNegated: boolean
  /** `…IfExists`: true when the request has no such key. */
  ifExists: boolean
  /** `ForAllValues:`, `ForAnyValue:`, or neither. */
  quantifier: 'all' | 'any' | null
}

type Base = readonly [name: string, comparison: Comparison, isNegated?: 'negated']

const bases: readonly Base[] = [
  ['StringEquals', 'string-equals'],
  ['StringNotEquals', 'string-equals', 'negated'],
  ['StringEqualsIgnoreCase', 'string-equals-ignore-case'],
  ['StringNotEqualsIgnoreCase', 'string-equals-ignore-case', 'negated'],
  ['StringLike', 'string-like'],
  ['StringNotLike', 'string-like', 'negated'],
  ['NumericEquals', 'numeric-equals'],
  ['NumericNotEquals', 'numeric-equals', 'negated'],
  ['NumericLessThan', 'numeric-less'],
  ['NumericLessThanEquals', 'numeric-less-equals'],
  ['NumericGreaterThan', 'numeric-greater'],
  ['NumericGreaterThanEquals', 'numeric-greater-equals'],
  ['DateEquals', 'date-equals'],
  ['DateNotEquals', 'date-equals', 'negated'],
  ['DateLessThan', 'date-less'],
  ['DateLessThanEquals', 'date-less-equals'],
  ['DateGreaterThan', 'date-greater'],
  ['DateGreaterThanEquals', 'date-greater-equals'],
  ['Bool', 'bool'],
  ['BinaryEquals', 'binary'],
  ['IpAddress', 'ip'],
  ['NotIpAddress', 'ip', 'negated'],
  ['ArnEquals', 'arn'],
  ['ArnLike', 'arn'],
  ['ArnNotEquals', 'arn', 'negated'],
  ['ArnNotLike', 'arn', 'negated'],
  ['Null', 'null'],
]

const basesByName: ReadonlyMap<string, Base> = new Map(bases.map((base) => [base[0], base]))

/** Every operator as AWS spells it, without `…IfExists` and `For…:`. */
export const operatorNames: readonly string[] = bases.map(([name]) => name)

const quantifiers = [
  ['ForAllValues:', 'all'],
  ['ForAnyValue:', 'any'],
] as const

/** Null: AWS has no such operator. Names are case-sensitive; `Null` has no `IfExists`. */
export function parseOperator(name: string): Operator | null {
  const [prefix, quantifier] = quantifiers.find(([start]) => name.startsWith(start)) ?? ['', null]
  const rest = name.slice(prefix.length)
  const ifExists = rest.endsWith('IfExists')
  const base = basesByName.get(ifExists ? rest.slice(0, -'IfExists'.length) : rest)
  if (base === undefined || (ifExists && base[1] === 'null')) return null
  return { name, comparison: base[1], isNegated: base[2] === 'negated', ifExists, quantifier }
}

/** Whether values of the policy may have variables in them: strings, ARNs and, as the operators' page has it, booleans. */
export function takesVariables(comparison: Comparison): boolean {
  switch (comparison) {
    case 'string-equals':
    case 'string-equals-ignore-case':
    case 'string-like':
    case 'arn':
    case 'bool':
      return true
    case 'numeric-equals':
    case 'numeric-less':
    case 'numeric-less-equals':
    case 'numeric-greater':
    case 'numeric-greater-equals':
    case 'date-equals':
    case 'date-less':
    case 'date-less-equals':
    case 'date-greater':
    case 'date-greater-equals':
    case 'binary':
    case 'ip':
    case 'null':
      return false
  }
}

/** Whether `*` and `?` in values of the policy are wildcards. */
export function takesWildcards(comparison: Comparison): boolean {
  return comparison === 'string-like' || comparison === 'arn'
}
