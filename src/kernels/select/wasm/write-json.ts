// Records as JSON text. RFC 8259.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import { ESCAPED, FALSE, MISSING, NESTED, NULL, NUMBER, TEXT, TRUE, mask } from './json-text'

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

const FULL: u32 = 1
const OTHER: u32 = 2
const ENCODING: u32 = 3
const LONG: u32 = 4
const SYNTAX: u32 = 5

// Of the call that is running: every one sets them.
let out: usize = 0
let limit: usize = 0
let stop: u32 = 0

/** Room that is kept behind what is written: a word, a number of 64 bits, and the rounding up of copies. */
const SLACK: usize = 96

// @ts-ignore: decorator
@inline
function copy(from: usize, length: usize): void {
  let at: usize = 0
  do {
    v128.store(out + at, v128.load(from + at))
    at += 16
  } while (at < length)
  out += length
}

// @ts-ignore: decorator
@inline
function hasRoom(length: usize): bool {
  if (out + length + SLACK <= limit) return true
  stop = FULL
  return false
}

/** Bytes of the UTF-8 character at `at`, 2 to 4; 0 when it is none. Unicode 15, table 3-7. */
function characterBytes(at: usize, end: usize): usize {
  const a: u32 = load<u8>(at)
  const b: u32 = load<u8>(at, 1)
  const left = end - at
  if (a < 0xc2 || left < 2) return 0
  if (a < 0xe0) return (b & 0xc0) == 0x80 ? 2 : 0
  if (left < 3 || (load<u8>(at, 2) & 0xc0) != 0x80) return 0
  if (a < 0xf0) {
    const low: u32 = a == 0xe0 ? 0xa0 : 0x80
    const high: u32 = a == 0xed ? 0x9f : 0xbf
    return b >= low && b <= high ? 3 : 0
  }
  if (a > 0xf4 || left < 4 || (load<u8>(at, 3) & 0xc0) != 0x80) return 0
  const low: u32 = a == 0xf0 ? 0x90 : 0x80
  const high: u32 = a == 0xf4 ? 0x8f : 0xbf
  return b >= low && b <= high ? 4 : 0
}

/** Whether the range is UTF-8 and has only escapes that JSON knows. Else sets `stop`. */
function isSound(at: usize, end: usize): bool {
  const backslash = i8x16.splat(0x5c)
  while (at < end) {
    const bytes = v128.load(at)
    const hits = i8x16.bitmask(v128.or(bytes, i8x16.eq(bytes, backslash)))
    if (hits == 0) {
      at += 16
      continue
    }
    at += ctz(hits)
    if (at >= end) return true
    if (load<u8>(at) != 0x5c) {
      const length = characterBytes(at, end)
      if (length == 0) {
        stop = ENCODING
        return false
      }
      at += length
      continue
    }
    const c: u32 = load<u8>(at, 1)
    at += 2
    if (c == 0x75) {
      for (let digit = 0; digit < 4; digit++, at++) {
        const hex: u32 = load<u8>(at)
        if (hex - 0x30 >= 10 && (hex | 0x20) - 0x61 >= 6) {
          stop = SYNTAX
          return false
        }
      }
    } else if (c != 0x22 && c != 0x5c && c != 0x2f && c != 0x62 && c != 0x66 && c != 0x6e && c != 0x72 && c != 0x74) {
      stop = SYNTAX
      return false
    }
    if (at > end) {
      stop = SYNTAX
      return false
    }
  }
  return true
}

// @ts-ignore: decorator
@inline
function hexDigit(value: u32): u32 {
  return value < 10 ? 0x30 + value : 0x57 + value
}

/** Writes what stands for one byte of text that cannot stand for itself, or a character beyond ASCII; returns its bytes, or 0. */
function writeSpecial(at: usize, end: usize): usize {
  const c: u32 = load<u8>(at)
  if (c >= 0x80) {
    const length = characterBytes(at, end)
    if (length == 0) stop = ENCODING
    store<u32>(out, load<u32>(at))
    out += length
    return length
  }
  store<u8>(out, 0x5c)
  let short: u32 = 0
  if (c == 0x22 || c == 0x5c) short = c
  else if (c == 0x0a) short = 0x6e
  else if (c == 0x0d) short = 0x72
  else if (c == 0x09) short = 0x74
  else if (c == 0x08) short = 0x62
  else if (c == 0x0c) short = 0x66
  if (short != 0) {
    store<u8>(out, <u8>short, 1)
    out += 2
    return 1
  }
  store<u32>(out, 0x30303075, 1)
  store<u8>(out, <u8>hexDigit(c >> 4), 4)
  store<u8>(out, <u8>hexDigit(c & 15), 5)
  out += 6
  return 1
}

/** Text as a string of JSON. */
function writeText(at: usize, end: usize): bool {
  const quote = i8x16.splat(0x22)
  const backslash = i8x16.splat(0x5c)
  const space = i8x16.splat(0x20)
  store<u8>(out, 0x22)
  out++
  while (at < end) {
    if (!hasRoom(16)) return false
    const bytes = v128.load(at)
    // Signed: bytes beyond ASCII are less than a space too.
    const specials = i8x16.bitmask(
      v128.or(v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, backslash)), i8x16.lt_s(bytes, space)),
    )
    v128.store(out, bytes)
    const plain = min<usize>(specials == 0 ? 16 : ctz(specials), end - at)
    at += plain
    out += plain
    if (plain == 16 || at == end) continue
    const length = writeSpecial(at, end)
    if (length == 0) return false
    at += length
  }
  store<u8>(out, 0x22)
  out++
  return true
}

