// Records and fields byte by byte: everything CSV can be, for what the masks of csv.ts cannot tell.
import {
  carriageReturn,
  commentAt,
  consumedAt,
  escapeAt,
  fieldAt,
  firstByte,
  firstsAt,
  flagsAt,
  fullStatus,
  lastsAt,
  lastsRegionAt,
  lenientFlag,
  matches,
  openQuoteStatus,
  positionsAt,
  positionsMaxAt,
  quoteAt,
  quotedDelimiterFlag,
  quotedDelimiterStatus,
  recordAt,
  rowsMaxAt,
  statusAt,
  stripReturnFlag,
  symbolLength,
} from './csv-setup'

/** The first byte that is one of four, or `end`. */
// @ts-ignore: decorator
@inline
function nextOf(at: usize, end: usize, a: v128, b: v128, c: v128, d: v128): usize {
  for (; at < end; at += 16) {
    const bytes = v128.load(at)
    const found = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, a), i8x16.eq(bytes, b)),
        v128.or(i8x16.eq(bytes, c), i8x16.eq(bytes, d)),
      ),
    )
    if (found != 0) {
      at += ctz(found)
      break
    }
  }
  return at < end ? at : end
}

/** Whether a symbol stands at an address. None reaches into the delimiter that was put behind the text, and that one is whole. */
// @ts-ignore: decorator
@inline
function stands(at: usize, symbol: usize, textEnd: usize): bool {
  return matches(at, symbol) && at + <usize>load<u32>(symbol, symbolLength) <= textEnd
}

// @ts-ignore: decorator
@inline
function recordEnds(at: usize, record: usize, textEnd: usize): bool {
  return matches(at, record) && (at == textEnd || at + <usize>load<u32>(record, symbolLength) <= textEnd)
}

export function csvWalk(setup: usize, from: usize, to: usize, atEnd: u32): u32 {
  const flags = load<u32>(setup, flagsAt)
  const across = (flags & quotedDelimiterFlag) != 0
  const lenient = (flags & lenientFlag) != 0
  const stripReturn = (flags & stripReturnFlag) != 0
  const positions: usize = load<u32>(setup, positionsAt)
  const positionsMax = load<u32>(setup, positionsMaxAt)
  const firsts: usize = load<u32>(setup, firstsAt)
  const lasts: usize = load<u32>(setup, lastsRegionAt)
  store<u32>(setup, lasts, lastsAt)
  const rowsMax = load<u32>(setup, rowsMaxAt)
  const record = setup + recordAt
  const field = setup + fieldAt
  const quote = setup + quoteAt
  const escape = setup + escapeAt
  const recordLength: usize = load<u32>(record, symbolLength)
  const fieldLength: usize = load<u32>(field, symbolLength)
  const quoteLength: usize = load<u32>(quote, symbolLength)
  const escapeLength: usize = load<u32>(escape, symbolLength)
  const recordByte = firstByte(record)
  const fieldByte = firstByte(field)
  // Outside quotes a quote and an escape character mean something in the lenient dialect alone; inside, a record delimiter
  // does where it always ends the record.
  const quoteByte = firstByte(quote)
  const escapeByte = escapeLength == 0 ? quoteByte : firstByte(escape)
  const outsideQuote = lenient ? quoteByte : recordByte
  const outsideEscape = lenient ? escapeByte : recordByte
  const insideRecord = across ? quoteByte : recordByte
  const textEnd: usize = atEnd != 0 ? to - recordLength : usize.MAX_VALUE

  store<u32>(positions - 4, from - 1)
  let count: u32 = 0
  let rows: u32 = 0
  let status: u32 = 0
  let at = from
  let begin = from
  while (at < to) {
    begin = at
    if (rows == rowsMax) {
      status = fullStatus
      break
    }
    const first = count
    if (stands(at, setup + commentAt, textEnd)) {
      while (at < to && !recordEnds(at, record, textEnd)) at = nextOf(at + 1, to, recordByte, recordByte, recordByte, recordByte)
      at += recordLength
      if (at > to) break
      if (count == positionsMax) {
        status = fullStatus
        break
      }
      store<u32>(positions + (<usize>count << 2), at - 1)
      count++
      begin = at
      continue
    }

    // One record: until its delimiter, or `to`.
    let complete = false
    let problem: u32 = 0
    let inside = false
    let fieldStart = true
    while (at < to) {
      if (fieldStart) {
        if (count == positionsMax) {
          problem = fullStatus
          break
        }
        inside = stands(at, quote, textEnd)
        if (inside) at += quoteLength
        fieldStart = false
        continue
      }
      if (inside) {
        at = nextOf(at, to, quoteByte, escapeByte, insideRecord, insideRecord)
        if (at == to) break
        if (!across && recordEnds(at, record, textEnd)) {
          at += recordLength
          // What stands behind `to` is not known yet.
          if (at > to) break
          complete = true
          if (!lenient) problem = atEnd != 0 && at == to ? openQuoteStatus : quotedDelimiterStatus
          break
        }
        if (stands(at, escape, textEnd)) {
          at += escapeLength
          if (across || !recordEnds(at, record, textEnd)) at += stands(at, quote, textEnd) ? quoteLength : 1
        } else if (stands(at, quote, textEnd)) {
          at += quoteLength
          if (stands(at, quote, textEnd)) at += quoteLength
          else inside = false
        } else {
          at++
        }
        continue
      }
      at = nextOf(at, to, recordByte, fieldByte, outsideQuote, outsideEscape)
      if (at == to) break
      if (recordEnds(at, record, textEnd)) {
        at += recordLength
        complete = true
        break
      }
      if (stands(at, field, textEnd)) {
        at += fieldLength
        store<u32>(positions + (<usize>count << 2), at - 1)
        count++
        fieldStart = true
      } else if (lenient && stands(at, escape, textEnd)) {
        at += escapeLength
        if (across || !recordEnds(at, record, textEnd)) at++
      } else if (lenient && stands(at, quote, textEnd)) {
        at += quoteLength
        inside = true
      } else {
        at++
      }
    }
    if (at > to) complete = false
    if (!complete && problem == 0 && atEnd != 0) {
      // Only an open quote or an escape character can hide the delimiter that ends the last record.
      if (inside && !lenient) {
        problem = openQuoteStatus
      } else if (count == positionsMax) {
        problem = fullStatus
      } else {
        complete = true
        at = to
      }
    }
    if (!complete || problem != 0) {
      status = problem
      count = first
      break
    }
    store<u32>(positions + (<usize>count << 2), at - 1)
    count++
    begin = at
    if (count - first == 1) {
      const start: usize = load<u32>(positions + (<usize>first << 2) - 4) + 1
      const length = at - recordLength - start
      if (length == 0 || (length == 1 && stripReturn && load<u8>(start) == carriageReturn)) continue
    }
    store<u32>(firsts + (<usize>rows << 2), first)
    store<u32>(lasts + (<usize>rows << 2), count)
    rows++
  }
  store<u32>(setup, begin, consumedAt)
  store<u32>(setup, status, statusAt)
  return rows
}
