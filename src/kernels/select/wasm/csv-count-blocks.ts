// CSV: how many records, block by block: every mask of every block, so that nothing is left open.
import {
  anomalyStatus,
  anyEqual,
  anyOf,
  byteOf,
  bytesEqual,
  carriageReturn,
  commentAt,
  delimiterEnds,
  equal64,
  fieldAt,
  flagsAt,
  lenientFlag,
  matches,
  prefixXor,
  quoteAt,
  quotedDelimiterFlag,
  recordAt,
  stripReturnFlag,
  symbolLength,
  symbolWord,
} from './csv-setup'

// Where counting stands between two chunks of a window.
/** All bits: quotes are open. */
export let inside: u64 = 0
/** The delimiters outside quotes that end in the 64 bytes before. */
export let lastEnds: u64 = 0
export let status: u32 = 0

/** A record begins here. */
export function begin(): void {
  inside = 0
  lastEnds = (<u64>1) << 63
  status = 0
}

export function fail(): void {
  status = anomalyStatus
}

export function moveOn(newInside: u64, newLastEnds: u64): void {
  inside = newInside
  lastEnds = newLastEnds
}

/** Records whose delimiters end from one address to another, of a window that begins at `window`. */
export function countBlocks(setup: usize, window: usize, from: usize, to: usize): u32 {
  const quotes = (load<u32>(setup, flagsAt) & quotedDelimiterFlag) != 0 && load<u32>(setup, quoteAt + symbolLength) != 0
  const simple = load<u32>(setup, recordAt + symbolLength) == 1
  if (quotes) return simple ? count(setup, window, from, to, true, true) : count(setup, window, from, to, true, false)
  return simple ? count(setup, window, from, to, false, true) : count(setup, window, from, to, false, false)
}

