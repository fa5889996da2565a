// Parquet objects as records: row groups that are needed, columns that are asked for, values as late as can be.
// https://parquet.apache.org/docs/file-format/
import { S3Error } from '../../../errors.ts'
import { parquetBatchRowsMax, parquetPoolBytesMax } from '../../../limits.ts'
import type { Batch, Hint, RecordReader } from '../../batch.ts'
import type { ColumnRef } from '../../bind/bound.ts'
import { Struct } from '../../value/value.ts'
import type { ReaderSetup } from '../open-reader.ts'
import { ParquetBatch, missingColumn } from './batch.ts'
import type { OutputColumn } from './batch.ts'
import { prunable, testsOf } from './conditions.ts'
import type { Prunable } from './conditions.ts'
import { damaged, unsupportedType } from './faults.ts'
import { FlatColumn } from './flat-column.ts'
import { planGroup } from './group-plan.ts'
import type { GroupPlan } from './group-plan.ts'
import type { FileMetadata } from './metadata.ts'
import { NestedColumn, follow } from './nested-column.ts'
import { NestedLeaf } from './nested-leaf.ts'
import { PageSource } from './page-source.ts'
import type { PageLimits } from './page-source.ts'
import { leavesFor, projectionOf } from './projection.ts'
import type { Projection } from './projection.ts'
import type { RangeReader } from './read-range.ts'
import { RegionPool } from './region-pool.ts'
import { chunkOf, countOf, rowsOf } from './row-groups.ts'
import type { RowGroup } from './row-groups.ts'
import type { RowSpan } from './row-spans.ts'
import { scratchBytes } from './scan-context.ts'
import type { ScanContext } from './scan-context.ts'
import type { Leaf, SchemaNode } from './schema.ts'
import { leavesOf } from './schema.ts'

/** What of the file is read: row groups in order. */
export interface ScanPlan {
  metadata: FileMetadata
  schema: SchemaNode[]
  groups: RowGroup[]
}

interface OpenScan {
  context: ScanContext
  rowsMax: number
  flat: Map<Leaf, FlatColumn>
  nested: Map<Leaf, NestedLeaf>
  outputs: OutputColumn[]
  /** Memory for pages and dictionaries. */
  pageBytes: number
  /** What wanted records fulfil. */
  condition: Prunable
  leafOf: (column: number) => Leaf | null
}

/** Ranges that are read together when a row group needs no more than `smallBytesMax` in all. */
const smallBytesMax = 2 * 1024 * 1024
const gapBytesMax = 8 * 1024

/** Larger pages of plain values are read through a window. */
const wholePageBytesMax = 12 * 1024 * 1024

export class ParquetReader implements RecordReader {
  readonly names: readonly string[]
  readonly #setup: ReaderSetup
  readonly #ranges: RangeReader
  readonly #plan: ScanPlan
  #scan: OpenScan | null = null
  #group = -1
  /** Rows of the row group that are still wanted. */
  #spans: RowSpan[] = []
  #isClosed = false

  constructor(setup: ReaderSetup, ranges: RangeReader, plan: ScanPlan) {
    this.#setup = setup
    this.#ranges = ranges
    this.#plan = plan
    this.names = plan.schema.map(({ name }) => name)
  }

  get scanned(): number {
    return this.#ranges.scanned
  }

  get processed(): number {
    return this.#scan?.context.processed ?? 0
  }

