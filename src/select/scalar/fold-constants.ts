// What an expression says without any row is computed once. No I/O, no clock.
import { S3Error } from '../../errors.ts'
import { mapChildren } from '../bind/bound-tree.ts'
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
  const folded = simplify(mapChildren(bound, foldConstants))
  return isConstant(folded) ? evaluated(folded) : folded
}

/** Parts of an expression, one level down. */
function partsOf(bound: Bound): Bound[] {
  const parts: Bound[] = []
  mapChildren(bound, (part) => {
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
