// Predicates over text: equality, order, membership. Row lists are ascending; stores come first and the pointer moves only on a hit.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import { compareText, hashText, sameText, wordMask } from './text'

export function selectRange(out: usize, from: u32, count: u32): void {
  const end = out + ((<usize>count) << 2)
  let wide = i32x4.add(i32x4.splat(from), i32x4(0, 1, 2, 3))
  const step = i32x4.splat(4)
  for (; out + 16 <= end; out += 16) {
    v128.store(out, wide)
    wide = i32x4.add(wide, step)
  }
  from = i32x4.extract_lane(wide, 0)
  for (; out < end; out += 4) store<u32>(out, from++)
}

export function mergeSelections(first: usize, firstCount: u32, second: usize, secondCount: u32, out: usize): u32 {
  const firstEnd = first + ((<usize>firstCount) << 2)
  const secondEnd = second + ((<usize>secondCount) << 2)
  const start = out
  while (first < firstEnd && second < secondEnd) {
    const a = load<u32>(first)
    const b = load<u32>(second)
    store<u32>(out, min(a, b))
    out += 4
    first += (<usize>(a <= b)) << 2
    second += (<usize>(b <= a)) << 2
  }
  const rest = first < firstEnd ? first : second
  const bytes = first < firstEnd ? firstEnd - first : secondEnd - second
  memory.copy(out, rest, bytes)
  return <u32>((out + bytes - start) >> 2)
}

export function subtractSelection(first: usize, firstCount: u32, second: usize, secondCount: u32, out: usize): u32 {
  const firstEnd = first + ((<usize>firstCount) << 2)
  const secondEnd = second + ((<usize>secondCount) << 2)
  const start = out
  for (; first < firstEnd; first += 4) {
    const row = load<u32>(first)
    while (second < secondEnd && load<u32>(second) < row) second += 4
    store<u32>(out, row)
    out += (<usize>(second >= secondEnd || load<u32>(second) != row)) << 2
  }
  return <u32>((out - start) >> 2)
}

export function selectKinds(kinds: usize, rows: usize, count: u32, wanted: u32, hits: usize): u32 {
  const end = rows + ((<usize>count) << 2)
  const start = hits
  for (; rows < end; rows += 4) {
    const row = load<u32>(rows)
    store<u32>(hits, row)
    hits += <usize>(((wanted >> load<u8>(kinds + row)) & 1) << 2)
  }
  return <u32>((hits - start) >> 2)
}

/** Whether one of the kinds is null or missing. */
function anyNull(kinds: usize, count: u32): bool {
  const end = kinds + <usize>count
  const nulls = i8x16.splat(5)
  const missing = i8x16.splat(6)
  for (; kinds + 16 <= end; kinds += 16) {
    const wide = v128.load(kinds)
    if (v128.any_true(v128.or(i8x16.eq(wide, nulls), i8x16.eq(wide, missing)))) return true
  }
  for (; kinds < end; kinds++) {
    const kind = load<u8>(kinds)
    if (kind == 5 || kind == 6) return true
  }
  return false
}

/** Which of sixteen numbers are `wanted`. */
// @ts-ignore: decorator
@inline
function equal16(at: usize, wanted: v128): u64 {
  return <u64>(<u32>i8x16.bitmask(
    i8x16.narrow_i16x8_s(
      i16x8.narrow_i32x4_s(i32x4.eq(v128.load(at), wanted), i32x4.eq(v128.load(at, 16), wanted)),
      i16x8.narrow_i32x4_s(i32x4.eq(v128.load(at, 32), wanted), i32x4.eq(v128.load(at, 48), wanted)),
    ),
  ))
}

export function selectByEntry(indices: usize, kinds: usize, rows: usize, count: u32, entry: u32, hits: usize): u32 {
  const end = rows + ((<usize>count) << 2)
  const start = hits
  const first = load<u32>(rows)
  if (count >= 64 && load<u32>(end - 4) - first === count - 1 && !anyNull(kinds + first, count)) {
    // Rows without a gap, none of them null: 64 at once.
    const wanted = i32x4.splat(entry)
    const far = first + (count & ~63)
    let at = indices + ((<usize>first) << 2)
    for (let row = first; row < far; row += 64, at += 256) {
      let found =
        equal16(at, wanted) |
        (equal16(at + 64, wanted) << 16) |
        (equal16(at + 128, wanted) << 32) |
        (equal16(at + 192, wanted) << 48)
      for (; found != 0; found &= found - 1) {
        store<u32>(hits, row + <u32>ctz(found))
        hits += 4
      }
    }
    rows += (<usize>(count & ~63)) << 2
  }
  for (; rows < end; rows += 4) {
    const row = load<u32>(rows)
    const kind = load<u8>(kinds + row)
    store<u32>(hits, row)
    hits += (<usize>(kind != 5 && kind != 6 && load<u32>(indices + ((<usize>row) << 2)) == entry)) << 2
  }
  return <u32>((hits - start) >> 2)
}

