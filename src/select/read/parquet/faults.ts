// What is said of Parquet files that cannot be read. No I/O, no clock.
import { S3Error } from '../../../errors.ts'

/** The file is no Parquet file, or is damaged. `reason` is for the log. */
export function damaged(reason: string, cause?: unknown): S3Error {
  return new S3Error('ParquetParsingError', { reason, cause })
}

/** A Parquet type S3 Select does not read. */
export function unsupportedType(type: string): S3Error {
  return new S3Error('UnsupportedParquetType', { reason: type })
}

/** Runs code over what a file says: whatever it throws that is no S3Error means that the file is damaged. */
export function guarded<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw error instanceof S3Error ? error : damaged(error instanceof Error ? error.message : String(error), error)
  }
}
