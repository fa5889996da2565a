// A SelectObjectContent request with its defaults filled in.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html

/** `aws`: what AWS documents. `lenient`: what Ceph's tests and clients expect. `extended`: `aws` and more SQL. */
export type Dialect = 'aws' | 'extended' | 'lenient'

export interface CsvInput {
  format: 'CSV'
  header: 'NONE' | 'USE' | 'IGNORE'
  /** Delimiters are text of one or more bytes in UTF-8. */
  recordDelimiter: string
  fieldDelimiter: string
  /** Empty: no quoting. */
  quote: string
  escape: string
  /** Records that begin with it are comments. Empty: none. */
  comments: string
  allowQuotedRecordDelimiter: boolean
}

export interface JsonInput {
  format: 'JSON'
  type: 'DOCUMENT' | 'LINES'
}

export interface ParquetInput {
  format: 'Parquet'
}

export type InputFormat = CsvInput | JsonInput | ParquetInput

export type Compression = 'NONE' | 'GZIP' | 'BZIP2' | 'ZSTD'

export interface CsvOutput {
  format: 'CSV'
  quoteFields: 'ALWAYS' | 'ASNEEDED'
  recordDelimiter: string
  fieldDelimiter: string
  quote: string
  escape: string
}

export interface JsonOutput {
  format: 'JSON'
  recordDelimiter: string
}

export type OutputFormat = CsvOutput | JsonOutput

/** As the request gave it: `end` is inclusive, and alone means the last `end` bytes. */
export interface ScanRange {
  start: number | null
  end: number | null
}

export interface SelectRequest {
  expression: string
  dialect: Dialect
  input: InputFormat
  compression: Compression
  output: OutputFormat
  scanRange: ScanRange | null
  /** Progress events are wanted. */
  progress: boolean
}

/** What tests and benchmarks turn; the answer's bytes depend on none of it. */
export interface SelectTuning {
  /** Bytes indexed at once. Default 65,536; of JSON 262,144. */
  windowBytes?: number
  /** Scan for a literal of WHERE before anything else. Default true. */
  literalFirst?: boolean
  /** Predicates and aggregates by kernels. Default true; false evaluates every record in JavaScript. */
  vectorised?: boolean
}
