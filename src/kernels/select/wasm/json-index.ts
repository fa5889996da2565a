// Stage 1 of reading JSON: finds { } [ ] and : outside strings.
// After "Parsing Gigabytes of JSON per Second", https://arxiv.org/abs/1902.08318, with fewer characters looked for: commas and
// quotes are found when they are needed.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import { mask } from './json-text'

// The fields of `jsonScanFields` in ../json.ts.
export const POSITIONS: usize = 0
export const STARTS: usize = 8
export const ENDS: usize = 12
export const KINDS: usize = 16
export const MARKS: usize = 20
export const ROWS_MAX: usize = 24
export const STEPS: usize = 28
export const STEP_COUNT: usize = 32
export const FRAMES: usize = 36
export const IN_STRING: usize = 40
export const ESCAPED: usize = 44
export const PHASE: usize = 48
export const LEVEL: usize = 52
export const DEAD_DEPTH: usize = 56
export const ROWS: usize = 60
export const CONSUMED: usize = 64
export const FAULT: usize = 68
export const ESCAPES: usize = 72
export const BROKEN: usize = 76
export const VERDICT: usize = 80
export const VERDICT_HASH: usize = 84
export const STRINGS: usize = 88
export const STRINGS_END: usize = 92
export const UNSETTLED: usize = 96

/** Stands behind the last position: an address before all input, of a byte that is none of those looked for. */
export const END: usize = memory.data(16, 16)

export const SYNTAX: u32 = 1
export const AMBIGUOUS: u32 = 2
export const UNDECIDED: u32 = 3

export const GIVEN_UP: u32 = 0xffffffff

/**
 * { } [ ] have bits 6, 4, 3 and 0 set and 7 clear; of the other bytes that have, none occurs outside strings in valid JSON
 * (Y, y, _ and DEL).
 */
// @ts-ignore: decorator
@inline
function structural(bytes: v128): v128 {
  return v128.or(
    i8x16.eq(v128.or(bytes, i8x16.splat(0x26)), i8x16.splat(0x7f)),
    i8x16.eq(bytes, i8x16.splat(0x3a)),
  )
}

/** Where stage 1 writes, and where what it writes in one call begins: a call may read several ranges. */
export let positionsAt: usize = 0
export let escapesAt: usize = 0

/** Stage 1: appends the positions, and carries whether the end lies in a string or behind a backslash. */
export function index(scan: usize, from: usize, to: usize): void {
  const quote = i8x16.splat(0x22)
  const slash = i8x16.splat(0x5c)
  const newline = i8x16.splat(0x0a)
  let out = positionsAt
  let within: u64 = load<u32>(scan, IN_STRING) != 0 ? ~0 : 0
  let escaped: u64 = load<u32>(scan, ESCAPED)
  let blocks = escapesAt
  let broken: u32 = 0xffffffff
  for (let at = from; at < to; at += 64) {
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    const left = to - at
    const keep: u64 = left >= 64 ? ~0 : ((<u64>1) << left) - 1
    let quotes = mask(i8x16.eq(a, quote), i8x16.eq(b, quote), i8x16.eq(c, quote), i8x16.eq(d, quote)) & keep
    const slashA = i8x16.eq(a, slash)
    const slashB = i8x16.eq(b, slash)
    const slashC = i8x16.eq(c, slash)
    const slashD = i8x16.eq(d, slash)
    if (v128.any_true(v128.or(v128.or(slashA, slashB), v128.or(slashC, slashD))) || escaped != 0) {
      // Runs of backslashes: every second one escapes what follows it.
      store<u32>(blocks, <u32>at)
      blocks += 4
      const even: u64 = 0x5555555555555555
      const slashes = mask(slashA, slashB, slashC, slashD) & keep & ~escaped
      const follows = (slashes << 1) | escaped
      const oddStarts = slashes & ~even & ~follows
      const sum = oddStarts + slashes
      const after = (even ^ (sum << 1)) & follows
      quotes &= ~after
      escaped = left >= 64 ? <u64>(sum < slashes) : (after >> left) & 1
    }
    let strings = quotes ^ (quotes << 1)
    strings ^= strings << 2
    strings ^= strings << 4
    strings ^= strings << 8
    strings ^= strings << 16
    strings ^= strings << 32
    strings ^= within
    within = <u64>(<i64>strings >> 63)
    const lines = mask(i8x16.eq(a, newline), i8x16.eq(b, newline), i8x16.eq(c, newline), i8x16.eq(d, newline)) & keep
    if ((lines & strings) != 0 && broken == 0xffffffff) broken = <u32>(at + <usize>ctz(lines & strings))
    let found = mask(structural(a), structural(b), structural(c), structural(d)) & ~strings & keep
    const next = out + (<usize>popcnt(found) << 2)
    // Eight at least, wanted or not: how many there are is not foreseeable, and a wrong guess costs more.
    do {
      store<u32>(out, <u32>(at + <usize>ctz(found)))
      found &= found - 1
      store<u32>(out, <u32>(at + <usize>ctz(found)), 4)
      found &= found - 1
      store<u32>(out, <u32>(at + <usize>ctz(found)), 8)
      found &= found - 1
      store<u32>(out, <u32>(at + <usize>ctz(found)), 12)
      found &= found - 1
      store<u32>(out, <u32>(at + <usize>ctz(found)), 16)
      found &= found - 1
      store<u32>(out, <u32>(at + <usize>ctz(found)), 20)
      found &= found - 1
      store<u32>(out, <u32>(at + <usize>ctz(found)), 24)
      found &= found - 1
      store<u32>(out, <u32>(at + <usize>ctz(found)), 28)
      found &= found - 1
      out += 32
    } while (out < next)
    out = next
  }
  store<u32>(out, <u32>END)
  positionsAt = out
  escapesAt = blocks
  store<u32>(scan, within != 0 ? 1 : 0, IN_STRING)
  store<u32>(scan, <u32>escaped, ESCAPED)
  store<u32>(blocks, 0xffffffff)
  store<u32>(scan, broken, BROKEN)
}

/** Makes ready for ranges to be read, from the first position on. */
export function startIndex(scan: usize): void {
  positionsAt = load<u32>(scan, POSITIONS)
  escapesAt = load<u32>(scan, ESCAPES)
}
