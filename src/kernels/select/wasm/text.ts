// Comparing, hashing and searching bytes. Loads may reach 16 bytes beyond a text; what they find there is masked away.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.

/** A mask of the first `bytes` bytes of a word, 0 to 8. */
export function wordMask(bytes: u32): u64 {
  return bytes == 0 ? 0 : ~(<u64>0) >> (64 - ((<u64>bytes) << 3))
}

export function sameText(a: usize, b: usize, length: u32): bool {
  while (length >= 16) {
    if (v128.any_true(v128.xor(v128.load(a), v128.load(b)))) return false
    a += 16
    b += 16
    length -= 16
  }
  if (length >= 8) {
    if (load<u64>(a) != load<u64>(b)) return false
    a += 8
    b += 8
    length -= 8
  }
  return ((load<u64>(a) ^ load<u64>(b)) & wordMask(length)) == 0
}

/** Below zero when `a` comes first by the order of bytes; a text comes before what it begins. */
export function compareText(a: usize, aLength: u32, b: usize, bLength: u32): i32 {
  let left = min(aLength, bLength)
  while (left >= 8) {
    const x = load<u64>(a)
    const y = load<u64>(b)
    if (x != y) return bswap<u64>(x) < bswap<u64>(y) ? -1 : 1
    a += 8
    b += 8
    left -= 8
  }
  const mask = wordMask(left)
  const x = bswap<u64>(load<u64>(a) & mask)
  const y = bswap<u64>(load<u64>(b) & mask)
  if (x != y) return x < y ? -1 : 1
  return aLength < bLength ? -1 : <i32>(aLength > bLength)
}

function mix(word: u64): u64 {
  word *= 0x9e3779b97f4a7c15
  return word ^ (word >> 32)
}

export function hashText(text: usize, length: u32): u32 {
  let hash: u64 = length
  let left = length
  while (left > 8) {
    hash = mix(hash ^ load<u64>(text))
    text += 8
    left -= 8
  }
  hash = mix(hash ^ (load<u64>(text) & wordMask(left)))
  hash = mix(hash)
  return <u32>(hash >> 16)
}

/** Where `length` bytes (not none) first stand in from…end, or `end` when nowhere: first and last byte tell candidates. */
export function findText(from: usize, end: usize, text: usize, length: u32): usize {
  if (end - from < length) return end
  const last = end - length
  const first = i8x16.splat(<i8>load<u8>(text))
  const final = i8x16.splat(<i8>load<u8>(text + length - 1))
  const middle = length > 2 ? length - 2 : 0
  for (let at = from; at <= last; at += 16) {
    let mask = i8x16.bitmask(v128.and(i8x16.eq(v128.load(at), first), i8x16.eq(v128.load(at + length - 1), final)))
    while (mask != 0) {
      const candidate = at + <usize>ctz(mask)
      if (candidate > last) return end
      if (middle == 0 || sameText(candidate + 1, text + 1, middle)) return candidate
      mask &= mask - 1
    }
  }
  return end
}
