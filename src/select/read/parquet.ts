// Opens Parquet objects.
import type { RecordReader } from '../batch.ts'
import type { ReaderSetup } from './open-reader.ts'
import { guarded } from './parquet/faults.ts'
import { readMetadata } from './parquet/metadata.ts'
import { ParquetReader } from './parquet/parquet-reader.ts'
import { RangeReader } from './parquet/read-range.ts'
import { checkSize } from './parquet/row-groups.ts'
import { schemaOf } from './parquet/schema.ts'

/** Reads the footer. Throws ParquetParsingError, OverMaxParquetBlockSize. */
export async function openParquet(setup: ReaderSetup): Promise<RecordReader> {
  const ranges = new RangeReader(setup.source)
  const metadata = await readMetadata(ranges)
  return guarded(() => {
    const schema = schemaOf(metadata)
    const groups = metadata.row_groups
    for (const group of groups) checkSize(group)
    return new ParquetReader(setup, ranges, { metadata, schema, groups })
  })
}
