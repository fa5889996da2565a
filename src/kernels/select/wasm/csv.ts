// CSV: where records and fields begin and end, by bit masks over 64 bytes at a time. The method is that of simdjson:
// Langdale and Lemire, "Parsing Gigabytes of JSON per Second", https://arxiv.org/abs/1902.08318, section 3.1.
import { leave, putFirsts, putPositions } from './csv-emit'
import { scanPairs } from './csv-pairs'
import {
  anomalyStatus,
  anyOf,
  byteOf,
  bytesEqual,
  commentAt,
  delimiterEnds,
  equal64,
  escapeAt,
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
  return simple ? scanPairs(setup, from, to) : scan(setup, from, to)
}

/** Delimiters of several bytes, and escape characters. */
function scan(setup: usize, from: usize, to: usize): u32 {
  const flags = load<u32>(setup, flagsAt)
  const across = (flags & quotedDelimiterFlag) != 0
  const lenient = (flags & lenientFlag) != 0
  const positions: usize = load<u32>(setup, positionsAt)
  const firsts: usize = load<u32>(setup, firstsAt)
  // A block adds 64 entries at most, a pair twice as many: the regions have that room beyond their limits.
  const fullAt = positions + (<usize>load<u32>(setup, positionsMaxAt) << 2)
  const rowsFullAt = firsts + (<usize>load<u32>(setup, rowsMaxAt) << 2)
  const record = setup + recordAt
  const field = setup + fieldAt
  const oneByteRecord = load<u32>(record, symbolLength) == 1
  const quoted = load<u32>(setup, quoteAt + symbolLength) != 0
  const quote = load<u8>(setup, quoteAt + symbolWord)
  const quoteByte = i8x16.splat(<i8>quote)
  const escapes = load<u32>(setup, escapeAt + symbolLength) != 0
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
    let recordEnds = delimiterEnds(at, record)
    let fieldEnds = delimiterEnds(at, field)
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

    const end = out + (<usize>popcnt(ends) << 2)
    row = putFirsts(row, <u32>((out - positions) >>> 2) + 1, recordEnds, ends)
    putPositions(out, end, at, ends)
    out = end
  }

  const found = <u32>((row - firsts) >>> 2) - 1
  return leave(setup, from, found, status, near)
}
