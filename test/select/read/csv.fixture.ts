// CSV read the plain way, to compare with, and the opening of a reader over bytes.
import { Arena } from '../../../src/kernels/select/arena.ts'
import type { Selection } from '../../../src/kernels/select/cells.ts'
import { cellKind } from '../../../src/kernels/select/cells.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { S3Error } from '../../../src/errors.ts'
import type { Batch, Hint, ObjectSource, RecordReader } from '../../../src/select/batch.ts'
import type { ColumnRef } from '../../../src/select/bind/bound.ts'
import { openCsv } from '../../../src/select/read/csv.ts'
import type { CsvInput, Dialect, ScanRange, SelectTuning } from '../../../src/select/request.ts'
import { Struct } from '../../../src/select/value/value.ts'

export const csvDefaults: CsvInput = {
  format: 'CSV',
  header: 'NONE',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  quote: '"',
  escape: '"',
  comments: '#',
  allowQuotedRecordDelimiter: true,
}

export interface CsvCase {
  input?: Partial<CsvInput>
  dialect?: Dialect
  range?: ScanRange | null
  tuning?: SelectTuning
  hints?: readonly Hint[]
}

export function sourceOf(bytes: Uint8Array): ObjectSource {
  return {
    size: bytes.length,
    async read(offset, length) {
      const piece = bytes.slice(offset, offset + length)
      return new ReadableStream({
        start(controller) {
          if (piece.length > 0) controller.enqueue(piece)
          controller.close()
        },
      })
    },
  }
}

export interface Opened {
  reader: RecordReader
  kernels: SelectKernels
  arena: Arena
}

export async function open(kernels: SelectKernels, bytes: Uint8Array, facts: CsvCase = {}): Promise<Opened> {
  const arena = new Arena(kernels.memory, kernels.heapBase(), 64 << 20)
  const reader = await openCsv({
    request: {
      compression: 'NONE',
      dialect: facts.dialect ?? 'aws',
      input: { ...csvDefaults, ...facts.input },
      scanRange: facts.range ?? null,
    },
    source: sourceOf(bytes),
    from: [],
    kernels,
    arena,
    tuning: facts.tuning ?? {},
  })
  return { reader, kernels, arena }
}

/** All records of a batch as a selection at the arena's end. */
export function selectAll(arena: Arena, rows: number): Selection {
  const pointer = arena.allocate(4 * rows)
  for (let row = 0; row < rows; row++) arena.u32[pointer / 4 + row] = row
  return { pointer, count: rows }
}

export interface ReadFile {
  records: (string | null)[][]
  /** The code of the fault that ended it. */
  fault: string | null
}

const columns: ColumnRef[] = [{ by: 'record' }, ...[0, 1, 2, 7].map((index) => ({ by: 'position' as const, index }))]

/** Every record by the reader, checking that vectors, values and bounds tell the same of it. */
export async function readAll(kernels: SelectKernels, bytes: Uint8Array, facts: CsvCase = {}): Promise<ReadFile> {
  const records: (string | null)[][] = []
  try {
    const opened = await open(kernels, bytes, facts)
    opened.reader.start(columns, facts.hints ?? [])
    for (let batch = await opened.reader.next(); batch !== null; batch = await opened.reader.next()) {
      records.push(...recordsOf(opened, batch))
    }
    await opened.reader.close()
    return { records, fault: null }
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    return { records, fault: error.code }
  }
}

/** How many records COUNT(*) tells of. */
export async function countAll(kernels: SelectKernels, bytes: Uint8Array, facts: CsvCase = {}): Promise<ReadCount> {
  let rows = 0
  try {
    const { reader } = await open(kernels, bytes, facts)
    reader.start([], [])
    for (let batch = await reader.next(); batch !== null; batch = await reader.next()) rows += batch.rows
    return { rows, fault: null }
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    return { rows, fault: error.code }
  }
}

export interface ReadCount {
  rows: number
  fault: string | null
}

