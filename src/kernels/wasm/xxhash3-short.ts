// XXH3 of inputs of up to 240 bytes, which lie whole at `at`. Seed 0.
// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md, "XXH3 Algorithm (for small inputs)" and "(for medium inputs)".
import {
  avalanche,
  multiplyFold,
  multiplyHigh,
  prime32_2,
  prime64_1,
  prime64_2,
  prime64_4,
  primeMx2,
  xorShift,
  xxh64Avalanche,
} from './xxhash'
import { secret32, secret64 } from './xxhash3-secret'

/** One to three bytes as one word: first, middle, last and the length. */
function tiny(at: usize, length: usize): u32 {
  return (
    ((<u32>load<u8>(at)) << 16) |
    ((<u32>load<u8>(at + (length >> 1))) << 24) |
    <u32>load<u8>(at + length - 1) |
    ((<u32>length) << 8)
  )
}

function mix16(at: usize, key: usize): u64 {
  return multiplyFold(load<u64>(at) ^ secret64(key), load<u64>(at, 8) ^ secret64(key + 8))
}

export function shortHash64(at: usize, length: usize): u64 {
  if (length > 128) return medium64(at, length)
  if (length > 16) return upTo128of64(at, length)
  if (length > 8) {
    const low = load<u64>(at) ^ secret64(24) ^ secret64(32)
    const high = load<u64>(at + length - 8) ^ secret64(40) ^ secret64(48)
    return avalanche(length + bswap<u64>(low) + high + multiplyFold(low, high))
  }
  if (length >= 4) {
    const word = <u64>load<u32>(at + length - 4) + ((<u64>load<u32>(at)) << 32)
    let hash = word ^ secret64(8) ^ secret64(16)
    hash = (hash ^ rotl<u64>(hash, 49) ^ rotl<u64>(hash, 24)) * primeMx2
    hash = (hash ^ ((hash >> 35) + length)) * primeMx2
    return xorShift(hash, 28)
  }
  if (length > 0) return xxh64Avalanche(tiny(at, length) ^ secret32(0) ^ secret32(4))
  return xxh64Avalanche(secret64(56) ^ secret64(64))
}

function upTo128of64(at: usize, length: usize): u64 {
  const end = at + length
  let hash = <u64>length * prime64_1
  // Pairs of 16 bytes from both ends towards the middle.
  for (let pair: usize = 0; pair <= (length - 1) >> 5; pair++) {
    hash += mix16(at + pair * 16, pair * 32) + mix16(end - (pair + 1) * 16, pair * 32 + 16)
  }
  return avalanche(hash)
}

function medium64(at: usize, length: usize): u64 {
  let hash = <u64>length * prime64_1
  for (let i: usize = 0; i < 8; i++) hash += mix16(at + i * 16, i * 16)
  hash = avalanche(hash)
  for (let i: usize = 8; i < length >> 4; i++) hash += mix16(at + i * 16, (i - 8) * 16 + 3)
  return avalanche(hash + mix16(at + length - 16, 136 - 17))
}

/** The upper half of the last `shortHash128Low`: a WebAssembly function returns one value. */
let upper: u64 = 0

export function shortHash128High(): u64 {
  return upper
}

/** The lower half; the upper one waits for `shortHash128High`. */
export function shortHash128Low(at: usize, length: usize): u64 {
  if (length > 16) return longer128(at, length)
  if (length > 8) return upTo16of128(at, length)
  if (length >= 4) {
    const word = <u64>load<u32>(at) + ((<u64>load<u32>(at + length - 4)) << 32)
    const keyed = word ^ secret64(16) ^ secret64(24)
    const factor = prime64_1 + ((<u64>length) << 2)
    const product = keyed * factor
    const high = multiplyHigh(keyed, factor) + (product << 1)
    const low = xorShift(product ^ (high >> 3), 35) * primeMx2
    upper = avalanche(high)
    return xorShift(low, 28)
  }
  if (length > 0) {
    const word = tiny(at, length)
    upper = xxh64Avalanche(rotl<u32>(bswap<u32>(word), 13) ^ secret32(8) ^ secret32(12))
    return xxh64Avalanche(word ^ secret32(0) ^ secret32(4))
  }
  upper = xxh64Avalanche(secret64(80) ^ secret64(88))
  return xxh64Avalanche(secret64(64) ^ secret64(72))
}

function upTo16of128(at: usize, length: usize): u64 {
  const first = load<u64>(at)
  const last = load<u64>(at + length - 8)
  const keyed = first ^ last ^ secret64(32) ^ secret64(40)
  const flipped = last ^ secret64(48) ^ secret64(56)
  const high = multiplyHigh(keyed, prime64_1) + flipped + (flipped & 0xffffffff) * (prime32_2 - 1)
  const low = (keyed * prime64_1 + ((<u64>(length - 1)) << 54)) ^ bswap<u64>(high)
  upper = avalanche(multiplyHigh(low, prime64_2) + high * prime64_2)
  return avalanche(low * prime64_2)
}

let accumulatorLow: u64 = 0
let accumulatorHigh: u64 = 0

function mix32(first: usize, second: usize, key: usize): void {
  accumulatorLow = (accumulatorLow + mix16(first, key)) ^ (load<u64>(second) + load<u64>(second, 8))
  accumulatorHigh = (accumulatorHigh + mix16(second, key + 16)) ^ (load<u64>(first) + load<u64>(first, 8))
}

function longer128(at: usize, length: usize): u64 {
  const end = at + length
  accumulatorLow = <u64>length * prime64_1
  accumulatorHigh = 0
  if (length > 128) {
    for (let i: usize = 0; i < 128; i += 32) mix32(at + i, at + i + 16, i)
    accumulatorLow = avalanche(accumulatorLow)
    accumulatorHigh = avalanche(accumulatorHigh)
    for (let i: usize = 128; i + 32 <= length; i += 32) mix32(at + i, at + i + 16, i - 128 + 3)
    mix32(end - 16, end - 32, 136 - 17 - 16)
  } else {
    for (let pair = <i32>((length - 1) >> 5); pair >= 0; pair--) mix32(at + pair * 16, end - (pair + 1) * 16, pair * 32)
  }
  upper = 0 - avalanche(accumulatorLow * prime64_1 + accumulatorHigh * prime64_4 + <u64>length * prime64_2)
  return avalanche(accumulatorLow + accumulatorHigh)
}
