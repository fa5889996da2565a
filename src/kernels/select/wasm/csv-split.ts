// CSV: the fields of records that were found by themselves.
import {
  byteOf,
  bytesEqual,
  candidateBytesAt,
  carriageReturn,
  consumedAt,
  delimiterEnds,
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
  recordAt,
  statusAt,
  stripReturnFlag,
  symbolLength,
} from './csv-setup'

/** Makes rows of the records found: fills positions, and puts field numbers into firsts and lasts. */
export function split(setup: usize, found: u32): u32 {
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
