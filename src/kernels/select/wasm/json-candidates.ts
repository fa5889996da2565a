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

/** Whether the line is one or several records, in valid JSON: only between records does a brace close before a newline and one open after it. */
function standsAlone(start: usize, end: usize, from: usize, to: usize): bool {
  if (load<u8>(start) != 0x7b || load<u8>(end - 1) != 0x7d) return false
  if (start != from && load<u8>(start - 2) != 0x7d) return false
  return end + 1 == to || load<u8>(end, 1) == 0x7b
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
  const across = second - first
  if (load<u8>(from) != 0x7b || load<u8>(to - 1) != 0x0a || load<u8>(to - 2) != 0x7d) return GIVEN_UP
  const most = lines + (((to - from) >> 6) << 3)
  let out = lines
  let known = from
  for (let block = from; block < to; block += 128) {
    let any = i8x16.splat(0)
    for (let i: usize = 0; i < 128; i += 16) {
      const bytes = v128.load(block + i)
      const found = v128.and(i8x16.eq(bytes, firstByte), i8x16.eq(v128.load(block + i + across), secondByte))
      any = v128.or(any, v128.or(found, i8x16.eq(bytes, slash)))
    }
    if (!v128.any_true(any)) continue
    const blockEnd = min(block + 128, to)
    for (let at = block; at < blockEnd; at += 64) {
      const left = to - at
      const keep: u64 = left >= 64 ? ~0 : ((<u64>1) << left) - 1
      const a = v128.load(at)
      const b = v128.load(at, 16)
      const c = v128.load(at, 32)
      const d = v128.load(at, 48)
      const other = at + across
      let hits = mask(
        v128.or(v128.and(i8x16.eq(a, firstByte), i8x16.eq(v128.load(other), secondByte)), i8x16.eq(a, slash)),
        v128.or(v128.and(i8x16.eq(b, firstByte), i8x16.eq(v128.load(other, 16), secondByte)), i8x16.eq(b, slash)),
        v128.or(v128.and(i8x16.eq(c, firstByte), i8x16.eq(v128.load(other, 32), secondByte)), i8x16.eq(c, slash)),
        v128.or(v128.and(i8x16.eq(d, firstByte), i8x16.eq(v128.load(other, 48), secondByte)), i8x16.eq(d, slash)),
      )
      hits &= keep
      while (hits != 0) {
        const hit = at + <usize>ctz(hits)
        hits &= hits - 1
        if (hit < known) continue
        const escapes = load<u8>(hit) == 0x5c && (follower == 0 || load<u8>(hit, 1) == follower)
        if (!escapes && (hit < from + first || !same(hit - first, literal, length))) continue
        const start = lineStart(hit, from)
        known = lineEnd(hit)
        if (out == most || !standsAlone(start, known, from, to)) return GIVEN_UP
        store<u32>(out, <u32>start)
        store<u32>(out, <u32>known, 4)
        out += 8
      }
    }
  }
  return <u32>((out - lines) >> 3)
}
