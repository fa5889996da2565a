// JSON input read to its end, for tests.
import { Arena } from '../../src/kernels/select/arena.ts'
import type { SelectKernels } from '../../src/kernels/select/kernels.ts'
import { wasmKernels } from '../../src/kernels/select/wasm-kernels.ts'
import type { Hint } from '../../src/select/batch.ts'
import type { ColumnRef, PathStep } from '../../src/select/bind/bound.ts'
import { openJson } from '../../src/select/read/json.ts'
import type { Compression, SelectRequest, SelectTuning } from '../../src/select/request.ts'
import { Decimal } from '../../src/select/value/decimal.ts'
import type { Value } from '../../src/select/value/value.ts'
import { Struct } from '../../src/select/value/value.ts'
import { memorySource } from './object-source.ts'

const encoder = new TextEncoder()

export interface JsonReading {
  kernels?: () => SelectKernels
  from?: PathStep[]
  type?: 'LINES' | 'DOCUMENT'
  /** Default `aws`. */
  dialect?: SelectRequest['dialect']
  scanRange?: SelectRequest['scanRange']
  compression?: Compression
  tuning?: SelectTuning
  hints?: Hint[]
  /** How columns are read: all as vectors first, only of every third record, or record by record. Default all. */
  vectors?: 'all' | 'some' | 'none'
}

/** A value as JSON has it; decimals as their text, MISSING as 'MISSING'. */
export function plain(value: Value): unknown {
  if (value === undefined) return 'MISSING'
  if (value instanceof Decimal) return `decimal ${value.lexeme}`
  if (value instanceof Struct)
    return Object.fromEntries(value.names.map((name, index) => [name, plain(value.values[index])]))
  if (Array.isArray(value)) return value.map(plain)
  return typeof value === 'bigint' ? Number(value) : value
}

/** The columns of every record; throws what reading throws. */
export async function readJson(
  text: string | Uint8Array,
  columns: ColumnRef[],
  options: JsonReading = {},
): Promise<unknown[][]> {
  const { seen, error } = await readJsonUntilFault(text, columns, options)
  if (error !== null) throw error
  return seen
}

/** The records before the first fault, and the fault. */
export async function readJsonUntilFault(
  text: string | Uint8Array,
  columns: ColumnRef[],
  options: JsonReading,
): Promise<{ seen: unknown[][]; error: Error | null }> {
  const kernels = (options.kernels ?? wasmKernels)()
  const arena = new Arena(kernels.memory, kernels.heapBase(), 16 * 1024 * 1024)
  const reader = await openJson({
    request: {
      compression: options.compression ?? 'NONE',
      dialect: options.dialect ?? 'aws',
      input: { format: 'JSON', type: options.type ?? 'LINES' },
      scanRange: options.scanRange ?? null,
    },
    source: memorySource(typeof text === 'string' ? encoder.encode(text) : text),
    from: options.from ?? [],
    kernels,
    arena,
    tuning: options.tuning ?? {},
  })
  reader.start(columns, options.hints ?? [])
  const pointer = arena.allocate(8192 * 4)
  const seen: unknown[][] = []
  try {
    for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
      for (let row = 0; row < batch.rows; row++) arena.u32[(pointer >> 2) + row] = row
      const { rows } = batch
      const { vectors = 'all' } = options
      if (vectors === 'all') for (const column of columns.keys()) batch.vector(column, { pointer, count: rows })
      if (vectors === 'some') for (const column of columns.keys()) batch.vector(column, every(arena, pointer, rows))
      for (let row = 0; row < rows; row++) {
        seen.push(columns.map((_, column) => plain(batch?.value(column, row))))
      }
    }
  } catch (error) {
    return { seen, error: error as Error }
  }
  await reader.close()
  return { seen, error: null }
}

/** Every third record, at `pointer`. */
function every(arena: Arena, pointer: number, rows: number): { pointer: number; count: number } {
  let count = 0
  for (let row = 0; row < rows; row += 3) arena.u32[(pointer >> 2) + count++] = row
  return { pointer, count }
}
