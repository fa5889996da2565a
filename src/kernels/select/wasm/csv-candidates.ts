// CSV: the records that may hold a literal, and their fields alone.
import {
  anomalyStatus,
  anyOf,
  byteOf,
  bytesEqual,
  candidateBytesAt,
  carriageReturn,
  commentAt,
  consumedAt,
  delimiterEnds,
  equal64,
  escapeAt,
  fieldAt,
  firstsAt,
  flagsAt,
  fullStatus,
  lastsAt,
  lastsRegionAt,
  lenientFlag,
  mask64,
  matches,
  positionsAt,
  positionsMaxAt,
  prefixXor,
  quoteAt,
  quotedDelimiterFlag,
  recordAt,
  rowsMaxAt,
  statusAt,
  stripReturnFlag,
  symbolLength,
  symbolWord,
} from './csv-setup'
import { sameText } from './text'

// A literal: its length, the numbers of its two rarest bytes, its bytes.
const literalLengthAt: usize = 0
const literalOneAt: usize = 4
const literalOtherAt: usize = 8
const literalBytesAt: usize = 12

export function csvCandidates(setup: usize, from: usize, to: usize, literal: usize): u32 {
  const simple =
    load<u32>(setup, recordAt + symbolLength) == 1 &&
    load<u32>(setup, fieldAt + symbolLength) == 1 &&
    load<u32>(setup, escapeAt + symbolLength) == 0
  const found = simple ? search(setup, from, to, literal, true) : search(setup, from, to, literal, false)
  return split(setup, found)
}

function hasByte(literal: usize, byte: u8): bool {
  const length: usize = load<u32>(literal, literalLengthAt)
  for (let index: usize = 0; index < length; index++) if (load<u8>(literal + literalBytesAt + index) == byte) return true
  return false
}

/** Which of the places are the literal's. */
// @ts-ignore: decorator
@inline
function literalPlaces(at: usize, places: u64, literal: usize): u64 {
  let real: u64 = 0
  while (places != 0) {
    const place = places & -places
    if (sameText(at + <usize>ctz(places), literal + literalBytesAt, load<u32>(literal, literalLengthAt))) real |= place
    places ^= place
  }
  return real
}

/** Which of 16 places may be the literal's, by two of its bytes. */
// @ts-ignore: decorator
@inline
function maybe16(one: usize, oneByte: v128, other: usize, otherByte: v128): v128 {
  return v128.and(i8x16.eq(v128.load(one), oneByte), i8x16.eq(v128.load(other), otherByte))
}

/** What follows the last of some bytes between two addresses; `from` where there is none. */
function lastStart(from: usize, to: usize, byte: v128): usize {
  while (to > from) {
    let found = <u32>i8x16.bitmask(i8x16.eq(v128.load(to - 16), byte))
    if (to - from < 16) found &= 0xffff << <u32>(16 - <u32>(to - from))
    if (found != 0) return to + 16 - <usize>clz(found)
    to -= 16
    if (<isize>to < <isize>from) break
  }
  return from
}

