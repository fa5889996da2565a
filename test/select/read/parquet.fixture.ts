// Parquet files made for tests, and their records as the reader gives them.
import { Buffer } from 'node:buffer'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { Arena } from '../../../src/kernels/select/arena.ts'
import { cellKind } from '../../../src/kernels/select/cells.ts'
import type { Vector } from '../../../src/kernels/select/cells.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import type { Hint } from '../../../src/select/batch.ts'
import type { ColumnRef } from '../../../src/select/bind/bound.ts'
import { openParquet } from '../../../src/select/read/parquet.ts'
import type { ScanRange } from '../../../src/select/request.ts'
import { Decimal } from '../../../src/select/value/decimal.ts'
import { MISSING, Struct } from '../../../src/select/value/value.ts'
import type { Value } from '../../../src/select/value/value.ts'
import { Timestamp } from '../../../src/select/value/timestamp.ts'
import { memorySource } from '../../support/object-source.ts'

export type WriteOptions = Omit<Parameters<typeof parquetWriteBuffer>[0], 'columnData'>
export type WriteColumns = Parameters<typeof parquetWriteBuffer>[0]['columnData']

export function parquetOf(columnData: WriteColumns, options: WriteOptions = {}): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({ columnData, ...options }))
}

/** The file a statement of DuckDB writes: `COPY (query) TO ... (FORMAT parquet, options)`. */
export async function duckParquet(query: string, options = ''): Promise<Uint8Array> {
  const folder = mkdtempSync(path.join(tmpdir(), 'parquet-'))
  const file = path.join(folder, 'file.parquet')
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  try {
    await connection.run(`COPY (${query}) TO '${file}' (FORMAT parquet${options === '' ? '' : `, ${options}`})`)
    return new Uint8Array(readFileSync(file))
  } finally {
    connection.closeSync()
    instance.closeSync()
    rmSync(folder, { recursive: true, force: true })
  }
}

const python = process.env['TEST_PYTHON'] ?? 'python3'

/** Why files by pyarrow cannot be made here; null when they can. */
export function withoutPyarrow(): string | null {
  const { status, error } = spawnSync(python, ['-c', 'import pyarrow.parquet'])
  if (error !== undefined) return 'there is no Python here'
  return status === 0 ? null : 'this Python has no pyarrow'
}

/** The file pyarrow writes of `table`, a Python expression, with arguments of write_table. */
export function pyarrowParquet(table: string, options: string): Uint8Array {
  const program = [
    'import sys, decimal, datetime, pyarrow as pa, pyarrow.parquet as pq',
    'sink = pa.BufferOutputStream()',
    `pq.write_table(${table}, sink, ${options})`,
    'sys.stdout.buffer.write(sink.getvalue())',
  ]
  const { stdout, stderr, status } = spawnSync(python, ['-c', program.join('\n')], { maxBuffer: 256 * 1024 * 1024 })
  if (status !== 0) throw new Error(stderr.toString())
  return new Uint8Array(stdout)
}

export interface ReadOptions {
  kernels?: SelectKernels
  /** All top-level columns, by default. */
  columns?: ColumnRef[]
  hints?: Hint[]
  scanRange?: ScanRange | null
  /** Batches whose values are looked at. Default all. */
  looksAt?: (batch: number) => boolean
  budgetBytes?: number
}

export interface ReadResult {
  names: readonly string[]
  rows: unknown[][]
  batchRows: number[]
  vectorTypes: string[][]
  scanned: number
  processed: number
  /** Kernel memory in use at the end. */
  usedBytes: number
}

/** Reads everything; values by vectors must be the values by record. */
export async function readParquet(bytes: Uint8Array, options: ReadOptions = {}): Promise<ReadResult> {
  const { kernels = wasmKernels(), hints = [], scanRange = null, looksAt = () => true } = options
  const arena = new Arena(kernels.memory, kernels.heapBase(), options.budgetBytes ?? 48 * 1024 * 1024)
  const source = memorySource(bytes)
  const reader = await openParquet({
    request: { compression: 'NONE', dialect: 'aws', input: { format: 'Parquet' }, scanRange },
    source,
    from: [],
    kernels,
    arena,
    tuning: {},
  })
  const names = reader.names ?? []
  const columns = options.columns ?? names.map((_, index): ColumnRef => ({ by: 'position', index }))
  reader.start(columns, hints)
  const result: ReadResult = {
    names,
    rows: [],
    batchRows: [],
    vectorTypes: [],
    scanned: 0,
    processed: 0,
    usedBytes: arena.used,
  }
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    const number = result.batchRows.push(batch.rows) - 1
    if (!looksAt(number)) continue
    const vectors = columns.map((_, column) => batch.vector(column, { pointer: 0, count: batch.rows }))
    result.vectorTypes.push(vectors.map(typeOf))
    for (let row = 0; row < batch.rows; row++) {
      result.rows.push(
        columns.map((_, column) => {
          const value = plain(batch.value(column, row))
          const vector = vectors[column]!
          if (vector.type !== 'opaque') {
            const other = plain(vectorValue(arena, vector, row))
            if (!Object.is(other, value) && JSON.stringify(other) !== JSON.stringify(value)) {
              throw new Error(`Row ${row}: the vector has ${String(other)}, the record ${String(value)}`)
            }
          }
          return value
        }),
      )
    }
  }
  await reader.close()
  return { ...result, scanned: reader.scanned, processed: reader.processed }
}

function typeOf(vector: Vector): string {
  return vector.type === 'dictionary' ? `dictionary of ${vector.entries.type}` : vector.type
}

/** Values as tests write them: a bigint with its n, decimals as text, moments in ISO 8601, structs as objects. */
export function plain(value: Value): unknown {
  if (value === MISSING) return 'MISSING'
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return (value as Value[]).map(plain)
  if (value instanceof Struct) {
    return Object.fromEntries(value.names.map((name, index) => [name, plain(value.values[index])]))
  }
  if (value instanceof Decimal) return `${value.unscaled}e-${value.scale}`
  if (value instanceof Timestamp) return new Date(Number(value.nanoseconds / 1_000_000n)).toISOString()
  return value
}

function vectorValue(arena: Arena, vector: Vector, row: number): Value {
  if (vector.type === 'opaque') throw new Error('An opaque vector has no values')
  const kind = arena.u8[vector.kinds + row]
  if (kind === cellKind.null) return null
  if (kind === cellKind.missing) return MISSING
  switch (vector.type) {
    case 'dictionary': {
      const index = arena.u32[vector.indices / 4 + row]!
      if (index >= vector.entryCount) throw new Error('An entry the dictionary does not have')
      return vectorValue(arena, vector.entries, index)
    }
    case 'int64': {
      const value = arena.i64[vector.values / 8 + row]!
      return vector.scale === 0 ? value : new Decimal(value, vector.scale)
    }
    case 'float64':
      return arena.f64[vector.values / 8 + row]!
    case 'cells':
      if (kind === cellKind.true || kind === cellKind.false) return kind === cellKind.true
      return Buffer.from(
        arena.u8.subarray(arena.u32[vector.starts / 4 + row], arena.u32[vector.ends / 4 + row]),
      ).toString()
  }
}
