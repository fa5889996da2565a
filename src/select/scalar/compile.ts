// The entry of this folder: expressions and conditions of a statement as closures. No I/O, no clock.
import type { Bound } from '../bind/bound.ts'
import { compileBound } from './compile-bound.ts'
import { foldConstants } from './fold-constants.ts'
import type { Row, Scalar, ScalarSetup } from './scalar.ts'

/**
 * The closure of an expression. Constants are folded and patterns read here: what is wrong with a constant pattern is
 * thrown here, every other fault of values when a row has it.
 */
export function compileScalar(bound: Bound, setup: ScalarSetup): Scalar {
  return compileBound(foldConstants(bound), setup)
}

/**
 * Whether a condition is TRUE. Unlike the value of `compileScalar`, an AND is left at the first operand that is not TRUE,
 * also where that is unknown: `NULLIF(a, '') > 5 AND CAST(a AS INT) > 5` never casts an empty text.
 */
export function compileCondition(bound: Bound, setup: ScalarSetup): (row: Row) => boolean {
  return compileTruth(foldConstants(bound), setup, true)
}

/** Whether the condition is TRUE (`wanted`), or whether it is FALSE. */
function compileTruth(bound: Bound, setup: ScalarSetup, wanted: boolean): (row: Row) => boolean {
  if (bound.op === 'not') return compileTruth(bound.operand, setup, !wanted)
  if (bound.op !== 'and' && bound.op !== 'or') {
    const scalar = compileBound(bound, setup)
    return (row) => scalar(row) === wanted
  }
  const operands = bound.operands.map((operand) => compileTruth(operand, setup, wanted))
  // An OR is FALSE when all of it is; an AND is FALSE when any of it is.
  const all = (bound.op === 'and') === wanted
  return all ? (row) => operands.every((operand) => operand(row)) : (row) => operands.some((operand) => operand(row))
}
