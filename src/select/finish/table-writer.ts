// Writes the records of a scan into a table of an SQLite image.
import { S3Error } from '../../errors.ts'
import { selectTableBytesMax, selectTableRowsMax } from '../../limits.ts'
import type { Selection } from '../../kernels/select/cells.ts'
import type { Arena } from '../../kernels/select/arena.ts'
import type { Batch, RecordWriter } from '../batch.ts'
import type { Value } from '../value/value.ts'
import { toSqlValue } from './sql-values.ts'
import type { TableBuilder } from './sqlite-image.ts'

/** The rows of all tables of one query count together. */
export interface RowBudget {
  rows: number
}

/** Its writes throw UnsupportedSqlOperation where the query needs more rows than a query may. */
export class TableWriter implements RecordWriter {
  readonly pending = 0
  readonly #table: TableBuilder
  readonly #arena: Arena
  readonly #budget: RowBudget

  constructor(table: TableBuilder, arena: Arena, budget: RowBudget) {
    this.#table = table
    this.#arena = arena
    this.#budget = budget
  }

  columns(batch: Batch, columns: readonly number[], selection: Selection): void {
    for (const row of this.#rowsOf(selection)) this.values(columns.map((column) => batch.value(column, row)))
  }

  records(batch: Batch, column: number, selection: Selection): void {
    for (const row of this.#rowsOf(selection)) this.values([batch.value(column, row)])
  }

  values(values: readonly Value[]): void {
    this.#budget.rows++
    if (this.#budget.rows > selectTableRowsMax) throw tooMuch()
    try {
      this.#table.add(values.map(toSqlValue))
    } catch (error) {
      // The image's pages are as many as they may be.
      throw error instanceof RangeError ? tooMuch() : error
    }
  }

  take(): Uint8Array {
    return new Uint8Array()
  }

  #rowsOf({ pointer, count }: Selection): Uint32Array {
    return this.#arena.u32.slice(pointer / 4, pointer / 4 + count)
  }
}

/** What a query is told that works on too many rows. */
export function tooMuch(): S3Error {
  return new S3Error('UnsupportedSqlOperation', {
    message: `Joins, subqueries and window functions can work on at most ${selectTableRowsMax} rows and ${selectTableBytesMax} bytes. Select fewer rows or columns.`,
  })
}
