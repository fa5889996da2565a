// Writing CSV: cells and whole records from where they lie to where the output is gathered.
import { firstByte, symbolLength, symbolMask, symbolWord } from './csv-setup'

const flagsAt: usize = 0
const endAt: usize = 4
const statusAt: usize = 8
const recordMaxAt: usize = 12
const nullAt: usize = 16
const recordAt: usize = 40
const fieldAt: usize = 64
const quoteAt: usize = 88
const escapeAt: usize = 112

const alwaysFlag: u32 = 1
const roomStatus: u32 = 1
const unsettledStatus: u32 = 2
const highBytesStatus: u32 = 4

const escapedKind: u8 = 1
const nullKind: u8 = 5
const missingKind: u8 = 6
const nestedKind: u8 = 7

/** Writes a symbol of up to eight bytes; gives the address behind it. */
// @ts-ignore: decorator
@inline
function put(out: usize, symbol: usize): usize {
  store<u64>(out, load<u64>(symbol, symbolWord))
  return out + <usize>load<u32>(symbol, symbolLength)
}

/** Writes text in quotes, with the escape character before each quote and each of its own; gives the address behind it. */
function putQuoted(format: usize, out: usize, from: usize, to: usize): usize {
  const quote = format + quoteAt
  const escape = format + escapeAt
  const quoteLength: usize = load<u32>(quote, symbolLength)
  const escapeLength: usize = load<u32>(escape, symbolLength)
  const quoteByte = firstByte(quote)
  const escapeByte = firstByte(escape)
  out = put(out, quote)
  while (from < to) {
    const bytes = v128.load(from)
    v128.store(out, bytes)
    const found = i8x16.bitmask(v128.or(i8x16.eq(bytes, quoteByte), i8x16.eq(bytes, escapeByte)))
    const left: usize = to - from < 16 ? to - from : 16
    const plain: usize = found == 0 ? left : min<usize>(ctz(found), left)
    out += plain
    from += plain
    if (plain == left) continue
    const word = load<u64>(from)
    const isQuote = (word & load<u64>(quote, symbolMask)) == load<u64>(quote, symbolWord)
    const isEscape = escapeLength != 0 && (word & load<u64>(escape, symbolMask)) == load<u64>(escape, symbolWord)
    if (isQuote || isEscape) out = put(out, escape)
    const length = isQuote ? quoteLength : isEscape ? escapeLength : 1
    store<u64>(out, word)
    out += length
    from += length
  }
  return put(out, quote)
}

export function csvWriteCells(
  format: usize,
  columns: usize,
  columnCount: u32,
  selection: usize,
  count: u32,
  out: usize,
  outEnd: usize,
): u32 {
  const field = format + fieldAt
  const record = format + recordAt
  const quote = format + quoteAt
  const quoting = load<u32>(quote, symbolLength) != 0
  const always = quoting && (load<u32>(format, flagsAt) & alwaysFlag) != 0
  const grown: usize = load<u32>(format, escapeAt + symbolLength) + 1
  const recordMax: usize = load<u32>(format, recordMaxAt)
  const fieldByte = firstByte(field)
  const recordByte = firstByte(record)
  const quoteByte = firstByte(quote)
  const lineByte = i8x16.splat(10)
  const returnByte = i8x16.splat(13)
  const columnsEnd = columns + <usize>columnCount * 12
  let status: u32 = 0
  let high = i8x16.splat(0)
  let written: u32 = 0
  for (; written < count; written++) {
    const row: usize = load<u32>(selection + (<usize>written << 2))
    const rowStart = out
    for (let column = columns; column < columnsEnd; column += 12) {
      // A delimiter, a null's text and two quotes have room after every cell.
      if (column != columns) out = put(out, field)
      const kind = load<u8>(<usize>load<u32>(column, 8) + row)
      if (kind == nullKind || kind == missingKind) {
        out = always ? put(put(out, quote), quote) : put(out, format + nullAt)
        if (out + 128 > outEnd) status |= roomStatus
      } else if (kind == escapedKind || kind == nestedKind) {
        status |= unsettledStatus
      } else {
        const start: usize = load<u32>(<usize>load<u32>(column) + (row << 2))
        const end: usize = load<u32>(<usize>load<u32>(column, 4) + (row << 2))
        const length = end - start
        // Every byte may need an escape character before it.
        if (out + length * grown + 128 > outEnd) {
          status |= roomStatus
        } else {
          let special = i8x16.splat(0)
          for (let done: usize = 0; done < length; done += 16) {
            let bytes = v128.load(start + done)
            v128.store(out + done, bytes)
            let found = v128.or(
              v128.or(i8x16.eq(bytes, fieldByte), i8x16.eq(bytes, recordByte)),
              v128.or(i8x16.eq(bytes, quoteByte), v128.or(i8x16.eq(bytes, lineByte), i8x16.eq(bytes, returnByte))),
            )
            if (length - done < 16) {
              const lanes = lanesBelow(length - done)
              bytes = v128.and(bytes, lanes)
              found = v128.and(found, lanes)
            }
            high = v128.or(high, bytes)
            special = v128.or(special, found)
          }
          if (always || (quoting && v128.any_true(special))) out = putQuoted(format, out, start, end)
          else out += length
        }
      }
      if (status != 0) break
    }
    if (status != 0) {
      out = rowStart
      break
    }
    if (out - rowStart > recordMax) {
      status |= roomStatus
      out = rowStart
      break
    }
    out = put(out, record)
  }
  if (i8x16.bitmask(high) != 0) status |= highBytesStatus
  store<u32>(format, out, endAt)
  store<u32>(format, status, statusAt)
  return written
}

