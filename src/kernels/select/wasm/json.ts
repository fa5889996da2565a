// Stage 2 of reading JSON: follows the FROM path through what stage 1 found, and so comes to the records.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import {
  AMBIGUOUS, BROKEN, CONSUMED, DEAD_DEPTH, ENDS, ESCAPED, FAULT, FRAMES, GIVEN_UP, IN_STRING, KINDS, LEVEL, MARKS, PHASE, POSITIONS, ROWS, ROWS_MAX,
  STARTS, STEPS, STEP_COUNT, SYNTAX, UNDECIDED, VERDICT, VERDICT_HASH, index, positionsAt, startIndex,
} from './json-index'
import { MISSING, NESTED, NONE, TEXT, closingQuote, findBackslash, nesting, scalarEnd, scalarKind, skipBlanks } from './json-text'

// What is expected next. 0 is where every scan begins.
const VALUE: u32 = 0
const AFTER: u32 = 1
const KEY: u32 = 2
const FIRST_KEY: u32 = 3
const FIRST_ELEMENT: u32 = 4
const DEAD_VALUE: u32 = 5
const DEAD_CONTAINER: u32 = 6
const DEAD_STRING: u32 = 7

// Steps: kind, name, name's length, case-sensitive, index. Frames: object or array, index, found, hash of the key found.
const STEP_BYTES: usize = 32
const FRAME_BYTES: usize = 16
const STEP_KEY: u32 = 0
const STEP_INDEX: u32 = 1
const STEP_ELEMENTS: u32 = 2
const STEP_VALUES: u32 = 3
const STEP_SPREAD: u32 = 4
const OBJECT: u32 = 1

// Of the slice that is running: a call of jsonScan sets all of them.
let cursor: usize = 0
let positionsEnd: usize = 0
let rows: u32 = 0
let depth: i32 = 0
/** Where the cursor stood at the record's opening bracket. */
let opened: usize = 0

/** Moves the cursor past the container that begins at `at`; returns where it ends, or 0 when that is not known yet. */
function containerEnd(at: usize): usize {
  let next = cursor
  const end = positionsEnd
  while (next < end && <usize>load<u32>(next) < at) next += 4
  cursor = next
  opened = next
  depth = 0
  return deadEnd()
}

function deadEnd(): usize {
  let next = cursor
  const end = positionsEnd
  let open = depth
  while (next < end) {
    open += nesting(load<u8>(<usize>load<u32>(next)))
    next += 4
    if (open == 0) {
      cursor = next
      depth = 0
      return <usize>load<u32>(next - 4) + 1
    }
  }
  cursor = next
  depth = open
  return 0
}

function addRow(scan: usize, start: usize, end: usize, kind: u32): void {
  const row = rows++
  store<u32>(<usize>load<u32>(scan, STARTS) + (<usize>row << 2), <u32>start)
  store<u32>(<usize>load<u32>(scan, ENDS) + (<usize>row << 2), <u32>end)
  store<u8>(<usize>load<u32>(scan, KINDS) + <usize>row, <u8>kind)
  store<u32>(<usize>load<u32>(scan, MARKS) + (<usize>row << 2), <u32>((opened - <usize>load<u32>(scan, POSITIONS)) >> 2))
}

function keyHash(at: usize, end: usize): u32 {
  let hash: u32 = 0x811c9dc5
  for (; at < end; at++) hash = (hash ^ load<u8>(at)) * 0x01000193
  return hash
}

// @ts-ignore: decorator
@inline
function lowered(c: u32): u32 {
  return c - 0x41 < 26 ? c | 0x20 : c
}

/** 1: the key is the step's. 0: it is not. 2: only by decoding it. */
function keyMatches(step: usize, at: usize, end: usize): u32 {
  if (findBackslash(at, end) != end) return 2
  const name = <usize>load<u32>(step, 4)
  const length = <usize>load<u32>(step, 8)
  if (load<u32>(step, 12) != 0) {
    if (end - at != length) return 0
    for (let i: usize = 0; i < length; i++) if (load<u8>(at + i) != load<u8>(name + i)) return 0
    return 1
  }
  let beyond: u32 = 0
  for (let i: usize = 0; i < length; i++) beyond |= load<u8>(name + i)
  if (beyond >= 0x80) for (let i = at; i < end; i++) if (load<u8>(i) >= 0x80) return 2
  if (end - at != length) return 0
  for (let i: usize = 0; i < length; i++) if (lowered(load<u8>(at + i)) != lowered(load<u8>(name + i))) return 0
  return 1
}

