// The tokens of JSON: where strings and numbers end. RFC 8259. Loads may reach 64 bytes beyond the text.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.

/** One bit for each of 64 bytes. */
// @ts-ignore: decorator
@inline
export function mask(a: v128, b: v128, c: v128, d: v128): u64 {
  return (
    (<u64>(<u32>i8x16.bitmask(a))) |
    ((<u64>(<u32>i8x16.bitmask(b))) << 16) |
    ((<u64>(<u32>i8x16.bitmask(c))) << 32) |
    ((<u64>(<u32>i8x16.bitmask(d))) << 48)
  )
}

// @ts-ignore: decorator
@inline
export function isBlank(c: u32): bool {
  return c <= 0x20 && (c == 0x20 || c == 0x0a || c == 0x0d || c == 0x09)
}

/** The first byte from `at` on that is no white space, or `to`. */
// @ts-ignore: decorator
@inline
export function skipBlanks(at: usize, to: usize): usize {
  while (at < to && isBlank(load<u8>(at))) at++
  return at
}

/** The address of the quote that ends the string whose text begins at `at`, or 0 when it is not before `to`. */
export function closingQuote(at: usize, to: usize): usize {
  const quote = i8x16.splat(0x22)
  const backslash = i8x16.splat(0x5c)
  while (at < to) {
    const bytes = v128.load(at)
    const hits = i8x16.bitmask(v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, backslash)))
    if (hits == 0) {
      at += 16
      continue
    }
    at += ctz(hits)
    if (at >= to) return 0
    if (load<u8>(at) == 0x22) return at
    at += 2
  }
  return 0
}

/** The address of the first backslash in the range, or `to`. */
export function findBackslash(at: usize, to: usize): usize {
  const backslash = i8x16.splat(0x5c)
  while (at < to) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(at), backslash))
    if (hits != 0) return min(at + ctz(hits), to)
    at += 16
  }
  return to
}

/** The first byte from `at` on that cannot be part of a number or literal, or `to`. */
export function scalarEnd(at: usize, to: usize): usize {
  const comma = i8x16.splat(0x2c)
  const lower = i8x16.splat(0x20)
  const close = i8x16.splat(0x7d)
  while (at < to) {
    const bytes = v128.load(at)
    const hits = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, comma), i8x16.le_u(bytes, lower)),
        i8x16.eq(v128.or(bytes, lower), close),
      ),
    )
    if (hits != 0) return min(at + ctz(hits), to)
    at += 16
  }
  return to
}

// @ts-ignore: decorator
@inline
function isDigit(c: u32): bool {
  return c - 0x30 < 10
}

/** Whether the range is a number, by RFC 8259 section 6. */
export function isNumber(at: usize, end: usize): bool {
  if (at < end && load<u8>(at) == 0x2d) at++
  if (at >= end || !isDigit(load<u8>(at))) return false
  if (load<u8>(at) == 0x30) at++
  else while (at < end && isDigit(load<u8>(at))) at++
  if (at < end && load<u8>(at) == 0x2e) {
    at++
    if (at >= end || !isDigit(load<u8>(at))) return false
    while (at < end && isDigit(load<u8>(at))) at++
  }
  if (at < end && (load<u8>(at) | 0x20) == 0x65) {
    at++
    if (at < end && (load<u8>(at) == 0x2b || load<u8>(at) == 0x2d)) at++
    if (at >= end || !isDigit(load<u8>(at))) return false
    while (at < end && isDigit(load<u8>(at))) at++
  }
  return at == end
}

// The numbers of cells.ts.
export const TEXT: u32 = 0
export const ESCAPED: u32 = 1
export const NUMBER: u32 = 2
export const TRUE: u32 = 3
export const FALSE: u32 = 4
export const NULL: u32 = 5
export const MISSING: u32 = 6
export const NESTED: u32 = 7
/** No kind: the bytes are no JSON. */
export const NONE: u32 = 255

/** The kind of a number, true, false or null; NONE when it is none of them. */
export function scalarKind(at: usize, end: usize): u32 {
  const length = end - at
  const first = load<u32>(at)
  if (length == 4) {
    if (first == 0x65757274) return TRUE
    if (first == 0x6c6c756e) return NULL
  } else if (length == 5 && first == 0x736c6166 && load<u8>(at, 4) == 0x65) return FALSE
  return isNumber(at, end) ? NUMBER : NONE
}

/** +1 for an opening bracket or brace, -1 for a closing one, 0 for a colon. */
// @ts-ignore: decorator
@inline
export function nesting(c: u32): i32 {
  return c < 0x5b ? 0 : <i32>(c & 2) - 1
}
