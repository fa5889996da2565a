// XXH64 and XXH3 (seed 0) over bytes that are all there, to be read beside the specification:
// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md. The kernels are held to it by tests; nothing else uses it.

export const prime32: readonly [bigint, bigint, bigint] = [0x9e3779b1n, 0x85ebca77n, 0xc2b2ae3dn]
export const prime64: readonly [bigint, bigint, bigint, bigint, bigint] = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
]

export const u64 = (value: bigint): bigint => BigInt.asUintN(64, value)
export const rotateLeft = (value: bigint, bits: bigint): bigint => u64((value << bits) | (u64(value) >> (64n - bits)))
export const xorShift = (value: bigint, bits: bigint): bigint => value ^ (value >> bits)

/** Little-endian words of the input. */
export function words(bytes: Uint8Array): Record<'word32' | 'word64', (offset: number) => bigint> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    word32: (offset) => BigInt(view.getUint32(offset, true)),
    word64: (offset) => view.getBigUint64(offset, true),
  }
}

export function xxh64Avalanche(hash: bigint): bigint {
  return xorShift(u64(xorShift(u64(xorShift(hash, 33n) * prime64[1]), 29n) * prime64[2]), 32n)
}

function round(accumulator: bigint, word: bigint): bigint {
  return u64(rotateLeft(u64(accumulator + word * prime64[1]), 31n) * prime64[0])
}

export function referenceXxh64(bytes: Uint8Array): bigint {
  const { word32, word64 } = words(bytes)
  const length = bytes.length
  let at = 0
  let hash = prime64[4]
  if (length >= 32) {
    let lanes = [u64(prime64[0] + prime64[1]), prime64[1], 0n, u64(-prime64[0])]
    for (; at + 32 <= length; at += 32) lanes = lanes.map((lane, i) => round(lane, word64(at + i * 8)))
    const turns = [1n, 7n, 12n, 18n]
    hash = u64(lanes.reduce((sum, lane, i) => sum + rotateLeft(lane, turns[i] ?? 0n), 0n))
    for (const lane of lanes) hash = u64((hash ^ round(0n, lane)) * prime64[0] + prime64[3])
  }
  hash = u64(hash + BigInt(length))
  for (; at + 8 <= length; at += 8) hash = u64(rotateLeft(hash ^ round(0n, word64(at)), 27n) * prime64[0] + prime64[3])
  if (at + 4 <= length) {
    hash = u64(rotateLeft(hash ^ u64(word32(at) * prime64[0]), 23n) * prime64[1] + prime64[2])
    at += 4
  }
  for (; at < length; at++) hash = u64(rotateLeft(hash ^ u64(BigInt(bytes[at] ?? 0) * prime64[4]), 11n) * prime64[0])
  return xxh64Avalanche(hash)
}
