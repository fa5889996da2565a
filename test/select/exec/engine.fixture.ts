// The engine over records that are written down in a test: a reader that lays them out as cells, and a writer of plain text.
import { Arena } from '../../../src/kernels/select/arena.ts'
import { cellKind } from '../../../src/kernels/select/cells.ts'
import type { Selection, Vector } from '../../../src/kernels/select/cells.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import type { Batch, RecordReader, RecordWriter } from '../../../src/select/batch.ts'
import { bindQuery } from '../../../src/select/bind/bind-query.ts'
import type { ColumnRef } from '../../../src/select/bind/bound.ts'
import { Cursor } from '../../../src/select/exec/cursor.ts'
import { openQuery } from '../../../src/select/exec/open-query.ts'
import { Scratch } from '../../../src/select/exec/scratch.ts'
import { parseStatement } from '../../../src/select/sql/parse-statement.ts'
import { formatText } from '../../../src/select/value/format.ts'
import { parseNumber } from '../../../src/select/value/number.ts'
import { Timestamp } from '../../../src/select/value/timestamp.ts'
import { Struct } from '../../../src/select/value/value.ts'
import type { Value } from '../../../src/select/value/value.ts'

/** A cell as it is written in a table of a test: null, missing, a number's text (JSON), text, or text with escapes. */
export type TestValue = null | undefined | boolean | string | { number: string } | { escaped: string }

export interface TestTable {
  names: string[]
  rows: TestValue[][]
}

export interface RunOptions {
  kernels: SelectKernels
  vectorised?: boolean
  /** Records of one batch. */
  batchRows?: number
}

function valueOf(value: TestValue): Value {
  if (typeof value !== 'object' || value === null) return value
  return 'number' in value ? parseNumber(value.number) : value.escaped
}

function cellOf(value: TestValue): { kind: number; text: string } {
  if (value === null) return { kind: cellKind.null, text: '' }
  if (value === undefined) return { kind: cellKind.missing, text: '' }
  if (typeof value === 'boolean') return { kind: value ? cellKind.true : cellKind.false, text: String(value) }
  if (typeof value === 'string') return { kind: cellKind.text, text: value }
  if ('number' in value) return { kind: cellKind.number, text: value.number }
  // What stands in the bytes is not the text.
  return { kind: cellKind.escaped, text: `\\${value.escaped}` }
}

class TableReader implements RecordReader {
  readonly names: readonly string[]
  scanned = 0
  processed = 0
  closed = false
  readonly #rows: TestValue[][]
  readonly #batchRows: number
  readonly #arena: Arena
  #columns: readonly ColumnRef[] = []
  #at = 0
  readonly #mark: number

  constructor(table: TestTable, arena: Arena, batchRows: number) {
    this.names = table.names
    this.#rows = table.rows
    this.#arena = arena
    this.#batchRows = batchRows
    this.#mark = arena.mark()
  }

  start(columns: readonly ColumnRef[]): void {
    this.#columns = columns
  }

  next(): Promise<Batch | null> {
    const rows = this.#rows.slice(this.#at, this.#at + this.#batchRows)
    this.#at += rows.length
    this.scanned += rows.length
    this.processed += rows.length
    // Whatever was handed out before is gone.
    this.#arena.release(this.#mark)
    return Promise.resolve(rows.length === 0 || this.closed ? null : this.#batch(rows))
  }

  close(): Promise<void> {
    this.closed = true
    return Promise.resolve()
  }

  #batch(rows: TestValue[][]): Batch {
    const at = (column: number, row: number): TestValue => {
      const reference = this.#columns[column]
      return reference?.by === 'position' ? rows[row]?.[reference.index] : undefined
    }
    return {
      rows: rows.length,
      vector: (column, selection) => this.#vector(rows.length, selection, (row) => at(column, row)),
      value: (column, row) => {
        const reference = this.#columns[column]
        if (reference?.by !== 'record') return valueOf(at(column, row))
        return new Struct(this.names, (rows[row] ?? []).map(valueOf))
      },
      records: () => null,
    }
  }

  #vector(rows: number, { pointer, count }: Selection, valueAt: (row: number) => TestValue): Vector {
    const arena = this.#arena
    const [starts, ends, kinds] = [arena.allocate(4 * rows), arena.allocate(4 * rows), arena.allocate(rows)]
    for (let i = 0; i < count; i++) {
      const row = arena.u32[pointer / 4 + i] ?? 0
      const { kind, text } = cellOf(valueAt(row))
      const bytes = new TextEncoder().encode(text)
      const data = arena.allocate(bytes.length + 8)
      arena.u8.set(bytes, data + 3)
      arena.u32[starts / 4 + row] = data + 3
      arena.u32[ends / 4 + row] = data + 3 + bytes.length
      arena.u8[kinds + row] = kind
    }
    return { type: 'cells', starts, ends, kinds }
  }
}

/** One line for each record, values between bars. */
class TextWriter implements RecordWriter {
  #text = ''
  readonly #u32: () => Uint32Array

  constructor(arena: Arena) {
    this.#u32 = () => arena.u32
  }

  get pending(): number {
    return this.#text.length
  }

  columns(batch: Batch, columns: readonly number[], { pointer, count }: Selection): void {
    for (let i = 0; i < count; i++) {
      const row = this.#u32()[pointer / 4 + i] ?? 0
      this.values(columns.map((column) => batch.value(column, row)))
    }
  }

  records(batch: Batch, column: number, { pointer, count }: Selection): void {
    for (let i = 0; i < count; i++) {
      const record = batch.value(column, this.#u32()[pointer / 4 + i] ?? 0)
      this.values(record instanceof Struct ? record.values : [record])
    }
  }

  values(values: readonly Value[]): void {
    this.#text += `${values.map((value) => (value === null ? 'null' : value === undefined ? 'missing' : formatText(value))).join('|')}\n`
  }

  take(): Uint8Array {
    const bytes = new TextEncoder().encode(this.#text)
    this.#text = ''
    return bytes
  }
}

/** The answer's lines; an error's code after those that came before it. */
export async function linesOf(expression: string, table: TestTable, options: RunOptions): Promise<string[]> {
  const { kernels, vectorised = true, batchRows = 1000 } = options
  const arena = new Arena(kernels.memory, kernels.heapBase(), 64 * 1024 * 1024)
  const mark = arena.mark()
  let text = ''
  try {
    const statement = parseStatement(expression, 'extended')
    const query = bindQuery(statement, { names: table.names, format: 'CSV', header: 'USE', dialect: 'extended' })
    const scratch = new Scratch(kernels, arena, 8 * 1024 * 1024)
    const now = new Timestamp({ nanoseconds: 0n, precision: 'second', offsetMinutes: 0 })
    const cursor = new Cursor({ vectorised, now, lenient: false })
    const reader = new TableReader(table, arena, batchRows)
    const writer = new TextWriter(arena)
    const run = await openQuery({ query, reader, writer, scratch, cursor, textOnly: true })
    for (let piece = await run.next(); piece !== null; piece = await run.next()) text += new TextDecoder().decode(piece)
    return text.split('\n').slice(0, -1)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    return [...text.split('\n').slice(0, -1), String(error.code)]
  } finally {
    arena.release(mark)
  }
}
