// XXH3 with 64 and 128 bits, seed 0, default secret: the streaming part and inputs over 240 bytes.
// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md, "XXH3 Algorithm (for large inputs)".
import { answer, inputPointer, statePointer } from './memory'
import {
  avalanche,
  multiplyFold,
  prime32_1,
  prime32_2,
  prime32_3,
  prime64_1,
  prime64_2,
  prime64_3,
  prime64_4,
  prime64_5,
} from './xxhash'
import { secret, secret64, secretBytes } from './xxhash3-secret'
import { shortHash128High, shortHash128Low, shortHash64 } from './xxhash3-short'

// The state: eight accumulators, the bytes seen, the stripes accumulated, the bytes waiting in the buffer, the buffer.
// The buffer keeps an input of up to 240 bytes whole. Once stripes were taken, at least one byte always waits, and the
// last 64 bytes taken stand at the buffer's end until it grows over them: the last stripe may reach back into them.
const seenAt: usize = statePointer + 64
const stripesAt: usize = statePointer + 72
const waitingAt: usize = statePointer + 80
const bufferAt: usize = statePointer + 96
const bufferBytes: usize = 256
const stripeBytes: usize = 64
const stripesPerBlock: u64 = 16
const shortBytesMax: u64 = 240

export const xxhash3StateBytes: i32 = 352
export const xxhash128StateBytes: i32 = 352

export function xxhash3Start(): void {
  store<u64>(statePointer, prime32_3)
  store<u64>(statePointer, prime64_1, 8)
  store<u64>(statePointer, prime64_2, 16)
  store<u64>(statePointer, prime64_3, 24)
  store<u64>(statePointer, prime64_4, 32)
  store<u64>(statePointer, prime32_2, 40)
  store<u64>(statePointer, prime64_5, 48)
  store<u64>(statePointer, prime32_1, 56)
  store<u64>(seenAt, 0)
  store<u64>(stripesAt, 0)
  store<u64>(waitingAt, 0)
}

/** Two lanes: the other lane's word is added, and the product of the keyed word's halves. */
function lanes(accumulator: v128, data: v128, secretWords: v128): v128 {
  const keyed = v128.xor(data, secretWords)
  const product = i64x2.extmul_low_i32x4_u(
    v128.shuffle<u32>(keyed, keyed, 0, 2, 0, 2),
    v128.shuffle<u32>(keyed, keyed, 1, 3, 1, 3),
  )
  return i64x2.add(i64x2.add(accumulator, v128.shuffle<u64>(data, data, 1, 0)), product)
}

/** Accumulates stripes against the secret from `key` on, 8 bytes further for each. */
function accumulate(start: usize, count: usize, firstKey: usize): void {
  let a = v128.load(statePointer)
  let b = v128.load(statePointer, 16)
  let c = v128.load(statePointer, 32)
  let d = v128.load(statePointer, 48)
  const end = start + count * stripeBytes
  let key = firstKey
  for (let at = start; at < end; at += stripeBytes) {
    a = lanes(a, v128.load(at), v128.load(key))
    b = lanes(b, v128.load(at, 16), v128.load(key, 16))
    c = lanes(c, v128.load(at, 32), v128.load(key, 32))
    d = lanes(d, v128.load(at, 48), v128.load(key, 48))
    key += 8
  }
  v128.store(statePointer, a)
  v128.store(statePointer, b, 16)
  v128.store(statePointer, c, 32)
  v128.store(statePointer, d, 48)
}

function scramble(): void {
  for (let i: usize = 0; i < 64; i += 8) {
    const accumulator = load<u64>(statePointer + i)
    const mixed = accumulator ^ (accumulator >> 47) ^ secret64(secretBytes - stripeBytes + i)
    store<u64>(statePointer + i, mixed * prime32_1)
  }
}

/** Takes stripes and scrambles after every full block. Returns where it stopped. */
function take(start: usize, count: usize): usize {
  let at = start
  let left = count
  let done = load<u64>(stripesAt)
  while (left > 0) {
    const inBlock = done & (stripesPerBlock - 1)
    const run = min<usize>(left, <usize>(stripesPerBlock - inBlock))
    accumulate(at, run, secret + <usize>inBlock * 8)
    at += run * stripeBytes
    left -= run
    done += run
    if ((done & (stripesPerBlock - 1)) === 0) scramble()
  }
  store<u64>(stripesAt, done)
  return at
}

export function xxhash3Update(length: i32): void {
  let at = inputPointer
  const end = at + length
  let waiting = <usize>load<u64>(waitingAt)
  store<u64>(seenAt, load<u64>(seenAt) + length)
  if (waiting + length > bufferBytes) {
    const fill = bufferBytes - waiting
    memory.copy(bufferAt + waiting, at, fill)
    at += fill
    take(bufferAt, bufferBytes / stripeBytes)
    waiting = 0
    const stripes = (end - at - 1) / stripeBytes
    if (stripes > 0) {
      at = take(at, stripes)
      memory.copy(bufferAt + bufferBytes - stripeBytes, at - stripeBytes, stripeBytes)
    }
  }
  memory.copy(bufferAt + waiting, at, end - at)
  store<u64>(waitingAt, waiting + (end - at))
}

/** Accumulates what waits and the last 64 bytes. The state is spent after it. */
function takeLast(): void {
  const waiting = <usize>load<u64>(waitingAt)
  let last = bufferAt + waiting - stripeBytes
  if (waiting >= stripeBytes) take(bufferAt, (waiting - 1) / stripeBytes)
  else {
    // The stripe is put together in the input region: the tail of the bytes taken before, then what waits.
    const before = stripeBytes - waiting
    memory.copy(inputPointer, bufferAt + bufferBytes - before, before)
    memory.copy(inputPointer + before, bufferAt, waiting)
    last = inputPointer
  }
  accumulate(last, 1, secret + secretBytes - stripeBytes - 7)
}

function merge(key: usize, start: u64): u64 {
  let hash = start
  for (let i: usize = 0; i < 64; i += 16) {
    hash += multiplyFold(
      load<u64>(statePointer + i) ^ secret64(key + i),
      load<u64>(statePointer + i + 8) ^ secret64(key + i + 8),
    )
  }
  return avalanche(hash)
}

export function xxhash3Finish(): void {
  const seen = load<u64>(seenAt)
  if (seen <= shortBytesMax) return answer(0, shortHash64(bufferAt, <usize>seen))
  takeLast()
  answer(0, merge(11, seen * prime64_1))
}

export function xxhash128Start(): void {
  xxhash3Start()
}

export function xxhash128Update(length: i32): void {
  xxhash3Update(length)
}

export function xxhash128Finish(): void {
  const seen = load<u64>(seenAt)
  let low: u64
  let high: u64
  if (seen <= shortBytesMax) {
    low = shortHash128Low(bufferAt, <usize>seen)
    high = shortHash128High()
  } else {
    takeLast()
    low = merge(11, seen * prime64_1)
    high = merge(secretBytes - stripeBytes - 11, ~(seen * prime64_2))
  }
  answer(0, high)
  answer(8, low)
}
