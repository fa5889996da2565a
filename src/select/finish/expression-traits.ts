// What can be told of an expression without rows. No I/O, no clock.
import type { Expression } from '../sql/ast.ts'
import { partsOf } from '../sql/children.ts'
import type { Category } from './category.ts'

/** Whether it has an aggregate of its own: those of queries in it are not, and a window function is none. */
export function hasAggregate(expression: Expression): boolean {
  return expression.kind === 'aggregate' || partsOf(expression).expressions.some(hasAggregate)
}

export function hasWindow(expression: Expression): boolean {
  return expression.kind === 'window' || partsOf(expression).expressions.some(hasWindow)
}

/** Functions of text that fail for nothing but values that are no text. */
const textFunctions = new Set(['CHAR_LENGTH', 'LOWER', 'TRIM', 'UPPER'])

/** Whether some value makes it fail, as far as the kinds of values tell. */
export function canFail(expression: Expression, category: (expression: Expression) => Category): boolean {
  const { kind } = expression
  if (kind === 'cast' || kind === 'arithmetic' || kind === 'negate') return true
  if (kind === 'like' && (category(expression.operand) !== 'text' || expression.pattern.kind !== 'constant'))
    return true
  if (kind === 'call' && expression.name !== 'COALESCE' && expression.name !== 'NULLIF') {
    const isTextual =
      textFunctions.has(expression.name) && expression.arguments.every((part) => category(part) === 'text')
    if (!isTextual) return true
  }
  return partsOf(expression).expressions.some((part) => canFail(part, category))
}