function recordsOf({ arena }: Opened, batch: Batch): (string | null)[][] {
  const mark = arena.mark()
  const selection = selectAll(arena, batch.rows)
  const records: (string | null)[][] = []
  for (let row = 0; row < batch.rows; row++) {
    const struct = batch.value(0, row)
    if (!(struct instanceof Struct)) throw new Error('A record is no struct')
    records.push([...struct.values] as (string | null)[])
  }
  for (const [column, reference] of columns.entries()) {
    if (reference.by !== 'position') continue
    const vector = batch.vector(column, selection)
    if (vector.type !== 'cells') throw new Error('A column is no cells')
    for (let row = 0; row < batch.rows; row++) {
      const expected = records[row]?.[reference.index]
      const value = batch.value(column, row)
      const kind = arena.u8[vector.kinds + row]
      const [start, end] = [arena.u32[vector.starts / 4 + row], arena.u32[vector.ends / 4 + row]]
      const text = kind === cellKind.text ? Buffer.from(arena.u8.subarray(start, end)).toString() : expected
      const kinds =
        expected === undefined
          ? [cellKind.missing]
          : expected === null
            ? [cellKind.null]
            : [cellKind.text, cellKind.escaped]
      if (value !== expected || text !== expected || !kinds.some((one) => one === kind)) {
        throw new Error(
          `Row ${row} column ${column}: ${JSON.stringify(value)}, kind ${kind} ${text}, of ${JSON.stringify(expected)}`,
        )
      }
    }
  }
  arena.release(mark)
  return records
}

/** The same by a state machine over text, for files without NUL characters. */
export function parseCsv(bytes: Uint8Array, facts: CsvCase = {}): ReadFile {
  const {
    recordDelimiter,
    fieldDelimiter,
    quote,
    escape: escapeText,
    comments,
    ...input
  } = { ...csvDefaults, ...facts.input }
  const lenient = facts.dialect === 'lenient'
  const across = input.allowQuotedRecordDelimiter
  const escape = escapeText === quote || quote === '' ? '' : escapeText
  const stripReturn = recordDelimiter === '\n' && !`${fieldDelimiter}${quote}${escape}`.includes('\r')
  const document = new TextDecoder().decode(bytes)
  const records: (string | null)[][] = []
  let at = 0
  const has = (symbol: string) => symbol !== '' && document.startsWith(symbol, at)
  while (at < document.length) {
    if (has(comments)) {
      const end = document.indexOf(recordDelimiter, at)
      at = end < 0 ? document.length : end + recordDelimiter.length
      continue
    }
    const start = at
    const record: (string | null)[] = []
    let text = ''
    let raw = 0
    let inside = false
    let fieldStart = true
    const finish = () => {
      record.push(lenient && raw === 0 ? null : text)
      text = ''
      raw = 0
      fieldStart = true
    }
    for (;;) {
      const ended = at >= document.length
      if (ended || (has(recordDelimiter) && !(inside && across))) {
        if (inside && !lenient)
          return {
            records,
            fault:
              ended || at + recordDelimiter.length > document.length
                ? 'CSVUnescapedQuote'
                : 'CSVEscapingRecordDelimiter',
          }
        if (stripReturn && document[at - 1] === '\r' && raw > 0) {
          raw--
          text = text.endsWith('\r') ? text.slice(0, -1) : text
        }
        finish()
        const empty = document.slice(start, at)
        if (record.length > 1 || !(empty === '' || (stripReturn && empty === '\r'))) records.push(record)
        at += recordDelimiter.length
        break
      }
      const first = fieldStart
      fieldStart = false
      if (first && has(quote)) {
        inside = true
        at += quote.length
        raw++
      } else if (!inside && has(fieldDelimiter)) {
        at += fieldDelimiter.length
        finish()
      } else if ((inside || lenient) && has(escape)) {
        at += escape.length
        raw++
        if (at >= document.length || (!across && has(recordDelimiter))) continue
        const next = inside && has(quote) ? quote : String.fromCodePoint(document.codePointAt(at) ?? 0)
        text += next
        raw++
        at += next.length
      } else if ((inside || lenient) && has(quote)) {
        at += quote.length
        raw++
        if (inside && has(quote)) {
          text += quote
          at += quote.length
        } else inside = !inside
      } else {
        text += document[at]
        raw++
        at++
      }
    }
  }
  return { records, fault: null }
}
