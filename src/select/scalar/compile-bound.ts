// Bound expressions become closures, once for each query: workerd makes no code at run time. No I/O, no clock.
import { S3Error } from '../../errors.ts'
import type { Bound, CompareOperator } from '../bind/bound.ts'
import { arithmetic, negate } from '../value/arithmetic.ts'
import { castValue } from '../value/cast.ts'
import { compareValues, equalValues } from '../value/compare.ts'
import { formatText } from '../value/format.ts'
import { compileLike } from '../value/like.ts'
import type { LikeMatcher } from '../value/like.ts'
import { stepInto } from '../value/path.ts'
import type { Value } from '../value/value.ts'
import { compileCall } from './compile-call.ts'
import { membershipOf } from './membership.ts'
import { isTrue } from './scalar.ts'
import type { Scalar, ScalarSetup } from './scalar.ts'

/** The closure of an expression, taken as it is. What is wrong with a constant pattern is thrown here. */
export function compileBound(bound: Bound, setup: ScalarSetup): Scalar {
  switch (bound.op) {
    case 'literal':
      return constant(bound.value)
    case 'column':
      return (row) => row.column(bound.column)
    case 'aggregate':
      return (row) => row.aggregate(bound.aggregate)
    case 'key':
      return (row) => row.key(bound.key)
    case 'and':
      return compileJunction(bound.operands, false, setup)
    case 'or':
      return compileJunction(bound.operands, true, setup)
    case 'not': {
      const operand = compileBound(bound.operand, setup)
      return (row) => not(truthOf(operand(row)))
    }
    case 'negate': {
      const operand = compileBound(bound.operand, setup)
      return (row) => negate(operand(row))
    }
    case 'compare':
      return compileComparison(bound.operator, compileBound(bound.left, setup), compileBound(bound.right, setup))
    case 'arithmetic': {
      const { operator } = bound
      const [left, right] = [compileBound(bound.left, setup), compileBound(bound.right, setup)]
      return (row) => arithmetic(operator, left(row), right(row))
    }
    case 'is':
      return compileIs(bound, setup)
    case 'cast': {
      const { type } = bound
      const operand = compileBound(bound.operand, setup)
      return (row) => castValue(operand(row), type)
    }
    case 'list': {
      const items = bound.items.map((item) => compileBound(item, setup))
      return (row) => items.map((item) => item(row))
    }
    case 'path': {
      const { steps } = bound
      const operand = compileBound(bound.operand, setup)
      return (row) => stepInto(operand(row), steps)
    }
    case 'between':
      return compileBetween(bound, setup)
    case 'in':
      return compileIn(bound, setup)
    case 'like':
      return compileLikeOperator(bound, setup)
    case 'case':
      return compileCase(bound, setup)
    case 'call':
      return compileCall(
        bound,
        bound.arguments.map((argument) => compileBound(argument, setup)),
        setup,
      )
  }
}

function constant(value: Value): Scalar {
  return () => value
}

type Op<Name extends Bound['op']> = Extract<Bound, { op: Name }>

/** Null is unknown. */
type Truth = boolean | null

/** InvalidDataType for what is no BOOL. */
function truthOf(value: Value): Truth {
  if (value === true || value === false) return value
  if (value === null || value === undefined) return null
  throw new S3Error('InvalidDataType', { reason: 'AND, OR and NOT need BOOL' })
}

function not(truth: Truth): Truth {
  return truth === null ? null : !truth
}

/** AND and OR from left to right, until the outcome is known: `decisive` is FALSE for AND, TRUE for OR. */
function compileJunction(operands: readonly Bound[], decisive: boolean, setup: ScalarSetup): Scalar {
  const scalars = operands.map((operand) => compileBound(operand, setup))
  return (row) => {
    let truth: Truth = !decisive
    for (const scalar of scalars) {
      const next = truthOf(scalar(row))
      if (next === decisive) return decisive
      if (next === null) truth = null
    }
    return truth
  }
}

function compileComparison(operator: CompareOperator, left: Scalar, right: Scalar): Scalar {
  switch (operator) {
    case '=':
      return (row) => equalValues(left(row), right(row))
    case '<>':
      return (row) => not(equalValues(left(row), right(row)))
    case '<':
      return ordered(left, right, (order) => order < 0)
    case '<=':
      return ordered(left, right, (order) => order <= 0)
    case '>':
      return ordered(left, right, (order) => order > 0)
    case '>=':
      return ordered(left, right, (order) => order >= 0)
  }
}

