// The region of memory in which a BZIP2 decoder keeps what lasts, and the reading of bits.

/** Bits behind what was read last. */
export const positionAt: usize = 0
/** 1 within a stream. */
export const insideAt: usize = 4
/** Bytes a block of the stream may have, and the stream's CRC so far. */
export const blockMaxAt: usize = 8
export const streamCrcAt: usize = 12
/** Of the block in hand: its CRC as written and as computed, its bytes before run lengths are undone, those left. */
export const blockCrcAt: usize = 16
export const runningCrcAt: usize = 20
export const countAt: usize = 24
export const leftAt: usize = 28
/** Where the chain through `transformAt` stands. */
export const chainAt: usize = 32
/** The last byte, how often it came in a row, and how often it is to be repeated still. */
export const lastAt: usize = 36
export const runAt: usize = 40
export const repeatAt: usize = 44

/** Values by their place in the move-to-front list, with room for a vector behind them. */
export const listAt: usize = 64
/** u32 by value: how often it is in the block, then where its run in the sorted block goes on. */
export const countsAt: usize = 384
/** u8: the table of each group of 50 symbols. */
export const selectorsAt: usize = 1408
export const selectorsMax: u32 = 18_002
/** Of each of the six tables: code lengths, and codes up to 10 bits at once: symbol | length << 9. */
export const lengthsAt: usize = 19_456
export const lengthsStride: usize = 272
export const quickAt: usize = 21_120
export const quickBits: u32 = 10
export const quickStride: usize = 2048
/** Longer codes, by length: u32 behind the last code, aligned to 20 bits; i32 from code to place; u16 symbols by place. */
export const limitsAt: usize = 33_408
export const limitsStride: usize = 96
export const basesAt: usize = 33_984
export const symbolsAt: usize = 34_560
export const symbolsStride: usize = 520
/** The CRC of a byte with 0 to 7 zeros behind it. */
export const crcTablesAt: usize = 37_696
/** 16 vectors: the n-th moves lane n to the front. */
export const frontsAt: usize = 45_888
/** u8: the block's last column. */
export const columnAt: usize = 46_144
export const blockBytesMax: u32 = 900_000
/** u32: the byte of the last column, and above it the row that comes next. */
export const transformAt: usize = 946_176
export const stateBytes: usize = 4_546_176

/** The next bits, 1 to 32, the first one the highest. */
export function take(state: usize, from: usize, count: u32): u32 {
  const position = load<u32>(state, positionAt)
  store<u32>(state, position + count, positionAt)
  const word = bswap<u64>(load<u64>(from + (position >> 3))) << (position & 7)
  return <u32>(word >> (64 - count))
}
