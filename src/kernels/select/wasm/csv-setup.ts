// Where the parts of a setup lie (../csv.ts says what they are), and the comparing of bytes with its symbols.

export const quotedDelimiterFlag: u32 = 1
export const lenientFlag: u32 = 2
export const stripReturnFlag: u32 = 4

export const anomalyStatus: u32 = 1
export const fullStatus: u32 = 2
export const quotedDelimiterStatus: u32 = 4
export const openQuoteStatus: u32 = 8

export const flagsAt: usize = 0
export const positionsAt: usize = 4
export const positionsMaxAt: usize = 8
export const firstsAt: usize = 12
export const lastsAt: usize = 16
export const rowsMaxAt: usize = 20
export const consumedAt: usize = 24
export const statusAt: usize = 28

/** The symbols: length u32, its bytes as a word, the mask of those bytes. */
export const recordAt: usize = 32
export const fieldAt: usize = 56
export const quoteAt: usize = 80
export const escapeAt: usize = 104
export const commentAt: usize = 128

/** Result of csvCandidates: the bytes of the candidates. */
export const candidateBytesAt: usize = 152
export const lastsRegionAt: usize = 156

export const symbolLength: usize = 0
export const symbolWord: usize = 8
export const symbolMask: usize = 16

export const carriageReturn: u8 = 13

/** Whether the symbol stands at an address. One that is not in use never does. */
// @ts-ignore: decorator
@inline
export function matches(at: usize, symbol: usize): bool {
  return (load<u64>(at) & load<u64>(symbol, symbolMask)) == load<u64>(symbol, symbolWord)
}

/** The first byte of a symbol in all lanes. One that is not in use gives 255, which is no byte of UTF-8. */
// @ts-ignore: decorator
@inline
export function firstByte(symbol: usize): v128 {
  return i8x16.splat(load<u32>(symbol, symbolLength) == 0 ? -1 : load<i8>(symbol, symbolWord))
}

/** Byte `index` of a symbol in all lanes. */
// @ts-ignore: decorator
@inline
export function byteOf(symbol: usize, index: usize): v128 {
  return i8x16.splat(load<i8>(symbol + symbolWord + index))
}

/** Which of 64 bytes a comparison of four times sixteen found. */
// @ts-ignore: decorator
@inline
export function mask64(a: v128, b: v128, c: v128, d: v128): u64 {
  return (
    (<u64>(<u32>i8x16.bitmask(a))) |
    ((<u64>(<u32>i8x16.bitmask(b))) << 16) |
    ((<u64>(<u32>i8x16.bitmask(c))) << 32) |
    ((<u64>(<u32>i8x16.bitmask(d))) << 48)
  )
}

/** Which of 64 bytes, in four vectors, are `byte`. */
// @ts-ignore: decorator
@inline
export function equal64(a: v128, b: v128, c: v128, d: v128, byte: v128): u64 {
  return mask64(i8x16.eq(a, byte), i8x16.eq(b, byte), i8x16.eq(c, byte), i8x16.eq(d, byte))
}

/** Not zero where one of 64 bytes is `byte`. */
// @ts-ignore: decorator
@inline
export function anyEqual(a: v128, b: v128, c: v128, d: v128, byte: v128): v128 {
  return v128.or(
    v128.or(i8x16.eq(a, byte), i8x16.eq(b, byte)),
    v128.or(i8x16.eq(c, byte), i8x16.eq(d, byte)),
  )
}

/** The same with the bits of `also` set in each byte. */
// @ts-ignore: decorator
@inline
export function anyOf(a: v128, b: v128, c: v128, d: v128, also: v128, byte: v128): v128 {
  return anyEqual(v128.or(a, also), v128.or(b, also), v128.or(c, also), v128.or(d, also), byte)
}

/** Which of the 64 bytes at an address are `byte`. */
// @ts-ignore: decorator
@inline
export function bytesEqual(at: usize, byte: v128): u64 {
  return mask64(
    i8x16.eq(v128.load(at), byte),
    i8x16.eq(v128.load(at, 16), byte),
    i8x16.eq(v128.load(at, 32), byte),
    i8x16.eq(v128.load(at, 48), byte),
  )
}

/** At which of the 64 bytes a delimiter of one to three bytes ends. */
// @ts-ignore: decorator
@inline
export function delimiterEnds(at: usize, symbol: usize): u64 {
  const length = load<u32>(symbol, symbolLength)
  let ends = bytesEqual(at, byteOf(symbol, length - 1))
  if (length > 1 && ends != 0) {
    ends &= bytesEqual(at - 1, byteOf(symbol, length - 2))
    if (length > 2) ends &= bytesEqual(at - 2, byteOf(symbol, 0))
  }
  return ends
}

/** Each bit: whether an odd number of bits up to and with it is set. */
// @ts-ignore: decorator
@inline
export function prefixXor(bits: u64): u64 {
  bits ^= bits << 1
  bits ^= bits << 2
  bits ^= bits << 4
  bits ^= bits << 8
  bits ^= bits << 16
  return bits ^ (bits << 32)
}