/** What phase the value of a key begins, for the frame of its object; NONE when only decoding the key tells. */
function keyPhase(scan: usize, step: usize, frame: usize, at: usize, end: usize): u32 {
  if (load<u32>(step) == STEP_VALUES) {
    store<u32>(frame, 1, 8)
    return VALUE
  }
  let verdict = load<u32>(scan, VERDICT)
  let hash = load<u32>(scan, VERDICT_HASH)
  if (verdict == 0) {
    const match = keyMatches(step, at, end)
    if (match == 2) return NONE
    if (match == 0) return DEAD_VALUE
    hash = keyHash(at, end)
  } else {
    store<u32>(scan, 0, VERDICT)
    if (verdict == 2) return DEAD_VALUE
  }
  if (load<u32>(frame, 8) != 0) {
    // The first of two equal keys counts; two that differ in case are one too many.
    if (load<u32>(frame, 12) != hash) store<u32>(scan, AMBIGUOUS, FAULT)
    return DEAD_VALUE
  }
  store<u32>(frame, 1, 8)
  store<u32>(frame, hash, 12)
  return VALUE
}

/** Top-level objects, each directly behind the last one or on a line of its own: where the first byte is that is none of them. */
function plainRecords(scan: usize, from: usize, broken: usize): usize {
  const positions = <usize>load<u32>(scan, POSITIONS)
  const rowsMax = <usize>load<u32>(scan, ROWS_MAX)
  const end = positionsEnd
  let starts = <usize>load<u32>(scan, STARTS)
  let ends = <usize>load<u32>(scan, ENDS)
  let marks = <usize>load<u32>(scan, MARKS)
  let kinds = <usize>load<u32>(scan, KINDS)
  let at = from
  let next = cursor
  let row = <usize>rows
  while (row < rowsMax && next < end && <usize>load<u32>(next) == at && load<u8>(at) == 0x7b) {
    let open = 1
    let last = next + 4
    while (last < end) {
      open += nesting(load<u8>(<usize>load<u32>(last)))
      last += 4
      if (open == 0) break
    }
    const after = <usize>load<u32>(last - 4) + 1
    if (open != 0 || after > broken || load<u8>(after - 1) != 0x7d) break
    store<u32>(starts + (row << 2), <u32>at)
    store<u32>(ends + (row << 2), <u32>after)
    store<u32>(marks + (row << 2), <u32>((next - positions) >> 2))
    store<u8>(kinds + row, <u8>NESTED)
    row++
    next = last
    at = after + <usize>(load<u8>(after) == 0x0a)
  }
  cursor = next
  rows = <u32>row
  return at
}

