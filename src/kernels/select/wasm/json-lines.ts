// Lines that are records, and of each the value of one key: found by the key's own bytes, without reading what is around it.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import {
  BROKEN, CONSUMED, ENDS, ESCAPED, GIVEN_UP, IN_STRING, KINDS, MARKS, POSITIONS, ROWS_MAX, STARTS, UNSETTLED, index, positionsAt, startIndex,
} from './json-index'
import { PATTERN_LENGTH, samePattern } from './json-keys'
import { MISSING, NESTED, NONE, NUMBER, TEXT, isBlank, nesting, scalarEnd, scalarKind, skipBlanks } from './json-text'

// Of the records in ../json.ts.
const ROOT: usize = 0
const SLOTS: usize = 4
const KEYS: usize = 4
const PATTERN: usize = 0
const PATTERN_MASK: usize = 8

// Where the cells of the one slot are.
let startsAt: usize = 0
let endsAt: usize = 0
let kindsAt: usize = 0

// @ts-ignore: decorator
@inline
function put(row: usize, start: usize, end: usize, kind: u32): void {
  store<u32>(startsAt + (row << 2), <u32>start)
  store<u32>(endsAt + (row << 2), <u32>end)
  store<u8>(kindsAt + row, <u8>kind)
}

/** Puts the string or scalar at `at`. Returns the address of the comma or brace behind it; 0 for any other value. */
// @ts-ignore: decorator
@inline
function take(row: usize, at: usize, to: usize): usize {
  const c: u32 = load<u8>(at)
  let end: usize
  if (c == 0x22) {
    const start = ++at
    while (true) {
      const bytes = v128.load(at)
      const hits = i8x16.bitmask(
        v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c))),
      )
      if (hits != 0) {
        at += ctz(hits)
        break
      }
      at += 16
      if (at >= to) return 0
    }
    if (load<u8>(at) != 0x22) return 0
    put(row, start, at, TEXT)
    end = at + 1
  } else {
    const digits = i8x16.bitmask(i8x16.lt_u(i8x16.sub(v128.load(at), i8x16.splat(0x30)), i8x16.splat(10)))
    const length = <usize>ctz(~digits)
    const after: u32 = load<u8>(at + length)
    let kind = NUMBER
    end = at + length
    if (length == 0 || length == 16 || (after != 0x2c && after != 0x7d) || (c == 0x30 && length != 1)) {
      end = scalarEnd(at, to)
      kind = scalarKind(at, end)
      if (kind == NONE) return 0
    }
    put(row, at, end, kind)
  }
  if (isBlank(load<u8>(end))) end = skipBlanks(end, to)
  const delimiter: u32 = load<u8>(end)
  return delimiter == 0x2c || delimiter == 0x7d ? end : 0
}

/** Whether the brace at `at` may open a value within a record. */
function isWithin(at: usize): bool {
  do at--
  while (isBlank(load<u8>(at)))
  const c: u32 = load<u8>(at)
  return c == 0x3a || c == 0x2c || c == 0x5b
}

/**
 * One bit for each of 16 bytes that has to be looked at: a quote with the key's letter and its other quote where they should be, newlines, { [ and
 * backslashes, and |, which means nothing.
 */
// @ts-ignore: decorator
@inline
function eventsOf(at: usize, last: usize, letter: usize, folds: v128, letters: v128): u64 {
  const bytes = v128.load(at)
  const quote = i8x16.splat(0x22)
  const key = v128.and(
    v128.and(i8x16.eq(bytes, quote), i8x16.eq(v128.load(at + last), quote)),
    i8x16.eq(v128.or(v128.load(at + letter), folds), letters),
  )
  const bracket = i8x16.le_u(i8x16.sub(v128.or(bytes, i8x16.splat(0x20)), i8x16.splat(0x7b)), i8x16.splat(1))
  return <u64>(<u32>i8x16.bitmask(v128.or(v128.or(key, bracket), i8x16.eq(bytes, i8x16.splat(0x0a)))))
}

