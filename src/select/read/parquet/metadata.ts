// The footer of a Parquet file. The only file that knows the package hyparquet, which parses it.
// https://parquet.apache.org/docs/file-format/metadata/
import { hashParquetValue, readBloomFilter, sbbfContains } from 'hyparquet/src/bloom.js'
import { readColumnIndex, readOffsetIndex } from 'hyparquet/src/indexes.js'
import { parquetMetadata } from 'hyparquet/src/metadata.js'
import type { FileMetaData, SchemaElement, ColumnMetaData } from 'hyparquet/src/types.js'
import { damaged, guarded } from './faults.ts'
import type { RangeReader } from './read-range.ts'

export type FileMetadata = FileMetaData
export type { SchemaElement }

/** Bytes read for the footer at once: enough for most. */
const tailBytes = 65_536

/** A footer may not be larger: parsed it takes some ten times as much. */
const footerBytesMax = 4 * 1024 * 1024

/** Reads and parses the footer. Throws ParquetParsingError. */
export async function readMetadata(ranges: RangeReader): Promise<FileMetadata> {
  const { size } = ranges
  if (size < 12) throw damaged('too short to be a Parquet file')
  const tail = Math.min(size, tailBytes)
  let bytes = await ranges.read(size - tail, tail)
  const end = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8)
  ranges.keepTail(bytes)
  if (end.getUint32(4, true) !== 0x31524150) throw damaged('it does not end in PAR1')
  const length = end.getUint32(0, true) + 8
  if (length > size - 4 || length > footerBytesMax) throw damaged(`a footer of ${length} bytes`)
  if (length > tail) {
    const start = await ranges.read(size - length, length - tail)
    const joined = new Uint8Array(length)
    joined.set(start)
    joined.set(bytes, start.length)
    bytes = joined
  }
  return guarded(() => parquetMetadata(bytes, { parsers: rawParsers, geoparquet: false }))
}

/** Statistics of texts and dates as they lie in the file. */
const rawParsers = {
  timestampFromMilliseconds: (value: bigint) => value,
  timestampFromMicroseconds: (value: bigint) => value,
  timestampFromNanoseconds: (value: bigint) => value,
  dateFromDays: (days: number) => days,
  stringFromBytes: (bytes: Uint8Array) => bytes,
} as unknown as NonNullable<NonNullable<Parameters<typeof parquetMetadata>[1]>['parsers']>

/** Statistics of a column's pages. Throws ParquetParsingError. */
export function parseColumnIndex(bytes: Uint8Array, element: SchemaElement) {
  return guarded(() => readColumnIndex({ view: viewOf(bytes), offset: 0 }, element, rawParsers))
}

/** Where a column's pages lie. Throws ParquetParsingError. */
export function parseOffsetIndex(bytes: Uint8Array) {
  return guarded(() => readOffsetIndex({ view: viewOf(bytes), offset: 0 }).page_locations)
}

/** Whether a Bloom filter has room for a value of the column; true also where that cannot be told. */
export function mayContain(filter: Uint8Array, element: SchemaElement, value: string | number | bigint): boolean {
  return guarded(() => {
    const hash = hashParquetValue(value, element)
    const parsed = readBloomFilter({ view: viewOf(filter), offset: 0 })
    return hash === undefined || parsed === undefined || sbbfContains(parsed.blocks, hash)
  })
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

export type { ColumnMetaData }
