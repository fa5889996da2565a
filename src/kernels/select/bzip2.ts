/** Kernels of wasm/bzip2.ts; reference/bzip2.ts does the same in TypeScript. */

/** What `bzip2Read` found. */
export const bzip2Status = {
  /** The header of a stream. */
  begun: 0,
  /** A block: `bzip2Write` gives its bytes. */
  block: 1,
  /** The end of a stream, whose CRC is right. The next one, if any, begins at a whole byte. */
  ended: 2,
  /** The bytes end before what they begin. Nothing was consumed: read again with more of them. */
  more: 3,
  /** What is there is no block and no end of a stream, or a damaged one, or a randomised one (bzip2 0.9.0 and before). */
  damaged: 4,
  /** A stream should begin here, and none does. */
  noStream: 5,
} as const

/** What `bzip2Write` returns when the block's CRC is another one. */
export const bzip2WrongCrc = -1

/** No block takes more bytes than this: 900,050 symbols of 20 bits, selectors and tables. */
export const bzip2BlockBytesMax = 2_300_000
/** How far beyond `to` bzip2Read may look. */
export const bzip2SpareBytes = 256

/**
 * BZIP2, one block at a time. All that lasts is in the region `state`; its first u32 is the number of bits, counted from the
 * byte at `from`, behind what `bzip2Read` found.
 */
export interface Bzip2Kernels {
  /** How large the region at `state` is. */
  bzip2StateBytes(): number
  /** Prepares a region: the header of a stream comes next. */
  bzip2Start(state: number): void
  /**
   * Reads what begins at bit `bit` (0 to 7) of the byte at `from` and ends before `to`; `bzip2SpareBytes` beyond are
   * readable. Returns a `bzip2Status`.
   */
  bzip2Read(state: number, from: number, bit: number, to: number): number
  /** The next bytes of the block, up to `room`, to `out`. Returns how many; 0 behind the last; or `bzip2WrongCrc`. */
  bzip2Write(state: number, out: number, room: number): number
}
