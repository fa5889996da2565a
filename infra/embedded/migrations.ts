// The D1 migrations where no wrangler applies them: the embedded server's databases are given their text, tests are given
// databases with all of them.
// Keeps wrangler's own record (table d1_migrations), so either can go on where the other stopped.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is used of a D1Database; miniflare's, the Worker's and the tests' all have it. */
export interface MigratedDatabase {
  prepare(sql: string): MigratedStatement
  batch(statements: MigratedStatement[]): Promise<unknown>
}

export interface MigratedStatement {
  bind(...values: unknown[]): MigratedStatement
  run(): Promise<unknown>
  all(): Promise<{ results: unknown[] }>
}

// As wrangler creates it (packages/wrangler/src/d1/migrations/helpers.ts in cloudflare/workers-sdk).
const createMigrationsTable = `CREATE TABLE IF NOT EXISTS "d1_migrations"(
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`

/** The migrations of a folder in their order. */
export function readMigrations(folder: string): { name: string; sql: string }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') }))
}

/**
 * Applies what `folder` has and the database has not, in the order of the file names; each file in one transaction
 * together with its record. Returns the names applied, empty when there was nothing to do.
 */
export async function applyMigrations(database: MigratedDatabase, folder: string): Promise<string[]> {
  const migrations = readMigrations(folder)
  await database.prepare(createMigrationsTable).run()
  const { results } = await database.prepare('SELECT name FROM d1_migrations').all()
  const applied = new Set((results as { name: string }[]).map((row) => row.name))
  const pending = migrations.filter(({ name }) => !applied.has(name))
  for (const { name, sql } of pending) {
    const statements = splitStatements(sql)
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name),
    ])
  }
  return pending.map(({ name }) => name)
}

// A token that ends nothing: comment, quoted text or name, or a word. Anything else is taken one character at a time.
const tokenPattern =
  /--[^\n]*|\/\*[^]*?(?:\*\/|$)|'[^']*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|[\w$\u0080-\uffff]+|[^]/gu
const isBlank = /^(?:\s|--|\/\*)/
const isTriggerHead = ['create trigger', 'create temp trigger', 'create temporary trigger']

/**
 * The statements of a migration, without their last semicolons and without empty ones; comments stay.
 * A trigger is one statement: it ends only at `END` right after a semicolon, so `CASE … END;` in it ends nothing
 * (the rule of sqlite3_complete, https://www.sqlite.org/c3ref/complete.html). Linear.
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = []
  let start = 0
  // The first words of the statement, and the token before this one; both without comments and white space.
  let head: string[] = []
  let previous = ''
  let beforePrevious = ''
  for (const match of sql.matchAll(tokenPattern)) {
    const token = match[0].toLowerCase()
    if (isBlank.test(token)) continue
    const ends = token === ';' && (!isTrigger(head) || (previous === 'end' && beforePrevious === ';'))
    if (!ends) {
      if (head.length < 3) head.push(token)
      beforePrevious = previous
      previous = token
      continue
    }
    if (head.length > 0) statements.push(sql.slice(start, match.index).trim())
    start = match.index + 1
    head = []
    previous = ''
    beforePrevious = ''
  }
  if (head.length > 0) statements.push(sql.slice(start).trim())
  return statements
}

function isTrigger(head: string[]): boolean {
  return isTriggerHead.includes(head.slice(0, 2).join(' ')) || isTriggerHead.includes(head.join(' '))
}
