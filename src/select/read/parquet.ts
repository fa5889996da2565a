// Opens Parquet objects.
import type { RecordReader } from '../batch.ts'
import type { ReaderSetup } from './open-reader.ts'
import { guarded } from './parquet/faults.ts'
import { readMetadata } from './parquet/metadata.ts'
import { ParquetReader } from './parquet/parquet-reader.ts'
import { RangeReader } from './parquet/read-range.ts'
import { checkSize, startOf } from './parquet/row-groups.ts'
import { schemaOf } from './parquet/schema.ts'
import { resolveScanRange } from './scan-range.ts'

/** Reads the footer. Throws ParquetParsingError, InvalidScanRange, OverMaxParquetBlockSize. */
export async function openParquet(setup: ReaderSetup): Promise<RecordReader> {
  const ranges = new RangeReader(setup.source)
  const metadata = await readMetadata(ranges)
  return guarded(() => {
    const schema = schemaOf(metadata)
    const range = resolveScanRange(setup.request.scanRange, ranges.size)
    // A row group is in the range when it begins there.
    const groups = metadata.row_groups.filter((group) => {
      const start = startOf(group)
      return start >= range.start && start <= range.end
    })
    for (const group of groups) checkSize(group)
    return new ParquetReader(setup, ranges, { metadata, schema, groups })
  })
}
