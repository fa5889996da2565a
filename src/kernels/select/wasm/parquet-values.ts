// Values of pages: plain, delta and byte-stream-split encodings: see ../parquet.ts.

const kindTrue: u8 = 3
const kindFalse: u8 = 4

export function plainCells(state: usize, starts: usize, ends: usize, count: u32): u32 {
  let at: usize = load<u32>(state)
  const end: usize = load<u32>(state, 4)
  let i: u32 = 0
  while (i < count && end - at >= 4) {
    const length: usize = load<u32>(at)
    if (length > end - at - 4) break
    const offset = (<usize>i) << 2
    store<u32>(starts + offset, <u32>(at + 4))
    at += 4 + length
    store<u32>(ends + offset, <u32>at)
    i++
  }
  store<u32>(state, <u32>at)
  return i
}

export function plainSkip(state: usize, count: u32): u32 {
  let at: usize = load<u32>(state)
  const end: usize = load<u32>(state, 4)
  let i: u32 = 0
  while (i < count && end - at >= 4) {
    const length: usize = load<u32>(at)
    if (length > end - at - 4) break
    at += 4 + length
    i++
  }
  store<u32>(state, <u32>at)
  return i
}

export function fixedCells(from: usize, width: u32, starts: usize, ends: usize, count: u32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u32>(starts + (i << 2), <u32>from)
    from += width
    store<u32>(ends + (i << 2), <u32>from)
  }
}

export function widenI32(from: usize, out: usize, count: u32): void {
  const end = from + ((<usize>count) << 2)
  for (; from + 16 <= end; from += 16, out += 32) {
    const wide = v128.load(from)
    v128.store(out, i64x2.extend_low_i32x4_s(wide))
    v128.store(out, i64x2.extend_high_i32x4_s(wide), 16)
  }
  for (; from < end; from += 4, out += 8) store<i64>(out, <i64>load<i32>(from))
}

export function widenU32(from: usize, out: usize, count: u32): void {
  const end = from + ((<usize>count) << 2)
  for (; from < end; from += 4, out += 8) store<u64>(out, <u64>load<u32>(from))
}

export function widenF32(from: usize, out: usize, count: u32): void {
  const end = from + ((<usize>count) << 2)
  for (; from < end; from += 4, out += 8) store<f64>(out, <f64>load<f32>(from))
}

/** IEEE 754 half precision. */
export function widenF16(from: usize, out: usize, count: u32): void {
  const end = from + ((<usize>count) << 1)
  for (; from < end; from += 2, out += 8) {
    const half: u32 = load<u16>(from)
    const exponent = (half >> 10) & 31
    const fraction: u64 = half & 1023
    let magnitude: f64
    if (exponent === 0) magnitude = <f64>fraction * 5.9604644775390625e-8
    else if (exponent === 31) magnitude = reinterpret<f64>(0x7ff0000000000000 | (fraction << 42))
    else magnitude = reinterpret<f64>(((<u64>exponent + 1008) << 52) | (fraction << 42))
    store<f64>(out, half & 0x8000 ? -magnitude : magnitude)
  }
}

/** Big-endian two's complement; false when bytes before the last eight are no sign. */
function bigEndian(from: usize, width: usize, out: usize): bool {
  if (width === 0) {
    store<i64>(out, 0)
    return true
  }
  let value: i64 = <i64>(<i8>load<u8>(from))
  const sign: i64 = value >> 63
  for (let i: usize = 1; i < width; i++) {
    if (i + 8 <= width && value !== sign) return false
    value = (value << 8) | <i64>load<u8>(from + i)
  }
  if (width > 8 && value < 0 !== sign < 0) return false
  store<i64>(out, value)
  return true
}

export function bigEndianToI64(from: usize, width: u32, out: usize, count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    if (!bigEndian(from, width, out)) return i
    from += width
    out += 8
  }
  return count
}

export function bigEndianCellsToI64(starts: usize, ends: usize, out: usize, count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    const start: usize = load<u32>(starts + ((<usize>i) << 2))
    const end: usize = load<u32>(ends + ((<usize>i) << 2))
    if (!bigEndian(start, end - start, out + ((<usize>i) << 3))) return i
  }
  return count
}

export function bitsToKinds(from: usize, bit: u32, out: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const at = bit + i
    store<u8>(out + <usize>i, (load<u8>(from + <usize>(at >> 3)) >> <u8>(at & 7)) & 1 ? kindTrue : kindFalse)
  }
}

export function bytesToKinds(bytes: usize, count: u32): void {
  for (let i: usize = 0; i < <usize>count; i++) store<u8>(bytes + i, load<u8>(bytes + i) ? kindTrue : kindFalse)
}

let cursor: usize = 0

/** Reads a ULEB128 number at `cursor`; -1 when it does not end or is too long for 62 bits. */
function varint(end: usize): i64 {
  let value: u64 = 0
  let shift: u64 = 0
  while (cursor < end && shift < 62) {
    const byte: u64 = load<u8>(cursor++)
    value |= (byte & 127) << shift
    if (byte < 128) return <i64>(value & 0x3fffffffffffffff)
    shift += 7
  }
  return -1
}

