/**
 * SQLite over databases made in memory: the only file that knows sql.js. It is loaded when first asked for. Its memory is the
 * isolate's, grows and never shrinks, so that there is a limit to it. A query cannot be interrupted: whoever opens one bounds
 * what it may come to (./tick.ts).
 */
import { S3Error } from '../../errors.ts'
import { wasmCallback } from '../../kernels/select/wasm-callback.ts'
import type { Callback } from '../../kernels/select/wasm-callback.ts'
import { selectTableBytesMax, sqliteHeapBytesMax } from '../../limits.ts'
import { pageBytes } from './sqlite-pages.ts'
import type { SqliteValue } from './sqlite-record.ts'

/** What sql.js passes to functions and takes from them: integers, too, are doubles. */
export type SqliteArgument = Exclude<SqliteValue, bigint>

/** A function SQL may call. Throws what the query is to fail with. */
export type SqliteFunction = (...values: SqliteArgument[]) => SqliteArgument

/** An aggregate SQL may call, of one argument. Throws what the query is to fail with. */
export interface SqliteAggregate<State> {
  init(this: void): State
  step(this: void, state: State, value: SqliteArgument): State
  finalize(this: void, state: State): SqliteArgument
}

/** The part of sql.js that is used. https://sql.js.org/documentation/ */
interface SqlJsStatement {
  step(): boolean
  get(parameters: null, options: { useBigInt: boolean }): SqliteValue[]
  getColumnNames(): string[]
  free(): void
}

interface SqlJsDatabase {
  exec(sql: string): unknown
  prepare(sql: string): SqlJsStatement
  create_function(name: string, implementation: (...values: never[]) => unknown): unknown
  create_aggregate(name: string, parts: Record<'finalize' | 'init' | 'step', (...values: never[]) => unknown>): unknown
  close(): void
}

interface SqlJs {
  Database: new (file: Uint8Array) => SqlJsDatabase
}

let loading: Promise<SqlJs> | null = null

async function load(): Promise<SqlJs> {
  // sql.js takes itself for a page and asks where it lies; Workers have no location.
  const scope = globalThis as { location?: { href: string } }
  scope.location ??= { href: '' }
  const [{ default: initialise }, { default: module }] = await Promise.all([
    import('sql.js/dist/sql-wasm-browser.js'),
    import('sql.js/dist/sql-wasm-browser.wasm'),
  ])
  return initialise({
    // Workers refuse to compile: the module comes compiled.
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: Pick<WebAssembly.Instance, 'exports'>) => void) {
      const instance = new WebAssembly.Instance(module, imports)
      const exports = withCallbacks(instance.exports)
      done({ exports })
      return exports
    },
  }) as Promise<SqlJs>
}

/** The exports, with a table of functions that takes functions of JavaScript too: sql.js would compile a module for each. */
function withCallbacks(exports: WebAssembly.Exports): WebAssembly.Exports {
  const entries = Object.entries(exports).map(([name, value]) => {
    return [name, value instanceof WebAssembly.Table ? callbackTable(value) : value] as const
  })
  const all: Record<string, unknown> = Object.fromEntries(entries)
  return all as WebAssembly.Exports
}

function callbackTable(table: WebAssembly.Table) {
  return {
    get length() {
      return table.length
    },
    get: (index: number): unknown => table.get(index),
    grow: (count: number): number => table.grow(count),
    set(index: number, value: Callback): void {
      try {
        table.set(index, value)
      } catch (error) {
        if (!(error instanceof TypeError)) throw error
        table.set(index, wasmCallback(value))
      }
    },
  }
}

/** sql.js takes a slice of a file into its own file system: of bytes that are given away that would be a second copy. */
function itsOwnSlice(file: Uint8Array): Uint8Array {
  Object.defineProperty(file, 'slice', { value: () => file })
  return file
}

const settings = [
  // LIKE tells case apart, as S3 Select's does.
  'PRAGMA case_sensitive_like = ON',
  // What sorts and groups need stays in memory, which has a limit, as have tables with their indexes. Nothing is rolled back.
  'PRAGMA temp_store = MEMORY',
  `PRAGMA hard_heap_limit = ${sqliteHeapBytesMax}`,
  `PRAGMA max_page_count = ${selectTableBytesMax / pageBytes}`,
  'PRAGMA journal_mode = OFF',
].join(';')

/** An open database. `close` it: its memory is not given back otherwise. */
export class Sqlite {
  readonly #database: SqlJsDatabase
  #failure: unknown = null

  private constructor(database: SqlJsDatabase) {
    this.#database = database
  }

  /** Opens the file's bytes, which the caller gives away. */
  static async open(file: Uint8Array): Promise<Sqlite> {
    loading ??= load()
    const { Database } = await loading
    const sqlite = new Sqlite(new Database(itsOwnSlice(file)))
    sqlite.#database.exec(settings)
    return sqlite
  }

  /** Makes an index, of `table(column)`; throws as `rows`. */
  index(name: string, column: string): void {
    try {
      this.#database.exec(`CREATE INDEX ${name} ON ${column}`)
    } catch (error) {
      throw this.#failureOf(error)
    }
  }

  define(name: string, parameters: number, implementation: SqliteFunction): void {
    // sql.js takes the number of parameters from the function's length.
    const counted = (...values: SqliteArgument[]) => {
      try {
        return implementation(...values)
      } catch (error) {
        this.#failure ??= error
        throw error
      }
    }
    Object.defineProperty(counted, 'length', { value: parameters })
    this.#database.create_function(name, counted)
  }

  /** An aggregate of one argument. Each group begins with a state of its own. */
  defineAggregate<State>(name: string, aggregate: SqliteAggregate<State>): void {
    const caught = <Values extends unknown[], Result>(part: (...values: Values) => Result) => {
      return (...values: Values): Result => {
        try {
          return part(...values)
        } catch (error) {
          this.#failure ??= error
          throw error
        }
      }
    }
    const step = caught(aggregate.step)
    this.#database.create_aggregate(name, {
      init: () => aggregate.init(),
      // sql.js takes the number of parameters from the function's length, less the state.
      step: (state: State, value: SqliteArgument) => step(state, value),
      finalize: caught(aggregate.finalize),
    })
  }

  /** The rows of one statement, one at a time. Throws what a function threw, MaxOperatorsExceeded, or UnsupportedSqlOperation. */
  *rows(sql: string): Generator<SqliteValue[], void, undefined> {
    let statement: SqlJsStatement | null = null
    try {
      statement = this.#database.prepare(sql)
      while (statement.step()) yield statement.get(null, { useBigInt: true })
    } catch (error) {
      throw this.#failureOf(error)
    } finally {
      statement?.free()
    }
  }

  close(): void {
    this.#database.close()
  }

  #failureOf(error: unknown): unknown {
    if (this.#failure !== null) return this.#failure
    const reason = error instanceof Error ? error.message : String(error)
    // Expressions deeper, tables more than SQLite takes: https://www.sqlite.org/limits.html
    if (/too large|too many|at most \d/.test(reason))
      return new S3Error('MaxOperatorsExceeded', { reason, cause: error })
    if (/out of memory|is full/.test(reason)) {
      const message = `The query needs more memory than a query may take: ${reason}. Select fewer rows or columns.`
      return new S3Error('UnsupportedSqlOperation', { message, cause: error })
    }
    return new S3Error('UnsupportedSqlOperation', { message: `The query cannot be completed: ${reason}`, cause: error })
  }
}
