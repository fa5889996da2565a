// A D1 database in memory over node:sqlite, as far as src/store/tables uses it: for tests of milliseconds.
import { readFileSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue } from 'node:sqlite'

const migrations = resolve(import.meta.dirname, '../../migrations')

/** A database with all migrations of one folder (`control` or `catalog`) applied. `queries` counts what reaches it. */
export function sqliteD1(folder: string): { database: D1Database; queries: { count: number } } {
  const sqlite = new DatabaseSync(':memory:')
  const names = readdirSync(resolve(migrations, folder)).filter((name) => name.endsWith('.sql'))
  for (const name of names.sort()) sqlite.exec(readFileSync(resolve(migrations, folder, name), 'utf8'))
  const queries = { count: 0 }
  const database = {
    prepare: (sql: string) => statement(sqlite, { sql, values: [] }, queries),
    async batch(statements: Statement[]) {
      sqlite.exec('BEGIN')
      try {
        const results = []
        for (const prepared of statements) results.push(await prepared.all())
        sqlite.exec('COMMIT')
        return results
      } catch (error) {
        sqlite.exec('ROLLBACK')
        throw error
      }
    },
  }
  return { database: database as unknown as D1Database, queries }
}

type Statement = ReturnType<typeof statement>

function statement(
  sqlite: DatabaseSync,
  { sql, values }: { sql: string; values: SQLInputValue[] },
  queries: { count: number },
) {
  const all = async () => {
    queries.count++
    try {
      const results = sqlite.prepare(sql).all(...values)
      const row = sqlite.prepare('SELECT changes() AS changes').get()
      return { success: true, results, meta: { changes: Number(row?.['changes'] ?? 0) } }
    } catch (error) {
      throw new Error(`D1_ERROR: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }
  return {
    bind: (...bound: SQLInputValue[]) => statement(sqlite, { sql, values: bound }, queries),
    all,
    run: all,
    first: async () => (await all()).results[0] ?? null,
  }
}
