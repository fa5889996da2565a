// Exact sums and counts, in one state for each group.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import { isNumber, isOdd, mantissa, nearestDouble, powerOfTen, readDecimal, scale as readScale, shortInteger } from './decimal'

export function countPresent(kinds: usize, rows: usize, count: u32, groups: usize, states: usize, stride: u32): void {
  let ungrouped: u64 = 0
  for (let i: usize = 0; i < <usize>count; i++) {
    if (kinds != 0 && load<u8>(kinds + load<u32>(rows + (i << 2))) - 5 < <u8>2) continue
    if (groups == 0) {
      ungrouped++
      continue
    }
    const state = states + <usize>(load<u32>(groups + (i << 2)) * stride)
    store<u64>(state, load<u64>(state) + 1)
  }
  store<u64>(states, load<u64>(states) + ungrouped)
}

/** Adds a signed value to an i128. */
// @ts-ignore: decorator
@inline
function add(state: usize, value: i64): void {
  const low = load<u64>(state)
  const sum = low + <u64>value
  store<u64>(state, sum)
  store<i64>(state, load<i64>(state, 8) + (value >> 63) + <i64>(sum < low), 8)
}

/** Multiplies an i128 by a factor below 2^60; the product fits. */
function multiply(state: usize, factor: u64): void {
  const low = load<u64>(state)
  const l0 = low & 0xffffffff
  const l1 = low >> 32
  const f0 = factor & 0xffffffff
  const f1 = factor >> 32
  const middle = l1 * f0 + ((l0 * f0) >> 32)
  const cross = l0 * f1 + (middle & 0xffffffff)
  const carry = l1 * f1 + (middle >> 32) + (cross >> 32)
  store<u64>(state, low * factor)
  store<u64>(state, load<u64>(state, 8) * factor + carry, 8)
}

/** Brings all states to a larger scale; false, and nothing done, when a sum is too large for that. */
function rescale(states: usize, stride: u32, groupCount: u32, factor: i64): bool {
  const limit = i64.MAX_VALUE / (factor << 1)
  for (let group: u32 = 0; group < groupCount; group++) {
    const high = load<i64>(states + <usize>(group * stride), 8)
    if (high >= limit || high <= -limit) return false
  }
  for (let group: u32 = 0; group < groupCount; group++) multiply(states + <usize>(group * stride), factor)
  return true
}

/** Scaled values stay below this, so that no number of them overflows 128 bits. */
const scaledMax: i64 = 1 << 61

export function sumCells(
  starts: usize,
  ends: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  groups: usize,
  states: usize,
  stride: u32,
  groupCount: u32,
  scale: usize,
  flags: u32,
  oddKinds: u32,
  unsettled: usize,
): void {
  let odd = unsettled + 4
  let common = load<u32>(scale)
  // What a whole number of eight digits is multiplied by; 0 where the product may be too large.
  let wholeFactor = common > 10 ? 0 : powerOfTen(common)
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2))
    const kind = <u32>load<u8>(kinds + row)
    const at = (<usize>row) << 2
    let settled = false
    if ((kind & ~2) == 0 && wholeFactor != 0) {
      const whole = shortInteger(load<u32>(starts + at), load<u32>(ends + at))
      if (whole >= 0) {
        const state = states + <usize>((groups == 0 ? 0 : load<u32>(groups + (i << 2))) * stride)
        add(state, whole * wholeFactor)
        store<u64>(state, load<u64>(state, 16) + 1, 16)
        continue
      }
    }
    if (kind != 0 && kind != 2) {
      settled = ((oddKinds >> kind) & 1) == 0
    } else if (
      readDecimal(load<u32>(starts + at), load<u32>(ends + at)) == isNumber &&
      !(flags & 64 && readScale != 0)
    ) {
      settled = true
      if (readScale > common) {
        settled = rescale(states, stride, groupCount, powerOfTen(readScale - common))
        if (settled) {
          common = readScale
          wholeFactor = common > 10 ? 0 : powerOfTen(common)
        }
      }
      if (settled) {
        const factor = powerOfTen(common - readScale)
        const bound = scaledMax / factor
        settled = mantissa < bound && mantissa > -bound
        if (settled) {
          const state = states + <usize>((groups == 0 ? 0 : load<u32>(groups + (i << 2))) * stride)
          add(state, mantissa * factor)
          store<u64>(state, load<u64>(state, 16) + 1, 16)
          if (readScale > load<u32>(state, 24)) store<u32>(state, readScale, 24)
        }
      }
    }
    store<u32>(odd, <u32>i)
    odd += (<usize>!settled) << 2
  }
  store<u32>(scale, common)
  store<u32>(unsettled, <u32>((odd - unsettled - 4) >> 2))
}