export function jsonLines(scan: usize, paths: usize, from: usize, to: usize, letter: usize, unsettled: usize): u32 {
  const key = <usize>load<u32>(<usize>load<u32>(paths, ROOT), KEYS)
  const length = <usize>load<u32>(key, PATTERN_LENGTH)
  const slot = <usize>load<u32>(paths, SLOTS)
  startsAt = <usize>load<u32>(slot)
  endsAt = <usize>load<u32>(slot, 4)
  kindsAt = <usize>load<u32>(slot, 8)
  const starts = <usize>load<u32>(scan, STARTS)
  const ends = <usize>load<u32>(scan, ENDS)
  const kinds = <usize>load<u32>(scan, KINDS)
  const rowsMax = <usize>load<u32>(scan, ROWS_MAX)
  if (load<u8>(from) != 0x7b || load<u8>(to - 1) != 0x0a) return GIVEN_UP
  const fold = ~load<u8>(<usize>load<u32>(key, PATTERN_MASK) + letter)
  const folds = i8x16.splat(<i8>fold)
  const letters = i8x16.splat(<i8>(load<u8>(<usize>load<u32>(key, PATTERN) + letter) | fold))
  const last = length - 1
  let row: usize = 0
  let failed: usize = 0
  let start = from
  /** Behind the value, when the key was found. */
  let valueEnd: usize = 0
  let opened = false
  let odd = false
  for (let at = from; at < to; at += 64) {
    let events =
      eventsOf(at, last, letter, folds, letters) |
      (eventsOf(at + 16, last, letter, folds, letters) << 16) |
      (eventsOf(at + 32, last, letter, folds, letters) << 32) |
      (eventsOf(at + 48, last, letter, folds, letters) << 48)
    const left = to - at
    if (left < 64) events &= ((<u64>1) << left) - 1
    while (events != 0) {
      const event = at + <usize>ctz(events)
      events &= events - 1
      const byte: u32 = load<u8>(event)
      if (byte == 0x0a) {
        let end = event
        if (load<u8>(end - 1) == 0x0d) end--
        if (end < start + 2 || load<u8>(end - 1) != 0x7d) return GIVEN_UP
        if (event + 1 != to && load<u8>(event, 1) != 0x7b) return GIVEN_UP
        store<u32>(starts + (row << 2), <u32>start)
        store<u32>(ends + (row << 2), <u32>end)
        store<u8>(kinds + row, <u8>NESTED)
        if (valueEnd == 0) put(row, 0, 0, MISSING)
        if (odd || valueEnd >= end) {
          store<u32>(unsettled + (failed << 2), <u32>row)
          failed++
        }
        row++
        start = event + 1
        if (row == rowsMax) {
          to = start
          events = 0
        }
        // The next one is the opening brace there.
        if (start - at < 64) events &= events - 1
        valueEnd = 0
        opened = false
        odd = false
      } else if (byte == 0x22) {
        if (!samePattern(key, event, length)) continue
        // The end of a longer key.
        if (load<u8>(event - 1) == 0x5c) odd = true
        let value = skipBlanks(event + length, to)
        if (load<u8>(value) != 0x3a) continue
        value = skipBlanks(value + 1, to)
        // Twice, or maybe not a key of the record itself.
        if (valueEnd != 0 || opened) odd = true
        else {
          valueEnd = take(row, value, to)
          if (valueEnd == 0) odd = true
        }
      } else if (byte == 0x5c) {
        // The only escape that may hide a key: its bytes have no other.
        if (load<u8>(event, 1) == 0x75) odd = true
      }
      else if (byte != 0x7c && event != start) {
        opened = true
        if (byte == 0x7b && !isWithin(event)) odd = true
      }
    }
  }
  store<u32>(scan, <u32>failed, UNSETTLED)
  store<u32>(scan, <u32>to, CONSUMED)
  return <u32>row
}

/** Whether the positions from `at` on are those of one record that ends at `limit`. */
function isRecord(at: usize, limit: usize): bool {
  let depth = 0
  for (; at < positionsAt; at += 4) {
    const position = <usize>load<u32>(at)
    depth += nesting(load<u8>(position))
    if (depth == 0) return position + 1 == limit
  }
  return false
}

export function jsonIndexRows(scan: usize, rows: usize, count: u32): u32 {
  const starts = <usize>load<u32>(scan, STARTS)
  const ends = <usize>load<u32>(scan, ENDS)
  const marks = <usize>load<u32>(scan, MARKS)
  const positions = <usize>load<u32>(scan, POSITIONS)
  startIndex(scan)
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + (<usize>i << 2))
    const end = <usize>load<u32>(ends + (row << 2))
    const first = positionsAt
    store<u32>(marks + (row << 2), <u32>((first - positions) >> 2))
    index(scan, <usize>load<u32>(starts + (row << 2)), end)
    const isOpen = load<u32>(scan, IN_STRING) != 0
    store<u32>(scan, 0, IN_STRING)
    store<u32>(scan, 0, ESCAPED)
    if (isOpen || load<u32>(scan, BROKEN) != 0xffffffff || !isRecord(first, end)) return i
  }
  return count
}
