// The least and the greatest, in one state for each group.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import { isNone, isNumber, mantissa, nearestDouble, readDecimal, scale } from './decimal'
import { compareText } from './text'

const exactMax: i64 = 1000000000000000

const hasNumber: u32 = 1
const hasText: u32 = 2
const hasNoNumber: u32 = 4

const extremeBytes: usize = 56

/** Copies up to 24 bytes, without a loop. */
function keepNumber(state: usize, start: usize, length: u32): void {
  store<u32>(state, length, 12)
  v128.store(state + 16, v128.load(start))
  store<u64>(state, load<u64>(start, 16), 32)
}

/** Copies the text over the one kept before; false when there is no room. */
function keepText(state: usize, start: usize, length: u32, heap: usize): bool {
  if (length > load<u32>(state, 48)) {
    const room = (length + (length >> 1) + 16) & ~7
    const next = load<u32>(heap)
    if (<u64>next + <u64>room > <u64>load<u32>(heap, 4)) return false
    store<u32>(heap, next + room)
    store<u32>(state, next, 40)
    store<u32>(state, room, 48)
  }
  memory.copy(load<u32>(state, 40), start, length)
  store<u32>(state, length, 44)
  return true
}

/** The state with this value, or false when there is no room for its text. `exact`: it is a number, which was just read. */
function keepBetter(state: usize, start: usize, end: usize, largest: bool, cast: bool, exact: bool, heap: usize): bool {
  let found = load<u32>(state, 8)
  if (!cast) {
    const length = <u32>(end - start)
    let better = (found & hasText) == 0
    if (!better) {
      const order = compareText(start, length, load<u32>(state, 40), load<u32>(state, 44))
      better = largest ? order > 0 : order < 0
    }
    if (better && !keepText(state, start, length, heap)) return false
    found |= hasText
  }
  if (exact) {
    const value = nearestDouble()
    const best = load<f64>(state)
    if ((found & hasNumber) == 0 || (largest ? value > best : value < best)) {
      store<f64>(state, value)
      keepNumber(state, start, <u32>(end - start))
    }
    found |= hasNumber
  } else {
    found |= hasNoNumber
  }
  store<u32>(state, found, 8)
  return true
}

export function extremeCells(
  starts: usize,
  ends: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  from: u32,
  groups: usize,
  states: usize,
  stride: u32,
  wanted: u32,
  flags: u32,
  oddKinds: u32,
  heap: usize,
  unsettled: usize,
): u32 {
  let odd = unsettled + 4 + ((<usize>load<u32>(unsettled)) << 2)
  let i = <usize>from
  const cast = (flags & 32) != 0
  const most = wanted == 3 ? extremeBytes : 0
  for (; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2))
    const kind = <u32>load<u8>(kinds + row)
    if (kind != 0 && kind != 2) {
      store<u32>(odd, <u32>i)
      odd += <usize>(((oddKinds >> kind) & 1) << 2)
      continue
    }
    const start = <usize>load<u32>(starts + ((<usize>row) << 2))
    const end = <usize>load<u32>(ends + ((<usize>row) << 2))
    const state = states + <usize>((groups == 0 ? 0 : load<u32>(groups + (i << 2))) * stride)
    const read = readDecimal(start, end)
    const exact = read == isNumber && mantissa < exactMax && mantissa > -exactMax && !(flags & 64 && scale != 0)
    if (!exact && (cast || read != isNone)) {
      store<u32>(odd, <u32>i)
      odd += 4
      continue
    }
    // Both again after a stop between the two: the same value twice changes nothing.
    if (wanted & 1 && !keepBetter(state, start, end, false, cast, exact, heap)) break
    if (wanted & 2 && !keepBetter(state + most, start, end, true, cast, exact, heap)) break
  }
  store<u32>(unsettled, <u32>((odd - unsettled - 4) >> 2))
  return <u32>i
}

export function extremeIntegers(
  values: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  groups: usize,
  states: usize,
  stride: u32,
  largest: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2))
    if (load<u8>(kinds + row) - 5 < <u8>2) continue
    const value = load<i64>(values + ((<usize>row) << 3))
    const state = states + <usize>((groups == 0 ? 0 : load<u32>(groups + (i << 2))) * stride)
    const best = load<i64>(state)
    if (load<u32>(state, 8) == 0 || (largest ? value > best : value < best)) {
      store<i64>(state, value)
      store<u32>(state, 1, 8)
    }
  }
}

export function extremeFloats(
  values: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  groups: usize,
  states: usize,
  stride: u32,
  largest: u32,
  unsettled: usize,
): void {
  let odd = unsettled + 4
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2))
    if (load<u8>(kinds + row) - 5 < <u8>2) continue
    const value = load<f64>(values + ((<usize>row) << 3))
    if (value != value || reinterpret<u64>(value) == 0x8000000000000000) {
      store<u32>(odd, <u32>i)
      odd += 4
      continue
    }
    const state = states + <usize>((groups == 0 ? 0 : load<u32>(groups + (i << 2))) * stride)
    const best = load<f64>(state)
    if (load<u32>(state, 8) == 0 || (largest ? value > best : value < best)) {
      store<f64>(state, value)
      store<u32>(state, 1, 8)
    }
  }
  store<u32>(unsettled, <u32>((odd - unsettled - 4) >> 2))
}
