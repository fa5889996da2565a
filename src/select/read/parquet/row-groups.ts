// Which row groups a scan reads and where their columns lie. No I/O, no clock.
import { S3Error } from '../../../errors.ts'
import { parquetRowGroupBytesMax } from '../../../limits.ts'
import { damaged } from './faults.ts'
import type { ColumnMetaData, FileMetadata } from './metadata.ts'
import type { Leaf } from './schema.ts'

export type RowGroup = FileMetadata['row_groups'][number]

/** A number of the footer that must be a count or an offset. Throws ParquetParsingError. */
export function countOf(value: bigint | number | undefined, name: string): number {
  const number = Number(value ?? -1)
  if (!Number.isSafeInteger(number) || number < 0) throw damaged(`${name} ${value}`)
  return number
}

/** Rows of a row group. Throws ParquetParsingError for more than its columns can have. */
export function rowsOf(group: RowGroup): number {
  const rows = countOf(group.num_rows, 'rows')
  const values = group.columns[0]?.meta_data?.num_values
  if (rows > 0x7fffffff || rows > Number(values ?? 0)) throw damaged(`a row group of ${rows} rows`)
  return rows
}

/** The column chunk of a leaf. Throws ParquetParsingError when the row group does not have it as the schema says. */
export function chunkOf(group: RowGroup, leaf: Leaf): { meta: ColumnMetaData; chunk: RowGroup['columns'][number] } {
  const chunk = group.columns[leaf.index]
  const meta = chunk?.meta_data
  if (chunk === undefined || meta === undefined) throw damaged(`column ${leaf.name} is not there, or encrypted`)
  if (chunk.crypto_metadata !== undefined) throw damaged(`column ${leaf.name} is encrypted`)
  if (chunk.file_path !== undefined && chunk.file_path !== '') throw damaged('a column in another file')
  if (meta.type !== leaf.physical) throw damaged(`column ${leaf.name} is of another type than the schema says`)
  return { meta, chunk }
}

/** Where a column chunk lies. */
export function spanOf(meta: ColumnMetaData): { offset: number; end: number } {
  const data = countOf(meta.data_page_offset, 'data page offset')
  const dictionary = Number(meta.dictionary_page_offset ?? 0)
  const offset = dictionary > 0 && dictionary < data ? dictionary : data
  return { offset, end: offset + countOf(meta.total_compressed_size, 'size of a column') }
}

/** The file's offset at which a row group begins. */
export function startOf(group: RowGroup): number {
  const starts = group.columns.flatMap(({ meta_data: meta }) => (meta === undefined ? [] : [spanOf(meta).offset]))
  return starts.length === 0 ? countOf(group.file_offset ?? 0n, 'offset of a row group') : Math.min(...starts)
}

/** Throws OverMaxParquetBlockSize. */
export function checkSize(group: RowGroup): void {
  const bytes = countOf(group.total_byte_size, 'size of a row group')
  if (bytes > parquetRowGroupBytesMax) {
    throw new S3Error('OverMaxParquetBlockSize', { reason: `a row group of ${bytes} bytes` })
  }
}
