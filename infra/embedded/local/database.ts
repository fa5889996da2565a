// A database as the Worker knows it from D1, kept by a Durable Object of this machine: the file is the one that
// miniflare's D1 keeps, so either can go on with it.
import { DurableObject } from 'cloudflare:workers'

export interface Statement {
  sql: string
  /** Numbers, texts, nulls and bytes. */
  params: SqlStorageValue[]
  /** Rows come as arrays, in the order of the columns. */
  raw?: boolean
}

export type Row = Record<string, SqlStorageValue> | SqlStorageValue[]

export interface StatementResult {
  results: Row[]
  changes: number
  lastRowId: number
  rowsRead: number
  rowsWritten: number
}

/** Migrations by database, in their order. */
export type Migrations = Record<string, { name: string; sql: string }[]>

export interface DatabaseEnvironment {
  MIGRATIONS: Migrations
}

// As wrangler creates it (packages/wrangler/src/d1/migrations/helpers.ts in cloudflare/workers-sdk).
const createMigrationsTable = `CREATE TABLE IF NOT EXISTS "d1_migrations"(
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`

export class Database extends DurableObject<DatabaseEnvironment> {
  readonly #sql: SqlStorage
  #totalChanges = 0

  constructor(ctx: DurableObjectState, env: DatabaseEnvironment) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
    this.#migrate(env.MIGRATIONS[ctx.id.name ?? ''] ?? [])
  }

  /** Statements that change nothing. */
  read(statements: Statement[]): StatementResult[] {
    return statements.map((statement) => this.#run(statement))
  }

  /** Applies all or none. */
  write(statements: Statement[]): StatementResult[] {
    return this.ctx.storage.transactionSync(() => statements.map((statement) => this.#counted(statement)))
  }

  #run({ sql, params, raw }: Statement): StatementResult {
    const cursor = this.#sql.exec(sql, ...params)
    const results = raw === true ? Array.from(cursor.raw()) : cursor.toArray()
    return { results, changes: 0, lastRowId: 0, rowsRead: cursor.rowsRead, rowsWritten: cursor.rowsWritten }
  }

  #counted(statement: Statement): StatementResult {
    const result = this.#run(statement)
    const { changes, id } = this.#sql
      .exec<{ changes: number; id: number }>('SELECT total_changes() AS changes, last_insert_rowid() AS id')
      .one()
    result.changes = changes - this.#totalChanges
    result.lastRowId = id
    this.#totalChanges = changes
    return result
  }

  /** Each file in one transaction together with its record. */
  #migrate(migrations: { name: string; sql: string }[]): void {
    this.#sql.exec(createMigrationsTable)
    const rows = this.#sql.exec<{ name: string }>('SELECT name FROM d1_migrations').toArray()
    const applied = new Set(rows.map((row) => row.name))
    for (const { name, sql } of migrations) {
      if (applied.has(name)) continue
      this.ctx.storage.transactionSync(() => {
        this.#sql.exec(sql)
        this.#sql.exec('INSERT INTO d1_migrations (name) VALUES (?)', name)
      })
    }
    this.#totalChanges = this.#sql.exec<{ changes: number }>('SELECT total_changes() AS changes').one().changes
  }
}
