// CSV: the index of files as most are, two blocks at a time.
import { leave, putFirsts, putPositions } from './csv-emit'
import {
  anomalyStatus,
  anyOf,
  byteOf,
  bytesEqual,
  commentAt,
  equal64,
  fieldAt,
  firstsAt,
  flagsAt,
  fullStatus,
  lenientFlag,
  positionsAt,
  positionsMaxAt,
  prefixXor,
  quoteAt,
  quotedDelimiterFlag,
  recordAt,
  rowsMaxAt,
  symbolLength,
  symbolWord,
} from './csv-setup'

/** One-byte delimiters and doubled quotes: two blocks at a time, as in csv-count.ts. */
export function scanPairs(setup: usize, from: usize, to: usize): u32 {
  const flags = load<u32>(setup, flagsAt)
  const across = (flags & quotedDelimiterFlag) != 0
  const lenient = (flags & lenientFlag) != 0
  const positions: usize = load<u32>(setup, positionsAt)
  const firsts: usize = load<u32>(setup, firstsAt)
  const fullAt = positions + (<usize>load<u32>(setup, positionsMaxAt) << 2)
  const rowsFullAt = firsts + (<usize>load<u32>(setup, rowsMaxAt) << 2)
  const recordByte = byteOf(setup + recordAt, 0)
  const fieldByte = byteOf(setup + fieldAt, 0)
  const quoted = load<u32>(setup, quoteAt + symbolLength) != 0
  const quote = load<u8>(setup, quoteAt + symbolWord)
  const quoteByte = i8x16.splat(<i8>quote)
  const comment: i32 = load<u32>(setup, commentAt + symbolLength) == 0 ? -1 : load<u8>(setup, commentAt + symbolWord)
  const commentByte = i8x16.splat(<i8>comment)
  const differing = comment < 0 ? 0 : <u32>quote ^ <u32>comment
  const merged = popcnt(differing) <= 1
  const mergeBits = i8x16.splat(merged ? <i8>differing : 0)
  const rareByte = v128.or(quoteByte, mergeBits)
  store<u32>(positions - 4, from - 1)
  store<u32>(firsts, 0)
  let out = positions
  let row = firsts + 4
  let status: u32 = 0
  let carriedInside: u64 = 0
  let carriedBefore: u64 = 1
  let lastEnds: u64 = (<u64>1) << 63
  let near: u64 = 0
  const lastPair = <isize>to - 128
  let valid1: u64 = -1
  let valid2: u64 = -1
  for (let at = from; at < to; at += 128) {
    if (out >= fullAt || row > rowsFullAt) {
      status = fullStatus
      break
    }
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    const e = v128.load(at, 64)
    const f = v128.load(at, 80)
    const g = v128.load(at, 96)
    const h = v128.load(at, 112)
    let records1 = equal64(a, b, c, d, recordByte)
    let fields1 = equal64(a, b, c, d, fieldByte)
    let records2 = equal64(e, f, g, h, recordByte)
    let fields2 = equal64(e, f, g, h, fieldByte)
    if (<isize>at > lastPair) {
      const left = to - at
      valid1 = left >= 64 ? -1 : ((<u64>1) << left) - 1
      valid2 = left <= 64 ? 0 : ((<u64>1) << (left - 64)) - 1
      records1 &= valid1
      fields1 &= valid1
      records2 &= valid2
      fields2 &= valid2
    }
    let rare = v128.any_true(v128.or(anyOf(a, b, c, d, mergeBits, rareByte), anyOf(e, f, g, h, mergeBits, rareByte)))
    if (!merged) rare = rare || (bytesEqual(at, commentByte) | bytesEqual(at + 64, commentByte)) != 0
    if (rare) {
      const quotes1 = quoted ? valid1 & equal64(a, b, c, d, quoteByte) : 0
      const quotes2 = quoted ? valid2 & equal64(e, f, g, h, quoteByte) : 0
      const inside1 = prefixXor(quotes1) ^ carriedInside
      const inside2 = prefixXor(quotes2) ^ <u64>((<i64>inside1) >> 63)
      carriedInside = <u64>((<i64>inside2) >> 63)
      const before1 = records1 | fields1 | quotes1
      const before2 = records2 | fields2 | quotes2
      const amiss =
        (quotes1 & inside1 & ~((before1 << 1) | carriedBefore)) | (quotes2 & inside2 & ~((before2 << 1) | (before1 >>> 63)))
      carriedBefore = before2 >>> 63
      const hidden = (records1 & inside1) | (records2 & inside2)
      records1 &= ~inside1
      fields1 &= ~inside1
      records2 &= ~inside2
      fields2 &= ~inside2
      let comments: u64 = 0
      if (comment >= 0) {
        comments =
          (valid1 & ((records1 << 1) | (lastEnds >>> 63)) & equal64(a, b, c, d, commentByte)) |
          (valid2 & ((records2 << 1) | (records1 >>> 63)) & equal64(e, f, g, h, commentByte))
      }
      if (((lenient ? 0 : amiss) | (across ? 0 : hidden) | comments) != 0) {
        status = anomalyStatus
        break
      }
    } else {
      carriedBefore = (records2 | fields2) >>> 63
      if (carriedInside != 0) {
        if (!across && (records1 | records2) != 0) {
          status = anomalyStatus
          break
        }
        lastEnds = 0
        continue
      }
    }
    near |= records1 & ((records1 << 2) | (lastEnds >>> 62) | (records1 << 1) | (lastEnds >>> 63))
    near |= records2 & ((records2 << 2) | (records1 >>> 62) | (records2 << 1) | (records1 >>> 63))
    lastEnds = records2
    const ends1 = records1 | fields1
    const ends2 = records2 | fields2
    const middle = out + (<usize>popcnt(ends1) << 2)
    const end = middle + (<usize>popcnt(ends2) << 2)
    row = putFirsts(row, <u32>((out - positions) >>> 2) + 1, records1, ends1)
    row = putFirsts(row, <u32>((middle - positions) >>> 2) + 1, records2, ends2)
    putPositions(out, middle, at, ends1)
    putPositions(middle, end, at + 64, ends2)
    out = end
  }
  const found = <u32>((row - firsts) >>> 2) - 1
  return leave(setup, from, found, status, near)
}

