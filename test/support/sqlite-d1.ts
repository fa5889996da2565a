// A D1 database in memory over node:sqlite: the same SQL on the same engine without starting workerd. What D1 refuses
// beyond that is tested on D1 itself (test/store/catalogue-d1.test.ts).
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue } from 'node:sqlite'

export interface SqliteD1 {
  db: D1Database
  sqlite: DatabaseSync
  /** Statements run so far. */
  queries: () => number
  /** UTF-8 bytes of the longest text that came back so far. */
  largestValueBytes: () => number
}

const migrations = path.join(import.meta.dirname, '../../migrations')

/** A database with all migrations of `folder` (`control` or `catalog`) applied; empty without one. */
export function sqliteD1(folder?: 'control' | 'catalog'): SqliteD1 {
  const sqlite = new DatabaseSync(':memory:')
  if (folder !== undefined) {
    const names = readdirSync(path.join(migrations, folder)).filter((name) => name.endsWith('.sql'))
    for (const name of names.sort()) sqlite.exec(readFileSync(path.join(migrations, folder, name), 'utf8'))
  }
  const facts = { queries: 0, largestValueBytes: 0 }
  const execute = (sql: string, values: SQLInputValue[]) => {
    facts.queries += 1
    try {
      const results = sqlite.prepare(sql).all(...values)
      for (const value of results.flatMap((row) => Object.values(row))) {
        if (typeof value === 'string') {
          facts.largestValueBytes = Math.max(facts.largestValueBytes, Buffer.byteLength(value))
        }
      }
      const changes = Number(sqlite.prepare('SELECT changes() AS changes').get()?.['changes'] ?? 0)
      return { success: true, results, meta: { changes } }
    } catch (error) {
      throw new Error(`D1_ERROR: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }
  const statement = (sql: string, values: SQLInputValue[] = []) => ({
    bind: (...next: SQLInputValue[]) => statement(sql, next),
    all: async () => execute(sql, values),
    run: async () => execute(sql, values),
    first: async () => execute(sql, values).results[0] ?? null,
    raw: async () => execute(sql, values).results.map((row) => Object.values(row)),
    execute: () => execute(sql, values),
  })
  const db = {
    prepare: (sql: string) => statement(sql),
    async batch(statements: ReturnType<typeof statement>[]) {
      sqlite.exec('BEGIN')
      try {
        const results = statements.map((prepared) => prepared.execute())
        sqlite.exec('COMMIT')
        return results
      } catch (error) {
        sqlite.exec('ROLLBACK')
        throw error
      }
    },
  }
  return {
    db: db as unknown as D1Database,
    sqlite,
    queries: () => facts.queries,
    largestValueBytes: () => facts.largestValueBytes,
  }
}
