// Keys of JSON objects, compared from their colons backwards.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.

// Of the fields in ../json.ts.
export const PATTERN_LENGTH: usize = 4
const PATTERN: usize = 0
const PATTERN_MASK: usize = 8

/** Keys with bytes beyond ASCII must be decoded to be compared. */
export const DECODES: u32 = 1

// @ts-ignore: decorator
@inline
export function samePattern(key: usize, at: usize, length: usize): bool {
  const pattern = <usize>load<u32>(key, PATTERN)
  const mask = <usize>load<u32>(key, PATTERN_MASK)
  let i: usize = 0
  do {
    if (((load<u64>(at + i) ^ load<u64>(pattern + i)) & load<u64>(mask + i)) != 0) return false
    i += 8
  } while (i < length)
  return true
}

/** Whether the key that ends with the quote at `quote` must be decoded to be compared. */
export function isOdd(quote: usize, flags: u32, start: usize): bool {
  let at = quote - 1
  for (; at > start; at--) {
    const c: u32 = load<u8>(at)
    if (c == 0x5c) return true
    if (c == 0x22) return load<u8>(at - 1) == 0x5c
    if (c >= 0x80 && (flags & DECODES) != 0) return true
  }
  return true
}

/** Passes over keys that are not the only wanted one: from `at` in the positions to the first that has to be looked at. */
// @ts-ignore: decorator
@inline
export function passOthers(at: usize, tail: u64, mask: u64): usize {
  while (true) {
    const word = load<u64>(<usize>load<u32>(at) - 7)
    if (word >> 48 != 0x3a22 || (word & mask) == tail) return at
    at += 4
  }
}

/** The same for several wanted keys, by a table of what the last two letters of a key may mean. */
// @ts-ignore: decorator
@inline
export function passUnknown(at: usize, table: usize): usize {
  while (true) {
    const word = load<u64>(<usize>load<u32>(at) - 7)
    if (word >> 48 != 0x3a22) return at
    const letters = (<usize>(word >> 40) & 31) | ((<usize>(word >> 32) & 31) << 5)
    if (load<u8>(table + letters) != 0) return at
    at += 4
  }
}
