// The parts of JSON text: strings with their escapes, UTF-8 that is checked, values without white space. RFC 8259.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import { findBackslash, mask } from './json-text'
import { encode, hexadecimal, short } from './json-unescape'

export const FULL: u32 = 1
export const OTHER: u32 = 2
export const ENCODING: u32 = 3
export const LONG: u32 = 4
export const SYNTAX: u32 = 5

// Of the call that is running: every one sets them.
export let out: usize = 0
export let limit: usize = 0
export let stop: u32 = 0

/** Room that is kept behind what is written: a word, a number of 64 bits, and the rounding up of copies. */
const SLACK: usize = 96

// @ts-ignore: decorator
@inline
export function copy(from: usize, length: usize): void {
  let at: usize = 0
  do {
    v128.store(out + at, v128.load(from + at))
    at += 16
  } while (at < length)
  out += length
}

// @ts-ignore: decorator
@inline
export function hasRoom(length: usize): bool {
  if (out + length + SLACK <= limit) return true
  stop = FULL
  return false
}

/** Bytes of the UTF-8 character at `at`, 2 to 4; 0 when it is none. Unicode 15, table 3-7. */
function characterBytes(at: usize, end: usize): usize {
  const a: u32 = load<u8>(at)
  const b: u32 = load<u8>(at, 1)
  const left = end - at
  if (a < 0xc2 || left < 2) return 0
  if (a < 0xe0) return (b & 0xc0) == 0x80 ? 2 : 0
  if (left < 3 || (load<u8>(at, 2) & 0xc0) != 0x80) return 0
  if (a < 0xf0) {
    const low: u32 = a == 0xe0 ? 0xa0 : 0x80
    const high: u32 = a == 0xed ? 0x9f : 0xbf
    return b >= low && b <= high ? 3 : 0
  }
  if (a > 0xf4 || left < 4 || (load<u8>(at, 3) & 0xc0) != 0x80) return 0
  const low: u32 = a == 0xf0 ? 0x90 : 0x80
  const high: u32 = a == 0xf4 ? 0x8f : 0xbf
  return b >= low && b <= high ? 4 : 0
}

/** Whether the range is UTF-8 and has only escapes that JSON knows. Else sets `stop`. */
function isSound(at: usize, end: usize): bool {
  const backslash = i8x16.splat(0x5c)
  while (at < end) {
    const bytes = v128.load(at)
    const hits = i8x16.bitmask(v128.or(bytes, i8x16.eq(bytes, backslash)))
    if (hits == 0) {
      at += 16
      continue
    }
    at += ctz(hits)
    if (at >= end) return true
    if (load<u8>(at) != 0x5c) {
      const length = characterBytes(at, end)
      if (length == 0) {
        stop = ENCODING
        return false
      }
      at += length
      continue
    }
    const c: u32 = load<u8>(at, 1)
    at += 2
    if (c == 0x75) {
      for (let digit = 0; digit < 4; digit++, at++) {
        const hex: u32 = load<u8>(at)
        if (hex - 0x30 >= 10 && (hex | 0x20) - 0x61 >= 6) {
          stop = SYNTAX
          return false
        }
      }
    } else if (c != 0x22 && c != 0x5c && c != 0x2f && c != 0x62 && c != 0x66 && c != 0x6e && c != 0x72 && c != 0x74) {
      stop = SYNTAX
      return false
    }
    if (at > end) {
      stop = SYNTAX
      return false
    }
  }
  return true
}

// @ts-ignore: decorator
@inline
function hexDigit(value: u32): u32 {
  return value < 10 ? 0x30 + value : 0x57 + value
}

/** Writes what stands for a byte of text that cannot stand for itself. */
function writeControl(c: u32): void {
  store<u8>(out, 0x5c)
  let letter: u32 = 0
  if (c == 0x22 || c == 0x5c) letter = c
  else if (c == 0x0a) letter = 0x6e
  else if (c == 0x0d) letter = 0x72
  else if (c == 0x09) letter = 0x74
  else if (c == 0x08) letter = 0x62
  else if (c == 0x0c) letter = 0x66
  if (letter != 0) {
    store<u8>(out, <u8>letter, 1)
    out += 2
    return
  }
  writeCode(c)
}

/** An escape by code, of four digits. */
function writeCode(c: u32): void {
  store<u16>(out, 0x755c)
  store<u8>(out, <u8>hexDigit(c >> 12), 2)
  store<u8>(out, <u8>hexDigit((c >> 8) & 15), 3)
  store<u8>(out, <u8>hexDigit((c >> 4) & 15), 4)
  store<u8>(out, <u8>hexDigit(c & 15), 5)
  out += 6
}

/** Writes a byte that cannot stand for itself, or a character beyond ASCII; returns its bytes, or 0. */
function writeSpecial(at: usize, end: usize): usize {
  const c: u32 = load<u8>(at)
  if (c < 0x80) {
    writeControl(c)
    return 1
  }
  const length = characterBytes(at, end)
  if (length == 0) stop = ENCODING
  store<u32>(out, load<u32>(at))
  out += length
  return length
}

/** Text as a string of JSON. */
export function writeText(at: usize, end: usize): bool {
  if (!hasRoom(2)) return false
  store<u8>(out, 0x22)
  out++
  if (!writeRun(at, end)) return false
  store<u8>(out, 0x22)
  out++
  return true
}