/** All ones in the first lanes, zeros in the others. */
// @ts-ignore: decorator
@inline
function lanesBelow(count: usize): v128 {
  return i8x16.gt_s(i8x16.splat(<i8>count), i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
}

export function csvWriteRecords(
  format: usize,
  starts: usize,
  ends: usize,
  selection: usize,
  count: u32,
  out: usize,
  outEnd: usize,
): u32 {
  const record = format + recordAt
  let status: u32 = 0
  let high = i8x16.splat(0)
  let written: u32 = 0
  for (; written < count; written++) {
    const row: usize = load<u32>(selection + (<usize>written << 2))
    const start: usize = load<u32>(starts + (row << 2))
    const end: usize = load<u32>(ends + (row << 2))
    const length = end - start
    if (out + length + 64 > outEnd) {
      status = roomStatus
      break
    }
    for (let done: usize = 0; done < length; done += 16) {
      const bytes = v128.load(start + done)
      v128.store(out + done, bytes)
      // Bytes of the next record count too: at worst the text is looked at once more.
      high = v128.or(high, bytes)
    }
    out = put(out + length, record)
  }
  if (i8x16.bitmask(high) != 0) status |= highBytesStatus
  store<u32>(format, out, endAt)
  store<u32>(format, status, statusAt)
  return written
}

export function validUtf8(from: usize, to: usize): u32 {
  let at = from
  while (at < to) {
    if (to - at >= 16 && !v128.any_true(i8x16.shr_s(v128.load(at), 7))) {
      at += 16
      continue
    }
    const lead: u32 = load<u8>(at)
    at++
    if (lead < 0x80) continue
    // RFC 3629, section 4: how many bytes follow, and between what the first of them lies.
    let follow: usize = 1
    let low: u32 = 0x80
    let high: u32 = 0xbf
    if (lead >= 0xf0) {
      follow = 3
      if (lead == 0xf0) low = 0x90
      if (lead == 0xf4) high = 0x8f
      if (lead > 0xf4) return 0
    } else if (lead >= 0xe0) {
      follow = 2
      if (lead == 0xe0) low = 0xa0
      if (lead == 0xed) high = 0x9f
    } else if (lead < 0xc2) {
      return 0
    }
    if (to - at < follow) return 0
    const first: u32 = load<u8>(at)
    if (first < low || first > high) return 0
    for (let index: usize = 1; index < follow; index++) {
      if ((load<u8>(at + index) & 0xc0) != 0x80) return 0
    }
    at += follow
  }
  return 1
}
