// Records as JSON text. RFC 8259.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import { ESCAPED, FALSE, MISSING, NESTED, NULL, NUMBER, TEXT, TRUE } from './json-text'
import {
  LONG, OTHER, copy, hasRoom, moveOutput, openOutput, out, stop, stopOutput, writeCompact, writeEscaped, writeText,
} from './write-json-text'

// The fields of ../write-json.ts.
const OUT: usize = 0
const LIMIT: usize = 4
const DELIMITER: usize = 8
const DELIMITER_LENGTH: usize = 12
const COLUMNS: usize = 16
const COLUMN_COUNT: usize = 20
const RECORD_MAX: usize = 24
const FLAGS: usize = 28
const STOP: usize = 32

const NAME: usize = 4
const NAME_LENGTH: usize = 8
const CELL_STARTS: usize = 12
const CELL_ENDS: usize = 16
const CELL_KINDS: usize = 20
const INDICES: usize = 24
const ENTRY_KINDS: usize = 28
const VALUES: usize = 32
const SCALE: usize = 36
const COLUMN_BYTES: usize = 64

const DICTIONARY: u32 = 1
const INT64: u32 = 2

const ESCAPES_ARE_JSON: u32 = 1
const OMITS_NULL: u32 = 2

function writeDigits(value: u64, least: u32): void {
  let at = out + 32
  const end = at
  let written: u32 = 0
  while (value != 0 || written < least) {
    at--
    store<u8>(at, <u8>(0x30 + <u32>(value % 10)))
    value /= 10
    written++
  }
  memory.copy(out, at, end - at)
  moveOutput(out + end - at)
}

function writeInt64(value: i64, scale: u32): void {
  let size = <u64>value
  if (value < 0) {
    store<u8>(out, 0x2d)
    moveOutput(out + 1)
    size = 0 - size
  }
  let unit: u64 = 1
  for (let i: u32 = 0; i < scale; i++) unit *= 10
  writeDigits(size / unit, 1)
  if (scale == 0) return
  store<u8>(out, 0x2e)
  moveOutput(out + 1)
  writeDigits(size % unit, scale)
}

/** A cell's value. False when it cannot be written: `stop` says why. */
// @ts-ignore: decorator
@inline
function writeCell(kind: u32, start: usize, end: usize, flags: u32): bool {
  if (kind == TEXT) return writeText(start, end)
  if (kind == NUMBER) {
    if (!hasRoom(end - start)) return false
    copy(start, end - start)
    return true
  }
  if (kind == NESTED) return writeCompact(start, end)
  if (kind == ESCAPED) {
    if ((flags & ESCAPES_ARE_JSON) != 0) return writeEscaped(start, end)
    stopOutput(OTHER)
    return false
  }
  if (kind == TRUE) {
    store<u32>(out, 0x65757274)
    moveOutput(out + 4)
  } else if (kind == FALSE) {
    store<u64>(out, 0x65736c6166)
    moveOutput(out + 5)
  } else {
    store<u32>(out, 0x6c6c756e)
    moveOutput(out + 4)
  }
  return true
}

function writeColumn(column: usize, row: usize, kind: u32, flags: u32): bool {
  const type = load<u32>(column)
  if (type == INT64) {
    if (kind == NULL) return writeCell(NULL, 0, 0, flags)
    writeInt64(load<i64>(<usize>load<u32>(column, VALUES) + (row << 3)), load<u32>(column, SCALE))
    return true
  }
  let entry = row
  let cell = kind
  if (type == DICTIONARY && kind != NULL) {
    entry = <usize>load<u32>(<usize>load<u32>(column, INDICES) + (row << 2))
    cell = load<u8>(<usize>load<u32>(column, ENTRY_KINDS) + entry)
  }
  const start = <usize>load<u32>(<usize>load<u32>(column, CELL_STARTS) + (entry << 2))
  const end = <usize>load<u32>(<usize>load<u32>(column, CELL_ENDS) + (entry << 2))
  return writeCell(cell, start, end, flags)
}

/** Ends a record that began at `start`. */
// @ts-ignore: decorator
@inline
function finish(plan: usize, start: usize): bool {
  const length = <usize>load<u32>(plan, DELIMITER_LENGTH)
  if (!hasRoom(length)) return false
  store<u8>(out, 0x7d)
  moveOutput(out + 1)
  if (length == 1) {
    store<u8>(out, load<u8>(<usize>load<u32>(plan, DELIMITER)))
    moveOutput(out + 1)
  } else if (length != 0) copy(<usize>load<u32>(plan, DELIMITER), length)
  if (out - start <= <usize>load<u32>(plan, RECORD_MAX)) return true
  stopOutput(LONG)
  return false
}

function begin(plan: usize): void {
  openOutput(load<u32>(plan, OUT), load<u32>(plan, LIMIT))
}

function end(plan: usize, written: u32): u32 {
  store<u32>(plan, <u32>out, OUT)
  store<u32>(plan, stop, STOP)
  return written
}

function writeMembers(columns: usize, columnsEnd: usize, row: usize, flags: u32): bool {
  let isFirst = true
  for (let column = columns; column < columnsEnd; column += COLUMN_BYTES) {
    const kind: u32 = load<u8>(<usize>load<u32>(column, CELL_KINDS) + row)
    if (kind == MISSING || (kind == NULL && (flags & OMITS_NULL) != 0)) continue
    const name = <usize>load<u32>(column, NAME)
    const length = <usize>load<u32>(column, NAME_LENGTH)
    if (!hasRoom(length)) return false
    if (isFirst) copy(name + 1, length - 1)
    else copy(name, length)
    isFirst = false
    if (!writeColumn(column, row, kind, flags)) return false
  }
  return true
}

export function jsonWriteColumns(plan: usize, rows: usize, count: u32): u32 {
  const columns = <usize>load<u32>(plan, COLUMNS)
  const columnsEnd = columns + <usize>load<u32>(plan, COLUMN_COUNT) * COLUMN_BYTES
  const flags = load<u32>(plan, FLAGS)
  begin(plan)
  for (let i: u32 = 0; i < count; i++) {
    const start = out
    const row = <usize>load<u32>(rows + (<usize>i << 2))
    if (hasRoom(16)) {
      store<u8>(out, 0x7b)
      moveOutput(out + 1)
      if (writeMembers(columns, columnsEnd, row, flags) && finish(plan, start)) continue
    }
    moveOutput(start)
    return end(plan, i)
  }
  return end(plan, count)
}

function writeRecord(start: usize, to: usize, kind: u32): bool {
  if (!hasRoom(16)) return false
  if (kind == MISSING) {
    store<u8>(out, 0x7b)
    moveOutput(out + 1)
    return true
  }
  if (load<u8>(start) == 0x7b) {
    if (!writeCompact(start, to)) return false
    // Its closing brace is written at the record's end.
    moveOutput(out - 1)
    return true
  }
  store<u64>(out, 0x3a22315f227b)
  moveOutput(out + 6)
  return writeCompact(start, to)
}

export function jsonWriteRecords(plan: usize, starts: usize, ends: usize, kinds: usize, rows: usize, count: u32): u32 {
  begin(plan)
  for (let i: u32 = 0; i < count; i++) {
    const start = out
    const row = <usize>load<u32>(rows + (<usize>i << 2))
    const from = <usize>load<u32>(starts + (row << 2))
    const to = <usize>load<u32>(ends + (row << 2))
    if (writeRecord(from, to, load<u8>(kinds + row)) && finish(plan, start)) continue
    moveOutput(start)
    return end(plan, i)
  }
  return end(plan, count)
}
