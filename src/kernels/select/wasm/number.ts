// Predicates over numbers, in cells and in vectors.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import { isNumber, isOdd, mantissa, nearestDouble, readDecimal, scale, shortInteger } from './decimal'

/** Magnitudes below this stay in order as doubles. */
const exactMax: i64 = 1000000000000000

/** 0: a number below 10^15, as `mantissa` and `scale`. 1: to be dropped. 2: unsettled. */
function readCell(start: usize, end: usize, kind: u32, flags: u32, oddKinds: u32): u32 {
  if (kind != 0 && kind != 2) return 1 + ((oddKinds >> kind) & 1)
  const found = readDecimal(start, end)
  if (found == isNumber) {
    const exact = mantissa < exactMax && mantissa > -exactMax
    return exact && ((flags & 64) == 0 || scale == 0) ? 0 : 2
  }
  return found == isOdd || flags & 32 ? 2 : 1
}

function isInside(value: f64, low: f64, high: f64, flags: u32): u32 {
  const above = <u32>((flags & 1) == 0) | <u32>(value > low) | (<u32>((flags & 2) == 0) & <u32>(value == low))
  const below = <u32>((flags & 4) == 0) | <u32>(value < high) | (<u32>((flags & 8) == 0) & <u32>(value == high))
  return above & below
}

/** The least whole number above a bound, or at it; beyond 10^15 it does not matter. */
function wholeFrom(low: f64, open: bool): i64 {
  const whole = <i64>max<f64>(min<f64>(ceil<f64>(low), <f64>exactMax), -<f64>exactMax)
  return whole + <i64>(open && <f64>whole == low)
}

export function selectNumbers(
  starts: usize,
  ends: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  low: f64,
  high: f64,
  flags: u32,
  oddKinds: u32,
  hits: usize,
  unsettled: usize,
): u32 {
  const end = rows + ((<usize>count) << 2)
  const start = hits
  let odd = unsettled + 4
  const negated = (flags >> 4) & 1
  const least = flags & 1 ? wholeFrom(low, (flags & 2) != 0) : 0
  const most = flags & 4 ? -wholeFrom(-high, (flags & 8) != 0) : exactMax
  for (; rows < end; rows += 4) {
    const row = load<u32>(rows)
    const at = (<usize>row) << 2
    const kind = load<u8>(kinds + row)
    const from: usize = load<u32>(starts + at)
    const to: usize = load<u32>(ends + at)
    if ((kind & ~2) == 0) {
      const whole = shortInteger(from, to)
      if (whole >= 0) {
        store<u32>(hits, row)
        hits += <usize>(((<u32>(whole >= least) & <u32>(whole <= most)) ^ negated) << 2)
        continue
      }
    }
    const state = readCell(from, to, kind, flags, oddKinds)
    if (state == 0) {
      store<u32>(hits, row)
      hits += <usize>((isInside(nearestDouble(), low, high, flags) ^ negated) << 2)
    } else {
      store<u32>(odd, row)
      odd += <usize>((state & 2) << 1)
    }
  }
  store<u32>(unsettled, <u32>((odd - unsettled - 4) >> 2))
  return <u32>((hits - start) >> 2)
}

function isAmong<T>(value: T, list: usize, count: u32): u32 {
  let low: u32 = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    const entry = load<T>(list + ((<usize>middle) << 3))
    if (entry == value) return 1
    if (entry < value) low = middle + 1
    else high = middle
  }
  return 0
}

export function selectNumbersIn(
  starts: usize,
  ends: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  list: usize,
  listCount: u32,
  flags: u32,
  oddKinds: u32,
  hits: usize,
  unsettled: usize,
): u32 {
  const end = rows + ((<usize>count) << 2)
  const start = hits
  let odd = unsettled + 4
  const negated = (flags >> 4) & 1
  for (; rows < end; rows += 4) {
    const row = load<u32>(rows)
    const at = (<usize>row) << 2
    const state = readCell(load<u32>(starts + at), load<u32>(ends + at), load<u8>(kinds + row), flags, oddKinds)
    if (state == 0) {
      store<u32>(hits, row)
      hits += <usize>((isAmong<f64>(nearestDouble(), list, listCount) ^ negated) << 2)
    } else {
      store<u32>(odd, row)
      odd += <usize>((state & 2) << 1)
    }
  }
  store<u32>(unsettled, <u32>((odd - unsettled - 4) >> 2))
  return <u32>((hits - start) >> 2)
}

/** 1 unless the kind is null or missing. */
function isPresent(kinds: usize, row: u32): u32 {
  return <u32>(load<u8>(kinds + row) - 5 > 1)
}

export function selectIntegers(
  values: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  bounds: usize,
  negated: u32,
  hits: usize,
): u32 {
  const low = load<i64>(bounds)
  const high = load<i64>(bounds, 8)
  const end = rows + ((<usize>count) << 2)
  const start = hits
  for (; rows < end; rows += 4) {
    const row = load<u32>(rows)
    const value = load<i64>(values + ((<usize>row) << 3))
    const inside = <u32>(value >= low) & <u32>(value <= high)
    store<u32>(hits, row)
    hits += <usize>(((inside ^ negated) & isPresent(kinds, row)) << 2)
  }
  return <u32>((hits - start) >> 2)
}

export function selectIntegersIn(
  values: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  list: usize,
  listCount: u32,
  negated: u32,
  hits: usize,
): u32 {
  const end = rows + ((<usize>count) << 2)
  const start = hits
  for (; rows < end; rows += 4) {
    const row = load<u32>(rows)
    const among = isAmong<i64>(load<i64>(values + ((<usize>row) << 3)), list, listCount)
    store<u32>(hits, row)
    hits += <usize>(((among ^ negated) & isPresent(kinds, row)) << 2)
  }
  return <u32>((hits - start) >> 2)
}

export function selectFloats(
  values: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  low: f64,
  high: f64,
  flags: u32,
  hits: usize,
): u32 {
  const end = rows + ((<usize>count) << 2)
  const start = hits
  const negated = (flags >> 4) & 1
  for (; rows < end; rows += 4) {
    const row = load<u32>(rows)
    const value = load<f64>(values + ((<usize>row) << 3))
    // What is no number is neither inside nor outside.
    const comparable = <u32>(value == value) & isPresent(kinds, row)
    store<u32>(hits, row)
    hits += <usize>(((isInside(value, low, high, flags) ^ negated) & comparable) << 2)
  }
  return <u32>((hits - start) >> 2)
}