  /** Throws AmbiguousFieldName, UnsupportedParquetType, UnsupportedTypeForQuerying, ParquetParsingError. */
  start(columns: readonly ColumnRef[], hints: readonly Hint[]): void {
    const { schema, groups } = this.#plan
    const projections = columns.map((column) => projectionOf(column, schema))
    const leafOf = (column: number): Leaf | null => {
      const projection = projections[column]
      return projection?.from === 'leaf' ? projection.leaf : null
    }
    const operands = hints.flatMap((hint) => (hint.hint === 'condition' ? [prunable(hint.condition)] : []))
    const condition: Prunable = { op: 'and', operands }
    for (const { column } of testsOf(condition)) {
      const meaning = leafOf(column)?.meaning
      if (meaning?.meaning !== 'unsupported') continue
      throw new S3Error('UnsupportedTypeForQuerying', { reason: meaning.type })
    }
    const nestedLeaves = new Set(projections.flatMap((projection) => nestedLeavesOf(projection, schema)))
    const leaves = new Set(projections.flatMap((projection) => leavesFor(projection, schema)))
    for (const { meaning } of leaves) if (meaning.meaning === 'unsupported') throw unsupportedType(meaning.type)
    const rowsMax = batchRows(groups, [...leaves])
    const pool = new RegionPool(this.#setup.arena, parquetPoolBytesMax)
    const context: ScanContext = {
      kernels: this.#setup.kernels,
      pool,
      state: pool.allocate(128),
      scratch: pool.allocate(scratchBytes),
      processed: 0,
      dictionaries: 0,
    }
    const outputs: OutputColumn[] = []
    const scan: OpenScan = {
      context,
      rowsMax,
      flat: new Map(),
      nested: new Map(),
      outputs,
      condition,
      leafOf,
      pageBytes: 0,
    }
    for (const leaf of leaves) {
      if (nestedLeaves.has(leaf)) scan.nested.set(leaf, new NestedLeaf(context, leaf))
      else scan.flat.set(leaf, new FlatColumn(context, leaf, rowsMax))
    }
    for (const projection of projections) outputs.push(outputOf(projection, scan, schema))
    scan.pageBytes = pool.bytes - pool.used
    this.#scan = scan
  }

  async next(): Promise<Batch | null> {
    try {
      return await this.#next()
    } catch (error) {
      // What a kernel or an array does when a file lies.
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) throw damaged(error.message, error)
      throw error
    }
  }

  async #next(): Promise<Batch | null> {
    const scan = this.#scan
    if (scan === null) throw new Error('The reader is not started')
    while (!this.#isClosed) {
      const span = this.#spans[0]
      if (span !== undefined && span.from < span.to) {
        const { from } = span
        span.from = await load(scan, from, Math.min(span.to, from + scan.rowsMax))
        return this.#batch(scan, from, span.from - from)
      }
      this.#spans.shift()
      if (this.#spans.length === 0 && !(await this.#nextGroup(scan))) return null
    }
    return null
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#endGroup()
  }

  #endGroup(): void {
    for (const column of [...(this.#scan?.flat.values() ?? []), ...(this.#scan?.nested.values() ?? [])]) {
      column.endRowGroup()
    }
  }

  #batch(scan: OpenScan, from: number, rows: number): Batch {
    for (const column of [...scan.flat.values(), ...scan.nested.values()]) column.begin(from, rows)
    return new ParquetBatch(rows, scan.outputs)
  }