/** Fills firsts and lasts with the addresses where candidates begin and where their delimiters end; gives their number. */
// @ts-ignore: decorator
@inline
function search(setup: usize, from: usize, to: usize, literal: usize, simple: bool): u32 {
  const flags = load<u32>(setup, flagsAt)
  const across = (flags & quotedDelimiterFlag) != 0
  const lenient = (flags & lenientFlag) != 0
  const firsts: usize = load<u32>(setup, firstsAt)
  const lasts: usize = load<u32>(setup, lastsRegionAt)
  store<u32>(setup, lasts, lastsAt)
  const rowsMax = load<u32>(setup, rowsMaxAt)
  const record = setup + recordAt
  const field = setup + fieldAt
  const recordLength: usize = load<u32>(record, symbolLength)
  const fieldLength: usize = load<u32>(field, symbolLength)
  const recordByte = byteOf(record, 0)
  const stripReturn = (flags & stripReturnFlag) != 0
  const returnByte = i8x16.splat(carriageReturn)
  const fieldByte = byteOf(field, 0)
  const quoted = load<u32>(setup, quoteAt + symbolLength) != 0
  const quote = load<u8>(setup, quoteAt + symbolWord)
  const quoteByte = i8x16.splat(<i8>quote)
  const escapes = !simple && load<u32>(setup, escapeAt + symbolLength) != 0
  const escapeByte = byteOf(setup + escapeAt, 0)
  const comment: i32 = load<u32>(setup, commentAt + symbolLength) == 0 ? -1 : load<u8>(setup, commentAt + symbolWord)
  const commentByte = i8x16.splat(<i8>comment)
  const differing = comment < 0 || !quoted ? 0 : <u32>quote ^ <u32>comment
  const merged = popcnt(differing) <= 1
  const mergeBits = i8x16.splat(merged ? <i8>differing : 0)
  const rareByte = quoted ? v128.or(quoteByte, mergeBits) : commentByte
  const one: usize = load<u32>(literal, literalOneAt)
  const other: usize = load<u32>(literal, literalOtherAt)
  const oneByte = v128.load8_splat(literal + literalBytesAt + one)
  const otherByte = v128.load8_splat(literal + literalBytesAt + other)

  // Text without a quote stands between doubled ones as it is.
  const doubledEvents: u64 = hasByte(literal, quote) ? -1 : 0

  let rows: u32 = 0
  let status: u32 = 0
  let start = from
  let marked = false
  let carriedInside: u64 = 0
  let carriedQuote: u64 = 0
  let carriedEscape: u64 = 0
  let lastEnds: u64 = (<u64>1) << 63
  // Where blocks end that nothing was looked for in but quotes and the literal: what follows their last delimiter is the
  // start. 0: the start is known.
  let skipped: usize = 0
  let blocksEnd = from
  for (let at = from; at < to; at += 64) {
    if (simple && merged && at == blocksEnd) {
      while (!marked && carriedInside == 0 && at < to) {
        const quotes1 = anyOf(v128.load(at), v128.load(at, 16), v128.load(at, 32), v128.load(at, 48), mergeBits, rareByte)
        const quotes2 = anyOf(
          v128.load(at, 64),
          v128.load(at, 80),
          v128.load(at, 96),
          v128.load(at, 112),
          mergeBits,
          rareByte,
        )
        const ones = at + one
        const others = at + other
        const ha = maybe16(ones, oneByte, others, otherByte)
        const hb = maybe16(ones + 16, oneByte, others + 16, otherByte)
        const hc = maybe16(ones + 32, oneByte, others + 32, otherByte)
        const hd = maybe16(ones + 48, oneByte, others + 48, otherByte)
        const he = maybe16(ones + 64, oneByte, others + 64, otherByte)
        const hf = maybe16(ones + 80, oneByte, others + 80, otherByte)
        const hg = maybe16(ones + 96, oneByte, others + 96, otherByte)
        const hh = maybe16(ones + 112, oneByte, others + 112, otherByte)
        const hits = v128.or(v128.or(v128.or(ha, hb), v128.or(hc, hd)), v128.or(v128.or(he, hf), v128.or(hg, hh)))
        const quotes = v128.or(quotes1, quotes2)
        if (v128.any_true(v128.or(quotes, hits))) {
          if (v128.any_true(quotes) || at + 128 > to) break
          if (literalPlaces(at, mask64(ha, hb, hc, hd), literal) != 0) break
          if (literalPlaces(at + 64, mask64(he, hf, hg, hh), literal) != 0) break
        }
        at += 128
        skipped = at
      }
      if (at >= to) break
      blocksEnd = at + 128
      if (skipped == at) {
        carriedQuote = 0
        lastEnds = (<u64>matches(at - 1, record)) << 63
      }
    }
    // A block adds 64 rows at most: the regions have that room beyond their limits.
    if (rows >= rowsMax) {
      status = fullStatus
      break
    }
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    const left = to - at
    const valid: u64 = left >= 64 ? -1 : ((<u64>1) << left) - 1
    let ends: u64
    if (simple) {
      ends = equal64(a, b, c, d, recordByte)
    } else {
      ends = delimiterEnds(at, record)
    }
    ends &= valid
    const ha = v128.and(i8x16.eq(v128.load(at + one), oneByte), i8x16.eq(v128.load(at + other), otherByte))
    const hb = v128.and(i8x16.eq(v128.load(at + one, 16), oneByte), i8x16.eq(v128.load(at + other, 16), otherByte))
    const hc = v128.and(i8x16.eq(v128.load(at + one, 32), oneByte), i8x16.eq(v128.load(at + other, 32), otherByte))
    const hd = v128.and(i8x16.eq(v128.load(at + one, 48), oneByte), i8x16.eq(v128.load(at + other, 48), otherByte))
    let events: u64 = 0
    if (v128.any_true(v128.or(v128.or(ha, hb), v128.or(hc, hd)))) {
      events = literalPlaces(at, valid & mask64(ha, hb, hc, hd), literal)
    }
    let inside = carriedInside
    let escaped: u64 = 0
    if (escapes) {
      const escapeBits = valid & bytesEqual(at, escapeByte)
      if ((escapeBits | carriedEscape) != 0) {
        const opening = escapeBits & ~carriedEscape
        const series = (((opening << 1) | 0xaaaa_aaaa_aaaa_aaaa) - opening) ^ 0xaaaa_aaaa_aaaa_aaaa
        escaped = series ^ (escapeBits | carriedEscape)
        carriedEscape = (series & escapeBits) >>> 63
        if (lenient && across) ends &= ~escaped
        events |= escapeBits
      }
    }
    let rare = v128.any_true(anyOf(a, b, c, d, mergeBits, rareByte))
    if (!merged) rare = rare || bytesEqual(at, commentByte) != 0
    if (rare) {
      const quotes = quoted ? valid & bytesEqual(at, quoteByte) & ~escaped : 0
      inside = prefixXor(quotes) ^ carriedInside
      const opening = quotes & inside
      const doubled = opening & ((quotes << 1) | carriedQuote)
      const closing = quotes & ~inside
      let before: u64
      let after: u64
      if (simple) {
        const around = ends | quotes | equal64(a, b, c, d, fieldByte)
        const beyond = load<u8>(at + 64)
        const start = carriedQuote | <u64>(at == from || matches(at - 1, field) || matches(at - 1, record))
        const end = <u64>(
          beyond == quote ||
          (stripReturn && beyond == carriageReturn) ||
          matches(at + 64, field) ||
          matches(at + 64, record)
        )
        before = (around << 1) | start
        after = ((around | (stripReturn ? equal64(a, b, c, d, returnByte) : 0)) >>> 1) | (end << 63)
      } else {
        before = delimiterEnds(at - 1, field) | delimiterEnds(at - 1, record) | doubled | <u64>(at == from)
        after =
          delimiterEnds(at + fieldLength, field) |
          delimiterEnds(at + recordLength, record) |
          bytesEqual(at + 1, quoteByte) |
          (stripReturn ? bytesEqual(at + 1, returnByte) : 0)
      }
      const amiss = opening & ~before
      // Text on both sides of a quote is one text: the literal may lie around it.
      events |= (doubled & doubledEvents) | amiss | (closing & ~after)
      if (!lenient && amiss != 0) {
        status = anomalyStatus
        break
      }
      carriedInside = <u64>((<i64>inside) >> 63)
      carriedQuote = quotes >>> 63
    } else {
      carriedQuote = 0
    }
    if (!across && (ends & inside) != 0) {
      status = anomalyStatus
      break
    }
    ends &= ~inside
    if (rare && comment >= 0 && (valid & ((ends << 1) | (lastEnds >>> 63)) & bytesEqual(at, commentByte)) != 0) {
      status = anomalyStatus
      break
    }
    lastEnds = ends
    if (!marked && events == 0 && ends != 0) {
      start = at + 64 - <usize>clz(ends)
      skipped = 0
      continue
    }
    if (skipped != 0) {
      start = lastStart(start, skipped, recordByte)
      skipped = 0
    }
    if (!marked && events == 0) continue
    while (ends != 0) {
      const after = at + <usize>ctz(ends) + 1
      const upTo = ends ^ (ends - 1)
      if (marked || (events & upTo) != 0) {
        store<u32>(firsts + (<usize>rows << 2), start)
        store<u32>(lasts + (<usize>rows << 2), after)
        rows++
      }
      marked = false
      events &= ~upTo
      start = after
      ends &= ends - 1
    }
    marked = marked || events != 0
  }
  if (skipped != 0) start = lastStart(start, min(skipped, to), recordByte)
  store<u32>(setup, start, consumedAt)
  store<u32>(setup, status, statusAt)
  return rows
}

