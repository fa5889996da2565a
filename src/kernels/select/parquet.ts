/**
 * Kernels of wasm/parquet*.ts; reference/parquet*.ts do the same in TypeScript. They decode what is in a page, value after
 * value; nothing they are given is trusted: lengths and counts that lie end in a short count or a zero.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/
 *
 * A hybrid state is 32 bytes, as u32: address of the next byte, end, bits of a value, values left of the run, the run's value
 * (RLE), bits already used of the run (bit-packed), 1 where the run is bit-packed, unused. Zero but for the first three at the start.
 */
export interface ParquetKernels {
  /** Decodes up to `count` values of RLE/bit-packed hybrid as u32 to `out`; returns how many there were. */
  hybridDecode(state: number, out: number, count: number): number
  /** The same, as u8, for levels and booleans. */
  hybridDecodeBytes(state: number, out: number, count: number): number
  /** Passes over up to `count` values; returns how many there were. */
  hybridSkip(state: number, count: number): number
  /** Passes over `count` values and returns 1 when all of them are one RLE run of `value`; otherwise does nothing and returns 0. */
  hybridRepeats(state: number, value: number, count: number): number
  /** The largest of `count` u32; 0 when there are none. */
  maxU32(values: number, count: number): number

  /** Turns levels (u8) into kinds in place: `present` where the level is `top`, else cellKind.null. Returns how many are present. */
  levelsToKinds(levels: number, count: number, top: number, present: number): number
  /** Moves `present` values that lie one after the other to the places whose kind is not null; from the end, in place. */
  spread8(values: number, kinds: number, count: number, present: number): void
  spread32(values: number, kinds: number, count: number, present: number): void
  spread64(values: number, kinds: number, count: number, present: number): void
  /** out[i] = table[indices[i]] where the kind is not null. */
  gather32(indices: number, kinds: number, count: number, table: number, out: number): void
  gather64(indices: number, kinds: number, count: number, table: number, out: number): void

  /**
   * Reads up to `count` plain byte arrays (u32 length, bytes) from the address at `state` to the end at `state` + 4, which
   * moves on; start and end (exclusive) addresses go to `starts` and `ends`. Returns how many were whole.
   */
  plainCells(state: number, starts: number, ends: number, count: number): number
  /** Passes over up to `count` plain byte arrays; returns how many were whole. */
  plainSkip(state: number, count: number): number
  /** `count` cells of `width` bytes each from `from`. */
  fixedCells(from: number, width: number, starts: number, ends: number, count: number): void
  widenI32(from: number, out: number, count: number): void
  widenU32(from: number, out: number, count: number): void
  widenF32(from: number, out: number, count: number): void
  widenF16(from: number, out: number, count: number): void
  /** Big-endian two's complement of `width` bytes as i64. Returns how many fit 64 bits before the first that does not. */
  bigEndianToI64(from: number, width: number, out: number, count: number): number
  /** The same for byte arrays in cells. */
  bigEndianCellsToI64(starts: number, ends: number, out: number, count: number): number
  /** Bits from the `bit`-th after `from`, as cellKind.true and cellKind.false. */
  bitsToKinds(from: number, bit: number, out: number, count: number): void
  /** Bytes 0 and 1 as cellKind.false and cellKind.true, in place. */
  bytesToKinds(bytes: number, count: number): void

  /** Decodes exactly `count` values of DELTA_BINARY_PACKED, `width` 4 or 8 bytes each; returns the address after them, or 0. */
  deltaDecode(from: number, end: number, out: number, count: number, width: number): number
  /** The sum of `count` i32 none of which is negative, at most 0xfffffffe; else 0xffffffff. */
  sumLengths(lengths: number, count: number): number
  /** Writes plain byte arrays: bytes of `lengths` one after the other from `data`. */
  joinLengths(lengths: number, count: number, data: number, out: number): void
  /**
   * Front coding undone: each value is `prefixes[i]` bytes of the one before and `suffixes[i]` from `data`; written as plain byte
   * arrays, or without lengths when `bare` is 1. Returns 1, or 0 when a prefix is longer than the value before.
   */
  joinPrefixes(prefixes: number, suffixes: number, count: number, data: number, out: number, bare: number): number
  /** BYTE_STREAM_SPLIT undone: byte k of value i is at from + k * count + i. */
  mergeStreams(from: number, count: number, width: number, out: number): void
  /** 1 when the bytes are UTF-8. */
  isUtf8(from: number, end: number): number
}

export const hybridStateBytes = 32
