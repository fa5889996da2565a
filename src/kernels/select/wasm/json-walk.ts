// The values at wanted paths of JSON records. A key is recognised backwards from its colon, and containers that hold no wanted
// value are passed over by counting brackets.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import { END, ENDS, ESCAPES, MARKS, POSITIONS, STARTS, STRINGS, STRINGS_END } from './json-index'
import { DECODES, PATTERN_LENGTH, isOdd, passOthers, passUnknown, samePattern } from './json-keys'
import { unescape } from './json-unescape'
import {
  ESCAPED, MISSING, NESTED, NONE, NULL, NUMBER, TEXT, FALSE, TRUE, closingQuote, isBlank, isNumber, nesting, scalarEnd, scalarKind,
} from './json-text'

// The records of `jsonPathFields` in ../json.ts.
const ROOT: usize = 0
const SLOTS: usize = 4
const SLOT_COUNT: usize = 8
const LEAVES: usize = 12
const SERIAL: usize = 16
const STACK: usize = 20

const KEY_COUNT: usize = 0
const KEYS: usize = 4
const SLOT: usize = 8
const FLAGS: usize = 12
const HINT: usize = 16
const INDEX_COUNT: usize = 20
const INDICES: usize = 24
const TABLE: usize = 28

const KEY_NODE: usize = 12
const STAMP: usize = 16
const TAIL: usize = 24
const TAIL_MASK: usize = 32
const KEY_BYTES: usize = 48

const FRAME_BYTES: usize = 16
const NO_SLOT: u32 = 0xffffffff
/** Two keys of the node may be the same one. */
const OVERLAPS: u32 = 2

// Of the record that is walked: a call of jsonWalk sets all of them.
let next: usize = 0
let limit: usize = 0
let row: usize = 0
let serial: u32 = 0
let slots: usize = 0
let left: u32 = 0
let frame: usize = 0
let careful: bool = false
let shared: usize = 0

// @ts-ignore: decorator
@inline
function put(slot: u32, start: usize, end: usize, kind: u32): void {
  const at = slots + <usize>slot * 12
  store<u32>(<usize>load<u32>(at) + (row << 2), <u32>start)
  store<u32>(<usize>load<u32>(at, 4) + (row << 2), <u32>end)
  store<u8>(<usize>load<u32>(at, 8) + row, <u8>kind)
}

// @ts-ignore: decorator
@inline
function found(slot: u32, start: usize, end: usize, kind: u32): void {
  put(slot, start, end, kind)
  left--
}

/** Moves `next` to the position that is `at`. */
// @ts-ignore: decorator
@inline
function reach(at: usize): bool {
  while (<usize>load<u32>(next) < at && <usize>load<u32>(next) != END) next += 4
  return <usize>load<u32>(next) == at
}

/** The address after the container whose opening bracket is at `next`; 0 when it does not end in the record. */
function passContainer(): usize {
  let depth = 0
  let at = next
  const start = <usize>load<u32>(at)
  const size = limit - start
  while (true) {
    const position = <usize>load<u32>(at)
    if (position - start >= size) return 0
    depth += nesting(load<u8>(position))
    at += 4
    if (depth == 0) {
      next = at
      return position + 1
    }
  }
}

/** The number, true, false or null at `at`; where it ends, or 0 when it is none. */
// @ts-ignore: decorator
@inline
function takeScalar(at: usize, slot: u32): usize {
  const bytes = v128.load(at)
  const lower = i8x16.splat(0x20)
  const delimiters = i8x16.bitmask(
    v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(0x2c)), i8x16.le_u(bytes, lower)),
      i8x16.eq(v128.or(bytes, lower), i8x16.splat(0x7d)),
    ),
  )
  let end: usize
  let kind: u32
  const digits = i8x16.bitmask(i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10)))
  const length = ctz(delimiters)
  const first: u32 = load<u8>(at)
  const all = (1 << length) - 1
  if (delimiters != 0 && (digits & all) == all && (first != 0x30 || length == 1) && length != 0) {
    end = at + length
    kind = NUMBER
  } else {
    end = scalarEnd(at, limit)
    kind = scalarKind(at, end)
    if (kind == NONE) return 0
  }
  if (end > limit) return 0
  if (slot != NO_SLOT) found(slot, at, end, kind)
  return end
}

/** A string with escapes: its text, where there is room for it and it is UTF-8. */
function foundEscaped(slot: u32, start: usize, end: usize): void {
  const out = <usize>load<u32>(shared, STRINGS)
  const after = out + (end - start) + 16 <= <usize>load<u32>(shared, STRINGS_END) ? unescape(start, end, out) : 0
  if (after == 0) {
    found(slot, start, end, ESCAPED)
    return
  }
  store<u32>(shared, <u32>after, STRINGS)
  found(slot, out, after, TEXT)
}