/** Stage 2. Stops where a token is not whole, a fault is met or the rows are full. */
function slice(scan: usize, from: usize, to: usize, escapedBefore: usize): void {
  const steps = <usize>load<u32>(scan, STEPS)
  const stepCount = load<u32>(scan, STEP_COUNT)
  const rowsMax = load<u32>(scan, ROWS_MAX)
  const broken = <usize>load<u32>(scan, BROKEN)
  let phase = load<u32>(scan, PHASE)
  let level = load<u32>(scan, LEVEL)
  let frame = <usize>load<u32>(scan, FRAMES) + <usize>level * FRAME_BYTES
  let fault: u32 = 0
  let at = from
  opened = cursor
  positionsEnd = positionsAt
  depth = <i32>load<u32>(scan, DEAD_DEPTH)
  store<u32>(scan, 0, FAULT)
  if (stepCount == 0 && level == 0 && (phase == VALUE || phase == AFTER)) {
    at = skipBlanks(at, to)
    const after = plainRecords(scan, at, broken)
    if (after != at) phase = AFTER
    at = min(after, to)
  }
  while (fault == 0) {
    if (phase == DEAD_CONTAINER) {
      const end = deadEnd()
      at = end == 0 ? to : end
      if (end == 0) break
      phase = AFTER
      continue
    }
    if (phase == DEAD_STRING) {
      const end = closingQuote(from + escapedBefore, to)
      at = end == 0 ? to : end + 1
      if (end == 0) break
      phase = AFTER
      continue
    }
    at = skipBlanks(at, to)
    if (at == to) break
    const c: u32 = load<u8>(at)
    if (phase == AFTER) {
      if (level == 0) {
        if (c == 0x2c) {
          // A comma at the end of a line, as in the examples of AWS's page on SELECT.
          let end = at + 1
          while (end < to && (load<u8>(end) == 0x20 || load<u8>(end) == 0x09 || load<u8>(end) == 0x0d)) end++
          if (end == to) break
          if (load<u8>(end) != 0x0a) {
            fault = SYNTAX
            break
          }
          at = end
        }
        phase = VALUE
        continue
      }
      const isObject = load<u32>(frame) == OBJECT
      if (c == 0x2c) {
        at++
        phase = isObject ? KEY : VALUE
        store<u32>(frame, load<u32>(frame, 4) + 1, 4)
        continue
      }
      if (c != (isObject ? 0x7d : 0x5d)) {
        fault = SYNTAX
        break
      }
    }
    if (phase == AFTER || (phase == FIRST_ELEMENT && c == 0x5d) || (phase == FIRST_KEY && c == 0x7d)) {
      // The container ends. A path that leads nowhere is one MISSING record.
      if (load<u32>(frame, 8) == 0 && load<u32>(steps + <usize>(level - 1) * STEP_BYTES) != STEP_SPREAD) {
        if (rows == rowsMax) break
        addRow(scan, at, at, MISSING)
      }
      at++
      level--
      frame -= FRAME_BYTES
      phase = AFTER
      continue
    }
    if (phase == FIRST_KEY || phase == KEY) {
      if (c != 0x22) {
        fault = SYNTAX
        break
      }
      const end = closingQuote(at + 1, to)
      if (end == 0) break
      const colon = skipBlanks(end + 1, to)
      if (colon == to) break
      if (load<u8>(colon) != 0x3a) {
        fault = SYNTAX
        break
      }
      const next = keyPhase(scan, steps + <usize>(level - 1) * STEP_BYTES, frame, at + 1, end)
      fault = next == NONE ? UNDECIDED : load<u32>(scan, FAULT)
      if (fault != 0) break
      phase = next
      at = colon + 1
      continue
    }
    if (phase == FIRST_ELEMENT) phase = VALUE
    if (phase == VALUE && level > 0 && load<u32>(frame) != OBJECT) {
      const step = steps + <usize>(level - 1) * STEP_BYTES
      if (load<u32>(step) == STEP_INDEX && load<u32>(frame, 4) != load<u32>(step, 16)) phase = DEAD_VALUE
      else store<u32>(frame, 1, 8)
    }
    if (phase == VALUE && level < stepCount) {
      const kind = load<u32>(steps + <usize>level * STEP_BYTES)
      const opensObject = c == 0x7b && (kind == STEP_KEY || kind == STEP_VALUES)
      if (opensObject || (c == 0x5b && (kind == STEP_INDEX || kind == STEP_ELEMENTS || kind == STEP_SPREAD))) {
        at++
        level++
        frame += FRAME_BYTES
        store<u32>(frame, opensObject ? OBJECT : 0)
        store<u32>(frame, 0, 4)
        store<u32>(frame, 0, 8)
        phase = opensObject ? FIRST_KEY : FIRST_ELEMENT
        continue
      }
      if (kind != STEP_SPREAD) {
        if (rows == rowsMax) break
        addRow(scan, at, at, MISSING)
        phase = DEAD_VALUE
      }
    }
    // A whole value: a record, or one that is passed over.
    if (phase == VALUE && rows == rowsMax) break
    let end: usize
    let kind = TEXT
    if (c == 0x7b || c == 0x5b) {
      end = containerEnd(at)
      if (end == 0) {
        if (phase == DEAD_VALUE) {
          phase = DEAD_CONTAINER
          at = to
        }
        break
      }
      kind = NESTED
      if (load<u8>(end - 1) != c + 2) {
        fault = SYNTAX
        break
      }
    } else if (c == 0x22) {
      const quote = closingQuote(at + 1, to)
      if (quote == 0) {
        if (phase == DEAD_VALUE) {
          phase = DEAD_STRING
          at = to
        }
        break
      }
      end = quote + 1
    } else {
      end = scalarEnd(at, to)
      if (end == to) break
      if (scalarKind(at, end) == NONE) {
        fault = SYNTAX
        break
      }
    }
    if (end > broken) {
      fault = SYNTAX
      break
    }
    if (phase == VALUE) addRow(scan, at, end, kind)
    at = end
    phase = AFTER
  }
  if (fault == 0 && at > broken) fault = SYNTAX
  store<u32>(scan, phase, PHASE)
  store<u32>(scan, level, LEVEL)
  store<u32>(scan, <u32>depth, DEAD_DEPTH)
  store<u32>(scan, rows, ROWS)
  store<u32>(scan, <u32>at, CONSUMED)
  store<u32>(scan, fault, FAULT)
  if (at != to) {
    // The next call begins between tokens.
    store<u32>(scan, 0, IN_STRING)
    store<u32>(scan, 0, ESCAPED)
  }
}

export function jsonScan(scan: usize, from: usize, to: usize): u32 {
  const escapedBefore = <usize>load<u32>(scan, ESCAPED)
  startIndex(scan)
  rows = 0
  cursor = positionsAt
  index(scan, from, to)
  slice(scan, from, to, escapedBefore)
  return rows
}

export function jsonScanLines(scan: usize, lines: usize, count: u32): u32 {
  startIndex(scan)
  rows = 0
  for (const end = lines + (<usize>count << 3); lines < end; lines += 8) {
    const from = <usize>load<u32>(lines)
    const to = <usize>load<u32>(lines, 4) + 1
    cursor = positionsAt
    index(scan, from, to)
    slice(scan, from, to, 0)
    const phase = load<u32>(scan, PHASE)
    if (load<u32>(scan, FAULT) != 0 || <usize>load<u32>(scan, CONSUMED) != to) return GIVEN_UP
    if (load<u32>(scan, LEVEL) != 0 || (phase != VALUE && phase != AFTER)) return GIVEN_UP
  }
  return rows
}