/** Makes rows of the records found: fills positions, and puts field numbers into firsts and lasts. */
function split(setup: usize, found: u32): u32 {
  const flags = load<u32>(setup, flagsAt)
  const lenient = (flags & lenientFlag) != 0
  const stripReturn = (flags & stripReturnFlag) != 0
  const positions: usize = load<u32>(setup, positionsAt)
  const positionsMax = load<u32>(setup, positionsMaxAt)
  const firsts: usize = load<u32>(setup, firstsAt)
  const lasts: usize = load<u32>(setup, lastsRegionAt)
  store<u32>(setup, lasts, lastsAt)
  const field = setup + fieldAt
  const recordLength: usize = load<u32>(setup, recordAt + symbolLength)
  const quoted = load<u32>(setup, quoteAt + symbolLength) != 0
  const quoteByte = byteOf(setup + quoteAt, 0)
  const escapes = load<u32>(setup, escapeAt + symbolLength) != 0
  const escapeByte = byteOf(setup + escapeAt, 0)
  const fullAt = positions + (<usize>positionsMax << 2)
  let rows: u32 = 0
  let out = positions
  let bytes: u32 = 0
  for (let index: u32 = 0; index < found; index++) {
    const start: usize = load<u32>(firsts + (<usize>index << 2))
    const after: usize = load<u32>(lasts + (<usize>index << 2))
    const end = after - recordLength
    bytes += <u32>(after - start)
    if (start == end || (stripReturn && start + 1 == end && load<u8>(start) == carriageReturn)) continue
    store<u32>(out, start - 1)
    out += 4
    const first = out
    let inside: u64 = 0
    let carriedEscape: u64 = 0
    for (let at = start; at < end && out < fullAt; at += 64) {
      const left = end - at
      const valid: u64 = left >= 64 ? -1 : ((<u64>1) << left) - 1
      let ends = valid & delimiterEnds(at, field)
      let escaped: u64 = 0
      if (escapes) {
        const escapeBits = valid & bytesEqual(at, escapeByte)
        const opening = escapeBits & ~carriedEscape
        const series = (((opening << 1) | 0xaaaa_aaaa_aaaa_aaaa) - opening) ^ 0xaaaa_aaaa_aaaa_aaaa
        escaped = series ^ (escapeBits | carriedEscape)
        carriedEscape = (series & escapeBits) >>> 63
        if (lenient) ends &= ~escaped
      }
      if (quoted) {
        inside ^= prefixXor(valid & bytesEqual(at, quoteByte) & ~escaped)
        ends &= ~inside
        inside = <u64>((<i64>inside) >> 63)
      }
      while (ends != 0) {
        store<u32>(out, at + <usize>ctz(ends))
        out += 4
        ends &= ends - 1
      }
    }
    if (out >= fullAt) {
      store<u32>(setup, start, consumedAt)
      store<u32>(setup, fullStatus, statusAt)
      break
    }
    store<u32>(out, after - 1)
    out += 4
    store<u32>(firsts + (<usize>rows << 2), <u32>((first - positions) >>> 2))
    store<u32>(lasts + (<usize>rows << 2), <u32>((out - positions) >>> 2))
    rows++
  }
  store<u32>(setup, bytes, candidateBytesAt)
  return rows
}
