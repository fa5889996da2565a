// A query of several scans at work: tables are filled, then SQL's rows are written as they are asked for.
import {
  finishAheadBytes,
  outputPieceBytes,
  selectFlushBytes,
  selectGroupBytes,
  selectScratchBytes,
  selectTableBytesMax,
  sqliteLoopRowsMax,
} from '../../limits.ts'
import type { RecordReader, RecordWriter } from '../batch.ts'
import { Cursor } from '../exec/cursor.ts'
import type { RunStats, SelectRun } from '../exec/run.ts'
import { faultOf, Scan } from '../exec/scan.ts'
import { Scratch } from '../exec/scratch.ts'
import { sinkOf } from '../exec/sinks.ts'
import { hintsOf } from '../plan/hints.ts'
import { foldConstants } from '../scalar/fold-constants.ts'
import { finishAggregate, finishFunction } from './finish-function.ts'
import type { FinishLeaf } from './finish-plan.ts'
import type { Finishing, FinishSetup } from './open-finished.ts'
import { fromSqlValue } from './sql-values.ts'
import { Sqlite } from './sqlite.ts'
import { SqliteImage } from './sqlite-image.ts'
import { TableWriter, type RowBudget } from './table-writer.ts'
import { rowCounter, tickName } from './tick.ts'

export class FinishedRun implements SelectRun {
  readonly #finishing: Finishing
  readonly #setup: FinishSetup
  readonly #writer: RecordWriter
  readonly #steps: AsyncGenerator<undefined, void, undefined>
  #reader: RecordReader | null = null
  /** Of the scans before. */
  #scanned = 0
  #processed = 0
  #returned = 0
  /** What was taken from the writer and not handed out yet. */
  #piece: Uint8Array = new Uint8Array()
  #fault: { error: unknown } | null = null
  #more = true
  #closed = false

  constructor(finishing: Finishing, setup: FinishSetup, writer: RecordWriter) {
    this.#finishing = finishing
    this.#setup = setup
    this.#writer = writer
    this.#steps = this.#work()
  }

  /** Works to the first output, or through the first MiB: what fails so early is thrown before any answer. */
  async begin(): Promise<this> {
    while (this.#more && this.#writer.pending === 0 && this.stats().processed < selectFlushBytes) await this.#step()
    if (this.#fault === null || this.#writer.pending > 0) return this
    await this.close()
    throw this.#fault.error
  }

  async next(): Promise<Uint8Array | null> {
    if (this.#piece.length === 0) {
      while (this.#more && this.#writer.pending < finishAheadBytes) await this.#step()
      if (this.#writer.pending > 0) this.#piece = this.#writer.take()
    }
    if (this.#piece.length === 0) {
      await this.close()
      if (this.#fault !== null) throw this.#fault.error
      return null
    }
    const piece = this.#piece.subarray(0, outputPieceBytes)
    this.#piece = this.#piece.subarray(outputPieceBytes)
    this.#returned += piece.length
    return piece
  }

  stats(): RunStats {
    return {
      scanned: this.#scanned + (this.#reader?.scanned ?? 0),
      processed: this.#processed + (this.#reader?.processed ?? 0),
      returned: this.#returned,
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#more = false
    await this.#reader?.close()
    await this.#steps.return()
  }

  /** A fault comes behind what was written before it. */
  async #step(): Promise<void> {
    try {
      const { done = false } = await this.#steps.next()
      this.#more = !done && !this.#closed
    } catch (error) {
      this.#fault = { error: faultOf(error) }
      this.#more = false
    }
  }

  /** All there is to do, in steps after each of which others may have their turn; then the next query may begin. */
  async *#work(): AsyncGenerator<undefined, void, undefined> {
    try {
      yield* this.#answer()
    } finally {
      this.#setup.turn?.leave()
    }
  }

  async *#answer(): AsyncGenerator<undefined, void, undefined> {
    const { plan } = this.#finishing
    const [first] = plan.leaves
    if (plan.sql === null) {
      if (first !== undefined) yield* this.#scan(first, 0, this.#writer)
      return
    }
    const image = new SqliteImage(selectTableBytesMax)
    const budget: RowBudget = { rows: 0 }
    for (const [number, leaf] of plan.leaves.entries()) {
      const { output } = leaf.query
      const width = output.kind === 'list' ? output.projections.length : 1
      const columns = Array.from({ length: width }, (_, column) => `c${column}`)
      yield* this.#scan(leaf, number, new TableWriter(image.table(`t${number}`, columns), this.#setup.arena, budget))
    }
    yield* this.#finish(plan.sql, image)
  }

  /** One source, from its first record to the last that is wanted. */
  async *#scan({ from, query }: FinishLeaf, number: number, writer: RecordWriter): AsyncGenerator<undefined, void> {
    const { kernels, arena, tuning = {} } = this.#setup
    const { request, sources } = this.#finishing
    const source = sources[number]
    if (source === undefined) return
    const mark = arena.mark()
    const grouped = query.groupBy !== null || query.distinct
    const groupBytes = grouped ? selectGroupBytes[request.input.format] : 0
    const scratch = new Scratch(kernels, arena, selectScratchBytes + groupBytes)
    const cursor = this.#cursor()
    const where = query.where === null ? null : foldConstants(query.where)
    const sink = sinkOf(query, writer, { scratch, cursor })
    const reader = await source.open({ request, from, kernels, arena, tuning })
    this.#reader = reader
    try {
      const scan = new Scan({ reader, where, sink, scratch, cursor })
      reader.start(query.columns, hintsOf(where, { textOnly: request.input.format === 'CSV' }))
      while (await scan.step()) yield
    } finally {
      await reader.close()
      this.#reader = null
      this.#scanned += reader.scanned
      this.#processed += reader.processed
      arena.release(mark)
    }
  }

  async *#finish(sql: string, image: SqliteImage): AsyncGenerator<undefined, void> {
    const { plan } = this.#finishing
    const sqlite = await Sqlite.open(image.finish())
    try {
      const { setup } = this.#cursor()
      plan.indexes.forEach((column, number) => sqlite.index(`i${number}`, column))
      sqlite.define(tickName, 1, rowCounter(this.#setup.loopRowsMax ?? sqliteLoopRowsMax))
      for (const wanted of plan.functions)
        sqlite.define(wanted.name, wanted.parameters.length, finishFunction(wanted, setup))
      for (const wanted of plan.aggregates) sqlite.defineAggregate(wanted.name, finishAggregate(wanted))
      let next = outputPieceBytes
      for (const row of sqlite.rows(sql)) {
        this.#writer.values(row.map(fromSqlValue))
        if (this.#writer.pending < next) continue
        await turnOfOthers()
        yield
        next = this.#writer.pending + outputPieceBytes
      }
    } finally {
      sqlite.close()
    }
  }

  #cursor(): Cursor {
    const { now, tuning = {} } = this.#setup
    const lenient = this.#finishing.request.dialect === 'lenient'
    return new Cursor({ now, lenient, vectorised: tuning.vectorised ?? true })
  }
}

/** Nothing in SQLite waits: without this no other request would get its turn before the answer is whole. */
function turnOfOthers(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}