  /** Begins the next row group that may have wanted rows. False when there is none. */
  async #nextGroup(scan: OpenScan): Promise<boolean> {
    this.#endGroup()
    const columns = [...scan.flat.values(), ...scan.nested.values()]
    const { condition, leafOf } = scan
    while (true) {
      this.#group += 1
      const group = this.#plan.groups[this.#group]
      if (group === undefined) return false
      const leaves = columns.map(({ leaf }) => leaf)
      const plan = await planGroup({ ranges: this.#ranges, group, leaves, condition, leafOf })
      if (plan === null) continue
      await this.#startGroup(scan, columns, plan)
      return true
    }
  }

  async #startGroup(scan: OpenScan, columns: (FlatColumn | NestedLeaf)[], plan: GroupPlan): Promise<void> {
    const stretches = [...plan.chunks.values()].flatMap(({ runs, dictionary }) => {
      return dictionary === null ? runs : [dictionary, ...runs]
    })
    const bytes = stretches.reduce((sum, { offset, end }) => sum + end - offset, 0)
    const isSmall = stretches.length > 1 && bytes <= smallBytesMax
    await this.#ranges.keep(
      isSmall ? stretches.map(({ offset, end }) => ({ offset, length: end - offset })) : [],
      gapBytesMax,
    )
    const limits = pageLimits(columns.length, scan.pageBytes)
    for (const column of columns) {
      const chunk = plan.chunks.get(column.leaf)
      if (chunk === undefined) throw new Error('A column without a plan')
      const own = { ...limits, streams: column instanceof FlatColumn }
      column.startRowGroup(
        new PageSource(scan.context, column.leaf, { ranges: this.#ranges, plan: chunk, limits: own }),
      )
    }
    this.#spans = plan.spans
  }
}

/** Loads all columns; returns the row up to which all have values. */
async function load(scan: OpenScan, from: number, to: number): Promise<number> {
  const waiting = [...scan.flat.values()].filter((column) => !column.isLoaded(from, to))
  if (waiting.length === 0 && scan.nested.size === 0) return to
  const rows = await Promise.all([
    ...waiting.map((column) => column.load(from, to)),
    ...[...scan.nested.values()].map((column) => column.load(to)),
  ])
  return Math.min(to, ...rows)
}

/** What each of so many columns may hold. */
function pageLimits(columns: number, pageBytes: number): Omit<PageLimits, 'streams'> {
  const share = pageBytes / Math.max(columns, 1)
  return {
    pieceBytes: Math.min(1024 * 1024, Math.max(64 * 1024, Math.floor((8 * 1024 * 1024) / Math.max(columns, 1)))),
    wholeBytesMax: Math.min(wholePageBytesMax, share / 3),
    windowBytes: Math.min(512 * 1024, Math.max(192 * 1024, Math.floor(share / 8))),
  }
}

/** The leaves whose levels are needed one by one. */
function nestedLeavesOf(projection: Projection, schema: readonly SchemaNode[]): Leaf[] {
  if (projection.from === 'node') return leavesOf(projection.node)
  if (projection.from !== 'record') return []
  return schema.flatMap((node) => (node.leaf !== null && node.repetitionLevel === 0 ? [] : leavesOf(node)))
}

/** Rows of a batch: fewer when they are long. */
function batchRows(groups: readonly RowGroup[], leaves: readonly Leaf[]): number {
  const vectors = (8 * 1024 * 1024) / FlatColumn.bytesPerRow / Math.max(leaves.length, 1)
  let rows = Math.min(parquetBatchRowsMax, Math.max(128, Math.floor(vectors)))
  for (const group of groups) {
    const bytes = leaves.reduce(
      (sum, leaf) => sum + countOf(chunkOf(group, leaf).meta.total_uncompressed_size, 'size'),
      0,
    )
    const share = (4 * 1024 * 1024) / (bytes / Math.max(rowsOf(group), 1) + 1)
    rows = Math.min(rows, Math.max(128, Math.floor(share)))
  }
  return rows
}

/** A column of the statement over the columns of the file. */
function outputOf(projection: Projection, scan: OpenScan, schema: readonly SchemaNode[]): OutputColumn {
  switch (projection.from) {
    case 'nothing':
      return missingColumn(scan.context, scan.rowsMax)
    case 'leaf':
      return scan.flat.get(projection.leaf) ?? nestedOutput(scan, projection.node, [])
    case 'node':
      return nestedOutput(scan, projection.node, projection.steps)
    case 'record': {
      const names = schema.map(({ name }) => name)
      const fields = schema.map((node) => {
        const flat = node.leaf === null ? undefined : scan.flat.get(node.leaf)
        return flat ?? nestedOutput(scan, node, [])
      })
      return {
        vector: () => ({ type: 'opaque' }),
        value: (row) =>
          new Struct(
            names,
            fields.map((field) => field.value(row)),
          ),
      }
    }
  }
}

function nestedOutput(scan: OpenScan, node: SchemaNode, steps: Parameters<typeof follow>[1]): OutputColumn {
  const column = new NestedColumn(node, scan.nested)
  return { vector: () => ({ type: 'opaque' }), value: (row) => follow(column.value(row), steps) }
}
