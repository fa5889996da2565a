// Lines that may hold a literal, found without reading the others.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import { GIVEN_UP } from './json-index'
import { mask } from './json-text'

/** Where the line that has the byte at `at` begins. */
function lineStart(at: usize, from: usize): usize {
  const newline = i8x16.splat(0x0a)
  while (at > from) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(at - 16), newline))
    if (hits != 0) return max(at - 16 + 32 - <usize>clz(hits), from)
    at -= 16
  }
  return from
}

function lineEnd(at: usize): usize {
  const newline = i8x16.splat(0x0a)
  while (true) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(at), newline))
    if (hits != 0) return at + <usize>ctz(hits)
    at += 16
  }
}

function same(a: usize, b: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false
  return true
}

export function jsonCandidates(
  from: usize,
  to: usize,
  literal: usize,
  length: usize,
  first: usize,
  second: usize,
  follower: u32,
  lines: usize,
): u32 {
  const firstByte = i8x16.splat(load<u8>(literal + first))
  const secondByte = i8x16.splat(load<u8>(literal + second))
  const slash = i8x16.splat(0x5c)
  const follow = i8x16.splat(<u8>follower)
  const anything = i8x16.splat(follower == 0 ? -1 : 0)
  const newline = i8x16.splat(0x0a)
  const open = i8x16.splat(0x7b)
  const close = i8x16.splat(0x7d)
  if (load<u8>(from) != 0x7b || load<u8>(to - 1) != 0x0a || load<u8>(to - 2) != 0x7d) return GIVEN_UP
  const most = lines + (((to - from) >> 6) << 3)
  let out = lines
  let known = from
  for (let at = from; at < to; at += 64) {
    let any = i8x16.splat(0)
    let odd = i8x16.splat(0)
    for (let i: usize = 0; i < 64; i += 16) {
      const bytes = v128.load(at + i)
      const found = v128.and(
        i8x16.eq(v128.load(at + i + first), firstByte),
        i8x16.eq(v128.load(at + i + second), secondByte),
      )
      const escapes = v128.and(i8x16.eq(bytes, slash), v128.or(i8x16.eq(v128.load(at + i, 1), follow), anything))
      any = v128.or(any, v128.or(found, escapes))
      const between = v128.and(i8x16.eq(v128.load(at + i - 1), close), i8x16.eq(v128.load(at + i, 1), open))
      odd = v128.or(odd, v128.andnot(i8x16.eq(bytes, newline), between))
    }
    const left = to - at
    if (v128.any_true(odd) && left > 64) return GIVEN_UP
    if (!v128.any_true(v128.or(any, odd))) continue
    const keep: u64 = left >= 64 ? ~0 : ((<u64>1) << left) - 1
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    if (left <= 64) {
      // What follows the last line does not count.
      const ends = mask(i8x16.eq(a, newline), i8x16.eq(b, newline), i8x16.eq(c, newline), i8x16.eq(d, newline))
      const closes = mask(i8x16.eq(a, close), i8x16.eq(b, close), i8x16.eq(c, close), i8x16.eq(d, close))
      const opens = mask(i8x16.eq(a, open), i8x16.eq(b, open), i8x16.eq(c, open), i8x16.eq(d, open))
      const before = (closes << 1) | (load<u8>(at - 1) == 0x7d ? 1 : 0)
      const after = (opens >> 1) | ((<u64>1) << (left - 1))
      if ((ends & keep & ~(before & after)) != 0) return GIVEN_UP
    }
    const slashes = mask(i8x16.eq(a, slash), i8x16.eq(b, slash), i8x16.eq(c, slash), i8x16.eq(d, slash))
    const firsts = mask(
      i8x16.eq(v128.load(at + first), firstByte),
      i8x16.eq(v128.load(at + first, 16), firstByte),
      i8x16.eq(v128.load(at + first, 32), firstByte),
      i8x16.eq(v128.load(at + first, 48), firstByte),
    )
    const seconds = mask(
      i8x16.eq(v128.load(at + second), secondByte),
      i8x16.eq(v128.load(at + second, 16), secondByte),
      i8x16.eq(v128.load(at + second, 32), secondByte),
      i8x16.eq(v128.load(at + second, 48), secondByte),
    )
    let hits = ((firsts & seconds) | slashes) & keep
    while (hits != 0) {
      const hit = at + <usize>ctz(hits)
      hits &= hits - 1
      if (hit < known) continue
      const escapes = load<u8>(hit) == 0x5c && (follower == 0 || load<u8>(hit, 1) == follower)
      if (!escapes && !same(hit, literal, length)) continue
      if (out == most) return GIVEN_UP
      known = lineEnd(hit)
      store<u32>(out, <u32>lineStart(hit, from))
      store<u32>(out, <u32>known, 4)
      out += 8
    }
  }
  return <u32>((out - lines) >> 3)
}