function ordered(left: Scalar, right: Scalar, holds: (order: number) => boolean): Scalar {
  return (row) => {
    const order = compareValues(left(row), right(row))
    return order === null ? null : holds(order)
  }
}

function compileIs({ operand, what, negated }: Op<'is'>, setup: ScalarSetup): Scalar {
  const scalar = compileBound(operand, setup)
  if (what === 'missing') return (row) => (scalar(row) === undefined) !== negated
  return (row) => {
    const value = scalar(row)
    return (value === null || value === undefined) !== negated
  }
}

function compileBetween(bound: Op<'between'>, setup: ScalarSetup): Scalar {
  const operand = compileBound(bound.operand, setup)
  const low = compileBound(bound.low, setup)
  const high = compileBound(bound.high, setup)
  return (row) => {
    const value = operand(row)
    const above = compareValues(value, low(row))
    const below = compareValues(value, high(row))
    // One bound that is missed decides, even when the other is unknown.
    const missed = (above !== null && above < 0) || (below !== null && below > 0)
    if (missed) return bound.negated
    return above === null || below === null ? null : !bound.negated
  }
}

function compileIn({ operand, options, negated }: Op<'in'>, setup: ScalarSetup): Scalar {
  const scalar = compileBound(operand, setup)
  const finish = (truth: Truth): Truth => (negated ? not(truth) : truth)
  if (Array.isArray(options) && options.every((option) => option.op === 'literal')) {
    const member = membershipOf(options.map((option) => option.value))
    return (row) => finish(member(scalar(row)))
  }
  if (!Array.isArray(options) && options.op === 'literal' && Array.isArray(options.value)) {
    const member = membershipOf(options.value as readonly Value[])
    return (row) => finish(member(scalar(row)))
  }
  const list = compileBound(Array.isArray(options) ? { op: 'list', items: options } : options, setup)
  return (row) => {
    const values = list(row)
    if (values === null || values === undefined) return null
    if (!Array.isArray(values)) throw new S3Error('InvalidDataType', { reason: 'IN needs a list' })
    return finish(membershipOf(values as readonly Value[])(scalar(row)))
  }
}

function compileLikeOperator(bound: Op<'like'>, setup: ScalarSetup): Scalar {
  const { ranges, negated } = bound
  const operand = compileBound(bound.operand, setup)
  const pattern = compileBound(bound.pattern, setup)
  const escape = bound.escape === null ? null : compileBound(bound.escape, setup)
  // The matcher of the last pattern is kept: mostly it is the only one.
  let last: { pattern: string; escape: string | null; matcher: LikeMatcher } | null = null
  const matcherOf = (text: string, escapeText: string | null): LikeMatcher => {
    if (last === null || last.pattern !== text || last.escape !== escapeText) {
      last = { pattern: text, escape: escapeText, matcher: compileLike(text, { escape: escapeText, ranges }) }
    }
    return last.matcher
  }
  if (bound.pattern.op === 'literal' && typeof bound.pattern.value === 'string') {
    const written = bound.escape?.op === 'literal' ? bound.escape.value : null
    if (bound.escape === null || typeof written === 'string') {
      matcherOf(bound.pattern.value, typeof written === 'string' ? written : null)
    }
  }
  const textOf = (value: Value): string | null => {
    if (typeof value === 'string') return value
    if (value === null || value === undefined) return null
    if (setup.lenient) return formatText(value)
    throw new S3Error('LikeInvalidInputs')
  }
  return (row) => {
    const text = textOf(operand(row))
    const patternText = textOf(pattern(row))
    const escapeText = escape === null ? null : textOf(escape(row))
    if (text === null || patternText === null || (escape !== null && escapeText === null)) return null
    return matcherOf(patternText, escapeText)(text) !== negated
  }
}

function compileCase({ branches, otherwise }: Op<'case'>, setup: ScalarSetup): Scalar {
  const compiled = branches.map(
    (branch) => [compileBound(branch.when, setup), compileBound(branch.then, setup)] as const,
  )
  const last = compileBound(otherwise, setup)
  return (row) => {
    for (const [when, result] of compiled) if (isTrue(when(row))) return result(row)
    return last(row)
  }
}
