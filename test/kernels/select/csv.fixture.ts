// CSV in kernel memory: bytes at any alignment between hostile ones, and what kernels find in them as plain text.
import type { CellVector } from '../../../src/kernels/select/cells.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import type { CsvInput, Dialect } from '../../../src/select/request.ts'
import { CsvIndex } from '../../../src/select/read/csv-index.ts'
import { writeLiteral } from '../../../src/select/read/csv-literal.ts'
import { csvSymbols } from '../../../src/select/read/csv-symbols.ts'
import { csvDefaults } from '../../select/read/csv.fixture.ts'
import { benchOf, putRows } from './cells.fixture.ts'
import type { Bench } from './cells.fixture.ts'

export interface CsvBench extends Bench {
  index: CsvIndex
  from: number
  to: number
}

export interface Placed {
  text: string
  input?: Partial<CsvInput>
  dialect?: Dialect
  /** Bytes the text is off a boundary of 64. */
  alignment?: number
  /** What stands before and behind it. */
  padding?: string
  rowsMax?: number
}

export function place(kernels: SelectKernels, { text, input, dialect = 'aws', ...facts }: Placed): CsvBench {
  const bench = benchOf(kernels)
  const { arena } = bench
  const { alignment = 0, padding = '"', rowsMax = 1024 } = facts
  const index = new CsvIndex(arena, kernels, csvSymbols({ ...csvDefaults, ...input }, dialect), rowsMax)
  const bytes = Buffer.from(text)
  const room = bytes.length + 512
  const from = arena.allocate(room) + 64 + alignment
  const hostile = Buffer.from(padding)
  for (let at = from - 64 - alignment; at < from - 64 - alignment + room; at++) {
    arena.u8[at] = hostile[at % hostile.length] ?? 0
  }
  // A window follows a record delimiter or memory that is not used.
  arena.u8.set(bytes, from)
  return { ...bench, index, from, to: from + bytes.length }
}

export interface Found {
  rows: number
  status: number
  /** Bytes of the text that are used up. */
  consumed: number
}

/** Runs a kernel over the text: how many rows it finds, what it leaves. */
export function run(bench: CsvBench, kernel: 'index' | 'walk' | 'walk at end' | 'count'): Found {
  const { kernels, index, from, to } = bench
  const runs = {
    index: () => kernels.csvIndex(index.setup, from, to),
    walk: () => kernels.csvWalk(index.setup, from, to, 0),
    'walk at end': () => kernels.csvWalk(index.setup, from, to, 1),
    count: () => kernels.csvCount(index.setup, from, to),
  }
  const rows = runs[kernel]()
  return { rows, status: index.status, consumed: index.consumed - from }
}

export function runCandidates(bench: CsvBench, literal: string): Found {
  const { kernels, index, from, to, arena } = bench
  const address = arena.allocate(128)
  writeLiteral(arena.u8, address, Buffer.from(literal))
  const rows = kernels.csvCandidates(index.setup, from, to, address)
  return { rows, status: index.status, consumed: index.consumed - from }
}

/** Fields of rows as they lie, by the cells of each column: `kind:text`. */
export function fieldsOf({ arena, kernels, index }: CsvBench, rows: number): string[][] {
  const selection = putRows({ arena, kernels }, [...Array(rows).keys()])
  const cells = index.allocateCells()
  const records: string[][] = Array.from({ length: rows }, () => [])
  const most = Math.max(0, ...Array.from({ length: rows }, (_, row) => index.fieldCount(row)))
  for (let column = 0; column <= most; column++) {
    index.cells(column, selection, cells)
    for (let row = 0; row < rows; row++) {
      if (column <= index.fieldCount(row)) records[row]?.push(cellAt(arena.u8, arena.u32, cells, row))
    }
  }
  index.recordBounds(selection, cells)
  for (let row = 0; row < rows; row++) records[row]?.unshift(cellAt(arena.u8, arena.u32, cells, row))
  return records
}

function cellAt(u8: Uint8Array, u32: Uint32Array, { starts, ends, kinds }: CellVector, row: number): string {
  const kind = u8[kinds + row]
  return `${kind}:${Buffer.from(u8.subarray(u32[starts / 4 + row], u32[ends / 4 + row])).toString('latin1')}`
}
