/**
 * Counts the rows that loops of SQL go through. SQLite cannot be interrupted, and a join of two tables may try every pair of
 * their rows: conditions ask this function first, and it throws when there were too many. No I/O, no clock.
 */
import { S3Error } from '../../errors.ts'
import type { SqliteFunction } from './sqlite.ts'

/** The function's name in SQL; it takes something of a row, so that it is asked for every one. */
export const tickName = 'tick'

export function tickSql(row: string): string {
  return `${tickName}(${row})`
}

/** True for the first `rowsMax` rows of a query, then throws UnsupportedSqlOperation. */
export function rowCounter(rowsMax: number): SqliteFunction {
  let rows = 0
  return () => {
    rows++
    if (rows <= rowsMax) return 1
    throw new S3Error('UnsupportedSqlOperation', {
      message: `Joins and subqueries can go through at most ${rowsMax} rows. Join by equality of columns, or select fewer rows.`,
    })
  }
}