export function sumIntegers(
  values: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  groups: usize,
  states: usize,
  stride: u32,
  vectorScale: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2))
    if (load<u8>(kinds + row) - 5 < <u8>2) continue
    const state = states + <usize>((groups == 0 ? 0 : load<u32>(groups + (i << 2))) * stride)
    add(state, load<i64>(values + ((<usize>row) << 3)))
    store<u64>(state, load<u64>(state, 16) + 1, 16)
    store<u32>(state, vectorScale, 24)
  }
}

/** Adds a signed word, -1, 0 or 1, from the `index`-th word of an i256 on. */
function carryOn(state: usize, index: u32, word: i64): void {
  let at = state + ((<usize>index) << 3)
  const end = state + 32
  const extension = word >> 63
  while (word != 0 && at < end) {
    const old = load<u64>(at)
    const sum = old + <u64>word
    store<u64>(at, sum)
    // What is carried on is one more than the sign says when the word overflowed.
    word = extension + <i64>(sum < old)
    at += 8
  }
}

/** Adds a double to an i256 in units of 2^-128 and counts it; false when it does not lie in there. */
function addDouble(state: usize, value: f64): bool {
  const bits = reinterpret<u64>(value)
  const exponent = <i32>((bits >> 52) & 0x7ff)
  let significand = bits & 0xfffffffffffff
  if (exponent == 0x7ff) return false
  if (exponent == 0) {
    // A zero adds nothing, though -0 is kept apart; what is smaller than every normal double is not for here.
    if (significand != 0 || bits != 0) return false
    store<u64>(state, load<u64>(state, 32) + 1, 32)
    return true
  }
  significand |= 0x10000000000000
  let shift = exponent - 1075 + 128
  if (shift < 0) {
    if (shift <= -53 || <i32>ctz(significand) < -shift) return false
    significand >>= <u64>-shift
    shift = 0
  }
  if (shift > 138) return false
  const index = <u32>shift >> 6
  const within = <u64>(shift & 63)
  let low = significand << within
  let high = within == 0 ? 0 : significand >> (64 - within)
  const sign = <i64>bits >> 63
  if (sign) {
    low = -low
    high = ~high + <u64>(low == 0)
  }
  const at = state + ((<usize>index) << 3)
  const sum = load<u64>(at) + low
  store<u64>(at, sum)
  const carried = <u64>(sum < low)
  const next = load<u64>(at, 8)
  const partial = next + high
  const upper = partial + carried
  store<u64>(at, upper, 8)
  const further = sign + <i64>(partial < next) + <i64>(upper < partial)
  if (further != 0) carryOn(state, index + 2, further)
  store<u64>(state, load<u64>(state, 32) + 1, 32)
  return true
}

const exactMax: i64 = 1000000000000000

export function sumCellsAsFloats(
  starts: usize,
  ends: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  groups: usize,
  states: usize,
  stride: u32,
  flags: u32,
  oddKinds: u32,
  unsettled: usize,
): void {
  let odd = unsettled + 4
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2))
    const kind = <u32>load<u8>(kinds + row)
    const at = (<usize>row) << 2
    let settled = false
    if (kind != 0 && kind != 2) {
      settled = ((oddKinds >> kind) & 1) == 0
    } else if (
      readDecimal(load<u32>(starts + at), load<u32>(ends + at)) == isNumber &&
      !(flags & 64 && readScale != 0)
    ) {
      if (mantissa < exactMax && mantissa > -exactMax) {
        settled = addDouble(
          states + <usize>((groups == 0 ? 0 : load<u32>(groups + (i << 2))) * stride),
          nearestDouble(),
        )
      }
    }
    store<u32>(odd, <u32>i)
    odd += (<usize>!settled) << 2
  }
  store<u32>(unsettled, <u32>((odd - unsettled - 4) >> 2))
}

export function sumFloats(
  values: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  groups: usize,
  states: usize,
  stride: u32,
  unsettled: usize,
): void {
  let odd = unsettled + 4
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(rows + (i << 2))
    if (load<u8>(kinds + row) - 5 < <u8>2) continue
    const state = states + <usize>((groups == 0 ? 0 : load<u32>(groups + (i << 2))) * stride)
    store<u32>(odd, <u32>i)
    odd += (<usize>!addDouble(state, load<f64>(values + ((<usize>row) << 3)))) << 2
  }
  store<u32>(unsettled, <u32>((odd - unsettled - 4) >> 2))
}