/** Two blocks at a time: what is rare is looked for in both, because a branch that is guessed wrong costs as much as a block. */
// @ts-ignore: decorator
@inline
function count(setup: usize, window: usize, from: usize, to: usize, quotes: bool, simple: bool): u32 {
  const record = setup + recordAt
  const field = setup + fieldAt
  const recordLength: usize = load<u32>(record, symbolLength)
  const fieldLength: usize = load<u32>(field, symbolLength)
  const recordByte = byteOf(record, 0)
  const flags = load<u32>(setup, flagsAt)
  const stripReturn = (flags & stripReturnFlag) != 0
  const lenient = (flags & lenientFlag) != 0
  const quote = load<u8>(setup, quoteAt + symbolWord)
  const commentLength = load<u32>(setup, commentAt + symbolLength)
  const comment: i32 = commentLength == 0 ? -1 : load<u8>(setup, commentAt + symbolWord)
  const commentByte = i8x16.splat(comment < 0 ? -1 : <i8>comment)
  const quoteByte = i8x16.splat(<i8>quote)
  // Quote and comment character of the defaults differ in one bit: one comparison tells that neither is there.
  const differing = comment < 0 ? 0 : <u32>quote ^ <u32>comment
  const merged = quotes && popcnt(differing) <= 1
  const alsoComments = quotes && !merged
  const mergeBits = i8x16.splat(merged ? <i8>differing : 0)
  const rareByte = quotes ? v128.or(quoteByte, mergeBits) : commentByte

  let rows: u32 = 0
  let carriedInside = inside
  let carriedQuote: u64 = from > window && load<u8>(from - 1) == quote ? 1 : 0
  let carriedEnds = lastEnds
  const lastPair = <isize>to - 128
  let valid1: u64 = -1
  let valid2: u64 = -1
  for (let at = from; at < to; at += 128) {
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    const e = v128.load(at, 64)
    const f = v128.load(at, 80)
    const g = v128.load(at, 96)
    const h = v128.load(at, 112)
    let ends1: u64
    let ends2: u64
    if (simple) {
      ends1 = equal64(a, b, c, d, recordByte)
      ends2 = equal64(e, f, g, h, recordByte)
    } else {
      ends1 = delimiterEnds(at, record)
      ends2 = delimiterEnds(at + 64, record)
    }
    if (<isize>at > lastPair) {
      const left = to - at
      valid1 = left >= 64 ? -1 : ((<u64>1) << left) - 1
      valid2 = left <= 64 ? 0 : ((<u64>1) << (left - 64)) - 1
      ends1 &= valid1
      ends2 &= valid2
    }
    let rare: bool
    if (quotes) {
      rare = v128.any_true(v128.or(anyOf(a, b, c, d, mergeBits, rareByte), anyOf(e, f, g, h, mergeBits, rareByte)))
      if (alsoComments) rare = rare || (bytesEqual(at, commentByte) | bytesEqual(at + 64, commentByte)) != 0
    } else {
      rare = v128.any_true(v128.or(anyEqual(a, b, c, d, rareByte), anyEqual(e, f, g, h, rareByte)))
    }
    if (rare) {
      if (quotes) {
        const quotes1 = valid1 & equal64(a, b, c, d, quoteByte)
        const quotes2 = valid2 & equal64(e, f, g, h, quoteByte)
        const inside1 = prefixXor(quotes1) ^ carriedInside
        const inside2 = prefixXor(quotes2) ^ <u64>((<i64>inside1) >> 63)
        if (!lenient) {
          // What may stand before a quote that opens; the window's first byte has nothing before it.
          const before1 = delimiterEnds(at, field) | ends1 | quotes1
          const before2 = delimiterEnds(at + 64, field) | ends2 | quotes2
          const start =
            carriedQuote |
            <u64>(at == window || matches(at - fieldLength, field) || matches(at - recordLength, record))
          const amiss1 = quotes1 & inside1 & ~((before1 << 1) | start)
          const amiss2 = quotes2 & inside2 & ~((before2 << 1) | (before1 >>> 63))
          if ((amiss1 | amiss2) != 0) {
            status = anomalyStatus
            break
          }
        }
        ends1 &= ~inside1
        ends2 &= ~inside2
        carriedInside = <u64>((<i64>inside2) >> 63)
        carriedQuote = quotes2 >>> 63
      }
      if (comment >= 0) {
        const comments1 = valid1 & ((ends1 << 1) | (carriedEnds >>> 63)) & equal64(a, b, c, d, commentByte)
        const comments2 = valid2 & ((ends2 << 1) | (ends1 >>> 63)) & equal64(e, f, g, h, commentByte)
        if ((comments1 | comments2) != 0) {
          if (quotes || commentLength > 1) {
            status = anomalyStatus
            break
          }
          rows -= <u32>(popcnt(comments1) + popcnt(comments2))
        }
      }
    } else if (quotes) {
      ends1 &= ~carriedInside
      ends2 &= ~carriedInside
      carriedQuote = 0
    }
    rows += <u32>(popcnt(ends1) + popcnt(ends2))
    // Empty records: a delimiter right behind another one, or with a carriage return between.
    const near1 = (ends1 << 2) | (carriedEnds >>> 62) | (simple ? (ends1 << 1) | (carriedEnds >>> 63) : 0)
    const near2 = (ends2 << 2) | (ends1 >>> 62) | (simple ? (ends2 << 1) | (ends1 >>> 63) : 0)
    if (((ends1 & near1) | (ends2 & near2)) != 0) {
      rows -= emptyRecords(at, ends1, carriedEnds, simple, stripReturn)
      rows -= emptyRecords(at + 64, ends2, ends1, simple, stripReturn)
    }
    carriedEnds = ends2
  }
  moveOn(carriedInside, carriedEnds)
  return rows
}

/** How many records that end in a block are nothing, or a carriage return that is no part of them. */
function emptyRecords(at: usize, ends: u64, lastEnds: u64, simple: bool, stripReturn: bool): u32 {
  const nextButOne = ends & ((ends << 2) | (lastEnds >>> 62))
  // Delimiters of two bytes: those of an empty record end two bytes apart.
  if (!simple) return <u32>popcnt(nextButOne)
  const next = ends & ((ends << 1) | (lastEnds >>> 63))
  let empty = <u32>popcnt(next)
  let twice = stripReturn ? nextButOne & ~next : 0
  while (twice != 0) {
    if (load<u8>(at + <usize>ctz(twice) - 1) == carriageReturn) empty++
    twice &= twice - 1
  }
  return empty
}
