// XXH64 with seed 0. https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md, "XXH64 Algorithm Description".
import { answer, inputPointer, statePointer } from './memory'
import { prime64_1, prime64_2, prime64_3, prime64_4, prime64_5, xxh64Avalanche } from './xxhash'

// The state: four accumulators, the bytes seen, and up to 31 bytes that wait for their stripe of 32.
const seenAt: usize = statePointer + 32
const bufferAt: usize = statePointer + 40
export const xxhash64StateBytes: i32 = 72

export function xxhash64Start(): void {
  store<u64>(statePointer, prime64_1 + prime64_2)
  store<u64>(statePointer, prime64_2, 8)
  store<u64>(statePointer, 0, 16)
  store<u64>(statePointer, <u64>0 - prime64_1, 24)
  store<u64>(seenAt, 0)
}

function round(accumulator: u64, word: u64): u64 {
  return rotl<u64>(accumulator + word * prime64_2, 31) * prime64_1
}

/** Takes whole stripes from `at`; returns where it stopped. */
function stripes(start: usize, count: usize): usize {
  let a = load<u64>(statePointer)
  let b = load<u64>(statePointer, 8)
  let c = load<u64>(statePointer, 16)
  let d = load<u64>(statePointer, 24)
  const end = start + count * 32
  for (let at = start; at < end; at += 32) {
    a = round(a, load<u64>(at))
    b = round(b, load<u64>(at, 8))
    c = round(c, load<u64>(at, 16))
    d = round(d, load<u64>(at, 24))
  }
  store<u64>(statePointer, a)
  store<u64>(statePointer, b, 8)
  store<u64>(statePointer, c, 16)
  store<u64>(statePointer, d, 24)
  return end
}

export function xxhash64Update(length: i32): void {
  let at = inputPointer
  const end = at + length
  const waiting = <usize>load<u64>(seenAt) & 31
  store<u64>(seenAt, load<u64>(seenAt) + length)
  if (waiting + length < 32) {
    memory.copy(bufferAt + waiting, at, length)
    return
  }
  if (waiting !== 0) {
    memory.copy(bufferAt + waiting, at, 32 - waiting)
    stripes(bufferAt, 1)
    at += 32 - waiting
  }
  at = stripes(at, (end - at) >> 5)
  memory.copy(bufferAt, at, end - at)
}

function merge(hash: u64, accumulator: u64): u64 {
  return (hash ^ round(0, accumulator)) * prime64_1 + prime64_4
}

export function xxhash64Finish(): void {
  const seen = load<u64>(seenAt)
  let hash = prime64_5
  if (seen >= 32) {
    const a = load<u64>(statePointer)
    const b = load<u64>(statePointer, 8)
    const c = load<u64>(statePointer, 16)
    const d = load<u64>(statePointer, 24)
    hash = rotl<u64>(a, 1) + rotl<u64>(b, 7) + rotl<u64>(c, 12) + rotl<u64>(d, 18)
    hash = merge(merge(merge(merge(hash, a), b), c), d)
  }
  hash += seen
  let at = bufferAt
  const end = at + (<usize>seen & 31)
  for (; at + 8 <= end; at += 8) hash = rotl<u64>(hash ^ round(0, load<u64>(at)), 27) * prime64_1 + prime64_4
  if (at + 4 <= end) {
    hash = rotl<u64>(hash ^ (<u64>load<u32>(at) * prime64_1), 23) * prime64_2 + prime64_3
    at += 4
  }
  for (; at < end; at++) hash = rotl<u64>(hash ^ (<u64>load<u8>(at) * prime64_5), 11) * prime64_1
  answer(0, xxh64Avalanche(hash))
}
