// BZIP2, one block at a time. The format is what bzip2 1.0 writes; there is no standard of it. A description:
// https://github.com/dsnet/compress/blob/master/doc/bzip2-format.pdf
import { crcOf, makeCrcTables } from './bzip2-crc'
import {
  blockCrcAt,
  blockMaxAt,
  chainAt,
  columnAt,
  countAt,
  countsAt,
  frontsAt,
  insideAt,
  lastAt,
  leftAt,
  listAt,
  positionAt,
  quickAt,
  quickStride,
  repeatAt,
  runAt,
  runningCrcAt,
  selectorsAt,
  stateBytes,
  streamCrcAt,
  take,
  transformAt,
} from './bzip2-state'
import { longCodeLength, longCodeSymbol, makeTable, readLengths, readSelectors, readValues } from './bzip2-tables'

// As in ../bzip2.ts.
const begun: i32 = 0
const block: i32 = 1
const ended: i32 = 2
const more: i32 = 3
const damaged: i32 = 4
const noStream: i32 = 5
const wrongCrc: i32 = -1

const groupSymbols: u32 = 50
/** A run of four is followed by how often its byte comes again. */
const runMax: u32 = 4

export function bzip2StateBytes(): usize {
  return stateBytes
}

export function bzip2Start(state: usize): void {
  store<u32>(state, 0, insideAt)
  store<u32>(state, 0, leftAt)
  store<u32>(state, 0, repeatAt)
  makeCrcTables(state)
  for (let n: usize = 0; n < 16; n++) {
    const lanes = state + frontsAt + n * 16
    for (let lane: usize = 0; lane < 16; lane++) {
      store<u8>(lanes + lane, lane === 0 ? n : lane <= n ? lane - 1 : lane)
    }
  }
}

export function bzip2Read(state: usize, from: usize, bit: u32, to: usize): i32 {
  const endBit = <u32>(to - from) * 8
  store<u32>(state, bit, positionAt)
  const status = load<u32>(state, insideAt) === 0 ? readHeader(state, from, endBit) : readNext(state, from, endBit)
  // What was read beyond the end may have been anything.
  return status !== noStream && load<u32>(state, positionAt) > endBit ? more : status
}

function readHeader(state: usize, from: usize, endBit: u32): i32 {
  if (load<u32>(state, positionAt) + 32 > endBit) return more
  const magic = take(state, from, 24)
  const level = take(state, from, 8) - 48
  if (magic !== 0x425a68 || level < 1 || level > 9) return noStream
  store<u32>(state, 1, insideAt)
  store<u32>(state, level * 100_000, blockMaxAt)
  store<u32>(state, 0, streamCrcAt)
  return begun
}

function readNext(state: usize, from: usize, endBit: u32): i32 {
  if (load<u32>(state, positionAt) + 80 > endBit) return more
  const high = take(state, from, 24)
  const low = take(state, from, 24)
  const crc = take(state, from, 32)
  if (high === 0x177245 && low === 0x385090) {
    if (crc !== load<u32>(state, streamCrcAt)) return damaged
    store<u32>(state, (load<u32>(state, positionAt) + 7) & ~7, positionAt)
    store<u32>(state, 0, insideAt)
    return ended
  }
  if (high !== 0x314159 || low !== 0x265359) return damaged
  store<u32>(state, crc, blockCrcAt)
  return readBlock(state, from, endBit)
}

function readBlock(state: usize, from: usize, endBit: u32): i32 {
  // Randomised blocks: no version has written them since 0.9.5.
  if (take(state, from, 1) !== 0) return damaged
  const origin = take(state, from, 24)
  const values = readValues(state, from)
  const tables = take(state, from, 3)
  if (values === 0 || tables < 2 || tables > 6) return damaged
  const selectors = readSelectors(state, from, endBit, tables)
  if (selectors === 0) return damaged
  for (let table: usize = 0; table < tables; table++) {
    if (!readLengths(state, from, endBit, table, values + 2)) return damaged
    if (!makeTable(state, table, values + 2)) return damaged
  }
  if (load<u32>(state, positionAt) > endBit) return more
  const status = readColumn(state, from, endBit, values + 1, selectors)
  if (status !== block) return status
  return sortColumn(state, origin) ? block : damaged
}

