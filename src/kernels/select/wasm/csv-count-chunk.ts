// CSV: how many record delimiters a chunk has outside quotes, by two passes over it while it is in the nearest cache.
//
// The first pass has no branches: it counts all record delimiters, and finds out which blocks of 64 bytes have quotes or
// comments and whether a record may be empty. The second looks at those blocks alone. A branch at every block would be
// guessed wrong at as many of them, and each time that costs as much as two blocks.
//
// Both take record delimiters of one byte; quotes are looked at where field delimiters have one byte too.
import { fail, inside, lastEnds, moveOn } from './csv-count-blocks'
import {
  anyEqual,
  byteOf,
  bytesEqual,
  commentAt,
  equal64,
  fieldAt,
  firstByte,
  flagsAt,
  lenientFlag,
  prefixXor,
  quoteAt,
  recordAt,
  symbolWord,
} from './csv-setup'

/** Half of what the nearest cache holds on most machines. */
export const chunkBytes: usize = 256 * 64

/** Results of `firstPass`: how many record delimiters there are, in quotes too. */
export let delimiters: u32 = 0
/** Two of them have at most one byte between. */
export let near: bool = false

/** Of two vectors that are zeros or ones all over in each byte, two bits by byte: the first one's is the higher. */
// @ts-ignore: decorator
@inline
function pair(first: v128, second: v128, two: v128): v128 {
  return i8x16.sub(v128.and(first, two), second)
}

/** Four bits by byte: where four vectors are `byte`, but the first, which was compared before. */
// @ts-ignore: decorator
@inline
function four(a: v128, b: v128, c: v128, d: v128, byte: v128, two: v128): v128 {
  return v128.or(
    i16x8.shl(pair(a, i8x16.eq(b, byte), two), 2),
    pair(i8x16.eq(c, byte), i8x16.eq(d, byte), two),
  )
}

/** The bits that have one before them by one byte, or two: in the lane before, or in a lane of the vector before. */
// @ts-ignore: decorator
@inline
function behindAnother(bits: v128, before: v128): v128 {
  const one = i8x16.shuffle(before, bits, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30)
  const two = i8x16.shuffle(before, bits, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29)
  return v128.and(bits, v128.or(one, two))
}

// @ts-ignore: decorator
@inline
function popcount(bits: v128): u64 {
  return popcnt(i64x2.extract_lane(bits, 0)) + popcnt(i64x2.extract_lane(bits, 1))
}

/** By block of a chunk, the lanes of 16 with a byte that is looked for (u16); and a bit for each block with some (u64). */
const marks = memory.data(2 * 256, 16)
const words = memory.data(8 * 4, 16)
/** Blocks of a word, in bytes. */
const groupBytes: usize = 64 * 64

/** The lanes of 16 where one of four bytes is less than a limit, as signed numbers after `flip`. */
// @ts-ignore: decorator
@inline
function below(a: v128, b: v128, c: v128, d: v128, flip: v128, limit: v128): i32 {
  const least = i8x16.min_s(
    i8x16.min_s(v128.xor(a, flip), v128.xor(b, flip)),
    i8x16.min_s(v128.xor(c, flip), v128.xor(d, flip)),
  )
  return i8x16.bitmask(i8x16.gt_s(limit, least))
}

/**
 * Counts the record delimiters of a multiple of 256 bytes, and marks the blocks that have `rare`, or a byte whose bits differ
 * from its by no more than `spread`, as a number. Returns how many have a mark.
 */
export function firstPass(setup: usize, from: usize, to: usize, rare: i32, spread: i32): u32 {
  const recordByte = byteOf(setup + recordAt, 0)
  // So the bytes that are looked for become the least.
  const flip = i8x16.splat(<i8>(rare ^ 0x80))
  const limit = i8x16.splat(<i8>(spread - 127))
  // No constant to the compiler: it would make it anew for each use.
  const two = i8x16.splat(<i8>(rare | 2) & 2)
  // Of the vector before, only the last two bytes matter.
  let last = i8x16.replace_lane(i8x16.splat(0), 15, -<i8>(lastEnds >>> 63))
  last = i8x16.replace_lane(last, 14, -<i8>((lastEnds >>> 62) & 1))
  let anyNear = i8x16.splat(0)
  let count: u64 = 0
  let mark = marks
  for (let at = from; at < to; at += 256) {
    // 1. The vector before, and `a` through `g`: eight bits by byte. Less the first and with `h`, those of the block.
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    const high = four(last, a, b, c, recordByte, two)
    store<u16>(mark, <u16>below(a, b, c, d, flip, limit))
    const e = v128.load(at, 64)
    const f = v128.load(at, 80)
    const g = v128.load(at, 96)
    const h = v128.load(at, 112)
    const low = four(i8x16.eq(d, recordByte), e, f, g, recordByte, two)
    const before = v128.or(i16x8.shl(high, 4), low)
    const middle = i8x16.eq(h, recordByte)
    const bits = i8x16.sub(i8x16.add(before, before), middle)
    store<u16>(mark, <u16>below(e, f, g, h, flip, limit), 2)
    anyNear = v128.or(anyNear, behindAnother(bits, before))
    // 2. The same with the next eight.
    const i = v128.load(at, 128)
    const j = v128.load(at, 144)
    const k = v128.load(at, 160)
    const l = v128.load(at, 176)
    const high2 = four(middle, i, j, k, recordByte, two)
    store<u16>(mark, <u16>below(i, j, k, l, flip, limit), 4)
    const m = v128.load(at, 192)
    const n = v128.load(at, 208)
    const o = v128.load(at, 224)
    const p = v128.load(at, 240)
    const low2 = four(i8x16.eq(l, recordByte), m, n, o, recordByte, two)
    const before2 = v128.or(i16x8.shl(high2, 4), low2)
    last = i8x16.eq(p, recordByte)
    const bits2 = i8x16.sub(i8x16.add(before2, before2), last)
    store<u16>(mark, <u16>below(m, n, o, p, flip, limit), 6)
    anyNear = v128.or(anyNear, behindAnother(bits2, before2))
    count += popcount(bits) + popcount(bits2)
    mark += 8
  }
  delimiters = <u32>count
  near = v128.any_true(anyNear)
  return gatherMarks((to - from) >>> 6)
}