export function selectByTable(
  indices: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  table: usize,
  hits: usize,
  unsettled: usize,
): u32 {
  const end = rows + ((<usize>count) << 2)
  const start = hits
  let odd = unsettled + 4
  const first = load<u32>(rows)
  if (count >= 16 && load<u32>(end - 4) - first === count - 1 && !anyNull(kinds + first, count)) {
    // Rows without a gap, none of them null: eight verdicts at once, of which mostly all are "no".
    const far = end - 32
    let at = indices + ((<usize>first) << 2)
    for (; rows <= far; rows += 32, at += 32) {
      if (
        load<u8>(table + load<u32>(at)) |
        load<u8>(table + load<u32>(at, 4)) |
        load<u8>(table + load<u32>(at, 8)) |
        load<u8>(table + load<u32>(at, 12)) |
        load<u8>(table + load<u32>(at, 16)) |
        load<u8>(table + load<u32>(at, 20)) |
        load<u8>(table + load<u32>(at, 24)) |
        load<u8>(table + load<u32>(at, 28))
      ) {
        for (let lane: usize = 0; lane < 32; lane += 4) {
          const verdict = load<u8>(table + load<u32>(at + lane))
          const row = load<u32>(rows + lane)
          store<u32>(hits, row)
          hits += <usize>((verdict & 1) << 2)
          store<u32>(odd, row)
          odd += <usize>((verdict & 2) << 1)
        }
      }
    }
  }
  for (; rows < end; rows += 4) {
    const row = load<u32>(rows)
    const kind = load<u8>(kinds + row)
    if (kind == 5 || kind == 6) continue
    const verdict = load<u8>(table + load<u32>(indices + ((<usize>row) << 2)))
    store<u32>(hits, row)
    hits += <usize>((verdict & 1) << 2)
    store<u32>(odd, row)
    odd += <usize>((verdict & 2) << 1)
  }
  store<u32>(unsettled, <u32>((odd - unsettled - 4) >> 2))
  return <u32>((hits - start) >> 2)
}

export function selectEqual(
  starts: usize,
  ends: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  text: usize,
  length: u32,
  negated: u32,
  oddKinds: u32,
  hits: usize,
  unsettled: usize,
): u32 {
  const end = rows + ((<usize>count) << 2)
  const start = hits
  let odd = unsettled + 4
  // The first eight bytes nearly always tell: they are compared without a call.
  const head = length < 8 ? length : 8
  const mask = wordMask(head)
  const word = load<u64>(text) & mask
  for (; rows < end; rows += 4) {
    const row = load<u32>(rows)
    const kind = load<u8>(kinds + row)
    if (kind != 0) {
      store<u32>(odd, row)
      odd += <usize>(((oddKinds >> kind) & 1) << 2)
      continue
    }
    const from = <usize>load<u32>(starts + ((<usize>row) << 2))
    const bytes = load<u32>(ends + ((<usize>row) << 2)) - <u32>from
    let same = <u32>(bytes == length) & <u32>((load<u64>(from) & mask) == word)
    if (same && length > 8) same = <u32>sameText(from + 8, text + 8, length - 8)
    store<u32>(hits, row)
    hits += <usize>((same ^ negated) << 2)
  }
  store<u32>(unsettled, <u32>((odd - unsettled - 4) >> 2))
  return <u32>((hits - start) >> 2)
}

export function selectBetween(
  starts: usize,
  ends: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  low: usize,
  lowLength: u32,
  high: usize,
  highLength: u32,
  flags: u32,
  oddKinds: u32,
  hits: usize,
  unsettled: usize,
): u32 {
  const end = rows + ((<usize>count) << 2)
  const start = hits
  let odd = unsettled + 4
  const negated = <u32>((flags >> 4) & 1)
  for (; rows < end; rows += 4) {
    const row = load<u32>(rows)
    const kind = load<u8>(kinds + row)
    if (kind != 0) {
      store<u32>(odd, row)
      odd += <usize>(((oddKinds >> kind) & 1) << 2)
      continue
    }
    const from = <usize>load<u32>(starts + ((<usize>row) << 2))
    const bytes = load<u32>(ends + ((<usize>row) << 2)) - <u32>from
    let inside: u32 = 1
    if (flags & 1) {
      const order = compareText(from, bytes, low, lowLength)
      inside = <u32>(flags & 2 ? order > 0 : order >= 0)
    }
    if (inside && flags & 4) {
      const order = compareText(from, bytes, high, highLength)
      inside = <u32>(flags & 8 ? order < 0 : order <= 0)
    }
    store<u32>(hits, row)
    hits += <usize>((inside ^ negated) << 2)
  }
  store<u32>(unsettled, <u32>((odd - unsettled - 4) >> 2))
  return <u32>((hits - start) >> 2)
}

