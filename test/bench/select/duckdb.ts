// DuckDB with one thread: what people would reach for otherwise.
import { DuckDBInstance } from '@duckdb/node-api'

export interface DuckDB {
  run(sql: string): Promise<void>
  /** The first value of the first row, as text. */
  value(sql: string): Promise<string>
  close(): void
}

export async function openDuckDB(): Promise<DuckDB> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  return {
    async run(sql) {
      await connection.run(sql)
    },
    async value(sql) {
      const reader = await connection.runAndReadAll(sql)
      return String(reader.getRows()[0]?.[0])
    },
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}
