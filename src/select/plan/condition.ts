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
  if (bound.op === 'not') return conditionOf(bound.operand, !negated)
  if (bound.op !== 'and' && bound.op !== 'or') return { test: 'leaf', bound: negated ? negatedLeaf(bound) : bound }
  const test = (bound.op === 'and') === negated ? 'any' : 'all'
  return { test, of: nested(bound.operands, negated, test) }
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
  if (bound.op === 'compare') return { ...bound, operator: opposites[bound.operator] }
  if (bound.op === 'between' || bound.op === 'in' || bound.op === 'like' || bound.op === 'is') {
    return { ...bound, negated: !bound.negated }
  }
  return { op: 'not', operand: bound }
}

/**
 * Whether evaluating it can fail for some record. Comparing and testing never do; casts, arithmetic and functions may. LIKE over
 * a column counts as what does not: of records without text there, none is like a pattern.
 */
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
    case 'like':
      return (
        mayFail(bound.operand) || bound.pattern.op !== 'literal' || (bound.escape ?? bound.pattern).op !== 'literal'
      )
    case 'is':
    case 'path':
      return mayFail(bound.operand)
    case 'and':
    case 'arithmetic':
    case 'call':
    case 'case':
    case 'cast':
    case 'list':
    case 'negate':
    case 'not':
    case 'or':
      return true
  }
}

export function conditionMayFail(condition: Condition): boolean {
  return condition.test === 'leaf' ? mayFail(condition.bound) : condition.of.some(conditionMayFail)
}

/** The tree as an expression again. */
export function boundOf(condition: Condition): Bound {
  if (condition.test === 'leaf') return condition.bound
  return { op: condition.test === 'all' ? 'and' : 'or', operands: condition.of.map(boundOf) }
}

/** The conjuncts at the top, in order. */
export function conjunctsOf(condition: Condition): Condition[] {
  return condition.test === 'all' ? condition.of : [condition]
}

/** WHERE TRUE, which lets every record through. */
export function isTrueForAll(bound: Bound): boolean {
  return bound.op === 'literal' && bound.value === true
}
