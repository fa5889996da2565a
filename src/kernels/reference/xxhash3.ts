// XXH3 of 64 and 128 bits as its specification says it, one function for each range of lengths. See ./xxhash.ts.
import { prime32, prime64, rotateLeft, u64, words, xorShift, xxh64Avalanche } from './xxhash.ts'

// oxfmt-ignore
const secretBytes = Uint8Array.from([
  0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
  0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
  0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
  0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
  0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
  0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
  0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
  0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
  0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
  0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
  0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
  0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
])
const { word32: secret32, word64: secret64 } = words(secretBytes)
const mx1 = 0x165667919e3779f9n
const mx2 = 0x9fb21c651e98df25n

/** A hash of 128 bits: [low, high]; of 64 bits: low. */
type Pair = [low: bigint, high: bigint]

const avalanche = (hash: bigint): bigint => xorShift(u64(xorShift(hash, 37n) * mx1), 32n)
const fold = (a: bigint, b: bigint): bigint => u64(a * b) ^ ((a * b) >> 64n)

function swapBytes(value: bigint, bytes: number): bigint {
  let swapped = 0n
  for (let i = 0; i < bytes; i++) swapped = (swapped << 8n) | ((value >> BigInt(8 * i)) & 255n)
  return swapped
}

/** XXH3, 64 bits. */
export function referenceXxh3(bytes: Uint8Array): bigint {
  const { word32, word64 } = words(bytes)
  const length = bytes.length
  const size = BigInt(length)
  const mix = (at: number, key: number) => fold(word64(at) ^ secret64(key), word64(at + 8) ^ secret64(key + 8))
  if (length === 0) return xxh64Avalanche(secret64(56) ^ secret64(64))
  if (length <= 3) return xxh64Avalanche(tiny(bytes) ^ secret32(0) ^ secret32(4))
  if (length <= 8) {
    const keyed = (word32(length - 4) + (word32(0) << 32n)) ^ secret64(8) ^ secret64(16)
    const hash = u64((keyed ^ rotateLeft(keyed, 49n) ^ rotateLeft(keyed, 24n)) * mx2)
    return xorShift(u64((hash ^ ((hash >> 35n) + size)) * mx2), 28n)
  }
  if (length <= 16) {
    const low = word64(0) ^ secret64(24) ^ secret64(32)
    const high = word64(length - 8) ^ secret64(40) ^ secret64(48)
    return avalanche(u64(size + swapBytes(low, 8) + high + fold(low, high)))
  }
  if (length > 240) return mergeLong(accumulateLong(bytes), 11, u64(size * prime64[0]))
  let hash = u64(size * prime64[0])
  if (length <= 128) {
    for (let i = 0; i <= (length - 1) >> 5; i++) hash += mix(16 * i, 32 * i) + mix(length - 16 * (i + 1), 32 * i + 16)
    return avalanche(u64(hash))
  }
  for (let i = 0; i < 8; i++) hash += mix(16 * i, 16 * i)
  hash = avalanche(u64(hash))
  for (let i = 8; i < length >> 4; i++) hash += mix(16 * i, 16 * (i - 8) + 3)
  return avalanche(u64(hash + mix(length - 16, 136 - 17)))
}

/** XXH3, 128 bits, as [low, high]. */
export function referenceXxh128(bytes: Uint8Array): Pair {
  const { word32, word64 } = words(bytes)
  const length = bytes.length
  const size = BigInt(length)
  if (length === 0) return [xxh64Avalanche(secret64(64) ^ secret64(72)), xxh64Avalanche(secret64(80) ^ secret64(88))]
  if (length <= 3) {
    const word = tiny(bytes)
    const swapped = swapBytes(word, 4)
    const turned = BigInt.asUintN(32, (swapped << 13n) | (swapped >> 19n))
    return [xxh64Avalanche(word ^ secret32(0) ^ secret32(4)), xxh64Avalanche(turned ^ secret32(8) ^ secret32(12))]
  }
  if (length <= 8) {
    const keyed = (word32(0) + (word32(length - 4) << 32n)) ^ secret64(16) ^ secret64(24)
    const product = keyed * u64(prime64[0] + (size << 2n))
    const high = u64((product >> 64n) + (u64(product) << 1n))
    const low = u64(product) ^ (high >> 3n)
    return [xorShift(u64(xorShift(low, 35n) * mx2), 28n), avalanche(high)]
  }
  if (length <= 16) {
    const last = word64(length - 8)
    const product = (word64(0) ^ last ^ secret64(32) ^ secret64(40)) * prime64[0]
    const flipped = last ^ secret64(48) ^ secret64(56)
    const high = u64((product >> 64n) + flipped + BigInt.asUintN(32, flipped) * (prime32[1] - 1n))
    const low = u64(u64(product) + ((size - 1n) << 54n)) ^ swapBytes(high, 8)
    return [avalanche(u64(low * prime64[1])), avalanche(u64(((low * prime64[1]) >> 64n) + high * prime64[1]))]
  }
  if (length > 240) {
    const accumulators = accumulateLong(bytes)
    return [
      mergeLong(accumulators, 11, u64(size * prime64[0])),
      mergeLong(accumulators, 192 - 64 - 11, u64(~(size * prime64[1]))),
    ]
  }
  return middle128(bytes)
}