/** Undoes the codes, the run lengths and the move to front: the last column of the sorted block. */
function readColumn(state: usize, from: usize, endBit: u32, endSymbol: u32, selectors: u32): i32 {
  const list = state + listAt
  const counts = state + countsAt
  const fronts = state + frontsAt
  const column = state + columnAt
  const columnEnd = column + load<u32>(state, blockMaxAt)
  memory.fill(counts, 0, 1024)
  // `ready` bits at the top of `bits` are those before `at`.
  const position = load<u32>(state, positionAt)
  let at = from + (position >> 3) + 4
  let bits = ((<u64>bswap<u32>(load<u32>(at - 4))) << 32) << (position & 7)
  let ready: u32 = 32 - (position & 7)
  let out = column
  let group: u32 = 0
  let left: u32 = 0
  let table: usize = 0
  let quick: usize = 0
  let run: u32 = 0
  let runBit: u32 = 0
  let status = damaged
  for (;;) {
    if (left === 0) {
      if (<u32>(at - from) * 8 - ready > endBit) {
        status = more
        break
      }
      if (group >= selectors) break
      table = load<u8>(state + selectorsAt + group++)
      quick = state + quickAt + table * quickStride
      left = groupSymbols
    }
    left--
    if (ready < 20) {
      bits |= (<u64>bswap<u32>(load<u32>(at))) << (32 - ready)
      at += 4
      ready += 32
    }
    let symbol: u32 = load<u16>(quick + ((<usize>(bits >> 54)) << 1))
    let length = symbol >> 9
    if (length === 0) {
      const window = <u32>(bits >> 44)
      length = longCodeLength(state, table, window)
      if (length === 0) {
        ready -= 20
        break
      }
      symbol = longCodeSymbol(state, table, window, length)
    }
    symbol &= 511
    bits <<= length
    ready -= length
    if (symbol <= 1) {
      // A digit of the run's length: 1 or 2 times the place's value.
      if (runBit > 20) break
      run += (symbol + 1) << runBit++
      continue
    }
    if (run !== 0) {
      if (run > <u32>(columnEnd - out)) break
      const first = load<u8>(list)
      memory.fill(out, first, run)
      store<u32>(counts + <usize>first * 4, load<u32>(counts + <usize>first * 4) + run)
      out += run
      run = 0
      runBit = 0
    }
    if (symbol === endSymbol) {
      status = block
      break
    }
    if (out >= columnEnd) break
    let place: usize = symbol - 1
    const value = load<u8>(list + place)
    while (place >= 16) {
      place -= 16
      v128.store(list + place + 1, v128.load(list + place))
    }
    v128.store(list, v128.swizzle(v128.load(list), v128.load(fronts + place * 16)))
    store<u8>(list, value)
    store<u8>(out++, value)
    store<u32>(counts + <usize>value * 4, load<u32>(counts + <usize>value * 4) + 1)
  }
  store<u32>(state, <u32>(at - from) * 8 - ready, positionAt)
  store<u32>(state, <u32>(out - column), countAt)
  return status
}

/** Sorts the column stably, which tells for each row the one that comes next; false where `origin` is no row. */
function sortColumn(state: usize, origin: u32): bool {
  const count = load<u32>(state, countAt)
  if (origin >= count) return false
  const counts = state + countsAt
  const column = state + columnAt
  const transform = state + transformAt
  let sum: u32 = 0
  for (let value: usize = 0; value < 1024; value += 4) {
    const occurrences = load<u32>(counts + value)
    store<u32>(counts + value, sum)
    sum += occurrences
  }
  for (let row: u32 = 0; row < count; row++) {
    const next = counts + <usize>load<u8>(column + row) * 4
    const place = load<u32>(next)
    store<u32>(next, place + 1)
    store<u32>(transform + place * 4, (row << 8) | load<u8>(column + place))
  }
  store<u32>(state, load<u32>(transform + origin * 4) >> 8, chainAt)
  store<u32>(state, count, leftAt)
  store<u32>(state, 0xffff_ffff, runningCrcAt)
  store<u32>(state, 0, runAt)
  store<u32>(state, 0, repeatAt)
  store<u32>(state, 256, lastAt)
  return true
}

export function bzip2Write(state: usize, out: usize, room: u32): i32 {
  const transform = state + transformAt
  const end = out + room
  let at = out
  let left = load<u32>(state, leftAt)
  let chain = load<u32>(state, chainAt)
  let last = load<u32>(state, lastAt)
  let run = load<u32>(state, runAt)
  let repeat = load<u32>(state, repeatAt)
  if (left === 0 && repeat === 0) return finishBlock(state)
  for (;;) {
    if (repeat !== 0) {
      const now = min(repeat, <u32>(end - at))
      memory.fill(at, <u8>last, now)
      at += now
      repeat -= now
    }
    if (left === 0 || at >= end) break
    const entry = load<u32>(transform + chain * 4)
    const byte = entry & 255
    chain = entry >> 8
    left--
    if (run === runMax) {
      run = 0
      repeat = byte
      continue
    }
    run = byte === last ? run + 1 : 1
    last = byte
    store<u8>(at++, byte)
  }
  store<u32>(state, left, leftAt)
  store<u32>(state, chain, chainAt)
  store<u32>(state, last, lastAt)
  store<u32>(state, run, runAt)
  store<u32>(state, repeat, repeatAt)
  store<u32>(state, crcOf(state, load<u32>(state, runningCrcAt), out, at), runningCrcAt)
  // A block may end with a run of four that is repeated no more.
  return at === out ? finishBlock(state) : <i32>(at - out)
}

function finishBlock(state: usize): i32 {
  const crc = ~load<u32>(state, runningCrcAt)
  if (crc !== load<u32>(state, blockCrcAt)) return wrongCrc
  store<u32>(state, rotl<u32>(load<u32>(state, streamCrcAt), 1) ^ crc, streamCrcAt)
  return 0
}
