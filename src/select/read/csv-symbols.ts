// What delimits a CSV file, as bytes, and which kernels can read it. No I/O, no clock.
import { csvFlag, csvSetup } from '../../kernels/select/csv.ts'
import { S3Error } from '../../errors.ts'
import type { CsvInput, Dialect } from '../request.ts'

const symbolBytesMax = 8

export interface CsvSymbols {
  recordDelimiter: Uint8Array
  fieldDelimiter: Uint8Array
  /** Empty: no quoting. */
  quote: Uint8Array
  /** Empty where quotes are doubled instead. */
  escape: Uint8Array
  /** Empty: no comments. */
  comment: Uint8Array
  /** Bits of `csvFlag`. */
  flags: number
  /** The mask kernels can tell its records; otherwise `csvWalk` does. */
  plain: boolean
}

/** The symbols of a request's CSV input. Throws InvalidRequestParameter where one is no delimiter. */
export function csvSymbols(input: CsvInput, dialect: Dialect): CsvSymbols {
  const recordDelimiter = symbol('RecordDelimiter', input.recordDelimiter)
  // AWS takes an empty FieldDelimiter for NUL: https://github.com/aws/aws-sdk-js/issues/2469
  const fieldDelimiter = symbol('FieldDelimiter', input.fieldDelimiter === '' ? '\0' : input.fieldDelimiter)
  if (recordDelimiter.length === 0)
    throw new S3Error('InvalidRequestParameter', { message: 'RecordDelimiter is empty' })
  if (startsWith(fieldDelimiter, recordDelimiter)) {
    throw new S3Error('InvalidRequestParameter', { message: 'FieldDelimiter begins with RecordDelimiter' })
  }
  const quote = symbol('QuoteCharacter', input.quote)
  const escape =
    quote.length === 0 || input.escape === input.quote
      ? new Uint8Array(0)
      : symbol('QuoteEscapeCharacter', input.escape)
  const comment = symbol('Comments', input.comments)
  const returnElsewhere = [fieldDelimiter, quote, escape].some((bytes) => bytes.includes(13))
  const flags =
    (input.allowQuotedRecordDelimiter ? csvFlag.quotedDelimiters : 0) |
    (dialect === 'lenient' ? csvFlag.lenient : 0) |
    (input.recordDelimiter === '\n' && !returnElsewhere ? csvFlag.stripReturn : 0)
  const symbols = { recordDelimiter, fieldDelimiter, quote, escape, comment, flags }
  return { ...symbols, plain: isPlain(symbols) }
}

/** The same file, its quotes taken for text. */
export function withoutQuotes(symbols: CsvSymbols): CsvSymbols {
  const none = new Uint8Array(0)
  const unquoted = { ...symbols, quote: none, escape: none }
  return { ...unquoted, plain: isPlain(unquoted) }
}

function symbol(name: string, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length <= symbolBytesMax) return bytes
  throw new S3Error('InvalidRequestParameter', { message: `${name} is longer than ${symbolBytesMax} bytes` })
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, index) => bytes[index] === byte)
}

/** Whether masks of single bytes tell delimiters, quotes and escape characters apart; `CsvKernels` has the rules. */
function isPlain(symbols: Omit<CsvSymbols, 'plain'>): boolean {
  const { recordDelimiter, fieldDelimiter, quote, escape, comment, flags } = symbols
  const roles = [recordDelimiter, fieldDelimiter, quote, escape].map((bytes) => new Set(bytes))
  const bytes = roles.flatMap((role) => [...role])
  const oneByteDelimiters = recordDelimiter.length === 1 && fieldDelimiter.length === 1
  return (
    new Set(bytes).size === bytes.length &&
    quote.length <= 1 &&
    escape.length <= 1 &&
    (comment.length <= 1 || !comment.some((byte) => recordDelimiter.includes(byte))) &&
    recordDelimiter.length <= 2 &&
    fieldDelimiter.length <= 3 &&
    !overlapsItself(recordDelimiter) &&
    !overlapsItself(fieldDelimiter) &&
    (oneByteDelimiters || escape.length === 0 || (flags & csvFlag.lenient) === 0)
  )
}

/** Whether the end of a delimiter may be the start of the next: `||` in `|||`. */
export function overlapsItself(bytes: Uint8Array): boolean {
  for (let shift = 1; shift < bytes.length; shift++) if (startsWith(bytes, bytes.subarray(shift))) return true
  return false
}

/** Writes flags and symbols into a setup. */
export function writeSymbols(memory: Uint8Array, setup: number, symbols: CsvSymbols): void {
  const view = new DataView(memory.buffer)
  memory.fill(0, setup, setup + csvSetup.bytes)
  view.setUint32(setup + csvSetup.flags, symbols.flags, true)
  const places = [
    [csvSetup.recordDelimiter, symbols.recordDelimiter],
    [csvSetup.fieldDelimiter, symbols.fieldDelimiter],
    [csvSetup.quote, symbols.quote],
    [csvSetup.escape, symbols.escape],
    [csvSetup.comment, symbols.comment],
  ] as const
  for (const [offset, bytes] of places) {
    view.setUint32(setup + offset, bytes.length, true)
    // One that is not in use matches nothing: a masked word is 0, never 1.
    memory.set(bytes.length === 0 ? [1] : bytes, setup + offset + 8)
    memory.fill(255, setup + offset + 16, setup + offset + 16 + bytes.length)
  }
}
