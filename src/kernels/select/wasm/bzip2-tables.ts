// The head of a BZIP2 block: which values occur, which table is for which group of symbols, and the tables.
import {
  basesAt,
  lengthsAt,
  lengthsStride,
  limitsAt,
  limitsStride,
  listAt,
  positionAt,
  quickAt,
  quickBits,
  quickStride,
  selectorsAt,
  selectorsMax,
  symbolsAt,
  symbolsStride,
  take,
} from './bzip2-state'

const codeBitsMax: u32 = 20

/** Reads the values that occur into the move-to-front list; returns how many. */
export function readValues(state: usize, from: usize): u32 {
  const ranges = take(state, from, 16)
  let count: u32 = 0
  for (let range: u32 = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue
    const values = take(state, from, 16)
    for (let value: u32 = 0; value < 16; value++) {
      if ((values & (0x8000 >> value)) !== 0) store<u8>(state + listAt + count++, range * 16 + value)
    }
  }
  return count
}

/** Reads the tables' numbers, which are in move-to-front order; returns how many, 0 where they are damaged. */
export function readSelectors(state: usize, from: usize, endBit: u32, tables: u32): u32 {
  const count = take(state, from, 15)
  // The list of up to six numbers, the first one lowest.
  let list: u32 = 0x543210
  for (let n: u32 = 0; n < count; n++) {
    if (load<u32>(state, positionAt) > endBit) return 0
    let place: u32 = 0
    while (take(state, from, 1) !== 0) {
      if (++place >= tables) return 0
    }
    const shift = place * 4
    const selector = (list >> shift) & 15
    const before = list & ((1 << shift) - 1)
    const behind = (list >> (shift + 4)) << (shift + 4)
    list = behind | (before << 4) | selector
    // Encoders have been seen to write more than any block needs.
    if (n < selectorsMax) store<u8>(state + selectorsAt + n, selector)
  }
  return min(count, selectorsMax)
}

/** Reads the code lengths of one table, each as the difference from the one before; false where they are damaged. */
export function readLengths(state: usize, from: usize, endBit: u32, table: usize, symbols: u32): bool {
  const lengths = state + lengthsAt + table * lengthsStride
  let length = take(state, from, 5)
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > codeBitsMax) return false
      if (load<u32>(state, positionAt) > endBit) return false
      if (take(state, from, 1) === 0) break
      length += take(state, from, 1) === 0 ? 1 : -1
    }
    store<u8>(lengths + symbol, length)
  }
  return true
}

/** Makes a table of the code lengths; false where there are more codes than fit. */
export function makeTable(state: usize, table: usize, symbols: u32): bool {
  const lengths = state + lengthsAt + table * lengthsStride
  const quick = state + quickAt + table * quickStride
  const limits = state + limitsAt + table * limitsStride
  const bases = state + basesAt + table * limitsStride
  const places = state + symbolsAt + table * symbolsStride
  memory.fill(quick, 0, quickStride)
  let place: u32 = 0
  // The next code, aligned to 20 bits.
  let code: u32 = 0
  for (let length: u32 = 1; length <= codeBitsMax; length++) {
    const step: u32 = 1 << (codeBitsMax - length)
    store<i32>(bases + length * 4, <i32>place - <i32>(code >> (codeBitsMax - length)))
    for (let symbol: u32 = 0; symbol < symbols; symbol++) {
      if (load<u8>(lengths + symbol) !== length) continue
      if (code + step > 1 << codeBitsMax) return false
      store<u16>(places + place++ * 2, symbol)
      if (length <= quickBits) {
        const first = code >> (codeBitsMax - quickBits)
        const behind = first + (step >> (codeBitsMax - quickBits))
        for (let n = first; n < behind; n++) store<u16>(quick + n * 2, symbol | (length << 9))
      }
      code += step
    }
    store<u32>(limits + length * 4, code)
  }
  return true
}

/** The length of the code that these 20 bits begin with, where it has more than 10; 0 for no code. */
export function longCodeLength(state: usize, table: usize, bits: u32): u32 {
  const limits = state + limitsAt + table * limitsStride
  for (let length = quickBits + 1; length <= codeBitsMax; length++) {
    if (bits < load<u32>(limits + length * 4)) return length
  }
  return 0
}

/** The symbol of a code of that length. */
export function longCodeSymbol(state: usize, table: usize, bits: u32, length: u32): u32 {
  const base = load<i32>(state + basesAt + table * limitsStride + length * 4)
  const place = <i32>(bits >> (codeBitsMax - length)) + base
  return load<u16>(state + symbolsAt + table * symbolsStride + place * 2)
}
