// Values in the PLAIN encoding, to arrays in kernel memory.
// https://github.com/apache/parquet-format/blob/master/Encodings.md
import { cellKind } from '../../../kernels/select/cells.ts'
import { damaged, unsupportedType } from './faults.ts'
import type { ScanContext } from './scan-context.ts'
import { isUnsigned } from './schema.ts'
import type { Leaf } from './schema.ts'

/** Addresses of arrays for values: `starts` and `ends` of cells, `values` of i64 or f64 or (booleans) u8. Those not used are 0. */
export interface ValueArrays {
  starts: number
  ends: number
  values: number
}

/** Arrays for `count` values of the column, in one region that begins at `starts`. */
export function allocateArrays({ pool }: ScanContext, leaf: Leaf, count: number): ValueArrays {
  const ofBytes = leaf.physical === 'BYTE_ARRAY' || leaf.storage === 'cells'
  const lanes = Math.ceil(count / 8) * 8
  const starts = pool.allocate(lanes * (ofBytes ? 8 : 0) + lanes * (leaf.storage === 'cells' ? 0 : 8))
  return ofBytes
    ? { starts, ends: starts + lanes * 4, values: starts + lanes * 8 }
    : { starts, ends: starts, values: starts }
}

/** The kind of a value that is there. */
export function presentKind(leaf: Leaf): number {
  return leaf.storage === 'cells' ? cellKind.text : cellKind.number
}

/** Bytes of a value of fixed size; 0 where each has its own. */
export function plainWidth(leaf: Leaf): number {
  switch (leaf.physical) {
    case 'INT32':
    case 'FLOAT':
      return 4
    case 'INT64':
    case 'DOUBLE':
      return 8
    case 'INT96':
      return 12
    case 'FIXED_LEN_BYTE_ARRAY':
      return leaf.width
    default:
      return 0
  }
}

export interface PlainRead {
  /** Address of two u32: the next byte and the end. Moves on. */
  cursor: number
  arrays: ValueArrays
  /** Where the first goes. */
  index: number
  count: number
}

/** Decodes as many values as asked for. Throws ParquetParsingError when there are fewer. */
export function readPlain(context: ScanContext, leaf: Leaf, { cursor, arrays, index, count }: PlainRead): void {
  const { kernels, pool } = context
  if (leaf.meaning.meaning === 'unsupported') throw unsupportedType(leaf.meaning.type)
  const starts = arrays.starts + index * 4
  const ends = arrays.ends + index * 4
  const values = arrays.values + index * 8
  if (leaf.physical === 'BYTE_ARRAY') {
    if (kernels.plainCells(cursor, starts, ends, count) !== count) throw damaged('a page has too few byte arrays')
    if (leaf.storage === 'i64' && kernels.bigEndianCellsToI64(starts, ends, values, count) !== count) {
      throw damaged('a decimal with more digits than its type')
    }
    return
  }
  const from = takeFixed(context, cursor, count * plainWidth(leaf))
  switch (leaf.physical) {
    case 'INT32':
      if (isUnsigned(leaf.element)) kernels.widenU32(from, values, count)
      else kernels.widenI32(from, values, count)
      return
    case 'INT64':
    case 'DOUBLE':
      pool.u8.copyWithin(values, from, from + count * 8)
      return
    case 'FLOAT':
      kernels.widenF32(from, values, count)
      return
  }
  if (leaf.storage === 'f64') kernels.widenF16(from, values, count)
  else if (leaf.storage === 'cells') kernels.fixedCells(from, leaf.width, starts, ends, count)
  else if (kernels.bigEndianToI64(from, leaf.width, values, count) !== count) {
    throw damaged('a decimal with more digits than its type')
  }
}

/** Passes over values. Throws ParquetParsingError when there are fewer. */
export function skipPlain(context: ScanContext, leaf: Leaf, cursor: number, count: number): void {
  if (leaf.physical !== 'BYTE_ARRAY') takeFixed(context, cursor, count * plainWidth(leaf))
  else if (context.kernels.plainSkip(cursor, count) !== count) throw damaged('a page has too few byte arrays')
}

/** The address of the next `bytes` bytes, which are taken. */
export function takeFixed({ pool }: ScanContext, cursor: number, bytes: number): number {
  const u32 = pool.u32
  const at = u32[cursor / 4] ?? 0
  const end = u32[cursor / 4 + 1] ?? 0
  if (at + bytes > end) throw damaged('a page has too few values')
  u32[cursor / 4] = at + bytes
  return at
}
