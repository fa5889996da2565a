// A D1Database over node:sqlite: the same SQL on the same engine without starting workerd. Counts its queries.
import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue } from 'node:sqlite'
import { applyMigrations } from '../../infra/embedded/migrations.ts'

export interface SqliteD1 {
  db: D1Database
  sqlite: DatabaseSync
  /** Statements run so far. */
  queries: () => number
  /** UTF-8 bytes of the longest text that came back so far. */
  largestValueBytes: () => number
}

/** An empty database with the migrations of `folder` (`control` or `catalog`). */
export async function openSqliteD1(folder: 'control' | 'catalog'): Promise<SqliteD1> {
  const sqlite = new DatabaseSync(':memory:')
  let queries = 0
  let largestValueBytes = 0
  const all = (sql: string, values: SQLInputValue[]) => {
    queries += 1
    const rows = sqlite.prepare(sql).all(...values)
    for (const value of rows.flatMap((row) => Object.values(row))) {
      if (typeof value === 'string') largestValueBytes = Math.max(largestValueBytes, Buffer.byteLength(value))
    }
    return rows
  }
  const statement = (sql: string, values: SQLInputValue[] = []) => ({
    bind: (...next: SQLInputValue[]) => statement(sql, next),
    all: async () => ({ success: true, results: all(sql, values), meta: {} }),
    run: async () => ({ success: true, results: all(sql, values), meta: {} }),
    first: async () => all(sql, values)[0] ?? null,
    raw: async () => all(sql, values).map((row) => Object.values(row)),
    execute: () => all(sql, values),
  })
  const db = {
    prepare: (sql: string) => statement(sql),
    async batch(statements: ReturnType<typeof statement>[]) {
      sqlite.exec('BEGIN')
      try {
        for (const one of statements) one.execute()
        sqlite.exec('COMMIT')
      } catch (error) {
        sqlite.exec('ROLLBACK')
        throw error
      }
      return []
    },
  }
  const d1 = db as unknown as D1Database
  await applyMigrations(d1, new URL(`../../migrations/${folder}`, import.meta.url).pathname)
  return { db: d1, sqlite, queries: () => queries, largestValueBytes: () => largestValueBytes }
}
