// CSV: how many records, without where they are.
import { begin, countBlocks, inside, status } from './csv-count-blocks'
import { chunkBytes, commentsIn, delimiters, firstPass, near, secondPass } from './csv-count-chunk'
import {
  byteOf,
  bytesEqual,
  commentAt,
  consumedAt,
  delimiterEnds,
  fieldAt,
  flagsAt,
  prefixXor,
  quoteAt,
  quotedDelimiterFlag,
  recordAt,
  statusAt,
  symbolLength,
  symbolWord,
} from './csv-setup'

/** The first pass looks for a range of bytes with quote and comment character in it: so few are of use. */
const spreadMax: i32 = 8
/** Chunks counted block by block after one that the passes did not help with: files go on as they are. */
const blockwiseChunks: u32 = 7

export function csvCount(setup: usize, from: usize, to: usize): u32 {
  const quotes = (load<u32>(setup, flagsAt) & quotedDelimiterFlag) != 0 && load<u32>(setup, quoteAt + symbolLength) != 0
  const comment: i32 = load<u32>(setup, commentAt + symbolLength) == 0 ? -1 : load<u8>(setup, commentAt + symbolWord)
  const quote: i32 = load<u8>(setup, quoteAt + symbolWord)
  const spread = quotes && comment >= 0 ? quote ^ comment : 0
  const simple =
    load<u32>(setup, recordAt + symbolLength) == 1 && (!quotes || load<u32>(setup, fieldAt + symbolLength) == 1)
  begin()
  let rows: u32 = 0
  let at = from
  if (simple && spread < spreadMax) {
    at = to - ((to - from) & 255)
    rows = quotes ? countChunks(setup, from, at, true, quote, spread) : countChunks(setup, from, at, false, comment, 0)
  }
  if (status == 0 && at < to) rows += countBlocks(setup, from, at, to)
  const consumed = lastEnd(setup, from, to, quotes)
  // A comment that is not whole yet was taken from the count, and is no record that was counted.
  if (!quotes && comment >= 0 && consumed < to && load<u8>(consumed) == comment) rows++
  store<u32>(setup, consumed, consumedAt)
  store<u32>(setup, status, statusAt)
  return rows
}

/** Counts what is a multiple of 256 bytes. `rare` and those as near to it as `spread` are looked for. */
function countChunks(setup: usize, from: usize, to: usize, quotes: bool, rare: i32, spread: i32): u32 {
  let rows: u32 = 0
  let blockwise: u32 = 0
  for (let at = from; at < to && status == 0; ) {
    const end = to - at < chunkBytes ? to : at + chunkBytes
    let counted = false
    if (blockwise > 0) {
      blockwise--
    } else {
      const marked = firstPass(setup, at, end, rare, spread)
      // With a mark in every other block the passes take longer than all blocks by themselves.
      if (!near && marked <= <u32>((end - at) >>> 7)) {
        counted = quotes || !commentsIn(setup, from, at, end)
        if (counted) rows += delimiters - (quotes ? secondPass(setup, from, at, end) : 0)
      }
      if (!counted) blockwise = blockwiseChunks
    }
    if (!counted) rows += countBlocks(setup, from, at, end)
    at = end
  }
  return rows
}

/** The end of the last whole record, going back from the end: each quote on the way turns inside into outside. */
function lastEnd(setup: usize, from: usize, to: usize, quotes: bool): usize {
  const quoteByte = byteOf(setup + quoteAt, 0)
  let open = inside
  for (let end = to; end > from; end -= 64) {
    const at = end - 64
    const valid = at < from ? (<u64>-1) << (from - at) : -1
    let ends = delimiterEnds(at, setup + recordAt) & valid
    if (quotes) {
      const found = bytesEqual(at, quoteByte) & valid
      const before = open ^ (0 - (popcnt(found) & 1))
      ends &= ~(prefixXor(found) ^ before)
      open = before
    }
    if (ends != 0) return end - <usize>clz(ends)
  }
  return from
}
