// What XXH64 and XXH3 share. https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md

export const prime32_1: u64 = 0x9e3779b1
export const prime32_2: u64 = 0x85ebca77
export const prime32_3: u64 = 0xc2b2ae3d
export const prime64_1: u64 = 0x9e3779b185ebca87
export const prime64_2: u64 = 0xc2b2ae3d27d4eb4f
export const prime64_3: u64 = 0x165667b19e3779f9
export const prime64_4: u64 = 0x85ebca77c2b2ae63
export const prime64_5: u64 = 0x27d4eb2f165667c5
export const primeMx1: u64 = 0x165667919e3779f9
export const primeMx2: u64 = 0x9fb21c651e98df25

export function xorShift(value: u64, bits: u64): u64 {
  return value ^ (value >> bits)
}

export function xxh64Avalanche(hash: u64): u64 {
  return xorShift(xorShift(xorShift(hash, 33) * prime64_2, 29) * prime64_3, 32)
}

export function avalanche(hash: u64): u64 {
  return xorShift(xorShift(hash, 37) * primeMx1, 32)
}

/** The upper 64 bits of a product: WebAssembly multiplies 64 by 64 bits into 64 only. */
export function multiplyHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff
  const aHigh = a >> 32
  const bLow = b & 0xffffffff
  const bHigh = b >> 32
  const low = aLow * bLow
  const middle = aHigh * bLow + (low >> 32)
  const cross = aLow * bHigh + (middle & 0xffffffff)
  return aHigh * bHigh + (middle >> 32) + (cross >> 32)
}

/** Both halves of the 128-bit product, xored. */
export function multiplyFold(a: u64, b: u64): u64 {
  return (a * b) ^ multiplyHigh(a, b)
}
