// Writing CSV byte by byte.
import type { KernelMemory } from '../arena.ts'
import { cellKind } from '../cells.ts'
import { csvFormat, csvWriteFlag, csvWriteStatus } from '../write-csv.ts'
import type { WriteCsvKernels } from '../write-csv.ts'

/** A format as read from memory. */
function readFormat(memory: KernelMemory, format: number) {
  const view = new DataView(memory.buffer)
  const symbol = (offset: number) =>
    new Uint8Array(memory.buffer).slice(
      format + offset + 8,
      format + offset + 8 + view.getUint32(format + offset, true),
    )
  return {
    always: (view.getUint32(format + csvFormat.flags, true) & csvWriteFlag.always) !== 0,
    recordMax: view.getUint32(format + csvFormat.recordMax, true),
    nullText: symbol(csvFormat.nullText),
    recordDelimiter: symbol(csvFormat.recordDelimiter),
    fieldDelimiter: symbol(csvFormat.fieldDelimiter),
    quote: symbol(csvFormat.quote),
    escape: symbol(csvFormat.escape),
  }
}

type Format = ReturnType<typeof readFormat>

function startsWith(bytes: Uint8Array, at: number, symbol: Uint8Array): boolean {
  return symbol.length > 0 && symbol.every((byte, index) => bytes[at + index] === byte)
}

function quoted(text: Uint8Array, { quote, escape }: Format): number[] {
  const out = [...quote]
  for (let at = 0; at < text.length;) {
    const special = [quote, escape].find((symbol) => startsWith(text, at, symbol))
    if (special) out.push(...escape)
    const length = special?.length ?? 1
    out.push(...text.subarray(at, at + length))
    at += length
  }
  return [...out, ...quote]
}

function fieldBytes(text: Uint8Array, format: Format): Iterable<number> {
  const { always, quote, fieldDelimiter, recordDelimiter } = format
  const special = [10, 13, fieldDelimiter[0], recordDelimiter[0], quote[0]]
  const needed = always || text.some((byte) => special.includes(byte))
  return needed && quote.length > 0 ? quoted(text, format) : text
}

export function writeCsvReference(memory: KernelMemory): WriteCsvKernels {
  const word = (address: number) => new DataView(memory.buffer).getUint32(address, true)
  const set = (address: number, value: number) => new DataView(memory.buffer).setUint32(address, value, true)
  const text = (starts: number, ends: number, row: number) =>
    new Uint8Array(memory.buffer).slice(word(starts + 4 * row), word(ends + 4 * row))

  /** Writes rows until one of them cannot be: `record` gives its bytes, null where it has a cell that is not settled. */
  const writeRows = (
    pointer: number,
    place: { selection: number; count: number; out: number; outEnd: number },
    record: (row: number, format: Format) => number[] | null,
  ) => {
    const format = readFormat(memory, pointer)
    let { out } = place
    let status = 0
    let written = 0
    for (; written < place.count; written++) {
      const bytes = record(word(place.selection + 4 * written), format)
      if (bytes === null) {
        status |= csvWriteStatus.unsettled
        break
      }
      if (bytes.length > format.recordMax || out + bytes.length + 128 > place.outEnd) {
        status |= csvWriteStatus.room
        break
      }
      if (bytes.some((byte) => byte > 127)) status |= csvWriteStatus.highBytes
      new Uint8Array(memory.buffer).set([...bytes, ...format.recordDelimiter], out)
      out += bytes.length + format.recordDelimiter.length
    }
    set(pointer + csvFormat.end, out)
    set(pointer + csvFormat.status, status)
    return written
  }

  return {
    csvWriteCells: (pointer, columns, columnCount, selection, count, out, outEnd) =>
      writeRows(pointer, { selection, count, out, outEnd }, (row, format) => {
        const record: number[] = []
        for (let column = 0; column < columnCount; column++) {
          if (column > 0) record.push(...format.fieldDelimiter)
          const at = columns + 12 * column
          const kind = new Uint8Array(memory.buffer)[word(at + 8) + row]
          if (kind === cellKind.escaped || kind === cellKind.nested) return null
          if (kind === cellKind.null || kind === cellKind.missing) {
            const { always, quote, nullText } = format
            record.push(...(always && quote.length > 0 ? [...quote, ...quote] : nullText))
          } else {
            for (const byte of fieldBytes(text(word(at), word(at + 4), row), format)) record.push(byte)
          }
        }
        return record
      }),
    csvWriteRecords: (pointer, starts, ends, selection, count, out, outEnd) =>
      writeRows(pointer, { selection, count, out, outEnd }, (row) => [...text(starts, ends, row)]),
    validUtf8(from, to) {
      try {
        new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
          new Uint8Array(memory.buffer, from, to - from),
        )
        return 1
      } catch {
        return 0
      }
    },
  }
}