/** 17 to 240 bytes. */
function middle128(bytes: Uint8Array): Pair {
  const { word64 } = words(bytes)
  const length = bytes.length
  const size = BigInt(length)
  const mix = (at: number, key: number) => fold(word64(at) ^ secret64(key), word64(at + 8) ^ secret64(key + 8))
  let low = u64(size * prime64[0])
  let high = 0n
  const mixBoth = (first: number, second: number, key: number) => {
    low = u64(low + mix(first, key)) ^ u64(word64(second) + word64(second + 8))
    high = u64(high + mix(second, key + 16)) ^ u64(word64(first) + word64(first + 8))
  }
  if (length <= 128) {
    for (let i = (length - 1) >> 5; i >= 0; i--) mixBoth(16 * i, length - 16 * (i + 1), 32 * i)
  } else {
    for (let at = 0; at < 128; at += 32) mixBoth(at, at + 16, at)
    low = avalanche(low)
    high = avalanche(high)
    for (let at = 128; at + 32 <= length; at += 32) mixBoth(at, at + 16, at - 128 + 3)
    mixBoth(length - 16, length - 32, 136 - 17 - 16)
  }
  const upper = avalanche(u64(low * prime64[0] + high * prime64[3] + size * prime64[1]))
  return [avalanche(u64(low + high)), u64(-upper)]
}

/** One to three bytes as one word. */
function tiny(bytes: Uint8Array): bigint {
  const length = bytes.length
  const [first = 0, middle = 0, last = 0] = [bytes[0], bytes[length >> 1], bytes[length - 1]]
  return BigInt(((first << 16) | (middle << 24) | last | (length << 8)) >>> 0)
}

/** More than 240 bytes: the eight accumulators after every stripe of 64 bytes. */
function accumulateLong(bytes: Uint8Array): bigint[] {
  const { word64 } = words(bytes)
  const accumulators = [prime32[2], ...prime64.slice(0, 4), prime32[1], prime64[4], prime32[0]]
  const accumulate = (at: number, key: number) => {
    for (let lane = 0; lane < 8; lane++) {
      const data = word64(at + 8 * lane)
      const keyed = data ^ secret64(key + 8 * lane)
      const product = BigInt.asUintN(32, keyed) * (keyed >> 32n)
      accumulators[lane] = u64((accumulators[lane] ?? 0n) + product)
      accumulators[lane ^ 1] = u64((accumulators[lane ^ 1] ?? 0n) + data)
    }
  }
  const stripes = Math.floor((bytes.length - 1) / 64)
  for (let stripe = 0; stripe < stripes; stripe++) {
    accumulate(stripe * 64, (stripe % 16) * 8)
    if (stripe % 16 !== 15) continue
    // After the block's last stripe.
    for (const [lane, value] of accumulators.entries())
      accumulators[lane] = u64((xorShift(value, 47n) ^ secret64(192 - 64 + 8 * lane)) * prime32[0])
  }
  accumulate(bytes.length - 64, 192 - 64 - 7)
  return accumulators
}

function mergeLong(accumulators: bigint[], key: number, start: bigint): bigint {
  let hash = start
  for (let i = 0; i < 8; i += 2)
    hash += fold(
      (accumulators[i] ?? 0n) ^ secret64(key + 8 * i),
      (accumulators[i + 1] ?? 0n) ^ secret64(key + 8 * i + 8),
    )
  return avalanche(u64(hash))
}
