// ORDER BY over records: all of them within a budget, or the first few in a heap when LIMIT says how many are wanted.
import { S3Error } from '../../errors.ts'
import { outputPieceBytes, selectSortBytesMax, selectSortRowsMax } from '../../limits.ts'
import type { Batch, RecordWriter } from '../batch.ts'
import type { BoundQuery } from '../bind/bound.ts'
import { MISSING } from '../value/value.ts'
import type { Value } from '../value/value.ts'
import type { SinkTools } from './aggregate-sink.ts'
import type { Evaluate } from './cursor.ts'
import { orderOf } from './order.ts'
import type { Compare } from './order.ts'
import { OrderedRows } from './ordered-rows.ts'
import type { OrderedRow } from './ordered-rows.ts'
import type { List } from './scratch.ts'
import type { Sink } from './sink.ts'
import { sizeOf } from './value-size.ts'

export class OrderSink implements Sink {
  readonly takeCount = null
  readonly full: boolean
  readonly #query: BoundQuery
  readonly #writer: RecordWriter
  readonly #tools: SinkTools
  readonly #order: Evaluate[]
  readonly #output: Evaluate[]
  readonly #compare: Compare
  readonly #wanted: number
  readonly #rows: OrderedRows
  #sequence = 0
  #bytes = 0
  #answer: OrderedRow[] | null = null
  #written = 0

  constructor(query: BoundQuery, writer: RecordWriter, tools: SinkTools) {
    this.#query = query
    this.#writer = writer
    this.#tools = tools
    const { cursor } = tools
    this.#order = query.orderBy.map(({ value }) => cursor.compile(value))
    const { output } = query
    this.#output =
      output.kind === 'star'
        ? [cursor.compile({ op: 'column', column: output.column })]
        : output.projections.map(({ value }) => cursor.compile(value))
    this.#compare = orderOf(query.orderBy)
    this.#wanted = query.limit === null ? Number.POSITIVE_INFINITY : query.limit + query.offset
    this.full = this.#wanted === 0 || query.limit === 0
    this.#rows = new OrderedRows(this.#compare, this.#wanted)
  }

  take(batch: Batch, rows: List, count: number): void {
    const { cursor, scratch } = this.#tools
    cursor.batch = batch
    for (let i = 0; i < count; i++) {
      cursor.row = scratch.u32(rows + 4 * i)
      const order = this.#order.map((evaluate) => evaluate())
      // What the select list fails on fails whether the row is among the first or not.
      const output = this.#output.map((evaluate) => evaluate())
      this.add({ order, output, sequence: this.#sequence++ })
    }
  }

  add(row: OrderedRow): void {
    const { added, removed } = this.#rows.add(row)
    if (!added) return
    this.#bytes += sizeOf(row.order) + sizeOf(row.output)
    if (removed !== null) this.#bytes -= sizeOf(removed.order) + sizeOf(removed.output)
    if (this.#rows.length <= selectSortRowsMax && this.#bytes <= selectSortBytesMax) return
    throw new S3Error('UnsupportedSqlOperation', {
      message: `ORDER BY can hold at most ${selectSortRowsMax} rows and ${selectSortBytesMax} bytes. Select fewer rows or columns, or add a LIMIT.`,
    })
  }

  finish(): boolean {
    this.#answer ??= this.#rows.sorted().slice(this.#query.offset)
    while (this.#written < this.#answer.length && this.#writer.pending < outputPieceBytes) {
      this.#write(this.#answer[this.#written++]?.output ?? [])
    }
    return this.#written < this.#answer.length
  }

  #write(output: readonly Value[]): void {
    const { query, writer } = { query: this.#query, writer: this.#writer }
    if (query.output.kind === 'list') writer.values(output)
    else writeRecord(writer, output[0], this.#tools)
  }
}

/** A record that is a value, not bytes of a batch any more. */
export function writeRecord(writer: RecordWriter, record: Value, { scratch }: SinkTools): void {
  const batch: Batch = {
    rows: 1,
    vector: () => ({ type: 'opaque' }),
    value: (column) => (column === 0 ? record : MISSING),
    records: () => null,
  }
  const list = scratch.takeList()
  scratch.arena.u32[list / 4] = 0
  writer.records(batch, 0, { pointer: list, count: 1 })
  scratch.giveList(list)
}