/** Text between the quotes of a string. */
function writeRun(at: usize, end: usize): bool {
  const quote = i8x16.splat(0x22)
  const backslash = i8x16.splat(0x5c)
  const space = i8x16.splat(0x20)
  while (at < end) {
    if (!hasRoom(16)) return false
    const bytes = v128.load(at)
    // Signed: bytes beyond ASCII are less than a space too.
    const specials = i8x16.bitmask(
      v128.or(v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, backslash)), i8x16.lt_s(bytes, space)),
    )
    v128.store(out, bytes)
    const plain = min<usize>(specials == 0 ? 16 : ctz(specials), end - at)
    at += plain
    out += plain
    if (plain == 16 || at == end) continue
    const length = writeSpecial(at, end)
    if (length == 0) return false
    at += length
  }
  return true
}

/** Whether the range has a control character. */
function hasControls(at: usize, end: usize): bool {
  const space = i8x16.splat(0x20)
  while (at < end) {
    const hits = i8x16.bitmask(i8x16.lt_u(v128.load(at), space))
    if (hits != 0) return at + <usize>ctz(hits) < end
    at += 16
  }
  return false
}

/** A string with JSON's escapes: only those that it needs are left. Half of a surrogate pair keeps its own. */
export function writeEscaped(at: usize, end: usize): bool {
  if (!hasRoom(16) || !isSound(at, end)) return false
  if (hasControls(at, end)) {
    stop = SYNTAX
    return false
  }
  store<u8>(out, 0x22)
  out++
  while (at < end) {
    const escape = findBackslash(at, end)
    if (!writeRun(at, escape) || !hasRoom(16)) return false
    at = escape
    if (at == end) break
    const c: u32 = load<u8>(at, 1)
    let point = c == 0x75 ? hexadecimal(at + 2) : short(c)
    at += c == 0x75 ? 6 : 2
    if (point - 0xd800 < 0x400 && at + 6 <= end && load<u16>(at) == 0x755c) {
      const low = hexadecimal(at + 2) - 0xdc00
      if (low < 0x400) {
        point = 0x10000 + ((point - 0xd800) << 10) + low
        at += 6
      }
    }
    if (point < 0x20 || point == 0x22 || point == 0x5c) writeControl(point)
    else if (point - 0xd800 < 0x800) writeCode(point)
    else out = encode(out, point)
  }
  store<u8>(out, 0x22)
  out++
  return true
}

/** A JSON value without the white space outside its strings. */
export function writeCompact(from: usize, to: usize): bool {
  if (!hasRoom(to - from)) return false
  const quote = i8x16.splat(0x22)
  const slash = i8x16.splat(0x5c)
  const space = i8x16.splat(0x20)
  let within: u64 = 0
  let escaped: u64 = 0
  let special: u64 = 0
  let controls: u64 = 0
  for (let at = from; at < to; at += 64) {
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    const left = to - at
    const keep: u64 = left >= 64 ? ~0 : ((<u64>1) << left) - 1
    let quotes = mask(i8x16.eq(a, quote), i8x16.eq(b, quote), i8x16.eq(c, quote), i8x16.eq(d, quote)) & keep
    const slashes = mask(i8x16.eq(a, slash), i8x16.eq(b, slash), i8x16.eq(c, slash), i8x16.eq(d, slash)) & keep
    if (slashes != 0 || escaped != 0) {
      const even: u64 = 0x5555555555555555
      const starting = slashes & ~escaped
      const follows = (starting << 1) | escaped
      const sum = (starting & ~even & ~follows) + starting
      const after = (even ^ (sum << 1)) & follows
      quotes &= ~after
      escaped = <u64>(sum < starting)
      special = 1
    }
    special |= <u64>(v128.any_true(v128.and(v128.or(v128.or(a, b), v128.or(c, d)), i8x16.splat(-128))))
    let strings = quotes ^ (quotes << 1)
    strings ^= strings << 2
    strings ^= strings << 4
    strings ^= strings << 8
    strings ^= strings << 16
    strings ^= strings << 32
    strings ^= within
    within = <u64>(<i64>strings >> 63)
    const low = mask(i8x16.le_u(a, space), i8x16.le_u(b, space), i8x16.le_u(c, space), i8x16.le_u(d, space)) & keep
    const blanks = low & ~strings
    if ((low & strings) != 0) controls |= low & strings & mask(i8x16.ne(a, space), i8x16.ne(b, space), i8x16.ne(c, space), i8x16.ne(d, space))
    if (blanks == 0) {
      v128.store(out, a)
      v128.store(out, b, 16)
      v128.store(out, c, 32)
      v128.store(out, d, 48)
      out += min<usize>(left, 64)
      continue
    }
    let wanted = keep & ~blanks
    while (wanted != 0) {
      // A run of wanted bytes. What is copied beyond it is overwritten.
      const first = <usize>ctz(wanted)
      const rest = ~(wanted >> first)
      const length = min<usize>(rest == 0 ? 64 : <usize>ctz(rest), 64 - first)
      const start = at + first
      v128.store(out, v128.load(start))
      if (length > 16) {
        v128.store(out, v128.load(start, 16), 16)
        v128.store(out, v128.load(start, 32), 32)
        v128.store(out, v128.load(start, 48), 48)
      }
      out += length
      if (first + length == 64) break
      wanted &= ~(((<u64>1) << (first + length)) - 1)
    }
  }
  if (controls != 0) {
    stop = SYNTAX
    return false
  }
  return special == 0 || isSound(from, to)
}

/** Begins to write at `from`; nothing is written behind `to`. */
export function openOutput(from: usize, to: usize): void {
  out = from
  limit = to
  stop = 0
}

/** Goes back to, or on from, another address. */
// @ts-ignore: decorator
@inline
export function moveOutput(to: usize): void {
  out = to
}

export function stopOutput(reason: u32): void {
  stop = reason
}
