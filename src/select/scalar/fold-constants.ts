// What an expression says without any row is computed once. No I/O, no clock.
import { S3Error } from '../../errors.ts'
import type { Bound } from '../bind/bound.ts'
import { Timestamp } from '../value/timestamp.ts'
import type { Value } from '../value/value.ts'
import { compileBound } from './compile-bound.ts'
import type { Row } from './scalar.ts'

/**
 * The same expression with its constant parts as literals. Parts that fail stay as they are, so that they fail for rows;
 * UTCNOW() stays, since its value belongs to a run of the statement.
 */
export function foldConstants(bound: Bound): Bound {
  const folded = simplify(mapParts(bound, foldConstants))
  return isConstant(folded) ? evaluated(folded) : folded
}

/** The expression with each of its parts changed. */
function mapParts(bound: Bound, change: (part: Bound) => Bound): Bound {
  switch (bound.op) {
    case 'literal':
    case 'column':
    case 'aggregate':
    case 'key':
      return bound
    case 'and':
    case 'or':
      return { ...bound, operands: bound.operands.map(change) }
    case 'not':
    case 'negate':
    case 'is':
    case 'cast':
    case 'path':
      return { ...bound, operand: change(bound.operand) }
    case 'compare':
    case 'arithmetic':
      return { ...bound, left: change(bound.left), right: change(bound.right) }
    case 'between':
      return { ...bound, operand: change(bound.operand), low: change(bound.low), high: change(bound.high) }
    case 'in': {
      const options = Array.isArray(bound.options) ? bound.options.map(change) : change(bound.options)
      return { ...bound, operand: change(bound.operand), options }
    }
    case 'like': {
      const escape = bound.escape === null ? null : change(bound.escape)
      return { ...bound, operand: change(bound.operand), pattern: change(bound.pattern), escape }
    }
    case 'case': {
      // oxlint-disable-next-line unicorn/no-thenable -- the name SQL gives it; nothing awaits it
      const branches = bound.branches.map(({ when, then }) => ({ when: change(when), then: change(then) }))
      return { ...bound, branches, otherwise: change(bound.otherwise) }
    }
    case 'list':
      return { ...bound, items: bound.items.map(change) }
    case 'call':
      return { ...bound, arguments: bound.arguments.map(change) }
  }
}

/** Parts of an expression, one level down. */
function partsOf(bound: Bound): Bound[] {
  const parts: Bound[] = []
  mapParts(bound, (part) => {
    parts.push(part)
    return part
  })
  return parts
}

function isConstant(bound: Bound): boolean {
  if (bound.op === 'column' || bound.op === 'aggregate' || bound.op === 'key' || bound.op === 'literal') return false
  if (bound.op === 'call' && bound.function === 'UTCNOW') return false
  return partsOf(bound).every((part) => part.op === 'literal')
}

/** AND without TRUE, OR without FALSE; an outcome that stands first decides. CASE without branches that are never taken. */
function simplify(bound: Bound): Bound {
  if (bound.op === 'and' || bound.op === 'or') {
    const decisive = bound.op === 'or'
    const operands = bound.operands.filter((part) => !isLiteral(part, !decisive))
    const [first] = operands
    if (first === undefined) return { op: 'literal', value: !decisive }
    return isLiteral(first, decisive) ? first : { ...bound, operands }
  }
  if (bound.op === 'case') {
    const branches = bound.branches.filter(({ when }) => when.op !== 'literal' || when.value === true)
    const [first] = branches
    if (first === undefined) return bound.otherwise
    return isLiteral(first.when, true) ? first.then : { ...bound, branches }
  }
  return bound
}

function isLiteral(bound: Bound, value: Value): boolean {
  return bound.op === 'literal' && bound.value === value
}

const noRow: Row = { column: noValue, aggregate: noValue, key: noValue }

function noValue(): never {
  throw new Error('A constant has no row.')
}

/** Never read: UTCNOW() is not folded. */
const anyTime = new Timestamp({ nanoseconds: 0n, precision: 'year', offsetMinutes: null })

function evaluated(bound: Bound): Bound {
  try {
    // Where the lenient dialect takes what this refuses, this fails and the part stays.
    return { op: 'literal', value: compileBound(bound, { now: anyTime, lenient: false })(noRow) }
  } catch (error) {
    if (error instanceof S3Error) return bound
    throw error
  }
}
