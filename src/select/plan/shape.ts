// Leaves of WHERE that kernels decide: a column, or a cast of one, against constants. No I/O, no clock.
import { boundFlag } from '../../kernels/select/predicate.ts'
import { cellKind } from '../../kernels/select/cells.ts'
import type { Bound, CastType, CompareOperator } from '../bind/bound.ts'
import { isNumeric, numericOf } from '../value/compare.ts'
import type { Numeric } from '../value/compare.ts'
import type { Value } from '../value/value.ts'
import { likeSegments } from './like-segments.ts'
import type { LikeShape } from './like-segments.ts'

export type NumberCast = 'DECIMAL' | 'FLOAT' | 'INT'

/** Bytes of UTF-8. `oddKinds`: kinds of cells (bits `1 << kind`) that only the scalar evaluation decides. */
interface TextShape {
  column: number
  negated: boolean
  oddKinds: number
}

export type Shape =
  | { shape: 'constant'; holds: boolean }
  | { shape: 'kinds'; column: number; what: 'null' | 'missing'; negated: boolean }
  | ({ shape: 'equal'; text: Uint8Array } & TextShape)
  | ({ shape: 'texts'; low: Uint8Array | null; high: Uint8Array | null; flags: number } & Omit<TextShape, 'negated'>)
  | ({ shape: 'text-set'; texts: Uint8Array[] } & TextShape)
  | ({ shape: 'like'; pattern: LikeShape } & TextShape)
  | {
      shape: 'numbers'
      column: number
      cast: NumberCast | null
      low: Numeric | null
      high: Numeric | null
      flags: number
    }
  | { shape: 'number-list'; column: number; cast: NumberCast | null; numbers: Numeric[]; negated: boolean }

const bit = (kind: number) => 1 << kind
const encoder = new TextEncoder()

/** What kernels can do for the leaf; null when nothing. */
export function shapeOf(bound: Bound): Shape | null {
  if (bound.op === 'literal') return { shape: 'constant', holds: bound.value === true }
  if (bound.op === 'compare') return compareShape(bound)
  if (bound.op === 'between') return betweenShape(bound)
  if (bound.op === 'in') return inShape(bound)
  if (bound.op === 'like') return likeShape(bound)
  if (bound.op !== 'is' || bound.operand.op !== 'column') return null
  return { shape: 'kinds', column: bound.operand.column, what: bound.what, negated: bound.negated }
}

const mirrored: Record<CompareOperator, CompareOperator> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

function compareShape({ operator, left, right }: Extract<Bound, { op: 'compare' }>): Shape | null {
  if (left.op === 'literal') return compareWith(mirrored[operator], right, left.value)
  return right.op === 'literal' ? compareWith(operator, left, right.value) : null
}

function compareWith(operator: CompareOperator, operand: Bound, constant: Value): Shape | null {
  const subject = subjectOf(operand)
  if (subject === null) return null
  if (typeof constant === 'string' && subject.cast === null) {
    const text = encoder.encode(constant)
    const common = { column: subject.column, oddKinds: oddForTexts([constant]) }
    if (operator === '=' || operator === '<>') return { shape: 'equal', text, negated: operator === '<>', ...common }
    return { shape: 'texts', ...sidesOf(operator, text), ...common }
  }
  const number = numericOf(constant)
  if (number === null) return null
  const { column, cast } = subject
  if (operator === '=' || operator === '<>') {
    const flags = boundFlag.low | boundFlag.high | (operator === '<>' ? boundFlag.negated : 0)
    return { shape: 'numbers', column, cast, low: number, high: number, flags }
  }
  return { shape: 'numbers', column, cast, ...sidesOf(operator, number) }
}

/** The bounds that an order operator sets to the left operand. */
function sidesOf<T>(operator: Exclude<CompareOperator, '=' | '<>'>, bound: T) {
  const exclusive = operator === '<' || operator === '>'
  if (operator === '>' || operator === '>=') {
    return { low: bound, high: null, flags: boundFlag.low | (exclusive ? boundFlag.lowExclusive : 0) }
  }
  return { low: null, high: bound, flags: boundFlag.high | (exclusive ? boundFlag.highExclusive : 0) }
}

