// CSV: the writing of an index of positions and firsts, and its end.
import {
  carriageReturn,
  consumedAt,
  firstsAt,
  flagsAt,
  lastsAt,
  lastsRegionAt,
  positionsAt,
  recordAt,
  statusAt,
  stripReturnFlag,
  symbolLength,
} from './csv-setup'

/** Writes where bits stand, eight at a time: those too many are written over. */
// @ts-ignore: decorator
@inline
export function putPositions(slot: usize, end: usize, at: usize, rest: u64): void {
  do {
    store<u32>(slot, at + <usize>ctz(rest))
    rest &= rest - 1
    store<u32>(slot, at + <usize>ctz(rest), 4)
    rest &= rest - 1
    store<u32>(slot, at + <usize>ctz(rest), 8)
    rest &= rest - 1
    store<u32>(slot, at + <usize>ctz(rest), 12)
    rest &= rest - 1
    store<u32>(slot, at + <usize>ctz(rest), 16)
    rest &= rest - 1
    store<u32>(slot, at + <usize>ctz(rest), 20)
    rest &= rest - 1
    store<u32>(slot, at + <usize>ctz(rest), 24)
    rest &= rest - 1
    store<u32>(slot, at + <usize>ctz(rest), 28)
    rest &= rest - 1
    slot += 32
  } while (slot < end)
}

/** Writes the numbers of the fields that follow record delimiters; gives the place for the next. */
// @ts-ignore: decorator
@inline
export function putFirsts(row: usize, number: u32, recordEnds: u64, ends: u64): usize {
  // One that is not there is written over.
  store<u32>(row, number + <u32>popcnt(ends & ((recordEnds & -recordEnds) - 1)))
  row += recordEnds != 0 ? 4 : 0
  let next = recordEnds & (recordEnds - 1)
  while (next != 0) {
    store<u32>(row, number + <u32>popcnt(ends & ((next & -next) - 1)))
    row += 4
    next &= next - 1
  }
  return row
}

/** Leaves the results of an index of `found` records; gives the number of rows. `near`: not 0 where some may be empty. */
export function leave(setup: usize, from: usize, found: u32, status: u32, near: u64): u32 {
  const positions: usize = load<u32>(setup, positionsAt)
  const firsts: usize = load<u32>(setup, firstsAt)
  const fields: usize = load<u32>(firsts + (<usize>found << 2))
  store<u32>(setup, load<u32>(positions + (fields << 2) - 4) + 1, consumedAt)
  store<u32>(setup, status, statusAt)
  store<u32>(setup, near == 0 ? firsts + 4 : load<u32>(setup, lastsRegionAt), lastsAt)
  return near == 0 ? found : sift(setup, from, found)
}

/** Drops empty records; gives how many are left. */
function sift(setup: usize, from: usize, found: u32): u32 {
  const positions: usize = load<u32>(setup, positionsAt)
  const firsts: usize = load<u32>(setup, firstsAt)
  const lasts: usize = load<u32>(setup, lastsAt)
  const recordLength: usize = load<u32>(setup, recordAt + symbolLength)
  const stripReturn = (load<u32>(setup, flagsAt) & stripReturnFlag) != 0
  let first = load<u32>(firsts)
  let start = from
  let rows: u32 = 0
  for (let row: u32 = 0; row < found; row++) {
    const next = load<u32>(firsts + (<usize>row << 2), 4)
    const after: usize = load<u32>(positions + (<usize>next << 2) - 4) + 1
    const length = after - start - recordLength
    store<u32>(firsts + (<usize>rows << 2), first)
    store<u32>(lasts + (<usize>rows << 2), next)
    const empty = length == 0 || (length == 1 && stripReturn && load<u8>(start) == carriageReturn)
    rows += empty ? 0 : 1
    first = next
    start = after
  }
  return rows
}
