// CSV: the records that may hold a literal, and their fields alone.
import {
  anomalyStatus,
  anyOf,
  byteOf,
  bytesEqual,
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
import { split } from './csv-split'
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

/** Whether the literal begins within the 64 bytes at an address. */
function hasLiteral(at: usize, literal: usize): bool {
  const one = at + load<u32>(literal, literalOneAt)
  const other = at + load<u32>(literal, literalOtherAt)
  const oneByte = v128.load8_splat(literal + literalBytesAt + (one - at))
  const otherByte = v128.load8_splat(literal + literalBytesAt + (other - at))
  const places = bytesEqual(one, oneByte) & bytesEqual(other, otherByte)
  return places != 0 && literalPlaces(at, places, literal) != 0
}

/** What follows the last of some bytes between two addresses; 0 where there is none. */
function lastStart(from: usize, to: usize, byte: v128): usize {
  for (let end = <isize>to; end > <isize>from; end -= 16) {
    let found = <u32>i8x16.bitmask(i8x16.eq(v128.load(end - 16), byte))
    const bytes = end - <isize>from
    if (bytes < 16) found &= 0xffff << <u32>(16 - <u32>bytes)
    if (found != 0) return end + 16 - <usize>clz(found)
  }
  return 0
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
  // A stretch in which every delimiter is a real one: what follows its last is the start. 0: the start is known.
  let skippedFrom: usize = 0
  let skipped: usize = 0
  let blocksEnd = from
  for (let at = from; at < to; at += 64) {
    if (simple && merged && at == blocksEnd) {
      const resumedAt = at
      skippedFrom = at
      while (!marked && at < to) {
        const ones = at + one
        const others = at + other
        let hits = v128.or(maybe16(ones, oneByte, others, otherByte), maybe16(ones + 16, oneByte, others + 16, otherByte))
        hits = v128.or(hits, maybe16(ones + 32, oneByte, others + 32, otherByte))
        hits = v128.or(hits, maybe16(ones + 48, oneByte, others + 48, otherByte))
        hits = v128.or(hits, maybe16(ones + 64, oneByte, others + 64, otherByte))
        hits = v128.or(hits, maybe16(ones + 80, oneByte, others + 80, otherByte))
        hits = v128.or(hits, maybe16(ones + 96, oneByte, others + 96, otherByte))
        hits = v128.or(hits, maybe16(ones + 112, oneByte, others + 112, otherByte))
        let rare = anyOf(v128.load(at), v128.load(at, 16), v128.load(at, 32), v128.load(at, 48), mergeBits, rareByte)
        rare = v128.or(
          rare,
          anyOf(v128.load(at, 64), v128.load(at, 80), v128.load(at, 96), v128.load(at, 112), mergeBits, rareByte),
        )
        if (v128.any_true(v128.or(rare, hits)) || carriedInside != 0) {
          if (v128.any_true(hits)) {
            if (at + 128 > to) break
            if (hasLiteral(at, literal) || hasLiteral(at + 64, literal)) break
          }
          if (v128.any_true(rare) || carriedInside != 0) {
            if (at + 128 > to || doubledEvents != 0) break
            const a = v128.load(at)
            const b = v128.load(at, 16)
            const c = v128.load(at, 32)
            const d = v128.load(at, 48)
            const e = v128.load(at, 64)
            const f = v128.load(at, 80)
            const g = v128.load(at, 96)
            const h = v128.load(at, 112)
            // Quotes stand only where they may.
            const quotes1 = quoted ? equal64(a, b, c, d, quoteByte) : 0
            const quotes2 = quoted ? equal64(e, f, g, h, quoteByte) : 0
            const records1 = equal64(a, b, c, d, recordByte)
            const records2 = equal64(e, f, g, h, recordByte)
            const inside1 = prefixXor(quotes1) ^ carriedInside
            const inside2 = prefixXor(quotes2) ^ <u64>((<i64>inside1) >> 63)
            const around1 = records1 | quotes1 | equal64(a, b, c, d, fieldByte)
            const around2 = records2 | quotes2 | equal64(e, f, g, h, fieldByte)
            const first = <u64>(at == from || load<u8>(at - 1) == load<u8>(record, symbolWord))
            const beyond = load<u8>(at + 128)
            const last = <u64>(
              beyond == quote ||
              (stripReturn && beyond == carriageReturn) ||
              beyond == load<u8>(field, symbolWord) ||
              beyond == load<u8>(record, symbolWord)
            )
            const before1 = (around1 << 1) | first | carriedQuote | <u64>(load<u8>(at - 1) == load<u8>(field, symbolWord))
            const before2 = (around2 << 1) | (around1 >>> 63)
            const ending1 = around1 | (stripReturn ? equal64(a, b, c, d, returnByte) : 0)
            const ending2 = around2 | (stripReturn ? equal64(e, f, g, h, returnByte) : 0)
            const after1 = (ending1 >>> 1) | (ending2 << 63)
            const after2 = (ending2 >>> 1) | (last << 63)
            let amiss = quotes1 & ~(inside1 & before1) & ~(~inside1 & after1)
            amiss |= quotes2 & ~(inside2 & before2) & ~(~inside2 & after2)
            if (comment >= 0) {
              amiss |= ((records1 << 1) | first) & equal64(a, b, c, d, commentByte)
              amiss |= ((records2 << 1) | (records1 >>> 63)) & equal64(e, f, g, h, commentByte)
            }
            if (amiss != 0) break
            if (((records1 & inside1) | (records2 & inside2)) != 0) {
              // Not every delimiter is a real one: the stretch begins anew behind these blocks.
              const real1 = records1 & ~inside1
              const real2 = records2 & ~inside2
              if (!across || (real1 | real2) == 0) break
              start = real2 != 0 ? at + 128 - <usize>clz(real2) : at + 64 - <usize>clz(real1)
              skippedFrom = at + 128
            }
            carriedInside = <u64>((<i64>inside2) >> 63)
            carriedQuote = quotes2 >>> 63
          } else {
            carriedQuote = 0
          }
        } else {
          carriedQuote = 0
        }
        at += 128
      }
      blocksEnd = at + 128
      if (at != resumedAt) {
        skipped = at
        lastEnds = carriedInside == 0 ? (<u64>matches(at - 1, record)) << 63 : 0
      }
      if (at >= to) break
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
      const last = lastStart(skippedFrom, skipped, recordByte)
      if (last != 0) start = last
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
  if (skipped != 0) {
    const last = lastStart(skippedFrom, min(skipped, to), recordByte)
    if (last != 0) start = last
  }
  store<u32>(setup, start, consumedAt)
  store<u32>(setup, status, statusAt)
  return rows
}