/** Whether the range has a control character. */
function hasControls(at: usize, end: usize): bool {
  const space = i8x16.splat(0x20)
  while (at < end) {
    const hits = i8x16.bitmask(i8x16.lt_u(v128.load(at), space))
    if (hits != 0) return at + <usize>ctz(hits) < end
    at += 16
  }
  return false
}

/** A string with JSON's escapes, as it is. */
function writeEscaped(at: usize, end: usize): bool {
  if (!hasRoom(end - at) || !isSound(at, end)) return false
  if (hasControls(at, end)) {
    stop = SYNTAX
    return false
  }
  store<u8>(out, 0x22)
  out++
  copy(at, end - at)
  store<u8>(out, 0x22)
  out++
  return true
}

/** A JSON value without the white space outside its strings. */
function writeCompact(from: usize, to: usize): bool {
  if (!hasRoom(to - from)) return false
  const quote = i8x16.splat(0x22)
  const slash = i8x16.splat(0x5c)
  const space = i8x16.splat(0x20)
  let within: u64 = 0
  let escaped: u64 = 0
  let special: u64 = 0
  let controls: u64 = 0
  for (let at = from; at < to; at += 64) {
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    const left = to - at
    const keep: u64 = left >= 64 ? ~0 : ((<u64>1) << left) - 1
    let quotes = mask(i8x16.eq(a, quote), i8x16.eq(b, quote), i8x16.eq(c, quote), i8x16.eq(d, quote)) & keep
    const slashes = mask(i8x16.eq(a, slash), i8x16.eq(b, slash), i8x16.eq(c, slash), i8x16.eq(d, slash)) & keep
    if (slashes != 0 || escaped != 0) {
      const even: u64 = 0x5555555555555555
      const starting = slashes & ~escaped
      const follows = (starting << 1) | escaped
      const sum = (starting & ~even & ~follows) + starting
      const after = (even ^ (sum << 1)) & follows
      quotes &= ~after
      escaped = <u64>(sum < starting)
      special = 1
    }
    special |= <u64>(v128.any_true(v128.and(v128.or(v128.or(a, b), v128.or(c, d)), i8x16.splat(-128))))
    let strings = quotes ^ (quotes << 1)
    strings ^= strings << 2
    strings ^= strings << 4
    strings ^= strings << 8
    strings ^= strings << 16
    strings ^= strings << 32
    strings ^= within
    within = <u64>(<i64>strings >> 63)
    const low = mask(i8x16.le_u(a, space), i8x16.le_u(b, space), i8x16.le_u(c, space), i8x16.le_u(d, space)) & keep
    const blanks = low & ~strings
    if ((low & strings) != 0) controls |= low & strings & mask(i8x16.ne(a, space), i8x16.ne(b, space), i8x16.ne(c, space), i8x16.ne(d, space))
    if (blanks == 0) {
      v128.store(out, a)
      v128.store(out, b, 16)
      v128.store(out, c, 32)
      v128.store(out, d, 48)
      out += min<usize>(left, 64)
      continue
    }
    let wanted = keep & ~blanks
    while (wanted != 0) {
      // A run of wanted bytes. What is copied beyond it is overwritten.
      const first = <usize>ctz(wanted)
      const rest = ~(wanted >> first)
      const length = min<usize>(rest == 0 ? 64 : <usize>ctz(rest), 64 - first)
      const start = at + first
      v128.store(out, v128.load(start))
      if (length > 16) {
        v128.store(out, v128.load(start, 16), 16)
        v128.store(out, v128.load(start, 32), 32)
        v128.store(out, v128.load(start, 48), 48)
      }
      out += length
      if (first + length == 64) break
      wanted &= ~(((<u64>1) << (first + length)) - 1)
    }
  }
  if (controls != 0) {
    stop = SYNTAX
    return false
  }
  return special == 0 || isSound(from, to)
}

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
  out += end - at
}

function writeInt64(value: i64, scale: u32): void {
  let size = <u64>value
  if (value < 0) {
    store<u8>(out, 0x2d)
    out++
    size = 0 - size
  }
  let unit: u64 = 1
  for (let i: u32 = 0; i < scale; i++) unit *= 10
  writeDigits(size / unit, 1)
  if (scale == 0) return
  store<u8>(out, 0x2e)
  out++
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
    stop = OTHER
    return false
  }
  if (kind == TRUE) {
    store<u32>(out, 0x65757274)
    out += 4
  } else if (kind == FALSE) {
    store<u64>(out, 0x65736c6166)
    out += 5
  } else {
    store<u32>(out, 0x6c6c756e)
    out += 4
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
  out++
  if (length == 1) {
    store<u8>(out, load<u8>(<usize>load<u32>(plan, DELIMITER)))
    out++
  } else if (length != 0) copy(<usize>load<u32>(plan, DELIMITER), length)
  if (out - start <= <usize>load<u32>(plan, RECORD_MAX)) return true
  stop = LONG
  return false
}

function begin(plan: usize): void {
  out = load<u32>(plan, OUT)
  limit = load<u32>(plan, LIMIT)
  stop = 0
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
      out++
      if (writeMembers(columns, columnsEnd, row, flags) && finish(plan, start)) continue
    }
    out = start
    return end(plan, i)
  }
  return end(plan, count)
}

function writeRecord(start: usize, to: usize, kind: u32): bool {
  if (!hasRoom(16)) return false
  if (kind == MISSING) {
    store<u8>(out, 0x7b)
    out++
    return true
  }
  if (load<u8>(start) == 0x7b) {
    if (!writeCompact(start, to)) return false
    // Its closing brace is written at the record's end.
    out--
    return true
  }
  store<u64>(out, 0x3a22315f227b)
  out += 6
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
    out = start
    return end(plan, i)
  }
  return end(plan, count)
}
