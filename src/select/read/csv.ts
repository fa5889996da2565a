/**
 * Opens a CSV file for reading: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CSVInput.html
 *
 * Empty lines and comments are no records. Where record delimiters may not be quoted, every one ends its record; one inside
 * quotes is CSVEscapingRecordDelimiter, and quotes left open at the end of the file are CSVUnescapedQuote. The lenient
 * dialect takes both as they come. Such faults are found in records that a statement reads: what only counts records looks
 * at no quotes where no delimiter may be quoted.
 */
import { S3Error } from '../../errors.ts'
import { assert } from '../../assert.ts'
import { csvBatchRowsMax } from '../../limits.ts'
import type { ByteChunks, RecordReader } from '../batch.ts'
import type { CsvInput } from '../request.ts'
import { openChunks } from '../source/open-chunks.ts'
import { CsvIndex } from './csv-index.ts'
import { CsvReader } from './csv-reader.ts'
import { csvSymbols, overlapsItself } from './csv-symbols.ts'
import type { CsvSymbols } from './csv-symbols.ts'
import { CsvWindow } from './csv-window.ts'
import type { ReaderSetup } from './open-reader.ts'
import { resolveScanRange } from './scan-range.ts'

const windowBytesDefault = 262_144
const byteOrderMark = [0xef, 0xbb, 0xbf]

/** Reads as far as the header. Throws S3Error where the request or the header is at fault. */
export async function openCsv(setup: ReaderSetup): Promise<RecordReader> {
  const { request, arena, kernels, tuning } = setup
  const { input } = request
  assert(input.format === 'CSV', 'The input is CSV')
  const symbols = csvSymbols(input, request.dialect)
  if (request.scanRange !== null) refuseRange(setup, input, symbols)
  const { start, end } = resolveScanRange(request.scanRange, setup.source.size)
  const index = new CsvIndex(arena, kernels, symbols, csvBatchRowsMax)

  // 1. The header, which is always the file's first record.
  const hasHeader = input.header !== 'NONE'
  const header = hasHeader && start > 0 ? await distantHeader(setup, index) : null

  // 2. The range begins with the first record whose delimiter before it ends at `start` or later.
  const atHeader = header !== null && header.end >= start
  const offset = atHeader ? header.end : Math.max(start - symbols.recordDelimiter.length, 0)
  const chunks = openChunks(setup.source, { offset, compression: request.compression })
  try {
    const window = openWindow(setup, { chunks, offset, symbols })
    if (start > 0 && !atHeader) await skipRecord(window, symbols.recordDelimiter, setup)
    if (start === 0) await skipByteOrderMark(window, setup)
    const names = hasHeader ? (header?.names ?? (await readHeader(index, window))) : null
    return new CsvReader({
      index,
      window,
      chunks,
      names: input.header === 'USE' ? names : null,
      lastStart: request.scanRange === null ? Number.MAX_SAFE_INTEGER : end,
      literalFirst: tuning.literalFirst ?? true,
    })
  } catch (error) {
    await chunks.close()
    throw error
  }
}

/**
 * Records in the middle of a file are told by their delimiters alone, so nothing may hide one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html, ScanRange
 */
function refuseRange({ request }: ReaderSetup, input: CsvInput, symbols: CsvSymbols): void {
  const { recordDelimiter, fieldDelimiter, quote, escape } = symbols
  const shared = [fieldDelimiter, quote, escape].some((bytes) => bytes.some((byte) => recordDelimiter.includes(byte)))
  if (request.compression !== 'NONE' || input.allowQuotedRecordDelimiter || overlapsItself(recordDelimiter) || shared) {
    throw new S3Error('UnsupportedScanRangeInput')
  }
}

function openWindow(
  { arena, tuning }: ReaderSetup,
  { chunks, offset, symbols }: { chunks: ByteChunks; offset: number; symbols: CsvSymbols },
): CsvWindow {
  return new CsvWindow({
    arena,
    chunks,
    offset,
    windowBytes: tuning.windowBytes ?? windowBytesDefault,
    recordDelimiter: symbols.recordDelimiter,
  })
}

/** The header of a file whose records are read from farther on, and the offset where it ends. */
async function distantHeader(setup: ReaderSetup, index: CsvIndex): Promise<{ names: string[]; end: number }> {
  const chunks = openChunks(setup.source, { offset: 0, compression: setup.request.compression })
  const mark = setup.arena.mark()
  try {
    const window = openWindow(setup, { chunks, offset: 0, symbols: index.symbols })
    await skipByteOrderMark(window, setup)
    const names = await readHeader(index, window)
    return { names, end: window.offsetOf(window.at) }
  } finally {
    setup.arena.release(mark)
    await chunks.close()
  }
}

/** The fields of the next record, which is used up; none where there is no record. */
async function readHeader(index: CsvIndex, window: CsvWindow): Promise<string[]> {
  index.limitRows(1)
  try {
    do {
      const rows = index.kernels.csvWalk(index.setup, window.at, window.end, window.atEnd ? 1 : 0)
      const fault = rows === 0 ? index.fault() : null
      if (fault !== null) throw fault
      window.at = index.consumed
      if (rows === 1) return Array.from({ length: index.fieldCount(0) }, (_, field) => index.text(0, field) ?? '')
    } while (await window.more())
    return []
  } finally {
    index.limitRows(csvBatchRowsMax)
  }
}

async function skipByteOrderMark(window: CsvWindow, { arena }: ReaderSetup): Promise<void> {
  while (window.end - window.at < byteOrderMark.length && (await window.more()));
  const first = arena.u8.subarray(window.at, window.end)
  if (byteOrderMark.every((byte, index) => first[index] === byte)) window.at += byteOrderMark.length
}

/** Uses up all bytes through the next record delimiter. */
async function skipRecord(window: CsvWindow, delimiter: Uint8Array, { arena }: ReaderSetup): Promise<void> {
  for (;;) {
    const found = find(arena.u8.subarray(window.at, window.end), delimiter)
    if (found >= 0) {
      window.at += found + delimiter.length
      return
    }
    // The first bytes of a delimiter may be the last at hand.
    window.at = Math.max(window.at, window.end - delimiter.length + 1)
    if (!(await window.more())) return
  }
}

/** Where some bytes first stand; -1: nowhere. */
function find(bytes: Uint8Array, wanted: Uint8Array): number {
  let at = bytes.indexOf(wanted[0] ?? 0)
  while (at >= 0 && !wanted.every((byte, index) => bytes[at + index] === byte))
    at = bytes.indexOf(wanted[0] ?? 0, at + 1)
  return at
}
