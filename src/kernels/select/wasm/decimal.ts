// Reading a number: an optional sign, digits, at most one point with digits on both sides; at most 18 digits.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.

/** What the last `readDecimal` read: number = mantissa / 10^scale. */
export let mantissa: i64 = 0
export let scale: u32 = 0

/** 10^0 … 10^22: every one is a double exactly. */
const powers = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
])

const wholePowers = memory.data<i64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000,
  10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000,
])

export function powerOfTen(exponent: u32): i64 {
  return load<i64>(wholePowers + ((<usize>exponent) << 3))
}

/** The number read, which is below 10^15 without its point: the quotient of two exact doubles is rounded once. */
export function nearestDouble(): f64 {
  return scale == 0 ? <f64>mantissa : <f64>mantissa / load<f64>(powers + ((<usize>scale) << 3))
}

/** `readDecimal` found a number, text that is none, or something it does not decide. */
export const isNumber: u32 = 0
export const isNone: u32 = 1
export const isOdd: u32 = 2

/** The number that eight digits make, the first one in the lowest byte. */
// @ts-ignore: decorator
@inline
function eightDigits(digits: u64): u64 {
  const pairs = digits * 10 + (digits >> 8)
  return (
    ((pairs & 0x000000ff000000ff) * 0x000f424000000064 + ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >> 32
  )
}

/** The number that 1 to 8 digits make, without sign or point; -1 for anything else. */
// @ts-ignore: decorator
@inline
export function shortInteger(start: usize, end: usize): i64 {
  const length = <u32>(end - start)
  if (length - 1 >= 8) return -1
  // Shifted so that the last digit is the last byte, zeros before it.
  const digits = (load<u64>(start) ^ 0x3030303030303030) << ((8 - <u64>length) << 3)
  if (((digits | (digits + 0x7676767676767676)) & 0x8080808080808080) != 0) return -1
  return <i64>eightDigits(digits)
}

/** Reads start…end. -0 is odd: it is another value than 0 where it is written. */
export function readDecimal(start: usize, end: usize): u32 {
  let at = start
  const first = load<u8>(at)
  const negative = first == 0x2d
  if (at >= end) return isNone
  at += <usize>(negative | (first == 0x2b))
  const length = <u32>(end - at)
  if (length - 1 < 8) {
    // Up to eight digits at once: shifted so that the last digit is the last byte, zeros before it.
    const shift = (8 - <u64>length) << 3
    const word = load<u64>(at)
    const text = shift == 0 ? word : (word << shift) | (0x3030303030303030 >> (64 - shift))
    const digits = text ^ 0x3030303030303030
    const others = (digits | (digits + 0x7676767676767676)) & 0x8080808080808080
    if (others == 0) {
      const value = eightDigits(digits)
      mantissa = negative ? -(<i64>value) : <i64>value
      scale = 0
      return negative && value == 0 ? isOdd : isNumber
    }
    // One point between digits: those before it move up to where it stands.
    const pointAt = ctz(others) & 56
    if ((others & (others - 1)) == 0 && ((text >> pointAt) & 0xff) == 0x2e && pointAt > shift && pointAt < 56) {
      const before = (<u64>1 << pointAt) - 1
      const value = eightDigits(((digits & before) << 8) | (digits & ~((before << 8) | 0xff)))
      mantissa = negative ? -(<i64>value) : <i64>value
      scale = <u32>((56 - pointAt) >> 3)
      return negative && value == 0 ? isOdd : isNumber
    }
  }
  return readSlowly(at, end, negative)
}

function readSlowly(at: usize, end: usize, negative: bool): u32 {
  const begin = at
  if (end - at > 19) return looksNumeric(at, end)
  let value: i64 = 0
  let point: usize = 0
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at) - 0x30
    if (digit < 10) value = value * 10 + <i64>digit
    else if (digit == <u32>0x2e - 0x30 && point == 0) point = at
    else return looksNumeric(begin, end)
  }
  const digits = <u32>(end - begin) - <u32>(point != 0)
  if (digits == 0) return isNone
  if (digits > 18 || point == begin || point == end - 1 || (negative && value == 0)) return isOdd
  mantissa = negative ? -value : value
  scale = point == 0 ? 0 : <u32>(end - point) - 1
  return isNumber
}

/** Odd when only characters of numbers are there; none otherwise. */
function looksNumeric(at: usize, end: usize): u32 {
  for (; at < end; at++) {
    const byte = load<u8>(at)
    const digit = <u32>byte - 0x30 < 10
    if (!digit && byte != 0x2e && byte != 0x2b && byte != 0x2d && (byte | 0x20) != 0x65) return isNone
  }
  return isOdd
}
