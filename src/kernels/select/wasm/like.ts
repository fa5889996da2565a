// LIKE: segments of text between percent signs. The first and the last are held to the ends; between them the leftmost place of
// each is as good as any, so nothing is ever tried twice and the time is bounded by text times pattern.
// AssemblyScript, not TypeScript: compiled by infra/build-kernels.mjs.
import { findText, sameText } from './text'

/** The next code point's start; never beyond `end`. */
function step(at: usize, end: usize): usize {
  at++
  while (at < end && (load<u8>(at) & 0xc0) == 0x80) at++
  return at
}

/** Where the segment ends when it matches at `at`, or 0. */
function matchAt(at: usize, end: usize, segment: usize): usize {
  const text = <usize>load<u32>(segment)
  const length = load<u32>(segment, 4)
  if (load<u32>(segment, 12) == 0) {
    if (end - at < length) return 0
    return sameText(at, text, length) ? at + length : 0
  }
  for (let i: u32 = 0; i < length; i++) {
    if (at >= end) return 0
    const wanted = load<u8>(text + i)
    if (wanted == 0xff) at = step(at, end)
    else if (load<u8>(at) == wanted) at++
    else return 0
  }
  return at
}

/** Where the leftmost match ends, or 0. */
function matchFrom(at: usize, end: usize, segment: usize): usize {
  const length = load<u32>(segment, 4)
  if (load<u32>(segment, 12) == 0) {
    const found = findText(at, end, <usize>load<u32>(segment), length)
    return found == end ? 0 : found + length
  }
  while (at < end) {
    const after = matchAt(at, end, segment)
    if (after != 0) return after
    at = step(at, end)
  }
  return 0
}

/** Whether the segment matches exactly the last bytes, none of them before `at`. */
function matchEnd(at: usize, end: usize, segment: usize): bool {
  if (load<u32>(segment, 12) == 0) {
    const length = load<u32>(segment, 4)
    return end - at >= length && sameText(end - length, <usize>load<u32>(segment), length)
  }
  let points = load<u32>(segment, 8)
  let from = end
  while (points > 0) {
    if (from <= at) return false
    from--
    while (from > at && (load<u8>(from) & 0xc0) == 0x80) from--
    points--
  }
  return matchAt(from, end, segment) == end
}

function matches(at: usize, end: usize, pattern: usize): bool {
  let segments = load<u32>(pattern)
  const flags = load<u32>(pattern, 4)
  let segment = pattern + 8
  if (segments == 0) return flags != 0 || at == end
  if ((flags & 1) == 0) {
    at = matchAt(at, end, segment)
    if (at == 0) return false
    if (segments == 1) return flags & 2 ? true : at == end
    segment += 16
    segments--
  }
  const floating = flags & 2 ? segments : segments - 1
  for (let i: u32 = 0; i < floating; i++) {
    at = matchFrom(at, end, segment)
    if (at == 0) return false
    segment += 16
  }
  return flags & 2 ? true : matchEnd(at, end, segment)
}

export function selectLike(
  starts: usize,
  ends: usize,
  kinds: usize,
  rows: usize,
  count: u32,
  pattern: usize,
  negated: u32,
  oddKinds: u32,
  hits: usize,
  unsettled: usize,
): u32 {
  const end = rows + ((<usize>count) << 2)
  const start = hits
  let odd = unsettled + 4
  for (; rows < end; rows += 4) {
    const row = load<u32>(rows)
    const kind = load<u8>(kinds + row)
    if (kind != 0) {
      store<u32>(odd, row)
      odd += <usize>(((oddKinds >> kind) & 1) << 2)
      continue
    }
    const from = <usize>load<u32>(starts + ((<usize>row) << 2))
    const to = <usize>load<u32>(ends + ((<usize>row) << 2))
    store<u32>(hits, row)
    hits += <usize>((<u32>matches(from, to, pattern) ^ negated) << 2)
  }
  store<u32>(unsettled, <u32>((odd - unsettled - 4) >> 2))
  return <u32>((hits - start) >> 2)
}
