// CSV: how many records, without where they are.
import {
  anomalyStatus,
  byteOf,
  bytesEqual,
  carriageReturn,
  commentAt,
  consumedAt,
  delimiterEnds,
  fieldAt,
  flagsAt,
  lenientFlag,
  mask64,
  prefixXor,
  quoteAt,
  quotedDelimiterFlag,
  recordAt,
  statusAt,
  stripReturnFlag,
  symbolLength,
  symbolWord,
} from './csv-setup'

export function csvCount(setup: usize, from: usize, to: usize): u32 {
  const quotes =
    (load<u32>(setup, flagsAt) & quotedDelimiterFlag) != 0 && load<u32>(setup, quoteAt + symbolLength) != 0
  const simple = load<u32>(setup, recordAt + symbolLength) == 1
  if (quotes) return simple ? count(setup, from, to, true, true) : count(setup, from, to, true, false)
  return simple ? count(setup, from, to, false, true) : count(setup, from, to, false, false)
}

// @ts-ignore: decorator
@inline
function count(setup: usize, from: usize, to: usize, quotes: bool, simple: bool): u32 {
  const record = setup + recordAt
  const recordByte = byteOf(record, 0)
  const stripReturn = (load<u32>(setup, flagsAt) & stripReturnFlag) != 0
  const quote = load<u8>(setup, quoteAt + symbolWord)
  const lenient = (load<u32>(setup, flagsAt) & lenientFlag) != 0
  const commentLength = load<u32>(setup, commentAt + symbolLength)
  const comment: i32 = commentLength == 0 ? -1 : load<u8>(setup, commentAt + symbolWord)
  const commentByte = i8x16.splat(comment < 0 ? -1 : <i8>comment)
  const quoteByte = i8x16.splat(<i8>quote)
  // Quote and comment character of the defaults differ in one bit: one comparison tells that neither is there.
  const differing = comment < 0 ? 0 : <u32>quote ^ <u32>comment
  const merged = quotes && popcnt(differing) <= 1
  const mergeBits = i8x16.splat(merged ? <i8>differing : 0)
  const rareByte = quotes ? v128.or(quoteByte, mergeBits) : commentByte
  const alsoComments = quotes && !merged

  let rows: u32 = 0
  let carriedInside: u64 = 0
  let carriedQuote: u64 = 0
  let lastEnds: u64 = (<u64>1) << 63
  let consumed = from
  let status: u32 = 0
  for (let at = from; at < to; at += 64) {
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    const left = to - at
    const valid: u64 = left >= 64 ? -1 : ((<u64>1) << left) - 1
    let ends: u64
    if (simple) {
      ends = mask64(i8x16.eq(a, recordByte), i8x16.eq(b, recordByte), i8x16.eq(c, recordByte), i8x16.eq(d, recordByte))
    } else {
      ends = delimiterEnds(at, record)
    }
    ends &= valid
    let inside = carriedInside
    let rare: bool
    if (quotes) {
      rare = v128.any_true(
        v128.or(
          v128.or(i8x16.eq(v128.or(a, mergeBits), rareByte), i8x16.eq(v128.or(b, mergeBits), rareByte)),
          v128.or(i8x16.eq(v128.or(c, mergeBits), rareByte), i8x16.eq(v128.or(d, mergeBits), rareByte)),
        ),
      )
      if (alsoComments) rare = rare || bytesEqual(at, commentByte) != 0
    } else {
      rare = v128.any_true(
        v128.or(
          v128.or(i8x16.eq(a, rareByte), i8x16.eq(b, rareByte)),
          v128.or(i8x16.eq(c, rareByte), i8x16.eq(d, rareByte)),
        ),
      )
    }
    if (quotes) {
      if (rare) {
        const quoteBits = valid & bytesEqual(at, quoteByte)
        inside = prefixXor(quoteBits) ^ carriedInside
        // What may stand before a quote that opens; the window's first byte has nothing before it.
        const before =
          (bytesBefore(at, setup + fieldAt) | bytesBefore(at, record)) |
          ((quoteBits << 1) | carriedQuote | <u64>(at == from))
        if (!lenient && (quoteBits & inside & ~before) != 0) {
          status = anomalyStatus
          break
        }
        carriedInside = <u64>((<i64>inside) >> 63)
        carriedQuote = quoteBits >>> 63
      } else {
        carriedQuote = 0
      }
      ends &= ~inside
    }
    const follow = (ends << 1) | (lastEnds >>> 63)
    if (rare && comment >= 0) {
      const comments = valid & follow & bytesEqual(at, commentByte)
      if (comments != 0) {
        if (quotes || commentLength > 1) {
          status = anomalyStatus
          break
        }
        rows -= <u32>popcnt(comments)
      }
    }
    if (ends != 0) {
      rows += <u32>popcnt(ends)
      consumed = at + 64 - <usize>clz(ends)
      const second = ends & ((ends << 2) | (lastEnds >>> 62))
      if (simple) {
        const empty = ends & follow
        rows -= <u32>popcnt(empty)
        if (stripReturn) {
          let twice = second & ~empty
          while (twice != 0) {
            if (load<u8>(at + <usize>ctz(twice) - 1) == carriageReturn) rows--
            twice &= twice - 1
          }
        }
      } else {
        rows -= <u32>popcnt(second)
      }
    }
    lastEnds = ends
  }
  // A comment that is not whole yet was taken from the count, and is no record that was counted.
  if (!quotes && comment >= 0 && consumed < to && load<u8>(consumed) == comment) rows++
  store<u32>(setup, consumed, consumedAt)
  store<u32>(setup, status, statusAt)
  return rows
}

/** Which of 64 bytes follow a delimiter of one to three bytes. */
// @ts-ignore: decorator
@inline
function bytesBefore(at: usize, symbol: usize): u64 {
  return delimiterEnds(at - 1, symbol)
}