// A set: u32 mask of the slots, u32 number of words, then slots of { u32 hash, u32 length, u32 address, u32 used }, probed in
// line, and words of { u64 bytes, u64 mask of them, u64 length }: a few texts of up to eight bytes are compared each instead.

const setWordsMax: u32 = 4
const setWordBytes: usize = 24

function slotCount(count: u32): u32 {
  let slots: u32 = 4
  while (slots < count * 2) slots <<= 1
  return slots
}

export function textSetBytes(count: u32): u32 {
  return 8 + slotCount(count) * 16 + setWordsMax * <u32>setWordBytes
}

export function buildTextSet(texts: usize, count: u32, set: usize): void {
  const slots = slotCount(count)
  const mask = slots - 1
  store<u32>(set, mask)
  memory.fill(set + 8, 0, (<usize>slots) << 4)
  const words = set + 8 + ((<usize>slots) << 4)
  let short = count <= setWordsMax
  for (let i: u32 = 0; i < count; i++) {
    const text = <usize>load<u32>(texts + ((<usize>i) << 3))
    const length = load<u32>(texts + ((<usize>i) << 3), 4)
    short = short && length <= 8
    if (short) {
      const word = words + <usize>i * setWordBytes
      store<u64>(word, load<u64>(text) & wordMask(length))
      store<u64>(word, wordMask(length), 8)
      store<u64>(word, length, 16)
    }
    const hash = hashText(text, length)
    let at = hash & mask
    while (load<u32>(set + 8 + ((<usize>at) << 4), 12) != 0) at = (at + 1) & mask
    const slot = set + 8 + ((<usize>at) << 4)
    store<u32>(slot, hash)
    store<u32>(slot, length, 4)
    store<u32>(slot, <u32>text, 8)
    store<u32>(slot, 1, 12)
  }
  store<u32>(set, short ? count : 0, 4)
}

function inSet(set: usize, text: usize, length: u32): u32 {
  const mask = load<u32>(set)
  const hash = hashText(text, length)
  let at = hash & mask
  while (true) {
    const slot = set + 8 + ((<usize>at) << 4)
    if (load<u32>(slot, 12) == 0) return 0
    if (load<u32>(slot) == hash && load<u32>(slot, 4) == length) {
      if (sameText(<usize>load<u32>(slot, 8), text, length)) return 1
    }
    at = (at + 1) & mask
  }
}

export function selectInSet(
  starts: usize,
  ends: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  set: usize,
  negated: u32,
  oddKinds: u32,
  hits: usize,
  unsettled: usize,
): u32 {
  const end = rows + ((<usize>count) << 2)
  const start = hits
  let odd = unsettled + 4
  const words = set + 8 + ((<usize>load<u32>(set) + 1) << 4)
  const wordsEnd = words + <usize>load<u32>(set, 4) * setWordBytes
  for (; rows < end; rows += 4) {
    const row = load<u32>(rows)
    const kind = load<u8>(kinds + row)
    if (kind != 0) {
      store<u32>(odd, row)
      odd += <usize>(((oddKinds >> kind) & 1) << 2)
      continue
    }
    const from = <usize>load<u32>(starts + ((<usize>row) << 2))
    const bytes = load<u32>(ends + ((<usize>row) << 2)) - <u32>from
    store<u32>(hits, row)
    if (words != wordsEnd) {
      const text = load<u64>(from)
      let found: u32 = 0
      for (let word = words; word < wordsEnd; word += setWordBytes) {
        found |= <u32>((text & load<u64>(word, 8)) == load<u64>(word)) & <u32>(load<u64>(word, 16) == <u64>bytes)
      }
      hits += <usize>((found ^ negated) << 2)
      continue
    }
    hits += <usize>((inSet(set, from, bytes) ^ negated) << 2)
  }
  store<u32>(unsettled, <u32>((odd - unsettled - 4) >> 2))
  return <u32>((hits - start) >> 2)
}
