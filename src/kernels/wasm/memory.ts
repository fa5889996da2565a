// The two fixed regions through which TypeScript and the kernels talk, and the reading of words from them.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.

/** Bytes of input taken in one call. Fits the second-level cache beside the tables; larger was not faster. */
export const inputBytes: i32 = 65536
/** Where TypeScript puts the input of an update. */
export const inputPointer: usize = memory.data(65536, 64)

/** Bytes reserved for the state of one digest, whichever the algorithm. */
export const stateBytesMax: i32 = 512
/** Where TypeScript puts the state of the digest in hand, and finds it changed after a call. */
export const statePointer: usize = memory.data(512, 64)

/** Writes a digest to the start of the state region, big-endian as S3 encodes it. */
export function answer(offset: usize, value: u64): void {
  store<u64>(statePointer + offset, bswap<u64>(value))
}