/** Makes words of the marks of so many blocks; returns how many have one. */
function gatherMarks(count: usize): u32 {
  const zero = i8x16.splat(0)
  let marked: u64 = 0
  for (let first: usize = 0; first < count; first += 64) {
    const start = marks + (first << 1)
    let without: u64 = 0
    for (let at = start + 96; at >= start; at -= 32) {
      const some = i16x8.eq(v128.load(at), zero)
      const more = i16x8.eq(v128.load(at, 16), zero)
      without = (without << 16) | <u64>(<u32>i8x16.bitmask(i8x16.narrow_i16x8_s(some, more)))
    }
    const left = count - first
    const blocks = left < 64 ? ~without & (((<u64>1) << left) - 1) : ~without
    store<u64>(words + (first >>> 3), blocks)
    marked += popcnt(blocks)
  }
  return <u32>marked
}

/**
 * Looks at the blocks with a mark; returns how many record delimiters of the chunk are inside quotes. Fails where a quote opens
 * in the middle of a field, or a comment begins, which may have quotes.
 */
export function secondPass(setup: usize, window: usize, from: usize, to: usize): u32 {
  const recordByte = byteOf(setup + recordAt, 0)
  const quoteByte = byteOf(setup + quoteAt, 0)
  const commentByte = firstByte(setup + commentAt)
  const record = load<u8>(setup, recordAt + symbolWord)
  const field = load<u8>(setup, fieldAt + symbolWord)
  let carried = inside
  let within = inside
  let quoted: u64 = 0
  let wrong = false
  let commented: u64 = 0
  let next = from
  for (let group = from; group < to; group += groupBytes) {
    let blocks = load<u64>(words + ((group - from) >>> 9))
    while (blocks != 0) {
      const at = group + (<usize>ctz(blocks) << 6)
      blocks &= blocks - 1
      if ((carried & <u64>(at - next)) != 0) quoted += countOf(recordByte, next, at)
      next = at + 64
      const a = v128.load(at)
      const b = v128.load(at, 16)
      const c = v128.load(at, 32)
      const d = v128.load(at, 48)
      const ends = equal64(a, b, c, d, recordByte)
      const quotes = equal64(a, b, c, d, quoteByte)
      within = prefixXor(quotes) ^ carried
      quoted += popcnt(ends & within)
      // A quote that opens follows a field, if neither a record nor another quote. There is seldom more than one.
      let opening = quotes & within & ~((ends | quotes) << 1)
      if (u32(opening != 0) & u32(load<u8>(at - 1 + <usize>ctz(opening)) != field)) {
        wrong = wrong || !mayOpen(setup, window, at + <usize>ctz(opening))
      }
      for (opening &= opening - 1; opening != 0; opening &= opening - 1) {
        if (load<u8>(at - 1 + <usize>ctz(opening)) != field) wrong = true
      }
      if (v128.any_true(anyEqual(a, b, c, d, commentByte))) {
        const start = u64(at == window) | (u64(load<u8>(at - 1) == record) & ~carried)
        commented |= (((ends & ~within) << 1) | start) & equal64(a, b, c, d, commentByte)
      }
      carried = <u64>((<i64>within) >> 63)
    }
  }
  if (next < to) {
    if (carried != 0) quoted += countOf(recordByte, next, to)
    within = carried
  }
  if (commented != 0 || (wrong && (load<u32>(setup, flagsAt) & lenientFlag) == 0)) fail()
  moveOn(carried, endsBefore(to, record) & ~within)
  return <u32>quoted
}

/** Whether a quote opens at the start of a record, or behind another that the block before ended with. */
function mayOpen(setup: usize, window: usize, at: usize): bool {
  const before = load<u8>(at - 1)
  return at == window || before == load<u8>(setup, recordAt + symbolWord) || before == load<u8>(setup, quoteAt + symbolWord)
}

/** The same where quotes do not matter: whether a comment begins in the blocks with a mark. */
export function commentsIn(setup: usize, window: usize, from: usize, to: usize): bool {
  const recordByte = byteOf(setup + recordAt, 0)
  const commentByte = firstByte(setup + commentAt)
  const record = load<u8>(setup, recordAt + symbolWord)
  let commented: u64 = 0
  for (let group = from; group < to; group += groupBytes) {
    for (let blocks = load<u64>(words + ((group - from) >>> 9)); blocks != 0; blocks &= blocks - 1) {
      const at = group + (<usize>ctz(blocks) << 6)
      const start = u64(at == window) | u64(load<u8>(at - 1) == record)
      commented |= ((bytesEqual(at, recordByte) << 1) | start) & bytesEqual(at, commentByte)
    }
  }
  if (commented != 0) return true
  moveOn(0, endsBefore(to, record))
  return false
}

function countOf(byte: v128, from: usize, to: usize): u64 {
  let count: u64 = 0
  for (let at = from; at < to; at += 64) count += popcnt(bytesEqual(at, byte))
  return count
}

/** Whether the last two bytes before an address are record delimiters. */
// @ts-ignore: decorator
@inline
function endsBefore(at: usize, record: u8): u64 {
  return (u64(load<u8>(at - 1) == record) << 63) | (u64(load<u8>(at - 2) == record) << 62)
}
