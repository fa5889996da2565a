// CSV: where records and fields begin and end, by bit masks over 64 bytes at a time. The method is that of simdjson:
// Langdale and Lemire, "Parsing Gigabytes of JSON per Second", https://arxiv.org/abs/1902.08318, section 3.1.
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
  return simple ? scan(setup, from, to, true) : scan(setup, from, to, false)
}

/** `simple`: one-byte delimiters, doubled quotes. */
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
  const oneByteRecord = load<u32>(record, symbolLength) == 1
  const recordByte = byteOf(record, 0)
  const fieldByte = byteOf(field, 0)
  const quoted = load<u32>(setup, quoteAt + symbolLength) != 0
  const quote = load<u8>(setup, quoteAt + symbolWord)
  const quoteByte = i8x16.splat(<i8>quote)
  const escapes = !simple && load<u32>(setup, escapeAt + symbolLength) != 0
  const escapeByte = byteOf(setup + escapeAt, 0)
  const comment: i32 = load<u32>(setup, commentAt + symbolLength) == 0 ? -1 : load<u8>(setup, commentAt + symbolWord)
  const commentByte = i8x16.splat(<i8>comment)
  // Quote and comment character of the defaults differ in one bit: one comparison tells that neither is there.
  const differing = comment < 0 ? 0 : <u32>quote ^ <u32>comment
  const merged = popcnt(differing) <= 1
  const mergeBits = i8x16.splat(merged ? <i8>differing : 0)
  const rareByte = v128.or(quoteByte, mergeBits)

  store<u32>(positions - 4, from - 1)
  store<u32>(firsts, 0)
  let out = positions
  let row = firsts + 4
  let status: u32 = 0
  // Carried from block to block: all ones inside quotes; bit 0: the last byte was a delimiter or a quote, was an escape.
  let carriedInside: u64 = 0
  let carriedBefore: u64 = 1
  let carriedEscape: u64 = 0
  let lastEnds: u64 = (<u64>1) << 63
  // Delimiters that end what may be empty records.
  let near: u64 = 0
  const lastBlock = <isize>to - 64
  let valid: u64 = -1
  for (let at = from; at < to; at += 64) {
    if (out >= fullAt || row > rowsFullAt) {
      status = fullStatus
      break
    }
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    let recordEnds: u64
    let fieldEnds: u64
    if (simple) {
      recordEnds = equal64(a, b, c, d, recordByte)
      fieldEnds = equal64(a, b, c, d, fieldByte)
    } else {
      recordEnds = delimiterEnds(at, record)
      fieldEnds = delimiterEnds(at, field)
    }
    if (<isize>at > lastBlock) {
      valid = ((<u64>1) << (to - at)) - 1
      recordEnds &= valid
      fieldEnds &= valid
    }
    let before = recordEnds | fieldEnds
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
    let rare = v128.any_true(anyOf(a, b, c, d, mergeBits, rareByte))
    if (!merged) rare = rare || bytesEqual(at, commentByte) != 0
    if (rare) {
      const quotes = quoted ? valid & equal64(a, b, c, d, quoteByte) & ~escaped : 0
      const inside = prefixXor(quotes) ^ carriedInside
      before |= quotes
      // A quote that opens in the middle of a field is none: only the walk knows. Nor does a mask know where none may be.
      const amiss = lenient ? 0 : quotes & inside & ~((before << 1) | carriedBefore)
      carriedInside = <u64>((<i64>inside) >> 63)
      const hidden = across ? 0 : recordEnds & inside
      recordEnds &= ~inside
      fieldEnds &= ~inside
      const comments =
        comment < 0 ? 0 : valid & ((recordEnds << 1) | (lastEnds >>> 63)) & equal64(a, b, c, d, commentByte)
      if ((amiss | hidden | comments) != 0) {
        status = anomalyStatus
        break
      }
    } else {
      if (!across && (recordEnds & carriedInside) != 0) {
        status = anomalyStatus
        break
      }
      recordEnds &= ~carriedInside
      fieldEnds &= ~carriedInside
    }
    carriedBefore = before >>> 63
    near |= recordEnds & ((recordEnds << 2) | (lastEnds >>> 62))
    if (oneByteRecord) near |= recordEnds & ((recordEnds << 1) | (lastEnds >>> 63))
    lastEnds = recordEnds
    const ends = recordEnds | fieldEnds

    // Firsts: the number of the field that follows each record delimiter. One that is not there is written over.
    const number = <u32>((out - positions) >>> 2) + 1
    store<u32>(row, number + <u32>popcnt(ends & ((recordEnds & -recordEnds) - 1)))
    row += recordEnds != 0 ? 4 : 0
    let next = recordEnds & (recordEnds - 1)
    while (next != 0) {
      store<u32>(row, number + <u32>popcnt(ends & ((next & -next) - 1)))
      row += 4
      next &= next - 1
    }
    // Positions, eight at a time: those too many are written over.
    let rest = ends
    let slot = out
    out += <usize>popcnt(ends) << 2
    do {
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
    } while (slot < out)
  }

  const found = <u32>((row - firsts) >>> 2) - 1
  const fields: usize = load<u32>(firsts + (<usize>found << 2))
  store<u32>(setup, load<u32>(positions + (fields << 2) - 4) + 1, consumedAt)
  store<u32>(setup, status, statusAt)
  store<u32>(setup, near == 0 ? firsts + 4 : load<u32>(setup, lastsRegionAt), lastsAt)
  return near == 0 ? found : sift(setup, from, found)
}

/** Drops empty records; gives how many are left. */
function sift(setup: usize, from: usize, found: u32): u32 {
  const positions: usize = load<u32>(setup, positionsAt)
  const firsts: usize = load<u32>(setup, firstsAt)
  const lasts: usize = load<u32>(setup, lastsAt)
  const recordLength: usize = load<u32>(setup, recordAt + symbolLength)
  const stripReturn = (load<u32>(setup, flagsAt) & stripReturnFlag) != 0
  let first = load<u32>(firsts)
  let start = from
  let rows: u32 = 0
  for (let row: u32 = 0; row < found; row++) {
    const next = load<u32>(firsts + (<usize>row << 2), 4)
    const after: usize = load<u32>(positions + (<usize>next << 2) - 4) + 1
    const length = after - start - recordLength
    store<u32>(firsts + (<usize>rows << 2), first)
    store<u32>(lasts + (<usize>rows << 2), next)
    const empty = length == 0 || (length == 1 && stripReturn && load<u8>(start) == carriageReturn)
    rows += empty ? 0 : 1
    first = next
    start = after
  }
  return rows
}