/** A column, or a cast of one to a number. */
function subjectOf(operand: Bound): { column: number; cast: NumberCast | null } | null {
  if (operand.op === 'column') return { column: operand.column, cast: null }
  if (operand.op !== 'cast' || operand.operand.op !== 'column' || !isNumberCast(operand.type)) return null
  return { column: operand.operand.column, cast: operand.type }
}

function isNumberCast(type: CastType): type is NumberCast {
  return type === 'INT' || type === 'FLOAT' || type === 'DECIMAL'
}

/** Numbers compare with text that is one: such cells are left to the scalar evaluation where a constant may be equal to one. */
function oddForTexts(constants: readonly string[]): number {
  const numeric = constants.some((constant) => numericOf(constant) !== null)
  return bit(cellKind.escaped) | (numeric ? bit(cellKind.number) : 0)
}

function betweenShape({ operand, low, high, negated }: Extract<Bound, { op: 'between' }>): Shape | null {
  if (low.op !== 'literal' || high.op !== 'literal') return null
  const subject = subjectOf(operand)
  if (subject === null) return null
  const flags = boundFlag.low | boundFlag.high | (negated ? boundFlag.negated : 0)
  const { column, cast } = subject
  if (cast === null && typeof low.value === 'string' && typeof high.value === 'string') {
    const oddKinds = oddForTexts([low.value, high.value])
    return {
      shape: 'texts',
      column,
      low: encoder.encode(low.value),
      high: encoder.encode(high.value),
      flags,
      oddKinds,
    }
  }
  const [from, to] = [numberOf(low.value, cast), numberOf(high.value, cast)]
  return from === null || to === null ? null : { shape: 'numbers', column, cast, low: from, high: to, flags }
}

/** The number a constant is against a column: beside a cast, text counts too. */
function numberOf(value: Value, cast: NumberCast | null): Numeric | null {
  return cast === null && !isNumeric(value) ? null : numericOf(value)
}

function inShape({ operand, options, negated }: Extract<Bound, { op: 'in' }>): Shape | null {
  const subject = subjectOf(operand)
  if (subject === null || !Array.isArray(options)) return null
  const values: Value[] = []
  for (const option of options) {
    if (option.op !== 'literal') return null
    values.push(option.value)
  }
  const present = values.filter((value) => value !== null && value !== undefined)
  // x NOT IN (…, NULL) is never TRUE, but a cast of x may still fail.
  if (negated && present.length < values.length) return null
  const { column, cast } = subject
  const texts = present.filter((value) => typeof value === 'string')
  if (cast === null && texts.length === present.length) {
    const [only, another] = texts
    const common = { column, negated, oddKinds: oddForTexts(texts) }
    if (only !== undefined && another === undefined) return { shape: 'equal', text: encoder.encode(only), ...common }
    return { shape: 'text-set', texts: [...new Set(texts)].map((text) => encoder.encode(text)), ...common }
  }
  const numbers = present.map((value) => numberOf(value, cast))
  const known = numbers.filter((number) => number !== null)
  return known.length === numbers.length ? { shape: 'number-list', column, cast, numbers: known, negated } : null
}

function likeShape({ operand, pattern, escape, negated, ranges }: Extract<Bound, { op: 'like' }>): Shape | null {
  if (operand.op !== 'column' || ranges || pattern.op !== 'literal' || typeof pattern.value !== 'string') return null
  const escapeText = escape?.op === 'literal' ? escape.value : null
  if (escape !== null && typeof escapeText !== 'string') return null
  const segments = likeSegments(pattern.value, typeof escapeText === 'string' ? escapeText : null)
  if (segments === null) return null
  const oddKinds = 0xff & ~(bit(cellKind.text) | bit(cellKind.null) | bit(cellKind.missing))
  return { shape: 'like', column: operand.column, pattern: segments, negated, oddKinds }
}
