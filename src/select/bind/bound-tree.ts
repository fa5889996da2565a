// Bound expressions as trees: what is below a node, and whether two are the same. No I/O, no clock.
import type { Bound } from './bound.ts'

/** The same node over other children. */
export function mapChildren(bound: Bound, map: (child: Bound) => Bound): Bound {
  switch (bound.op) {
    case 'literal':
    case 'column':
    case 'aggregate':
    case 'key':
      return bound
    case 'and':
    case 'or':
      return { ...bound, operands: bound.operands.map(map) }
    case 'not':
    case 'negate':
    case 'is':
    case 'cast':
    case 'path':
      return { ...bound, operand: map(bound.operand) }
    case 'compare':
    case 'arithmetic':
      return { ...bound, left: map(bound.left), right: map(bound.right) }
    case 'between':
      return { ...bound, operand: map(bound.operand), low: map(bound.low), high: map(bound.high) }
    case 'in': {
      const options = Array.isArray(bound.options) ? bound.options.map(map) : map(bound.options)
      return { ...bound, operand: map(bound.operand), options }
    }
    case 'like': {
      const escape = bound.escape === null ? null : map(bound.escape)
      return { ...bound, operand: map(bound.operand), pattern: map(bound.pattern), escape }
    }
    case 'case': {
      // oxlint-disable-next-line unicorn/no-thenable -- the name SQL gives it; nothing awaits it
      const branches = bound.branches.map(({ when, then }) => ({ when: map(when), then: map(then) }))
      return { ...bound, branches, otherwise: map(bound.otherwise) }
    }
    case 'list':
      return { ...bound, items: bound.items.map(map) }
    case 'call':
      return { ...bound, arguments: bound.arguments.map(map) }
  }
}

/** Equal for expressions that are written alike, and for no others. */
export function boundKey(bound: Bound): string {
  return JSON.stringify(bound, (_, value: unknown) => {
    if (typeof value === 'bigint') return { integer: String(value) }
    return value === undefined ? { missing: true } : value
  })
}
