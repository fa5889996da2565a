// Requests of S3 Select as most tests want them.
import type { CsvInput, CsvOutput, SelectRequest } from '../../src/select/request.ts'

export const csvInput: CsvInput = {
  format: 'CSV',
  header: 'USE',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  quote: '"',
  escape: '"',
  comments: '',
  allowQuotedRecordDelimiter: true,
}

export const csvOutput: CsvOutput = {
  format: 'CSV',
  quoteFields: 'ASNEEDED',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  quote: '"',
  escape: '"',
}

export const inputs = {
  CSV: csvInput,
  JSON: { format: 'JSON', type: 'LINES' },
  Parquet: { format: 'Parquet' },
} as const

/** A request with the usual defaults: extended dialect, no compression, CSV to CSV. */
export function selectRequest(expression: string, rest: Partial<SelectRequest> = {}): SelectRequest {
  return {
    expression,
    dialect: 'extended',
    input: csvInput,
    compression: 'NONE',
    output: csvOutput,
    scanRange: null,
    progress: false,
    ...rest,
  }
}
