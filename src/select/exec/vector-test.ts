// What a predicate over a vector is, for the engine.
import { cellKind } from '../../kernels/select/cells.ts'
import type { CellVector, Selection, Vector } from '../../kernels/select/cells.ts'
import type { List } from './scratch.ts'

/**
 * Writes the rows that hold to `hits` (which may be the selection's own list) and returns how many; rows it cannot decide go to
 * `unsettled`, count first. Null: this vector is beyond it.
 */
export type VectorTest = (vector: Vector, rows: Selection, hits: List, unsettled: List) => number | null

export type CellTest = (cells: CellVector, rows: Selection, hits: List, unsettled: List) => number

/** Null and missing cells. */
export const absentKinds = (1 << cellKind.null) | (1 << cellKind.missing)
export const escapedKind = 1 << cellKind.escaped
