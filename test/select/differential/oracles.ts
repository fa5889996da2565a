// Who else answers the statements: DuckDB and SQLite, each over a table `rows` of the same rows.
import { DuckDBInstance } from '@duckdb/node-api'
import { SqliteImage } from '../../../src/select/finish/sqlite-image.ts'
import { Sqlite } from '../../../src/select/finish/sqlite.ts'
import { columns, sqlValuesOf, type Row } from './rows.ts'

/** Rows of a result; numbers of any kind as JavaScript numbers. */
export type Answer = (string | number | null)[][]

export interface Oracle {
  answer(sql: string): Promise<Answer>
  close(): void
}

export interface DuckDBOracle extends Oracle {
  /** Writes the rows, or the others, as a Parquet file. */
  writeParquet(file: string, options: string, table?: 'rows' | 'others'): Promise<void>
}

/** Of a table `rows`, and a table `others`. */
export async function duckdbOracle(rows: readonly Row[], others: readonly Row[] = []): Promise<DuckDBOracle> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  for (const [table, values] of Object.entries({ rows, others })) {
    await connection.run(
      `CREATE TABLE ${table}(id BIGINT, city VARCHAR, qty BIGINT, price DECIMAL(18,2), note VARCHAR, tag VARCHAR)`,
    )
    if (values.length > 0) await connection.run(`INSERT INTO ${table} VALUES ${sqlValuesOf(values)}`)
  }
  return {
    async answer(sql) {
      const reader = await connection.runAndReadAll(sql)
      const types = reader.columnTypes().map((type) => type.toString())
      const isText = types.map((type) => type === 'VARCHAR')
      return reader.getRowsJson().map((row) => row.map((value, index) => settled(value, isText[index] === true)))
    },
    async writeParquet(file, options, table = 'rows') {
      await connection.run(`COPY ${table} TO '${file}' (FORMAT parquet${options})`)
    },
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

export async function sqliteOracle(rows: readonly Row[]): Promise<Oracle> {
  const image = new SqliteImage(64 * 1024 * 1024)
  const table = image.table('rows', columns)
  for (const { id, city, qty, price, note, tag } of rows) {
    table.add([BigInt(id), city, BigInt(qty), price / 100, note, tag])
  }
  const sqlite = await Sqlite.open(image.finish())
  return {
    answer: async (sql) =>
      [...sqlite.rows(sql)].map((row) => row.map((value) => settled(value, typeof value === 'string'))),
    close: () => sqlite.close(),
  }
}

/** A value as all sides give it: text, number or null. */
function settled(value: unknown, isText: boolean): string | number | null {
  if (value === null || value === undefined) return null
  return isText && typeof value === 'string' ? value : Number(value)
}
