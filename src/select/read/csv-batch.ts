// A batch of CSV records: what the index of a window found.
import type { CellVector, Selection, Vector } from '../../kernels/select/cells.ts'
import type { Batch } from '../batch.ts'
import type { ColumnRef } from '../bind/bound.ts'
import { MISSING, Struct } from '../value/value.ts'
import type { Value } from '../value/value.ts'
import type { CsvIndex } from './csv-index.ts'

/** One object serves all batches of a scan: each is gone when the next one comes. */
export class CsvBatch implements Batch {
  rows = 0
  readonly #index: CsvIndex
  readonly #columns: readonly ColumnRef[]
  readonly #names: readonly string[] | null
  /** By column; null where a column is no field. */
  readonly #cells: readonly (CellVector | null)[]
  readonly #bounds: CellVector
  /** Names of records by their number of fields. */
  readonly #namesOf = new Map<number, readonly string[]>()

  constructor(index: CsvIndex, columns: readonly ColumnRef[], names: readonly string[] | null) {
    this.#index = index
    this.#columns = columns
    this.#names = names
    this.#cells = columns.map(({ by }) => (by === 'position' ? index.allocateCells() : null))
    this.#bounds = index.allocateCells()
  }

  vector(column: number, selection: Selection): Vector {
    const reference = this.#columns[column]
    const cells = this.#cells[column]
    if (reference?.by !== 'position' || !cells) return { type: 'opaque' }
    this.#index.cells(reference.index, selection, cells)
    return cells
  }

  value(column: number, row: number): Value {
    const reference = this.#columns[column]
    if (reference?.by === 'position') return this.#index.text(row, reference.index)
    return reference?.by === 'record' ? this.#struct(row) : MISSING
  }

  records(selection: Selection): Vector {
    this.#index.recordBounds(selection, this.#bounds)
    return this.#bounds
  }

  #struct(row: number): Struct {
    const count = this.#index.fieldCount(row)
    let names = this.#namesOf.get(count)
    if (names === undefined) {
      names = Array.from({ length: count }, (_, field) => this.#names?.[field] ?? `_${field + 1}`)
      this.#namesOf.set(count, names)
    }
    return new Struct(
      names,
      names.map((_, field) => this.#index.text(row, field)),
    )
  }
}

/** A batch of which only the number of records is asked: no column, no byte. */
export class CountedBatch implements Batch {
  readonly rows: number

  constructor(rows: number) {
    this.rows = rows
  }

  vector(): Vector {
    return { type: 'opaque' }
  }

  value(): Value {
    return MISSING
  }

  records(): null {
    return null
  }
}