/** Where the string at `at` ends, or 0. */
// @ts-ignore: decorator
@inline
function takeString(at: usize, slot: u32): usize {
  const start = at + 1
  let text = start
  while (true) {
    const bytes = v128.load(text)
    const hits = i8x16.bitmask(
      v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c))),
    )
    if (hits != 0) {
      text += ctz(hits)
      break
    }
    text += 16
    if (text >= limit) return 0
  }
  if (text >= limit) return 0
  if (load<u8>(text) == 0x22) {
    if (slot != NO_SLOT) found(slot, start, text, TEXT)
    return text + 1
  }
  const end = closingQuote(text, limit)
  if (end == 0) return 0
  if (slot != NO_SLOT) foundEscaped(slot, start, end)
  return end + 1
}

/** Takes the value at `at`: where it ends; 1 when it became the innermost frame; 0 when the record is unsettled. */
function takeValue(node: usize, at: usize): usize {
  const c: u32 = load<u8>(at)
  const slot = load<u32>(node, SLOT)
  if (c == 0x22) return takeString(at, slot)
  if (c != 0x7b && c != 0x5b) return takeScalar(at, slot)
  if (!reach(at)) return 0
  const inside = c == 0x7b ? load<u32>(node, KEY_COUNT) : load<u32>(node, INDEX_COUNT)
  if (inside != 0) {
    next += 4
    frame += FRAME_BYTES
    store<u32>(frame, <u32>node)
    store<u32>(frame, <u32>at, 4)
    store<u32>(frame, c, 8)
    store<u32>(frame, 0, 12)
    return 1
  }
  const end = passContainer()
  if (end == 0 || load<u8>(end - 1) != c + 2) return 0
  if (slot != NO_SLOT) found(slot, at, end, NESTED)
  return end
}

/** The members of the innermost frame, an object, up to the next change of frames. False when the record is unsettled. */
function walkObject(start: usize): bool {
  const node = <usize>load<u32>(frame)
  const keyCount = load<u32>(node, KEY_COUNT)
  const keys = <usize>load<u32>(node, KEYS)
  const keysEnd = keys + <usize>keyCount * KEY_BYTES
  const flags = load<u32>(node, FLAGS)
  const size = limit - start
  const decodes = careful || (flags & DECODES) != 0
  const passes = keyCount == 1 && !decodes
  const table: usize = decodes ? <usize>0 : <usize>load<u32>(node, TABLE)
  const onlyTail = load<u64>(keys, TAIL)
  const onlyMask = load<u64>(keys, TAIL_MASK)
  let hint = <usize>load<u32>(node, HINT)
  let at = next
  while (left != 0) {
    if (passes) at = passOthers(at, onlyTail, onlyMask)
    else if (table != 0) at = passUnknown(at, table)
    const position = <usize>load<u32>(at)
    if (position - start >= size) return false
    const c: u32 = load<u8>(position)
    if (c != 0x3a) {
      if ((c | 0x20) == 0x7b) {
        let depth = 1
        at += 4
        do {
          const inner = <usize>load<u32>(at)
          if (inner - start >= size) return false
          depth += nesting(load<u8>(inner))
          at += 4
        } while (depth != 0)
        continue
      }
      if (c != 0x7d) return false
      // The object ends.
      next = at + 4
      const slot = load<u32>(node, SLOT)
      // The root's cell was written when it began.
      if (slot != NO_SLOT && <usize>load<u32>(frame, 4) != start) {
        found(slot, <usize>load<u32>(frame, 4), position + 1, NESTED)
      }
      frame -= FRAME_BYTES
      return true
    }
    at += 4
    let quote = position - 1
    while (isBlank(load<u8>(quote))) quote--
    if (load<u8>(quote) != 0x22) return false
    const word = (load<u64>(quote - 7) >> 8) | 0x3a00000000000000
    let key = hint
    let match: usize = 0
    do {
      if ((word & load<u64>(key, TAIL_MASK)) == load<u64>(key, TAIL)) {
        const length = <usize>load<u32>(key, PATTERN_LENGTH)
        const opening = quote + 1 - length
        if (length <= 7 || (opening >= start && samePattern(key, opening, length))) {
          match = key
          break
        }
      }
      key += KEY_BYTES
      if (key == keysEnd) key = keys
    } while (key != hint)
    if (match == 0) {
      if (decodes && isOdd(quote, flags, start)) return false
      continue
    }
    if (careful && load<u8>(quote - <usize>load<u32>(match, PATTERN_LENGTH)) == 0x5c) return false
    if (load<u32>(match, STAMP) == serial) return false
    store<u32>(match, serial, STAMP)
    hint = match + KEY_BYTES == keysEnd ? keys : match + KEY_BYTES
    store<u32>(node, <u32>hint, HINT)
    let value = position + 1
    while (isBlank(load<u8>(value))) value++
    next = at
    const after = takeValue(<usize>load<u32>(match, KEY_NODE), value)
    if (after == 0) return false
    if (after == 1) return true
    at = next
  }
  return true
}

