// The text that a string of JSON with escapes stands for. RFC 8259 section 7.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.

/** Four hexadecimal digits; 0xffffffff when they are none. */
export function hexadecimal(at: usize): u32 {
  let value: u32 = 0
  for (let i: usize = 0; i < 4; i++) {
    const c: u32 = load<u8>(at + i)
    const letter = (c | 0x20) - 0x61
    if (c - 0x30 < 10) value = (value << 4) | (c - 0x30)
    else if (letter < 6) value = (value << 4) | (letter + 10)
    else return 0xffffffff
  }
  return value
}

/** Writes a code point beyond ASCII, or in it, as UTF-8; returns the address behind it. */
export function encode(out: usize, point: u32): usize {
  if (point < 0x80) {
    store<u8>(out, <u8>point)
    return out + 1
  }
  if (point < 0x800) {
    store<u8>(out, <u8>(0xc0 | (point >> 6)))
    store<u8>(out, <u8>(0x80 | (point & 63)), 1)
    return out + 2
  }
  if (point < 0x10000) {
    store<u8>(out, <u8>(0xe0 | (point >> 12)))
    store<u8>(out, <u8>(0x80 | ((point >> 6) & 63)), 1)
    store<u8>(out, <u8>(0x80 | (point & 63)), 2)
    return out + 3
  }
  store<u8>(out, <u8>(0xf0 | (point >> 18)))
  store<u8>(out, <u8>(0x80 | ((point >> 12) & 63)), 1)
  store<u8>(out, <u8>(0x80 | ((point >> 6) & 63)), 2)
  store<u8>(out, <u8>(0x80 | (point & 63)), 3)
  return out + 4
}

/** What one letter behind a backslash stands for; 0 when it is none of those. */
export function short(c: u32): u32 {
  if (c == 0x22 || c == 0x5c || c == 0x2f) return c
  if (c == 0x6e) return 0x0a
  if (c == 0x74) return 0x09
  if (c == 0x72) return 0x0d
  if (c == 0x62) return 0x08
  return c == 0x66 ? 0x0c : 0
}

/**
 * Writes the text to `out`, where there is room for as many bytes and 16 more; returns the address behind it. 0 when it is no JSON, or has
 * half of a surrogate pair, which no UTF-8 stands for.
 */
export function unescape(at: usize, end: usize, out: usize): usize {
  const slash = i8x16.splat(0x5c)
  const space = i8x16.splat(0x20)
  while (at < end) {
    const bytes = v128.load(at)
    const hits = i8x16.bitmask(v128.or(i8x16.eq(bytes, slash), i8x16.lt_u(bytes, space)))
    v128.store(out, bytes)
    const plain = min<usize>(hits == 0 ? 16 : ctz(hits), end - at)
    at += plain
    out += plain
    if (plain == 16 || at == end) continue
    if (load<u8>(at) != 0x5c) return 0
    const c: u32 = load<u8>(at, 1)
    at += 2
    if (c != 0x75) {
      const byte = short(c)
      if (byte == 0) return 0
      store<u8>(out, <u8>byte)
      out++
      continue
    }
    let point = hexadecimal(at)
    at += 4
    if (point == 0xffffffff || at > end) return 0
    if (point - 0xd800 < 0x800) {
      if (point >= 0xdc00 || at + 6 > end || load<u16>(at) != 0x755c) return 0
      const low = hexadecimal(at + 2) - 0xdc00
      if (low >= 0x400) return 0
      point = 0x10000 + ((point - 0xd800) << 10) + low
      at += 6
    }
    out = encode(out, point)
  }
  return out
}
