// WHERE as a tree of conjunctions, disjunctions and leaves, with no NOT above a leaf that can say it itself. No I/O, no clock.
import type { Bound, CompareOperator } from '../bind/bound.ts'

export type Condition =
  | { test: 'all'; of: Condition[] }
  | { test: 'any'; of: Condition[] }
  | { test: 'leaf'; bound: Bound }

/**
 * The condition as a tree that is TRUE for the same records; FALSE and unknown are not told apart any more. NOT moves to the
 * leaves by De Morgan's laws, which hold with three values too. The order of what is tested stays.
 */
export function conditionOf(bound: Bound, negated = false): Condition {
  switch (bound.op) {
    case 'and':
      return { test: negated ? 'any' : 'all', of: nested(bound.operands, negated, negated ? 'any' : 'all') }
    case 'or':
      return { test: negated ? 'all' : 'any', of: nested(bound.operands, negated, negated ? 'all' : 'any') }
    case 'not':
      return conditionOf(bound.operand, !negated)
    default:
      return { test: 'leaf', bound: negated ? negatedLeaf(bound) : bound }
  }
}

function nested(operands: readonly Bound[], negated: boolean, test: 'all' | 'any'): Condition[] {
  return operands.flatMap((operand) => {
    const condition = conditionOf(operand, negated)
    return condition.test === test ? condition.of : [condition]
  })
}

const opposites: Record<CompareOperator, CompareOperator> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
}

/** What is TRUE where the leaf is FALSE; unknown stays unknown. */
function negatedLeaf(bound: Bound): Bound {
  switch (bound.op) {
    case 'compare':
      return { ...bound, operator: opposites[bound.operator] }
    case 'between':
    case 'in':
    case 'like':
    case 'is':
      return { ...bound, negated: !bound.negated }
    default:
      return { op: 'not', operand: bound }
  }
}

/** Whether evaluating it can fail for some record. Comparing and testing never do; casts, arithmetic and functions may. */
export function mayFail(bound: Bound): boolean {
  switch (bound.op) {
    case 'literal':
    case 'column':
    case 'aggregate':
    case 'key':
      return false
    case 'compare':
      return mayFail(bound.left) || mayFail(bound.right)
    case 'between':
      return mayFail(bound.operand) || mayFail(bound.low) || mayFail(bound.high)
    case 'in':
      return mayFail(bound.operand) || !Array.isArray(bound.options) || bound.options.some(mayFail)
    case 'is':
    case 'path':
      return mayFail(bound.operand)
    default:
      return true
  }
}

export function conditionMayFail(condition: Condition): boolean {
  return condition.test === 'leaf' ? mayFail(condition.bound) : condition.of.some(conditionMayFail)
}

/** The conjuncts at the top, in order. */
export function conjunctsOf(condition: Condition): Condition[] {
  return condition.test === 'all' ? condition.of : [condition]
}

/** WHERE TRUE, which lets every record through. */
export function isTrueForAll(bound: Bound): boolean {
  return bound.op === 'literal' && bound.value === true
}
