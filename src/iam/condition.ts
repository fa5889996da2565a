// One line of a `Condition` block: operator, key, values. All lines of a statement must hold. No I/O, no clock.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
import type { ConditionContext } from './condition-context.ts'
import type { Operator } from './condition-operators.ts'
import { compileValues, parseBoolean, type ValueMatcher } from './condition-values.ts'

export interface Condition {
  operator: Operator
  /** Lower case. */
  key: string
  /** As the policy has them. */
  values: readonly string[]
  matches: ValueMatcher
  /** Keys of variables in the values, lower case. */
  variableKeys: readonly string[]
}

export interface ConditionSource {
  operator: Operator
  key: string
  values: readonly string[]
}

/** `invalid`: indices of values that can match nothing. */
export function compileCondition(
  { operator, key, values }: ConditionSource,
  version: { variables: boolean },
): { condition: Condition; invalid: readonly number[] } {
  const { matches, keys, invalid } = compileValues(operator.comparison, values, version)
  return { condition: { operator, key: key.toLowerCase(), values, matches, variableKeys: keys }, invalid }
}

/**
 * Whether the condition holds.
 *
 * | the request has | plain | `ForAnyValue:` | `ForAllValues:` |
 * | --- | --- | --- | --- |
 * | no such key, or no value | false; true when negated | false | true |
 * | one value | it matches; negated: it does not | the same | the same |
 * | several | one of them matches; negated: none does | one of them does | each of them does |
 *
 * Several values of the policy are alternatives, so that a negated operator holds when none of them matches. `…IfExists`
 * makes it true where the request has no such key. Values that are no numbers, dates and so on match nothing.
 */
export function holds({ operator, key, values, matches }: Condition, context: ConditionContext): boolean {
  const found = context.get(key)
  const isAbsent = found === null || found.length === 0
  if (operator.comparison === 'null') return values.some((value) => parseBoolean(value) === String(isAbsent))
  const { isNegated, quantifier } = operator
  if (isAbsent) return operator.ifExists || (quantifier === null ? isNegated : quantifier === 'all')
  if (found.length === 1 && found[0] !== undefined) return matches(found[0], context) !== isNegated
  switch (quantifier) {
    case 'all':
      return found.every((value) => matches(value, context) !== isNegated)
    case 'any':
      return found.some((value) => matches(value, context) !== isNegated)
    case null:
      return found.some((value) => matches(value, context)) !== isNegated
  }
}
