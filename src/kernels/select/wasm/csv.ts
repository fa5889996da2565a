// CSV: where records and fields begin and end, by bit masks over 64 bytes at a time. The method is that of simdjson:
// Langdale and Lemire, "Parsing Gigabytes of JSON per Second", https://arxiv.org/abs/1902.08318, section 3.1.
import {
  anomalyStatus,
  byteOf,
  bytesEqual,
  carriageReturn,
  commentAt,
  consumedAt,
  delimiterEnds,
  escapeAt,
  fieldAt,
  firstsAt,
  flagsAt,
  fullStatus,
  lastsAt,
  lenientFlag,
  mask64,
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

export { csvCandidates } from './csv-candidates'
export { csvCells, csvRecords } from './csv-cells'
export { csvCount } from './csv-count'
export { csvWalk } from './csv-walk'

const oddBits: u64 = 0xaaaa_aaaa_aaaa_aaaa

export function csvIndex(setup: usize, from: usize, to: usize): u32 {
  const simple =
    load<u32>(setup, recordAt + symbolLength) == 1 &&
    load<u32>(setup, fieldAt + symbolLength) == 1 &&
    load<u32>(setup, escapeAt + symbolLength) == 0
  const found = simple ? scan(setup, from, to, true) : scan(setup, from, to, false)
  return sift(setup, from, found)
}

/** Fills positions and firsts; gives the number of record delimiters. `simple`: one-byte delimiters, doubled quotes. */
// @ts-ignore: decorator
@inline
function scan(setup: usize, from: usize, to: usize, simple: bool): u32 {
  const flags = load<u32>(setup, flagsAt)
  const across = (flags & quotedDelimiterFlag) != 0
  const lenient = (flags & lenientFlag) != 0
  const positions: usize = load<u32>(setup, positionsAt)
  const firsts: usize = load<u32>(setup, firstsAt)
  // A block adds 64 entries at most: the regions have that room beyond their limits.
  const fullAt = positions + (<usize>load<u32>(setup, positionsMaxAt) << 2)
  const rowsFullAt = firsts + (<usize>load<u32>(setup, rowsMaxAt) << 2)
  const record = setup + recordAt
  const field = setup + fieldAt
  const recordByte = byteOf(record, 0)
  const fieldByte = byteOf(field, 0)
  const quoted = load<u32>(setup, quoteAt + symbolLength) != 0
  const quoteByte = byteOf(setup + quoteAt, 0)
  const escapes = !simple && load<u32>(setup, escapeAt + symbolLength) != 0
  const escapeByte = byteOf(setup + escapeAt, 0)

  store<u32>(positions - 4, from - 1)
  store<u32>(firsts, 0)
  let out = positions
  let row = firsts + 4
  let status: u32 = 0
  // Carried from block to block: all ones inside quotes; bit 0: the last byte was a delimiter or a quote, was an escape.
  let carriedInside: u64 = 0
  let carriedBefore: u64 = 1
  let carriedEscape: u64 = 0
  let at = from
  for (; at < to; at += 64) {
    if (out >= fullAt || row > rowsFullAt) {
      status = fullStatus
      break
    }
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    const left = to - at
    const valid: u64 = left >= 64 ? -1 : ((<u64>1) << left) - 1
    let recordEnds: u64
    let fieldEnds: u64
    if (simple) {
      recordEnds =
        valid &
        mask64(i8x16.eq(a, recordByte), i8x16.eq(b, recordByte), i8x16.eq(c, recordByte), i8x16.eq(d, recordByte))
      fieldEnds =
        valid & mask64(i8x16.eq(a, fieldByte), i8x16.eq(b, fieldByte), i8x16.eq(c, fieldByte), i8x16.eq(d, fieldByte))
    } else {
      recordEnds = valid & delimiterEnds(at, record)
      fieldEnds = valid & delimiterEnds(at, field)
    }
    const qa = i8x16.eq(a, quoteByte)
    const qb = i8x16.eq(b, quoteByte)
    const qc = i8x16.eq(c, quoteByte)
    const qd = i8x16.eq(d, quoteByte)
    let before = recordEnds | fieldEnds
    let inside = carriedInside
    let escaped: u64 = 0
    if (escapes) {
      // Bits after an odd number of escape characters: simdjson's json_escape_scanner.
      const escapeBits = valid & bytesEqual(at, escapeByte)
      if ((escapeBits | carriedEscape) != 0) {
        const opening = escapeBits & ~carriedEscape
        const series = (((opening << 1) | oddBits) - opening) ^ oddBits
        escaped = series ^ (escapeBits | carriedEscape)
        carriedEscape = (series & escapeBits) >>> 63
        if (lenient) {
          fieldEnds &= ~escaped
          if (across) recordEnds &= ~escaped
        }
      }
    }
    if (v128.any_true(v128.or(v128.or(qa, qb), v128.or(qc, qd))) && quoted) {
      const quotes = valid & mask64(qa, qb, qc, qd) & ~escaped
      inside = prefixXor(quotes) ^ carriedInside
      before |= quotes
      // A quote that opens in the middle of a field is none: only the walk knows.
      if (!lenient && (quotes & inside & ~((before << 1) | carriedBefore)) != 0) {
        status = anomalyStatus
        break
      }
      carriedInside = <u64>((<i64>inside) >> 63)
    }
    carriedBefore = before >>> 63
    if (!across && (recordEnds & inside) != 0) {
      status = anomalyStatus
      break
    }
    recordEnds &= ~inside
    const ends = recordEnds | (fieldEnds & ~inside)

    // Firsts: the number of the field that follows each record delimiter.
    let next = recordEnds
    if (next != 0) {
      const before = <u32>((out - positions) >>> 2) + 1
      do {
        store<u32>(row, before + <u32>popcnt(ends & ((next & -next) - 1)))
        row += 4
        next &= next - 1
      } while (next != 0)
    }
    // Positions, eight at a time: those too many are written over.
    const found = <usize>popcnt(ends) << 2
    let rest = ends
    let slot = out
    out += found
    while (slot < out) {
      store<u32>(slot, at + <usize>ctz(rest))
      rest &= rest - 1
      store<u32>(slot, at + <usize>ctz(rest), 4)
      rest &= rest - 1
      store<u32>(slot, at + <usize>ctz(rest), 8)
      rest &= rest - 1
      store<u32>(slot, at + <usize>ctz(rest), 12)
      rest &= rest - 1
      store<u32>(slot, at + <usize>ctz(rest), 16)
      rest &= rest - 1
      store<u32>(slot, at + <usize>ctz(rest), 20)
      rest &= rest - 1
      store<u32>(slot, at + <usize>ctz(rest), 24)
      rest &= rest - 1
      store<u32>(slot, at + <usize>ctz(rest), 28)
      rest &= rest - 1
      slot += 32
    }
  }
  store<u32>(setup, status, statusAt)
  return <u32>((row - firsts) >>> 2) - 1
}

/** Drops empty records, fills lasts; gives the number of rows. A comment is an anomaly: quotes in it are none. */
// @ts-ignore: decorator
@inline
function sift(setup: usize, from: usize, found: u32): u32 {
  const positions: usize = load<u32>(setup, positionsAt)
  const firsts: usize = load<u32>(setup, firstsAt)
  const lasts: usize = load<u32>(setup, lastsAt)
  const recordLength: usize = load<u32>(setup, recordAt + symbolLength)
  const stripReturn = (load<u32>(setup, flagsAt) & stripReturnFlag) != 0
  const comment: i32 = load<u32>(setup, commentAt + symbolLength) == 0 ? -1 : load<u8>(setup, commentAt + symbolWord)
  let first = load<u32>(firsts)
  let start = from
  let rows: u32 = 0
  let comments = false
  for (let row: u32 = 0; row < found; row++) {
    const next = load<u32>(firsts + (<usize>row << 2), 4)
    const after: usize = load<u32>(positions + (<usize>next << 2) - 4) + 1
    const length = after - start - recordLength
    comments = comments || load<u8>(start) == comment
    store<u32>(firsts + (<usize>rows << 2), first)
    store<u32>(lasts + (<usize>rows << 2), next)
    const empty = length == 0 || (length == 1 && stripReturn && load<u8>(start) == carriageReturn)
    rows += empty ? 0 : 1
    first = next
    start = after
  }
  // The record that is not whole yet may be a comment too, and its quotes hide its end.
  comments = comments || load<u8>(start) == comment
  if (comments) store<u32>(setup, anomalyStatus, statusAt)
  store<u32>(setup, start, consumedAt)
  return rows
}
