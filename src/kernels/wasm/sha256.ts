// SHA-256. FIPS 180-4, sections 4.1.2, 5 and 6.2. For short texts: what is signed fits a few blocks, and the runtime's own takes
// longer to be called than these take to compute. Nothing here depends on the values of the bytes, so neither does the time.
import { inputPointer, statePointer } from './memory'

/** Section 4.2.2. */
const roundConstants: usize = memory.data<u32>(
  [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
    0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
    0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
    0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2,
  ],
  64,
)
/** The message schedule of the block in hand. */
const schedule: usize = memory.data(256, 64)

/** Bytes of the eight words between two blocks. */
export const sha256StateBytes: i32 = 32

/** Section 5.3.3. */
export function sha256Start(): void {
  store<u32>(statePointer, 0x6a09e667)
  store<u32>(statePointer, 0xbb67ae85, 4)
  store<u32>(statePointer, 0x3c6ef372, 8)
  store<u32>(statePointer, 0xa54ff53a, 12)
  store<u32>(statePointer, 0x510e527f, 16)
  store<u32>(statePointer, 0x9b05688c, 20)
  store<u32>(statePointer, 0x1f83d9ab, 24)
  store<u32>(statePointer, 0x5be0cd19, 28)
}

function choose(x: u32, y: u32, z: u32): u32 {
  return z ^ (x & (y ^ z))
}

function majority(x: u32, y: u32, z: u32): u32 {
  return (x & y) | (z & (x | y))
}

function sum0(x: u32): u32 {
  return rotr<u32>(x, 2) ^ rotr<u32>(x, 13) ^ rotr<u32>(x, 22)
}

function sum1(x: u32): u32 {
  return rotr<u32>(x, 6) ^ rotr<u32>(x, 11) ^ rotr<u32>(x, 25)
}

/** Section 6.2.2, step 1. */
function prepare(block: usize): void {
  for (let at: usize = 0; at < 64; at += 4) store<u32>(schedule + at, bswap<u32>(load<u32>(block + at)))
  for (let at = schedule + 64; at < schedule + 256; at += 4) {
    const near = load<u32>(at - 8)
    const far = load<u32>(at - 60)
    const sigma1 = rotr<u32>(near, 17) ^ rotr<u32>(near, 19) ^ (near >> 10)
    const sigma0 = rotr<u32>(far, 7) ^ rotr<u32>(far, 18) ^ (far >> 3)
    store<u32>(at, sigma1 + load<u32>(at - 28) + sigma0 + load<u32>(at - 64))
  }
}

/** The first sum of a round (section 6.2.2, step 3) without `h`. */
function word(at: usize): u32 {
  return load<u32>(roundConstants + at) + load<u32>(schedule + at)
}

function compress(block: usize): void {
  prepare(block)
  let a = load<u32>(statePointer)
  let b = load<u32>(statePointer, 4)
  let c = load<u32>(statePointer, 8)
  let d = load<u32>(statePointer, 12)
  let e = load<u32>(statePointer, 16)
  let f = load<u32>(statePointer, 20)
  let g = load<u32>(statePointer, 24)
  let h = load<u32>(statePointer, 28)
  // Four rounds at a time: after four the words have changed places by four, and the letters are named anew.
  for (let at: usize = 0; at < 256; at += 16) {
    h += sum1(e) + choose(e, f, g) + word(at)
    d += h
    h += sum0(a) + majority(a, b, c)
    g += sum1(d) + choose(d, e, f) + word(at + 4)
    c += g
    g += sum0(h) + majority(h, a, b)
    f += sum1(c) + choose(c, d, e) + word(at + 8)
    b += f
    f += sum0(g) + majority(g, h, a)
    e += sum1(b) + choose(b, c, d) + word(at + 12)
    a += e
    e += sum0(f) + majority(f, g, h)
    let moved = a
    a = e
    e = moved
    moved = b
    b = f
    f = moved
    moved = c
    c = g
    g = moved
    moved = d
    d = h
    h = moved
  }
  store<u32>(statePointer, load<u32>(statePointer) + a)
  store<u32>(statePointer, load<u32>(statePointer, 4) + b, 4)
  store<u32>(statePointer, load<u32>(statePointer, 8) + c, 8)
  store<u32>(statePointer, load<u32>(statePointer, 12) + d, 12)
  store<u32>(statePointer, load<u32>(statePointer, 16) + e, 16)
  store<u32>(statePointer, load<u32>(statePointer, 20) + f, 20)
  store<u32>(statePointer, load<u32>(statePointer, 24) + g, 24)
  store<u32>(statePointer, load<u32>(statePointer, 28) + h, 28)
}

/** `length` is a multiple of 64. */
export function sha256Blocks(length: i32): void {
  const end = inputPointer + length
  for (let at = inputPointer; at < end; at += 64) compress(at)
}

/**
 * The last `length` bytes of a message of `total`: both modulo 64 the same. The padding of section 5.1.1 is written behind
 * them, so there must be room for 72 more. The digest stands in the state, big-endian.
 */
export function sha256Last(length: i32, total: u32): void {
  const padded: i32 = (length + 72) & ~63
  memory.fill(inputPointer + length, 0, padded - length)
  store<u8>(inputPointer + length, 0x80)
  store<u64>(inputPointer + padded - 8, bswap<u64>((<u64>total) << 3))
  sha256Blocks(padded)
  for (let at: usize = 0; at < 32; at += 4) store<u32>(statePointer + at, bswap<u32>(load<u32>(statePointer + at)))
}
