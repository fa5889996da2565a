// A D1Database over the Durable Object of ./database.ts: what the Worker uses of the interface, with D1's results, errors
// and conversions. https://developers.cloudflare.com/d1/worker-api/
import type { Row, Statement, StatementResult } from './database.ts'

/** The two methods of a Database, by whichever way they are called. */
export interface DatabaseCalls {
  read(statements: Statement[]): Promise<StatementResult[]> | StatementResult[]
  write(statements: Statement[]): Promise<StatementResult[]> | StatementResult[]
}

/** The database. `prepare`, `batch` and what a prepared statement has; no sessions, no `exec`, no `dump`. */
export function localD1(calls: DatabaseCalls): D1Database {
  const database = {
    prepare: (sql: string) => new PreparedStatement(calls, { sql, params: [] }),
    batch: async (statements: PreparedStatement[]) => {
      if (statements.length === 0) throw new Error('D1_ERROR: No SQL statements detected.')
      const asked = statements.map(({ statement }) => statement)
      return (await execute(calls, asked)).map(toResult)
    },
  }
  return database as unknown as D1Database
}

class PreparedStatement {
  readonly statement: Statement
  readonly #calls: DatabaseCalls

  constructor(calls: DatabaseCalls, statement: Statement) {
    this.#calls = calls
    this.statement = statement
  }

  bind(...values: unknown[]): PreparedStatement {
    return new PreparedStatement(this.#calls, { sql: this.statement.sql, params: values.map(toParameter) })
  }

  async all() {
    return toResult(await this.#execute())
  }

  async run() {
    return toResult(await this.#execute())
  }

  /** Rows as arrays; without the names of the columns. */
  async raw(): Promise<Row[]> {
    return toRows((await this.#execute(true)).results)
  }

  async first(column?: string): Promise<unknown> {
    const [row] = toRows((await this.#execute()).results) as Record<string, unknown>[]
    if (row === undefined) return null
    if (column === undefined) return row
    if (!Object.hasOwn(row, column)) throw new Error(`D1_COLUMN_NOTFOUND: Column not found (${column})`)
    return row[column]
  }

  async #execute(raw = false): Promise<StatementResult> {
    const [result] = await execute(this.#calls, [raw ? { ...this.statement, raw } : this.statement])
    if (result === undefined) throw new Error('D1_ERROR: No result')
    return result
  }
}

async function execute(calls: DatabaseCalls, statements: Statement[]): Promise<StatementResult[]> {
  try {
    return await (statements.every(isRead) ? calls.read(statements) : calls.write(statements))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(`D1_ERROR: ${message}`, { cause: error })
  }
}

/** A SELECT, or one that begins with WITH; what inserts behind a WITH is no read. */
function isRead({ sql }: Statement): boolean {
  return /^\s*SELECT\b/i.test(sql) || (/^\s*WITH\b/i.test(sql) && !/\b(?:INSERT|UPDATE|DELETE|REPLACE)\b/i.test(sql))
}

function toParameter(value: unknown): SqlStorageValue {
  if (value === null || typeof value === 'number' || typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof ArrayBuffer) return value
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice().buffer
  }
  throw new Error(`D1_TYPE_ERROR: Type '${typeof value}' not supported`)
}

function toResult(result: StatementResult) {
  const { changes, lastRowId, rowsRead, rowsWritten } = result
  return {
    success: true,
    results: toRows(result.results),
    meta: {
      duration: 0,
      changes,
      last_row_id: lastRowId,
      changed_db: changes > 0,
      rows_read: rowsRead,
      rows_written: rowsWritten,
    },
  }
}

/** D1 gives bytes as an array of numbers. */
function toRows(rows: Row[]): Row[] {
  for (const row of rows as Record<string, unknown>[]) {
    for (const name in row) {
      const value = row[name]
      if (value instanceof ArrayBuffer) row[name] = Array.from(new Uint8Array(value))
    }
  }
  return rows
}