/** A zigzag number of 64 bits at `cursor`, which goes beyond `end` when there is none. */
function zigzag(end: usize): i64 {
  let value: u64 = 0
  let shift: u64 = 0
  while (cursor < end && shift < 70) {
    const byte: u64 = load<u8>(cursor++)
    value |= (byte & 127) << shift
    if (byte < 128) return <i64>(value >> 1) ^ -(<i64>(value & 1))
    shift += 7
  }
  cursor = end + 1
  return 0
}

export function deltaDecode(from: usize, end: usize, out: usize, count: u32, width: u32): usize {
  cursor = from
  const blockValues = varint(end)
  const miniBlocks = varint(end)
  const total = varint(end)
  let value = zigzag(end)
  if (cursor > end || blockValues <= 0 || miniBlocks <= 0 || total !== <i64>count) return 0
  const perMini = blockValues / miniBlocks
  if (perMini * miniBlocks !== blockValues || perMini % 8 !== 0 || miniBlocks > 0xffff || perMini > 0xffffff) return 0
  if (count === 0) return cursor
  if (width === 4) store<i32>(out, <i32>value)
  else store<i64>(out, value)
  out += width
  let left: i64 = total - 1
  while (left > 0) {
    const least = zigzag(end)
    const widths = cursor
    if (cursor > end || end - cursor < <usize>miniBlocks) return 0
    cursor += <usize>miniBlocks
    for (let mini: i64 = 0; mini < miniBlocks && left > 0; mini++) {
      const bits: u64 = load<u8>(widths + <usize>mini)
      if (bits > 64) return 0
      const bytes: u64 = ((<u64>perMini) >> 3) * bits
      const take = min(left, perMini)
      const available: u64 = end - cursor
      // The last miniblock may end with its last value.
      if (bytes > available && ((<u64>take * bits + 7) >> 3) > available) return 0
      const mask: u64 = bits === 64 ? 0xffffffffffffffff : ((<u64>1) << bits) - 1
      let bit: u64 = 0
      for (let i: i64 = 0; i < take; i++) {
        const at = cursor + <usize>(bit >> 3)
        const shift = bit & 7
        let packed = load<u64>(at) >> shift
        // A value of more than 57 bits may reach into a ninth byte.
        if (shift + bits > 64) packed |= (<u64>load<u8>(at, 8)) << (64 - shift)
        value += least + <i64>(packed & mask)
        if (width === 4) store<i32>(out, <i32>value)
        else store<i64>(out, value)
        out += width
        bit += bits
      }
      cursor += <usize>min(bytes, available)
      left -= take
    }
  }
  return cursor
}

export function sumLengths(lengths: usize, count: u32): f64 {
  let sum: u64 = 0
  for (let i: usize = 0; i < <usize>count; i++) {
    const length = load<i32>(lengths + (i << 2))
    if (length < 0) return 4294967295
    sum += <u64>length
  }
  return <f64>min<u64>(sum, 0xffffffff)
}

export function joinLengths(lengths: usize, count: u32, data: usize, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const length: usize = load<u32>(lengths + (i << 2))
    store<u32>(out, <u32>length)
    memory.copy(out + 4, data, length)
    out += 4 + length
    data += length
  }
}

export function joinPrefixes(prefixes: usize, suffixes: usize, count: u32, data: usize, out: usize, bare: u32): u32 {
  let before: usize = out
  let beforeLength: usize = 0
  for (let i: usize = 0; i < <usize>count; i++) {
    const prefix: usize = load<u32>(prefixes + (i << 2))
    const suffix: usize = load<u32>(suffixes + (i << 2))
    if (prefix > beforeLength) return 0
    if (!bare) {
      store<u32>(out, <u32>(prefix + suffix))
      out += 4
    }
    memory.copy(out, before, prefix)
    memory.copy(out + prefix, data, suffix)
    data += suffix
    before = out
    beforeLength = prefix + suffix
    out += beforeLength
  }
  return 1
}

export function mergeStreams(from: usize, count: u32, width: u32, out: usize): void {
  for (let k: u32 = 0; k < width; k++) {
    let to = out + <usize>k
    for (let i: usize = 0; i < <usize>count; i++) {
      store<u8>(to, load<u8>(from + i))
      to += width
    }
    from += <usize>count
  }
}

/** Unicode 17.0, table 3-7. */
export function isUtf8(from: usize, end: usize): u32 {
  while (from < end) {
    while (from + 16 <= end && !i8x16.bitmask(v128.load(from))) from += 16
    if (from >= end) break
    const byte: u32 = load<u8>(from)
    if (byte < 128) {
      from++
      continue
    }
    const left = end - from
    const second: u32 = load<u8>(from, 1)
    if (byte < 0xe0) {
      if (byte < 0xc2 || left < 2 || (second & 0xc0) !== 0x80) return 0
      from += 2
    } else if (byte < 0xf0) {
      if (left < 3 || (second & 0xc0) !== 0x80 || (load<u8>(from, 2) & 0xc0) !== 0x80) return 0
      if ((byte === 0xe0 && second < 0xa0) || (byte === 0xed && second > 0x9f)) return 0
      from += 3
    } else {
      if (byte > 0xf4 || left < 4 || (second & 0xc0) !== 0x80) return 0
      if ((load<u8>(from, 2) & 0xc0) !== 0x80 || (load<u8>(from, 3) & 0xc0) !== 0x80) return 0
      if ((byte === 0xf0 && second < 0x90) || (byte === 0xf4 && second > 0x8f)) return 0
      from += 4
    }
  }
  return 1
}