/** The elements of the innermost frame, an array, from `at` on, up to the next change of frames. False when the record is unsettled. */
function walkArray(at: usize): bool {
  const node = <usize>load<u32>(frame)
  const indices = <usize>load<u32>(node, INDICES)
  const indexCount = <usize>load<u32>(node, INDEX_COUNT)
  let element = load<u32>(frame, 12)
  while (left != 0) {
    while (isBlank(load<u8>(at))) at++
    if (at >= limit) return false
    const c: u32 = load<u8>(at)
    if (c == 0x5d) {
      if (!reach(at)) return false
      next += 4
      const slot = load<u32>(node, SLOT)
      if (slot != NO_SLOT) found(slot, <usize>load<u32>(frame, 4), at + 1, NESTED)
      frame -= FRAME_BYTES
      return true
    }
    if (element != 0) {
      if (c != 0x2c) return false
      at++
      while (isBlank(load<u8>(at))) at++
    }
    let wanted: usize = nothing
    for (let i: usize = 0; i < indexCount; i++) {
      if (load<u32>(indices + (i << 3)) == element) wanted = <usize>load<u32>(indices + (i << 3), 4)
    }
    element++
    store<u32>(frame, element, 12)
    const end = takeValue(wanted, at)
    if (end == 0) return false
    if (end == 1) return true
    at = end
  }
  return true
}

/** A node for values nobody wants. */
const nothing: usize = memory.data<u32>([0, 0, 0xffffffff, 0, 0, 0, 0, 0])

function walkRecord(paths: usize, start: usize): bool {
  const base = <usize>load<u32>(paths, STACK)
  const root = <usize>load<u32>(paths, ROOT)
  if (load<u8>(start) != 0x7b) return false
  const slot = load<u32>(root, SLOT)
  if (slot != NO_SLOT) found(slot, start, limit, NESTED)
  if (load<u32>(root, KEY_COUNT) == 0 || left == 0) return true
  frame = base
  store<u32>(frame, <u32>root)
  store<u32>(frame, <u32>start, 4)
  store<u32>(frame, 0x7b, 8)
  next += 4
  while (true) {
    // After what was closed last; a fresh array begins after its bracket.
    const isObject = load<u32>(frame, 8) == 0x7b
    if (!(isObject ? walkObject(start) : walkArray(<usize>load<u32>(next - 4) + 1))) return false
    if (left == 0) return true
    if (frame < base) return <usize>load<u32>(next - 4) + 1 == limit
  }
}

export function jsonWalk(scan: usize, paths: usize, rows: usize, count: u32, unsettled: usize): u32 {
  const starts = <usize>load<u32>(scan, STARTS)
  const ends = <usize>load<u32>(scan, ENDS)
  const marks = <usize>load<u32>(scan, MARKS)
  const positions = <usize>load<u32>(scan, POSITIONS)
  const slotCount = load<u32>(paths, SLOT_COUNT)
  const leaves = load<u32>(paths, LEAVES)
  const overlaps = (load<u32>(<usize>load<u32>(paths, ROOT), FLAGS) & OVERLAPS) != 0
  let escapes = <usize>load<u32>(scan, ESCAPES)
  shared = scan
  slots = <usize>load<u32>(paths, SLOTS)
  serial = load<u32>(paths, SERIAL)
  let failed: u32 = 0
  for (let i: u32 = 0; i < count; i++) {
    row = <usize>load<u32>(rows + (<usize>i << 2))
    for (let slot: u32 = 0; slot < slotCount; slot++) put(slot, 0, 0, MISSING)
    const start = <usize>load<u32>(starts + (row << 2))
    limit = <usize>load<u32>(ends + (row << 2))
    if (start == limit) continue
    next = positions + (<usize>load<u32>(marks + (row << 2)) << 2)
    while (<usize>load<u32>(escapes) <= start - 64) escapes += 4
    careful = <usize>load<u32>(escapes) < limit
    left = leaves
    serial++
    if (overlaps || !walkRecord(paths, start)) {
      store<u32>(unsettled + (<usize>failed << 2), <u32>row)
      failed++
    }
  }
  store<u32>(paths, serial, SERIAL)
  return failed
}
